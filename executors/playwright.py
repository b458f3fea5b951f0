"""Rides a generated Playwright script as one attempt, and reads how it went."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from executors import processes
from executors.attempt import Failure, Order, Result, cleared

TIMINGS: Final = "timings.json"
STDOUT: Final = "stdout.txt"
_NO_RIDE = 2
_STOP_GRACE_S = 20.0
"""A stopped script still writes its trace and its HAR."""


def ride_playwright(order: Order, origin: str, folder: Path, keep_open: Sequence[int]) -> Result:
    """Ride; the raw artifacts are in ``folder``. Raises ToolchainError when nothing starts."""
    options = ["--base-url", origin, "--out", ".", "--browser", order.tool.path]
    options += [f"--browser-arg={argument}" for argument in order.browser_arguments]
    if order.headed:
        options.append("--headed")
    if order.slow_mo_ms:
        options += ["--slow-mo", f"{order.slow_mo_ms:g}"]
    command = [sys.executable, str(order.script.absolute()), *options]
    environment = {
        **cleared(os.environ, ("PWDEBUG", "PYTHONPATH", "PYTHONSTARTUP"), guarded=order.guarded),
        "PYTHONUNBUFFERED": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    with processes.start(
        command, env=environment, cwd=folder, stdout=folder / STDOUT, keep_open=keep_open
    ) as process:
        ended = processes.run_until(process, order.deadline_s, _STOP_GRACE_S)
    timings = _timings(folder / TIMINGS)
    return Result(
        exit_code=ended.exit_code,
        iterations_ok=int(timings.get("iterations_ok", 0)),
        failures=tuple(
            Failure(str(row["step"]), str(row["error"]))
            for row in timings.get("interactions", ())
            if not row["ok"]
        ),
        fault=_fault(ended, order, folder, measured=bool(timings.get("interactions"))),
    )


def _timings(file: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(file.read_bytes())
    except (OSError, ValueError):
        return {}
    return found


def _fault(ended: processes.Ended, order: Order, folder: Path, *, measured: bool) -> str:
    if ended.timed_out:
        return f"the browser did not end within {order.deadline_s:.0f} s and was stopped"
    if ended.exit_code >= _NO_RIDE or not measured:
        return f"the browser could not ride{_last_line(folder / STDOUT)}"
    return ""


def _last_line(stdout: Path) -> str:
    try:
        lines = stdout.read_text(encoding="utf-8", errors="replace").split("\n")
    except OSError:
        return ""
    said = [line.strip() for line in lines if line.strip()]
    return f": {said[-1][:300]}" if said else ""
