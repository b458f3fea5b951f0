"""What a night may bring, with real parts: what is said, what is kept (docs/faults.md)."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from executors.lock import load_lock
from executors.ride import ride
from executors.toolchain import Tool
from tests.riding.rig import DEMO, ROOT, cell, samples_in, tool

ASK = [{"id": "ask", "action": "apiRequest", "target": "/api/search?q=a", "timeout": 0.5}]
OPEN = [{"id": "open", "action": "navigate", "target": "/login", "timeout": 1}]
STEPS = {"k6": ASK, "playwright": OPEN}
UNDER_WAY = {
    "k6": ("metrics.csv", "interaction,"),
    "playwright": ("timings.jsonl", '"lateness_us"'),
}
ITERATIONS = {"k6": 6, "playwright": 3}
"""k6 writes its rows down once a second: so long it must still ride, and then some."""
PATIENCE_S = 60

both = pytest.mark.parametrize("executor", ["k6", "playwright"])


@pytest.fixture(autouse=True)
def _in_a_workspace(tmp_path, monkeypatch):
    """Beside the tests of another worker, whose load must not be taken for a fault."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("executors.ride.load_lock", lambda say: load_lock(say, tmp_path / "lock"))
    for limit in ("LATE_MS", "LAG_MS", "STARVED_CORES"):
        monkeypatch.setattr(f"executors.health.{limit}", 1e9)


def demo(**faults):
    environment = {"PYTHONPATH": str(ROOT), "DEMO_FAULTS": json.dumps(faults)}
    app = {"command": DEMO, "ready_path": "/api/health", "environment": environment}
    return {"app": app, "browser": {"trace": "off", "har": "off"}}


def broken():
    script = str(Path(__file__).with_name("broken_server.py"))
    return {"app": {"command": ["{python}", script, "{port}"], "ready_path": "/ready"}}


def a_load(executor, folder, **given):
    """A cell of one step, whose k6 does not wait for the sake of its dashboard."""
    load = cell(executor, STEPS[executor], folder, **{"settings": demo(), **given})
    change_script(load, "export function teardown", "function teardown", "k6")
    return load


def change_script(load, old, new, executor):
    if load.executor == executor:
        script = load.script.read_text(encoding="utf-8")
        assert script.count(old) == 1
        load.script.write_text(script.replace(old, new), encoding="utf-8")


def ridden(load):
    outcome = ride(load, lambda: False, print)
    assert outcome is not None
    return outcome


def interactions(load, folder="."):
    rows = samples_in(load.executor, load.folder / folder)
    return sorted((row for row in rows if row.kind == "interaction"), key=lambda row: row.start_us)


class Meanwhile:
    """Does something to one of the started processes, once rows are being written down."""

    def __init__(self, executor, name, number):
        self.executor, self.name, self.number = executor, name, number
        self.hit = None
        self.thread = threading.Thread(target=self.strike)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.thread.join()
        assert self.hit is not None, "there was nothing to strike at"

    def strike(self):
        """Look for the process first, so that it is hit as soon as the first row is there."""
        name, mark = UNDER_WAY[self.executor]
        rows = Path(".tandem/stage", f"build-{self.executor}", "attempts/1", name)
        meant = self.wait_for(lambda: next(filter(self.is_meant, children()), None))
        if self.wait_for(lambda: rows.exists() and mark in rows.read_text()):
            os.kill(meant.pid, self.number)
            self.hit = meant

    def wait_for(self, what):
        until = time.monotonic() + PATIENCE_S
        while not (found := what()) and time.monotonic() < until:
            time.sleep(0.02)
        return found

    def is_meant(self, process):
        """The program itself: neither the guard before it nor what it has started."""
        try:
            words = " ".join(process.cmdline())
        except psutil.Error:
            return False
        return self.name in words and "guard.py" not in words and "--type=" not in words


def children():
    return psutil.Process().children(recursive=True)


# The app.


@both
def test_an_app_that_is_killed_fails_its_cell_with_its_last_words(executor, tmp_path):
    """What was measured is kept, and the app is started again for the next ride."""
    load = a_load(executor, tmp_path, iterations=ITERATIONS[executor])
    with Meanwhile(executor, "-m demo", signal.SIGKILL):
        outcome = ridden(load)
    assert outcome.outcome == "failed"
    assert "the app ended during the ride, with exit code 137; it printed: " in outcome.reason
    rows = interactions(load)
    assert (rows[0].ok, rows[-1].ok) == (True, False)
    assert ridden(a_load("k6", tmp_path)).outcome == "ok"


@both
def test_an_app_that_is_frozen_fails_its_cell_and_is_ended_all_the_same(executor, tmp_path):
    iterations, pacing_s = {"k6": (5, 0.4), "playwright": (2, 1.5)}[executor]
    load = a_load(executor, tmp_path, iterations=iterations, pacing_s=pacing_s)
    with Meanwhile(executor, "-m demo", signal.SIGSTOP) as meanwhile:
        outcome = ridden(load)
    assert outcome.outcome == "failed"
    assert "time" in outcome.reason.lower()
    assert not meanwhile.hit.is_running()
    rows = interactions(load)
    assert (rows[0].ok, rows[-1].ok) == (True, False)


