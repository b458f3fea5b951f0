"""The record of an answer: which call it is of, when it stands, and that it does no harm."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from graph import settled
from graph.settled import DATABASE, FOLDER, Settled, drop_if_forgotten, record_settled, stale
from graph.watch import Watch

CALL = ("run", "quick", "executor=k6")
ANSWER = Settled("Nothing to run\n", 3, 14, ["a"])


@pytest.fixture
def workspace(tmp_path, monkeypatch):
    """A folder with one file that an answer rests on, and a database of doit's."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(settled, "_SETTLING_NS", -(10**18))
    (tmp_path / "file").write_text("")
    DATABASE.parent.mkdir()
    DATABASE.touch()
    stale.cache_clear()
    yield tmp_path
    stale.cache_clear()


def record(*arguments):
    record_settled(arguments, Watch.begin({"file": "a"}, {}), [], ANSWER)


def answer(*arguments):
    stale.cache_clear()
    found = stale(arguments)
    return found and found.former


def test_the_same_call_is_answered_in_any_order(workspace):
    record(*CALL, "journey=a")
    assert answer("quick", "journey=a", "executor=k6") == ANSWER


def test_of_two_values_of_one_name_the_last_one_counts(workspace):
    record("run", "quick", "executor=playwright", "executor=k6")
    assert answer("run", "quick", "executor=k6", "executor=playwright") is None


def test_a_terminal_that_does_not_know_its_width_is_still_one(workspace, monkeypatch):
    """What is printed there may have colours, which a file is not to have."""
    record(*CALL)
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    monkeypatch.setattr("os.get_terminal_size", lambda _: os.terminal_size((0, 0)))
    assert answer(*CALL) is None


def touch_later(path, than=None):
    """Make a file, or change it, until the file system's clock has moved on."""
    other = than or path
    before = other.stat().st_ctime_ns if other.exists() else -1
    path.touch()
    while path.stat().st_ctime_ns <= before:
        path.touch()


@pytest.mark.parametrize("name", ["doit.cfg", "pyproject.toml"])
def test_settings_of_doits_own_that_appear_or_change_are_noticed(workspace, name):
    for _ in range(2):
        record(*CALL)
        assert answer(*CALL) == ANSWER
        touch_later(workspace / name)
        assert answer(*CALL) is None


def test_settings_of_doits_own_that_changed_meanwhile_leave_no_answer(workspace, monkeypatch):
    monkeypatch.setattr(settled, "_SETTLING_NS", 0)
    monkeypatch.setattr(settled, "_BEGAN_NS", (workspace / "file").stat().st_ctime_ns)
    touch_later(workspace / "doit.cfg", than=workspace / "file")
    record(*CALL)
    assert answer(*CALL) is None


def test_what_doit_is_to_forget_is_looked_at_anew(workspace):
    record(*CALL)
    drop_if_forgotten(["run", "quick"])
    assert answer(*CALL) == ANSWER
    drop_if_forgotten(["forget", "-a"])
    assert answer(*CALL) is None
    assert not [*FOLDER.iterdir()]


def test_without_doits_database_everything_is_looked_at(workspace):
    record(*CALL)
    DATABASE.unlink()
    assert answer(*CALL) is None


def test_an_answer_that_cannot_be_kept_is_no_error(workspace):
    FOLDER.write_text("in the way")
    record(*CALL)
    assert answer(*CALL) is None


def test_a_full_disk_behind_the_output_changes_no_code(workspace):
    record(*CALL)
    script = f"""
import sys
from graph import settled
settled.stale = lambda _: settled.Stale(frozenset(), settled.Settled(*{tuple(ANSWER)!r}))
settled.repeat_if_settled("doit", {CALL!r})
"""
    root = Path(__file__).parent.parent.parent
    with Path("/dev/full").open("w") as full:
        ended = subprocess.run(
            [sys.executable, "-c", script],
            cwd=root,
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert (ended.returncode, ended.stderr) == (ANSWER.code, b"")


@pytest.mark.parametrize("changes", [[2**70], ["1"], [1, 2], None], ids=str)
def test_a_damaged_record_of_states_is_none(workspace, changes):
    record(*CALL)
    (watch,) = FOLDER.glob("*.watch")
    watch.write_text(json.dumps(json.loads(watch.read_text()) | {"changes": changes}))
    with (workspace / "file").open("a") as stream:
        stream.write("changed")
    assert answer(*CALL) is None
