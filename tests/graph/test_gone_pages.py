"""What is done with results that are not whole any more."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from graph import upkeep
from tests.summary.reports.beside import published_in
from tests.summary.reports.example_runs import RUNS

STAMP = "20261123-091500"


@pytest.fixture
def plan(tmp_path):
    """A plan whose results hold one run."""
    published_in(tmp_path, RUNS["pass"](), STAMP)
    return SimpleNamespace(settings={"results": str(tmp_path)})


def test_a_page_that_is_gone_is_not_opened(plan, tmp_path, monkeypatch, capsys):
    opened = []
    monkeypatch.setattr("webbrowser.open", lambda url: opened.append(url) or True)
    assert upkeep.open_report(plan, STAMP) is None
    report = tmp_path / STAMP / "report.html"
    assert opened == [report.as_uri()] and capsys.readouterr().out == f"{report}\n"
    report.unlink()
    fault = upkeep.open_report(plan, STAMP)
    assert len(opened) == 1 and "there is no such page any more" in str(fault)
    assert "doit resummarize run=STAMP" in str(fault) and fault.exit_code != 0


def test_a_summary_that_is_gone_is_made_anew_by_what_the_message_names(plan, tmp_path):
    (tmp_path / STAMP / "summary/summary-full.json").unlink()
    published_in(tmp_path, RUNS["pass"](), "20261124-091500")
    fault = upkeep.compare_runs(plan, f"{STAMP},20261124-091500")
    assert "there is no summary" in str(fault) and "doit resummarize" in str(fault)
