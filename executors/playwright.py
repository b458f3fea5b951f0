"""Rides a generated Playwright script as one attempt, and reads how it went."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from executors import processes
from executors.attempt import Company, Failure, Order, Result, cleared
from executors.health import Signs
from executors.scratch import scratch_folder
from executors.stopping import STOPPED
from tandem.files import write_text

TIMINGS: Final = "timings.json"
JOURNAL: Final = "timings.jsonl"
STDOUT: Final = "stdout.txt"
_NO_RIDE = 2
_BROWSER_GONE = 3
_SIGNALLED = 128
_STOP_GRACE_S = 20.0
"""A stopped script still writes its trace and its HAR."""


def ride_playwright(order: Order, origin: str, folder: Path, company: Company) -> Result:
    """Ride; the raw artifacts are in ``folder``. Raises ToolchainError when nothing starts."""
    command = [sys.executable, str(order.script.absolute()), *_options(order, origin)]
    environment = {
        **cleared(os.environ, ("PWDEBUG", "PYTHONPATH", "PYTHONSTARTUP"), guarded=order.guarded),
        "PYTHONUNBUFFERED": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    with (
        scratch_folder(for_sockets=True) as scratch,
        processes.start(
            command,
            env=environment,
            cwd=folder,
            stdout=folder / STDOUT,
            keep_open=company.keep_open,
            scratch=scratch,
        ) as process,
        company.attend(process),
    ):
        ended = processes.run_until(process, order.deadline_s, _STOP_GRACE_S)
    recover(folder)
    timings = _timings(folder / TIMINGS)
    interactions = timings.get("interactions", ())
    failed = [row for row in interactions if not row["ok"]]
    return Result(
        exit_code=ended.exit_code,
        iterations_ok=int(timings.get("iterations_ok", 0)),
        failures=tuple(Failure(str(row["step"]), str(row["error"])) for row in failed),
        fault=_fault(ended, order, folder, measured=bool(interactions)),
        overran=ended.timed_out and any(row["overrun"] for row in interactions),
        sick=_sick(ended),
        signs=Signs(
            [row["lateness_us"] / 1000 for row in interactions if not row["overrun"]],
            [row["lag_us"] / 1000 for row in timings.get("lags", ())],
            [*(row["error"] for row in failed), *_errors_of(timings.get("requests", ()))],
            max(0, order.users * order.iterations - len(timings.get("passes", ()))),
        ),
    )


def _errors_of(rows: Iterable[dict[str, Any]]) -> Iterator[str]:
    return (row["error"] for row in rows if row["error"])


def _options(order: Order, origin: str) -> list[str]:
    options = ["--base-url", origin, "--out", ".", "--browser", order.tool.path]
    options += ["--trace", order.browser.trace, "--har", order.browser.har]
    options += [f"--browser-arg={argument}" for argument in order.browser_arguments]
    if order.slow_mo_ms:
        options += ["--slow-mo", f"{order.slow_mo_ms:g}"]
    switches = {
        "--headed": order.headed,
        "--debug": order.debug,
        "--browser-per-user": order.browser.per_user,
    }
    return [*options, *(name for name, wanted in switches.items() if wanted)]


def recover(folder: Path) -> None:
    """Make ``timings.json`` of the rows that a script wrote down before it was killed."""
    journal, timings = folder / JOURNAL, folder / TIMINGS
    if timings.exists() or not journal.exists():
        return
    with journal.open(encoding="utf-8", errors="replace") as stream:
        head = next(_rows(stream), None)
        if head is None:
            return
        rows: dict[str, list[dict[str, Any]]] = {kind: [] for kind in head.pop("kinds")}
        for row in _rows(stream):
            rows[row.pop("kind")].append(row)
    through = [row for row in rows["passes"] if row["ok"] and row["iteration"] >= head["warmup"]]
    starts = [row["start_us"] for row in rows["interactions"]]
    found = {"started_us": min(starts, default=0), "iterations_ok": len(through), **rows}
    write_text(timings, json.dumps({**head, **found}, ensure_ascii=False))
    journal.unlink()


def _rows(lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    """Yield the rows; the last line may have been cut off."""
    for line in lines:
        try:
            yield json.loads(line)
        except ValueError:
            return


def _timings(file: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(file.read_bytes())
    except (OSError, ValueError):
        return {}
    return found


def _sick(ended: processes.Ended) -> str:
    if ended.stopped:
        return STOPPED
    if ended.timed_out:
        return ""
    if ended.exit_code == _BROWSER_GONE:
        return "the browser ended in the middle of the ride"
    if ended.exit_code > _SIGNALLED:
        return f"the browser's script was killed (signal {ended.exit_code - _SIGNALLED})"
    return ""


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
