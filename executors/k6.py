"""Rides a generated k6 script as one attempt, and reads how it went."""

from __future__ import annotations

import csv
import io
import json
import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final
from urllib.parse import unquote

from executors import processes
from executors.attempt import Failure, Order, Result, cleared
from executors.lines import lines_beginning_with, read_header
from tandem.errors import ArtifactError

METRICS: Final = "metrics.csv.gz"
SUMMARY: Final = "summary.json"
DASHBOARD: Final = "report.html"
STDOUT: Final = "stdout.txt"

_ENVIRONMENT = {
    "K6_CSV_TIME_FORMAT": "unix_micro",
    "K6_WEB_DASHBOARD": "true",
    "K6_WEB_DASHBOARD_PORT": "-1",
    "K6_WEB_DASHBOARD_PERIOD": "1s",
    "K6_WEB_DASHBOARD_EXPORT": DASHBOARD,
    "K6_NO_USAGE_REPORT": "true",
    "K6_AUTO_EXTENSION_RESOLUTION": "false",
    "NO_COLOR": "1",
}
_MESSAGE = re.compile(r'msg="((?:[^"\\]|\\.)*)"')
"""What a line of k6's log says; a stack stands behind the first backslash."""
# https://grafana.com/docs/k6/latest/using-k6/exit-codes/ (errext/exitcodes in k6's source)
EXIT_CODES: Final = {
    97: "a cloud run failed",
    98: "a cloud run's progress could not be read",
    99: "a threshold was crossed, though generated scripts hold none",
    100: "setup() took too long",
    101: "teardown() took too long",
    102: "k6 took too long",
    103: "k6's engine failed",
    104: "k6 does not accept the script's options",
    105: "k6 was stopped from outside",
    106: "k6's REST server could not start",
    107: "the script threw an exception outside of an iteration",
    108: "the script aborted the test",
    109: "k6 crashed",
}


def ride_k6(order: Order, origin: str, folder: Path, keep_open: Sequence[int]) -> Result:
    """Ride; the raw artifacts are in ``folder``. Raises ToolchainError when k6 does not start."""
    command = [
        order.tool.path,
        "run",
        "--quiet",  # no progress lines; the summary is still printed
        "--address",
        "",  # no REST server: several k6 at once would fight for its port
        "--out",
        f"csv={METRICS}",
        "--summary-export",
        SUMMARY,
        str(order.script.absolute()),
    ]
    environment = {
        **cleared(
            os.environ,
            ("K6_", "BASE_URL", "USERS", "ITERATIONS", "PACING_MS"),
            guarded=order.guarded,
        ),
        **_ENVIRONMENT,
        "BASE_URL": origin,
    }
    with processes.start(
        command, env=environment, cwd=folder, stdout=folder / STDOUT, keep_open=keep_open
    ) as process:
        ended = processes.run_until(process, order.deadline_s)
    return Result(
        exit_code=ended.exit_code,
        iterations_ok=_iterations_ok(folder / SUMMARY),
        failures=tuple(_failures(folder / METRICS)),
        fault=_fault(ended, order, folder),
    )


def _fault(ended: processes.Ended, order: Order, folder: Path) -> str:
    if ended.timed_out:
        return f"k6 did not end within {order.deadline_s:.0f} s and was stopped"
    if ended.exit_code:
        known = EXIT_CODES.get(ended.exit_code, "k6 failed")
        return f"{known} (k6's exit code {ended.exit_code}){_last_error(folder / STDOUT)}"
    if not (folder / SUMMARY).exists() or not (folder / METRICS).exists():
        return "k6 ended without writing its results"
    return ""


def _iterations_ok(summary: Path) -> int:
    """Return how many iterations came to their end; the script counts them itself."""
    try:
        metrics = json.loads(summary.read_bytes())["metrics"]
        return int(metrics.get("iterations_ok", {}).get("count", 0))
    except (OSError, ValueError, KeyError, AttributeError):
        return 0


def _failures(metrics: Path) -> Iterator[Failure]:
    """Yield the failed interactions in k6's order; a file cut off in the middle is read so far."""
    try:
        header = next(csv.reader([read_header(metrics).decode()]), [])
        for lines in lines_beginning_with(metrics, [b"interaction_fail"]):
            for row in csv.DictReader(io.StringIO(lines.to_pybytes().decode()), header):
                pairs = f"{row.get('extra_tags')}&{row.get('metadata')}".split("&")
                said = dict(pair.partition("=")[::2] for pair in pairs)
                yield Failure(said.get("step", ""), unquote(said.get("reason", "")))
    except (OSError, ValueError, ArtifactError):
        return


def _last_error(stdout: Path) -> str:
    try:
        lines = stdout.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    errors = (_MESSAGE.search(line) for line in lines if "level=error" in line)
    said = [found.group(1) for found in errors if found]
    return f": {said[-1].split(chr(92))[0][:300]}" if said else ""
