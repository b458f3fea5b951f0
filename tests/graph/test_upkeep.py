"""What is said when stored runs are thrown away, or judged by what holds today."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from graph.upkeep import backtest_slos, compare_runs, prune_results
from summary.history.frozen import DECISIONS, night_file
from summary.history.records import Decision, to_text
from summary.history.stores import open_store
from tandem.settings import Settings
from tests.summary.history.nights import record
from tests.summary.stored import publish_run

OLD, NEW = "20261122-090000", "20261123-090000"


@pytest.fixture
def plan(tmp_path, monkeypatch):
    """A plan of a workspace with two published runs, and one of which nothing is known."""
    monkeypatch.chdir(tmp_path)
    for stamp in (OLD, NEW):
        publish_run(tmp_path / "results", stamp)
    (tmp_path / "results/20261121-090000").mkdir()
    settings = Settings().model_dump(mode="json")
    view = SimpleNamespace(name="nightly")
    return SimpleNamespace(settings=settings, night_views=(view,), specs={}, action_maps=())


def test_a_run_that_goes_whole_is_one_line(plan, capsys):
    assert prune_results(plan, "1run", "") is None
    said = capsys.readouterr().out
    assert said.startswith("20261121-090000: left as it is: its run.json is missing or damaged\n")
    (line,) = (line for line in said.splitlines() if line.startswith(OLD))
    assert line.split()[1:3] == ["whole", "run"]
    assert line.endswith("beyond 1 run")
    assert NEW not in said


@pytest.mark.parametrize("text", ["{", f'["{OLD}"]', "null"])
def test_nothing_goes_while_it_cannot_be_told_what_is_pinned(plan, tmp_path, text):
    (tmp_path / "results/pinned.json").write_text(text)
    fault = prune_results(plan, "1run", "1")
    assert fault is not None
    assert fault.exit_code == 3
    assert "results/pinned.json: " in fault.get_msg()
    assert (tmp_path / "results" / OLD).is_dir()


def test_a_copy_that_somebody_gave_a_name_stays(plan, tmp_path):
    results = tmp_path / "results"
    (results / OLD).rename(results / "before-the-cache")
    assert prune_results(plan, "0runs", "1") is None
    assert (results / "before-the-cache/report.html").exists()


def test_nothing_goes_while_a_decision_about_what_is_usual_cannot_be_read(plan, tmp_path):
    store = open_store(plan.settings["history"]["location"])
    store.write(f"{DECISIONS}/torn.json", b"{")
    fault = prune_results(plan, "1run", "1")
    assert fault is not None
    assert fault.exit_code == 3
    assert f"{DECISIONS}/torn.json: torn" in fault.get_msg()
    assert (tmp_path / "results" / OLD).is_dir()


@pytest.mark.parametrize("suffix", ["", "-2"])
def test_a_baseline_of_nights_under_other_settings_stays_too(plan, tmp_path, suffix):
    run_file = tmp_path / "results" / OLD / "run.json"
    told = run_file.read_text().replace('"profile": "quick"', '"profile": "nightly"')
    run_file.write_text(told.replace('"view": "quick"', '"view": "nightly-env-ci-1"'))
    store = open_store(plan.settings["history"]["location"])
    night = record(0).model_copy(update={"stamp": OLD})
    store.write(night_file("nightly-env-ci-1", night.night), to_text(night).encode())
    pin = Decision(kind="pin", night=night.night, reason="so", decided_at="2026-11-23")
    store.write(f"{DECISIONS}/pin.json", to_text(pin).encode())
    (tmp_path / "results" / OLD).rename(tmp_path / "results" / f"{OLD}{suffix}")
    assert prune_results(plan, "0runs", "1") is None
    assert (tmp_path / "results" / f"{OLD}{suffix}").is_dir()


def test_a_journey_without_slos_of_today_is_not_passed_over_in_silence(plan, capsys):
    assert backtest_slos(plan, "all") is None
    said = capsys.readouterr().out
    assert "20261121-090000: not judged: its run.json is missing or damaged\n" in said
    assert "0 of 2 judged runs would have missed an SLO.\n" in said
    assert "home: there is no such journey today, so that no SLO of its own was held" in said
    assert said.endswith("against 2 runs.\n")


@pytest.mark.parametrize("runs", [f"{OLD},{OLD}", f"{NEW},latest"])
def test_a_run_is_not_held_against_itself(plan, runs):
    fault = compare_runs(plan, runs)
    assert fault is not None
    assert fault.exit_code == 3
    assert fault.get_msg().strip() == f"runs={runs}: both are the run {runs[:15]}"
