"""Whose turn it is in a folder: which calls wait, and what they know afterwards."""

from __future__ import annotations

import fcntl

import pytest

from graph import tree_lock
from graph.settled import stale

KINDS = ("quick", "nightly", "table", "show", "validate", "history", "prune", "calibrate")


@pytest.fixture
def other(tmp_path, monkeypatch):
    """Another doit that works here, and ends as soon as somebody waits for it."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".tandem").mkdir()
    with (tmp_path / ".tandem/tree.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        said = []

        def end(text):
            said.append(text)
            lock.close()

        monkeypatch.setattr(tree_lock, "_print", end)
        yield said
    tree_lock.release()


@pytest.mark.parametrize(
    "words",
    [
        *("", "run", "quick", "run quick", "-n 4 quick", "nightly night=n1", "table:quick:a show"),
        *("history import=a.csv", "prune keep=5 apply=1", "show prune apply=1"),
        *("clean", "clean -n quick", "forget quick", "ignore quick", "reset-dep"),
    ],
)
def test_a_call_that_makes_something_waits_before_it_plans(other, words):
    tree_lock.take_turn(["/bin/doit", *words.split()], KINDS)
    assert other == ["another doit runs in this folder: waiting for its end"]


@pytest.mark.parametrize(
    "words",
    [
        *("show", "show validate run=all", "list", "help", "--help", "info quick", "qiuck"),
        *("history", "prune keep=5", "calibrate simulate=1", "help clean"),
    ],
)
def test_a_call_that_only_looks_or_is_misspelled_does_not_wait(other, words):
    tree_lock.take_turn(["/bin/doit", *words.split()], KINDS)
    assert other == []


def test_who_imports_the_graph_holds_nothing(other):
    tree_lock.take_turn(["/bin/pytest", "quick"], KINDS)
    assert other == []


def test_what_changed_before_the_wait_is_looked_at_again(other):
    stale(("quick",))
    assert stale.cache_info().currsize
    tree_lock.take_turn(["doit", "quick"], KINDS)
    assert not stale.cache_info().currsize


def test_the_lock_is_held_until_it_is_given_back(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for _ in range(2):
        tree_lock.take_turn(["doit", "quick"], KINDS)  # again: it is ours
    with (tmp_path / ".tandem/tree.lock").open("w") as lock:
        with pytest.raises(BlockingIOError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        tree_lock.release()
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
