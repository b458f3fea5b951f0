"""A ride that takes too long is ended, gently at first, and what it had measured is kept."""

from __future__ import annotations

import contextlib
import json
import sys
import time

import pytest

from executors import attempt, playwright, processes
from executors.attempt import Company, Order, judge
from executors.k6 import ride_k6
from executors.playwright import ride_playwright
from executors.toolchain import Tool

HEAD = {"users": 1, "iterations": 1, "warmup": 0, "kinds": ["interactions", "passes", "lags"]}
INTERACTION = {"step": "open", "start_us": 5, "lateness_us": 0, "overrun": False, "ok": True}
OVERRUN = {**INTERACTION, "overrun": True}
ROWS = {
    "k6": ("metrics.csv", "metric_name,timestamp,metric_value\niterations_ok,5,1\n"),
    "playwright": (
        "timings.jsonl",
        "".join(
            f"{json.dumps(row)}\n"
            for row in (
                HEAD,
                {"kind": "interactions", **INTERACTION},
                {"kind": "passes", "iteration": 0, "ok": True},
            )
        ),
    ),
}
HEEDS = "signal.signal(signal.SIGTERM, lambda *_: (open('said', 'w').close(), sys.exit(0)))"
DEAF = "signal.signal(signal.SIGTERM, signal.SIG_IGN)"


@pytest.fixture
def _little_time(monkeypatch, when_told):
    """Who heeds it is waited for; who is deaf is not."""
    grace_s = 0.2 if when_told == DEAF else 20.0
    monkeypatch.setattr(attempt, "START_GRACE_S", 0.0)
    monkeypatch.setattr(playwright, "_STOP_GRACE_S", grace_s)
    monkeypatch.setattr(processes.run_until, "__defaults__", (grace_s,))


def ride(executor, folder, when_told):
    """Let a program that writes a row and never ends take the place of the executor.

    Its time begins when the row is there.
    """
    name, rows = ROWS[executor]

    @contextlib.contextmanager
    def attend(_process):
        until = time.monotonic() + 30
        while not (folder / "written").exists():
            assert time.monotonic() < until
            time.sleep(0.01)
        yield

    code = f"import signal, sys, time\nfrom pathlib import Path\n{when_told}\n"
    code += f"Path({name!r}).write_text({rows!r})\nPath('written').touch()\ntime.sleep(60)\n"
    program = folder / "program.py"
    program.write_text(f"#!{sys.executable}\n{code}")
    program.chmod(0o755)
    tool = Tool.model_construct(name="k6", path=str(program))
    order = Order(executor, program, 1, 1, 0.1, 1, tool)
    rides = {"k6": ride_k6, "playwright": ride_playwright}[executor]
    return rides(order, "http://127.0.0.1:9", folder, Company(attend=attend))


@pytest.mark.usefixtures("_little_time")
@pytest.mark.parametrize("executor", ["k6", "playwright"])
@pytest.mark.parametrize("when_told", [HEEDS, DEAF], ids=["heeds", "deaf"])
def test_it_is_told_to_end_then_killed_and_its_rows_are_kept(executor, when_told, tmp_path):
    result = ride(executor, tmp_path, when_told)
    assert (tmp_path / "said").exists() == (when_told == HEEDS)
    assert result.exit_code == (0 if when_told == HEEDS else 137)
    assert "did not end within 0 s and was stopped" in result.fault
    assert result.iterations_ok == 1
    assert judge(result, 1, 0.0, "").outcome == "invalid"


@pytest.mark.usefixtures("_little_time")
@pytest.mark.parametrize("when_told", [DEAF])
@pytest.mark.parametrize(("row", "outcome"), [(INTERACTION, "invalid"), (OVERRUN, "failed")])
def test_a_browser_that_a_slow_app_kept_is_the_apps_doing(
    row, outcome, when_told, tmp_path, monkeypatch
):
    """k6 ends by itself then, and has dropped the iterations that were left."""
    lines = [HEAD, {"kind": "interactions", **row}]
    rows = "".join(f"{json.dumps(each)}\n" for each in lines)
    monkeypatch.setitem(ROWS, "playwright", ("timings.jsonl", rows))
    result = ride("playwright", tmp_path, when_told)
    assert judge(result, 1, 0.0, "").outcome == outcome


@pytest.mark.parametrize(("iterations", "pause_s", "limit_s"), [(1, 0, 122.4), (10, 2, 395.4)])
def test_the_limit_follows_the_schedule(iterations, pause_s, limit_s):
    order = Order("k6", None, 5, iterations, 3.6, 5, None, pause_s)
    assert order.deadline_s == pytest.approx(limit_s)
    assert Order("k6", None, 5, iterations, 3.6, 5, None, debug=True).deadline_s is None