@both
def test_an_app_that_answers_garbage_and_resets_connections_fails_its_cell(executor, tmp_path):
    load = a_load(executor, tmp_path, settings=broken(), iterations=2)
    outcome = ridden(load)
    assert outcome.outcome == "failed"
    garbage, reset = {
        "k6": ("malformed HTTP", "reset by peer"),
        "playwright": ("net::ERR_INVALID_HTTP_RESPONSE", "net::ERR_CONNECTION_RESET"),
    }[executor]
    assert garbage in outcome.reason
    first, second = interactions(load)
    assert (first.ok, second.ok) == (False, False)
    assert garbage in first.error
    assert reset in second.error


@pytest.mark.parametrize(
    ("executor", "limit", "expected"), [("k6", 0.0, "failed"), ("playwright", 0.5, "ok")]
)
def test_errors_now_and_then_are_rows_up_to_the_limit(executor, limit, expected, tmp_path):
    """500 for one request in ten."""
    fault = {"error_rate": 0.1, "seed": 3}
    settings = demo(**{"GET /login": fault, "GET /api/search": fault})
    load = a_load(
        executor, tmp_path, settings=settings, iterations=10, pacing_s=0.2, max_failed=limit
    )
    outcome = ridden(load)
    assert outcome.outcome == expected, outcome.reason
    assert [row.iteration for row in interactions(load) if not row.ok] == [1]
    assert (outcome.attempts[-1].iterations_ok, outcome.attempts[-1].iterations_failed) == (9, 1)
    assert (outcome.reason == "") == (expected == "ok")


# The executors.


def test_a_browser_that_is_killed_makes_its_attempt_invalid_and_is_tried_again(tmp_path):
    load = replace(a_load("playwright", tmp_path, iterations=4), retries=1)
    with Meanwhile("playwright", "--remote-debugging", signal.SIGKILL):
        outcome = ridden(load)
    assert (outcome.outcome, outcome.flaky) == ("ok", True)
    first, second = outcome.attempts
    assert first.outcome == "invalid"
    assert first.reason == "the browser ended in the middle of the ride"
    assert second.outcome == "ok"
    assert interactions(load, "attempts/1")[0].ok
    assert len(interactions(load)) == 4


def test_a_playwright_that_is_killed_is_no_failure_of_the_apps(tmp_path):
    """No event tells of it: the pages are gone, and no new one can be had."""
    load = a_load("playwright", tmp_path, iterations=4)
    with Meanwhile("playwright", "run-driver", signal.SIGKILL):
        outcome = ridden(load)
    assert (outcome.outcome, outcome.reason) == (
        "invalid",
        "the browser ended in the middle of the ride",
    )
    assert interactions(load)[0].ok


def test_a_k6_that_is_killed_makes_its_cell_invalid_and_is_not_tried_again(tmp_path):
    load = replace(a_load("k6", tmp_path, iterations=20), retries=3)
    with Meanwhile("k6", "script.js", signal.SIGKILL):
        outcome = ridden(load)
    assert (outcome.outcome, len(outcome.attempts)) == ("invalid", 1)
    assert outcome.reason.startswith("k6 was killed (signal 9)")
    assert interactions(load)[0].ok


def test_a_k6_that_cannot_write_its_rows_makes_its_cell_invalid(tmp_path):
    """As on a disk that is full: no file may become larger than 4 KB. k6 then ends with 0."""
    k6 = tool("k6")
    limited = tmp_path / "k6"
    limited.write_text(f'#!/bin/sh\nulimit -f 8\nexec "{k6.path}" "$@"\n')
    limited.chmod(0o755)
    small = Tool(**{**k6.model_dump(), "path": str(limited)})
    load = a_load("k6", tmp_path, users=20, iterations=5, pacing_s=0.2, tool=small)
    outcome = ridden(load)
    assert outcome.outcome == "invalid"
    assert outcome.attempts[-1].exit_code == 0
    assert outcome.reason.startswith("k6 could not write all of its rows (")
    assert " of 100 iterations that came through); " in outcome.reason
    assert "MB are free on the disk" in outcome.reason
    assert interactions(load)[0].ok


# The clock.


SET_BACK = {
    "k6": "const real = Date.now; Date.now = () => real() - (real() % 2) * 3600e3;\n",
    "playwright": (
        "import time as clock\nreal = clock.time_ns\n"
        "clock.time_ns = lambda: real() - real() // 1000 % 2 * 3600 * 10**9\n"
        "clock.time = lambda: clock.time_ns() / 1e9\n"
    ),
}


@both
def test_a_wall_clock_that_is_set_changes_no_duration_and_no_schedule(executor, tmp_path):
    """It is set back and forth by an hour all the time."""
    load = cell(executor, STEPS[executor], tmp_path, settings=demo(), iterations=3)
    for each, mark in (("k6", "const BASE_URL"), ("playwright", "import asyncio\n")):
        change_script(load, mark, SET_BACK[each] + mark, each)
    outcome = ridden(load)
    assert (outcome.outcome, outcome.reason) == ("ok", "")
    rows = interactions(load)
    assert len(rows) == 3
    assert all(0 < row.duration_us < 10_000_000 for row in rows)
    assert all(0 <= row.lateness_us < 10_000_000 for row in rows)
    assert rows[-1].start_us - rows[0].start_us < 60_000_000
