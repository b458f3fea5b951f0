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

    out = io.StringIO()

    def ended(how, *ran):
        reporter = GraphReporter(out, {})
        for name in ran:
            reporter.execute_task(SimpleNamespace(name=name, actions=[True], executed=True))
        task = SimpleNamespace(name="gate:quick", actions=[True], executed=False)
        reporter.execute_task(task)
        if how == "passed":
            reporter.add_success(task)
        elif how is not None:
            reporter.add_failure(task, how)
        with contextlib.suppress(SystemExit):
            reporter.complete_run()
        return kept

    ended.said = out.getvalue
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


@pytest.mark.parametrize(
    ("ran", "said", "kept"),
    [
        ([], "Nothing to run: all 14 tasks are up to date.\n", [0]),
        (["app:quick"], "Nothing to run: all 14 tasks are up to date.\n", []),
        (["app:quick", "report:quick"], "No load to ride: what was measured still stands; ", []),
        (["load:quick"], "", []),
    ],
    ids=str,
)
def test_what_a_call_did_is_said_and_only_one_that_looked_at_files_alone_is_answered(
    gate, monkeypatch, ran, said, kept
):
    """A server that had to be asked for its version is asked again by the next call."""
    monkeypatch.setattr(module, "variables", lambda: SimpleNamespace(quiet=True))
    monkeypatch.setattr(GraphReporter, "_warn_of_remote", lambda _: None)
    assert gate("passed", *ran) == kept
    assert gate.said().startswith(said)
    assert bool(gate.said()) == bool(said)
