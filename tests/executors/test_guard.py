"""The guard as a program of its own: what it is told, what it tells, and what it can reach."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from executors import guard

SLEEPER = [sys.executable, "-S", "-c", "import time; time.sleep(60)"]
GUARD = [sys.executable, "-I", "-S", guard.__file__]
DEADLINE_S = 20.0


def eventually(true: Callable[[], bool]) -> None:
    """Poll until it is true; fail when it never is."""
    until = time.monotonic() + DEADLINE_S
    while not true():
        assert time.monotonic() < until, "did not become true in time"
        time.sleep(0.02)


def noted(path: Path) -> int:
    """Return the pid in the file as soon as a program wrote it."""
    eventually(lambda: path.exists() and path.read_text() != "")
    return int(path.read_text())


def alive(pid: int) -> bool:
    """Return whether a process runs; one that nobody reaped yet does not."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_a_guard_without_a_command_says_how_it_is_called(capsys):
    assert guard.main(["--parent=1"]) == 2
    assert "usage: guard.py" in capsys.readouterr().err


def test_the_guards_options_end_where_the_command_begins():
    given = ["--parent=7", "--report=3", "--", "k6", "--report=4"]
    assert guard._parse(given) == ({"--parent": "7", "--report": "3"}, ["k6", "--report=4"])
    assert guard._parse(["k6", "--", "x"]) == ({}, ["k6", "--", "x"])


@pytest.mark.parametrize(("said", "code"), [(b"stop 5\n", 143), (b"stop\n", 143), (b"", 143)])
def test_any_word_and_the_end_of_the_input_end_the_program(said, code):
    with subprocess.Popen([*GUARD, *SLEEPER], stdin=subprocess.PIPE) as process:
        eventually(lambda: bool(psutil.Process(process.pid).children()))
        child = psutil.Process(process.pid).children()[0].pid
        process.communicate(said)
        assert process.returncode == code
        assert not alive(child)


def test_a_program_that_cannot_be_started_gives_127():
    reading, writing = os.pipe()
    command = [*GUARD, f"--report={writing}", "--", "/not/there"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, pass_fds=[writing]) as process:
        os.close(writing)
        with open(reading) as report:  # noqa: PTH123 (a descriptor)
            assert report.read() == "error 2\n"
        assert process.wait(DEADLINE_S) == 127


def test_descendants_are_found_across_sessions(tmp_path):
    code = textwrap.dedent(
        f"""
        import pathlib, subprocess, time
        child = subprocess.Popen({SLEEPER!r}, start_new_session=True)
        pathlib.Path("child.pid").write_text(str(child.pid))
        time.sleep(60)
        """
    )
    with subprocess.Popen([sys.executable, "-S", "-c", code], cwd=tmp_path) as process:
        child = noted(tmp_path / "child.pid")
        if guard.LINUX:
            found = guard.descendants(os.getpid())
            assert {process.pid, child} <= set(found)
            assert guard.descendants(process.pid) == [child]
        process.kill()
        assert guard.send(child, signal.SIGKILL)


def test_a_pipe_held_open_by_a_fork_does_not_hide_the_parents_end(tmp_path):
    """The guard sees another parent pid although somebody else still holds its pipe."""
    reading, writing = os.pipe()
    middle = textwrap.dedent(
        f"""
        import pathlib, subprocess, sys
        process = subprocess.Popen(
            [sys.executable, "-I", "-S", {guard.__file__!r}, *{SLEEPER!r}], stdin={reading})
        pathlib.Path("guard.pid").write_text(str(process.pid))
        import time; time.sleep(60)
        """
    )
    with subprocess.Popen(
        [sys.executable, "-S", "-c", middle], cwd=tmp_path, pass_fds=[reading]
    ) as process:
        os.close(reading)
        guard_pid = noted(tmp_path / "guard.pid")
        eventually(lambda: bool(psutil.Process(guard_pid).children()))
        process.kill()
    eventually(lambda: not alive(guard_pid))
    os.close(writing)


def test_a_process_group_can_be_ended_where_there_is_no_subreaper(tmp_path):
    """What macOS has to do with: the group is reached while it lasts, and said to be gone after."""
    with subprocess.Popen(SLEEPER, cwd=tmp_path, start_new_session=True) as process:
        assert guard.send_group(process.pid, signal.SIGKILL)
    assert not guard.send_group(process.pid, 0)
