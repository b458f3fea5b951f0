"""Killed at any moment, a run loses at most the cell in flight, and leaves nothing behind."""

from __future__ import annotations

import fcntl
import os
import signal
import time

import psutil
import pytest

from tests.end_to_end.workspace import make_workspace

JOURNEYS = ("log-in-account", "play-start-stream")
DONE, UNDER_WAY = (f"k6/{each}/u001" for each in JOURNEYS)
PATIENCE_S = 60


def wait_for(what, process):
    """Poll until it holds; a process that ends early is a failure with its output."""
    deadline = time.monotonic() + PATIENCE_S
    while not what():
        assert process.poll() is None, process.stdout.read()
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.05)


def riders(root):
    """The processes that descend from doit and make load."""
    try:
        found = psutil.Process(root).children(recursive=True)
    except psutil.NoSuchProcess:
        return []
    return found


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_what_was_ridden_is_not_ridden_again(tmp_path, number):
    workspace = make_workspace(tmp_path, *JOURNEYS)
    workspace.edit("tandem.toml", "playwright = [{ users = 1, iterations = 1 }]", "playwright = []")
    process = workspace.start("run", "quick")
    # The first cell has ended and the second one is under way.
    wait_for(lambda: DONE in workspace.rides(), process)
    rows = f"*{JOURNEYS[1]}*/attempts/1/metrics.csv"
    wait_for(lambda: list((workspace.folder / ".tandem/stage").glob(rows)), process)
    left = riders(process.pid)
    os.kill(process.pid, number)
    out, _ = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == (-9 if number == signal.SIGKILL else 128 + number)
    assert "Traceback" not in out
    _, alive = psutil.wait_procs(left, timeout=PATIENCE_S)
    assert not alive, alive
    if number == signal.SIGKILL:
        assert UNDER_WAY not in workspace.rides()
    else:
        check_report(workspace, out)
    before = workspace.rides()
    ended = workspace.doit("run", "quick")
    assert ended.code == 0, ended.out
    assert JOURNEYS[0] not in ended.out.split("\n\n")[0]
    assert workspace.rides()[DONE] == before[DONE]
    assert set(workspace.rides()) == {DONE, UNDER_WAY}


def check_report(workspace, out):
    """A run that is told to end keeps and reports what it has."""
    assert "Stopping: what is measured is kept and reported" in out
    assert "invalid: the run was stopped in the middle of the ride" in out
    assert (workspace.latest / UNDER_WAY / "metrics.csv.gz").stat().st_size > 100
    assert "the run was stopped" in (workspace.latest / "report.md").read_text()
    found = {cell["journey"]: cell["outcome"] for cell in workspace.summary()["cells"]}
    assert found == dict(zip(JOURNEYS, ("ok", "invalid"), strict=True))


def test_what_a_stopped_run_did_not_begin_is_left_to_the_next_call(tmp_path):
    """Told by SIGTERM here, which is heard as SIGINT is."""
    workspace = make_workspace(tmp_path, "log-in-account")
    process = workspace.start("run", "quick")
    stage = workspace.folder / ".tandem/stage"
    wait_for(lambda: list(stage.glob("*/attempts/1/app.log")), process)
    process.send_signal(signal.SIGTERM)
    out, _ = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 143
    assert "not ridden: the run was stopped before" in out
    assert "Traceback" not in out
    ended = workspace.doit("run", "quick")
    assert ended.code == 0, ended.out
    assert {cell["outcome"] for cell in workspace.summary()["cells"]} == {"ok"}


def test_a_run_that_waits_for_its_first_load_ends_at_once(tmp_path):
    """Nothing was measured: there is nothing to be reported, and what stood before stands."""
    workspace = make_workspace(tmp_path, "log-in-account")
    with (tmp_path.parent / "load.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        process = workspace.start("run", "quick")
        for line in process.stdout:
            if "waiting for its end" in line:
                break
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 130
    assert "Stopped (SIGINT)" in out and "invalid" not in out
    assert (workspace.rides(), list((workspace.folder / "results").iterdir())) == ({}, [])
