"""A slow app gives a valid cell with slow numbers; a sick load generator gives an invalid one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import contextmanager

import pytest

from executors.ride import ride
from executors.toolchain import Tool
from tests.riding.rig import DEMO, ROOT, cell, samples_in, tool

ASK = [{"id": "ask", "action": "apiRequest", "target": "/api/search?q=a", "timeout": 20}]
OPEN = [{"id": "open", "action": "navigate", "target": "/login", "timeout": 20}]
STEPS = {"k6": ASK, "playwright": OPEN}
SLOW = {"*": {"latency_ms": 900}}
USERS = {"k6": 20, "playwright": 1}
ITERATIONS = {"k6": 12, "playwright": 2}
"""A starved browser takes long for all it does; k6 must ride for a few readings at least."""
BURNERS = {"k6": 6, "playwright": 3}
"""Many of a browser's threads wait at once: fewer keep it waiting as long."""
BURN_S = 120


@pytest.fixture(autouse=True)
def _in_a_workspace(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def settings(**environment):
    app = {"command": DEMO, "ready_path": "/api/health"}
    app = {**app, "environment": {"PYTHONPATH": str(ROOT), **environment}}
    return {"app": app, "browser": {"trace": "off", "har": "off"}}


@contextmanager
def starved(burners):
    """Let this process, and what it starts, share one processor with many that never rest.

    Each of those is in a session of its own, so that the scheduler counts it for itself.
    """
    allowed = os.sched_getaffinity(0)
    burn = f"import time; end = time.monotonic() + {BURN_S}\nwhile time.monotonic() < end: pass"
    os.sched_setaffinity(0, {min(allowed)})
    burning = [
        subprocess.Popen([sys.executable, "-S", "-c", burn], start_new_session=True)
        for _ in range(burners)
    ]
    try:
        yield
    finally:
        for each in burning:
            each.kill()
            each.wait()
        os.sched_setaffinity(0, allowed)


def ridden_undisturbed(load):
    """Ride, and again where others had the machine: what is rightly invalid shows nothing here.

    A rule that took the slow app for a sick generator would do so each time.
    """
    for _ in range(5):
        outcome = ride(load, lambda: False, print)
        assert outcome is not None
        if not outcome.reason.startswith("the load generator was"):
            break
    return outcome


@pytest.mark.parametrize("executor", ["k6", "playwright"])
def test_a_slow_app_is_measured_slow_and_its_cell_is_valid(executor, tmp_path):
    """Also when it is so slow that every start is late: that is the app's doing."""
    load = cell(
        executor,
        STEPS[executor],
        tmp_path,
        settings=settings(DEMO_FAULTS=json.dumps(SLOW)),
        iterations=3,
    )
    outcome = ridden_undisturbed(load)
    assert (outcome.outcome, outcome.reason) == ("ok", "")
    rows = [row for row in samples_in(executor, load.folder) if row.kind == "interaction"]
    assert len(rows) == 3
    assert min(row.duration_us for row in rows) >= 900_000
    assert all(row.overrun and row.lateness_us > 100_000 for row in rows[1:])


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells how long a process waits")
@pytest.mark.parametrize("executor", ["k6", "playwright"])
def test_a_starved_generator_gives_an_invalid_cell_with_the_reason(executor, tmp_path):
    load = cell(
        executor,
        STEPS[executor],
        tmp_path,
        settings=settings(),
        users=USERS[executor],
        iterations=ITERATIONS[executor],
    )
    with starved(BURNERS[executor]):
        outcome = ride(load, lambda: False, print)
    assert outcome is not None
    assert outcome.outcome == "invalid"
    assert outcome.reason.startswith("the load generator was")
    assert "waited for" in outcome.reason
    readings = json.loads((load.folder / "health.json").read_bytes())["readings"]
    assert len(readings) >= 3
    assert len(samples_in(executor, load.folder)) > 0, "what was measured is kept"


def test_a_generator_without_file_descriptors_is_not_a_broken_app(tmp_path):
    """Twenty users cannot connect through a k6 that may open no more than it needs to start."""
    k6 = tool("k6")
    limited = tmp_path / "k6"
    limited.write_text(f'#!/bin/sh\nulimit -n 24\nexec "{k6.path}" "$@"\n')
    limited.chmod(0o755)
    few = Tool(**{**k6.model_dump(), "path": str(limited)})
    load = cell("k6", ASK, tmp_path, settings=settings(), users=40, pacing_s=0.2, tool=few)
    outcome = ride(load, lambda: False, print)
    assert outcome is not None
    assert outcome.outcome == "invalid"
    assert outcome.reason.startswith("the load generator itself ran out of something")
    assert "too many open files" in outcome.reason
