"""``doit info`` says in words why a task would run."""

from __future__ import annotations

import pytest
from doit.cmd_info import Info
from doit.dependency import DependencyStatus
from doit.tools import config_changed

from graph import freshness
from graph.plan import Cell, View
from graph.reasons import explain_conditions, in_words
from graph.same_code import SameCode
from graph.targets import AsMade

CELL = Cell("quick", "quick", "k6", "home", 1, 1, 0, None)
VIEW = View("quick", "quick", {}, ("home",), (CELL,))


@pytest.fixture
def explaining(monkeypatch):
    """doit's command with our words; it is put back afterwards."""
    monkeypatch.setattr(Info, "get_reasons", Info.get_reasons)
    explain_conditions()


def test_conditions_stand_in_words_before_what_doit_says_itself(explaining):
    status = DependencyStatus(get_log=True)
    status.add_reason("uptodate_false", (False, None, None))
    status.add_reason("missing_target", "build/quick/report.md")
    assert Info.get_reasons(status.reasons).splitlines() == [
        " * It runs whenever it is asked for",
        " * The following targets do not exist:",
        "    - build/quick/report.md",
    ]


def test_a_task_without_dependencies_is_explained_by_doit(explaining):
    status = DependencyStatus(get_log=True)
    status.set_reason("has_no_dependencies", True)
    assert Info.get_reasons(status.reasons) == " * The task has no dependencies."


@pytest.mark.parametrize(
    ("condition", "arguments", "said"),
    [
        (freshness.tool_is_current, ["k6", None], "A search for k6 would find another"),
        (freshness.view_is_published, [VIEW, None, ()], "No result is what build/quick/ holds"),
        (SameCode(("dodo.py",)), [], "Tandem's own code that makes it has changed"),
        (config_changed({}), [], "Settings or arguments that it depends on have changed"),
    ],
)
def test_each_condition_has_words(condition, arguments, said):
    assert in_words(condition, arguments) == said


def test_a_load_says_that_it_was_never_ridden(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert in_words(freshness.load_is_current, [CELL, None]) == "It has not been ridden"


def test_a_damaged_target_is_named():
    condition = AsMade()
    condition.changed = ["build/quick/run.json"]
    assert in_words(condition, []) == "Not there, or not as it was made: build/quick/run.json"
