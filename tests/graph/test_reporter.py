"""Which calls leave an answer for the next one: those whose gate came to a verdict."""

from __future__ import annotations

import contextlib
import io
from types import SimpleNamespace

import pytest
from doit.exceptions import TaskError

from graph import reporter as module
from graph.reported import Fault
from graph.reporter import GraphReporter


@pytest.fixture
def gate(monkeypatch):
    """Return a call that lets a gate end so, and gives the codes that are kept."""
    monkeypatch.setattr("sys.stdout", io.StringIO())
    monkeypatch.setattr("sys.argv", ["doit", "run", "quick"])
    monkeypatch.setattr(module, "looked_at", lambda: SimpleNamespace(tasks=14))
    kept = []
    monkeypatch.setattr(GraphReporter, "_keep_answer", lambda _, code: kept.append(code))

    def ended(how):
        reporter = GraphReporter(io.StringIO(), {})
        task = SimpleNamespace(name="gate:quick", actions=[True], executed=False)
        reporter.execute_task(task)
        if how == "passed":
            reporter.add_success(task)
        elif how is not None:
            reporter.add_failure(task, how)
        with contextlib.suppress(SystemExit):
            reporter.complete_run()
        return kept

    return ended


def test_a_verdict_is_kept_with_its_code(gate):
    assert gate("passed") == [0]


def test_a_verdict_that_is_no_pass_is_kept_with_its_code(gate):
    assert gate(Fault("", 1)) == [1]


@pytest.mark.parametrize(
    "how", [None, Fault("its result was not published", 2), TaskError("it broke")], ids=str
)
def test_a_gate_that_was_broken_off_or_went_wrong_leaves_no_answer(gate, how):
    """What it said is not all, and its code is not the verdict's."""
    assert gate(how) == []
