"""Rides a generated k6 script as one attempt, and reads how it went."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import unquote

from executors import processes
from executors.attempt import Company, Failure, Order, Result, cleared
from executors.health import Signs
from executors.lines import lines_beginning_with, read_header
from executors.scratch import scratch_folder
from executors.stopping import STOPPED
from tandem.errors import ArtifactError

METRICS: Final = "metrics.csv.gz"
ROWS: Final = "metrics.csv"
"""Where they are written while k6 rides."""
_PACKED_WELL_ENOUGH = 5
"""Rows so alike pack well at any level; this one is quick."""
SUMMARY: Final = "summary.json"
DASHBOARD: Final = "report.html"
STDOUT: Final = "stdout.txt"

_ENVIRONMENT = {
    "K6_CSV_TIME_FORMAT": "unix_micro",
    "K6_WEB_DASHBOARD": "true",
    "K6_WEB_DASHBOARD_PORT": "-1",
    "K6_WEB_DASHBOARD_EXPORT": DASHBOARD,
    "K6_NO_USAGE_REPORT": "true",
    "K6_AUTO_EXTENSION_RESOLUTION": "false",
    "NO_COLOR": "1",
}
_SHORT_S = 30.0
_DASHBOARD = {True: ("250ms", "1"), False: ("1s", "3")}
"""Of a short ride and of others: how often k6 looks at its figures, and how many seconds it rides
at least. It makes no dashboard of fewer than two looks, and the first comes late."""
_MESSAGE = re.compile(r'msg="((?:[^"\\]|\\.)*)"')
"""What a line of k6's log says; a stack stands behind the first backslash."""
_CANNOT_WRITE = b"CSV: Error writing to file"
"""In k6's log, once for each row that it lost."""
_SIGNALLED = 128
_NO_CODE = 255


@dataclass(frozen=True, slots=True)
class ExitCode:
    """What k6 means by an exit code."""

    meaning: str
    sick: bool = False
    """k6 itself was in trouble: whatever it measured cannot be used."""


# https://grafana.com/docs/k6/latest/using-k6/exit-codes/ (errext/exitcodes in k6's source, the same
# in 1.1 and 2.2). What is not in here k6 leaves to Go: 2 is a panic's, 255 an error without a code.
EXIT_CODES: Final = {
    2: ExitCode("k6 crashed", sick=True),
    97: ExitCode("a cloud run failed"),
    98: ExitCode("a cloud run's progress could not be read"),
    99: ExitCode("a threshold was crossed, though generated scripts hold none"),
    100: ExitCode("setup() took too long"),
    101: ExitCode("teardown() took too long"),
    102: ExitCode("k6 took too long"),
    103: ExitCode("k6 was stopped through its REST API", sick=True),
    104: ExitCode("k6 does not accept the script's options"),
    105: ExitCode("k6 was stopped from outside", sick=True),
    106: ExitCode("k6's REST API could not start", sick=True),
    107: ExitCode("the script threw an exception outside of an iteration"),
    108: ExitCode("the script aborted the test"),
    109: ExitCode("k6 crashed", sick=True),
    110: ExitCode("the script marked the test as failed"),
}


def ride_k6(order: Order, origin: str, folder: Path, company: Company) -> Result:
    """Ride; the raw artifacts are in ``folder``. Raises ToolchainError when k6 does not start."""
    command = [
        order.tool.path,
        "run",
        "--quiet",  # no progress lines; the summary is still printed
        "--address",
        "",  # no REST server: several k6 at once would fight for its port
        "--out",
        f"csv={ROWS}",
        "--summary-export",
        SUMMARY,
        str(order.script.absolute()),
    ]
    period, least_s = _DASHBOARD[order.schedule_s < _SHORT_S]
    environment = {
        **cleared(
            os.environ,
            ("K6_", "BASE_URL", "USERS", "ITERATIONS", "WARMUP", "PACING_MS", "LEAST_S"),
            guarded=order.guarded,
        ),
        **_ENVIRONMENT,
        "K6_WEB_DASHBOARD_PERIOD": period,
        "LEAST_S": least_s,
        "BASE_URL": origin,
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
        ended = processes.run_until(process, order.deadline_s)
    _pack(folder / ROWS, folder / METRICS)
    metrics = metrics_file(folder)
    sick, fault = _trouble(ended, order, folder)
    failures = tuple(_failures(metrics))
    iterations_ok = sum(1 for _ in _rows(metrics, b"iterations_ok,"))
    return Result(
        exit_code=ended.exit_code,
        iterations_ok=iterations_ok,
        failures=failures,
        fault=fault,
        sick=sick or _unwritten(folder, iterations_ok),
        signs=Signs(
            tuple(_own_lateness_ms(metrics)),
            reasons=[each.reason for each in failures],
            dropped_iterations=_dropped_iterations(metrics),
        ),
    )


def metrics_file(folder: Path) -> Path:
    """Return where k6's rows are: packed, or plain where there was no room for that."""
    plain = folder / ROWS
    return plain if plain.exists() else folder / METRICS


def _pack(plain: Path, packed: Path) -> None:
    """Pack k6's rows, now that it rides no more: while it does, they are written plainly.

    So k6 spends nothing on it, and a k6 that is killed leaves all that it had written down.
    """
    if not plain.exists():
        return
    beside = packed.with_name(f".{packed.name}")
    try:
        with (
            plain.open("rb") as rows,
            beside.open("wb") as stream,
            # Neither a name nor a time of its own: the same rows have the same bytes.
            gzip.GzipFile("", "wb", _PACKED_WELL_ENOUGH, stream, mtime=0) as packing,
        ):
            shutil.copyfileobj(rows, packing, 1 << 20)
        beside.replace(packed)
    except OSError:
        beside.unlink(missing_ok=True)
        return
    plain.unlink()


def _trouble(ended: processes.Ended, order: Order, folder: Path) -> tuple[str, str]:
    """Return why k6's numbers cannot be used at all, and what else went wrong."""
    if ended.stopped:
        return STOPPED, ""
    if ended.timed_out:
        return "", f"k6 did not end within {order.deadline_s:.0f} s and was stopped"
    code = ended.exit_code
    if code > _SIGNALLED and code not in EXIT_CODES and code != _NO_CODE:
        return f"k6 was killed (signal {code - _SIGNALLED})", ""
    if code:
        known = EXIT_CODES.get(code, ExitCode("k6 failed"))
        said = f"{known.meaning} (k6's exit code {code}){_last_error(folder / STDOUT)}"
        return (said, "") if known.sick else ("", said)
    if not (folder / SUMMARY).exists() or not metrics_file(folder).exists():
        return "", "k6 ended without writing its results"
    return "", ""


def _unwritten(folder: Path, iterations_ok: int) -> str:
    """Return what k6 could not write down, as on a full disk; it ends with 0 all the same."""
    summary = folder / SUMMARY
    if not summary.exists():  # it was ended before
        return ""
    try:
        metrics = json.loads(summary.read_bytes())["metrics"]
        counted = metrics.get("iterations_ok", {}).get("count", 0)
    except (ValueError, KeyError):
        lost = "its summary"
    else:
        complained = _CANNOT_WRITE in (folder / STDOUT).read_bytes()
        if counted <= iterations_ok and not complained:
            return ""
        lost = f"all of its rows ({iterations_ok} of {counted} iterations that came through)"
    free_mb = shutil.disk_usage(folder).free >> 20
    return f"k6 could not write {lost}; {free_mb} MB are free on the disk"


def _failures(metrics: Path) -> Iterator[Failure]:
    """Yield the failed interactions in k6's order."""
    for row in _rows(metrics, b"interaction_failed,"):
        pairs = f"{row.get('extra_tags')}&{row.get('metadata')}".split("&")
        said = dict(pair.partition("=")[::2] for pair in pairs)
        yield Failure(said.get("step", ""), unquote(said.get("reason", "")))


def _own_lateness_ms(metrics: Path) -> Iterator[float]:
    """Yield how late interactions began before which nothing was under way any more."""
    for row in _rows(metrics, b"interaction,", b"interaction_skipped,"):
        said = dict(pair.partition("=")[::2] for pair in (row.get("metadata") or "").split("&"))
        if "overrun" not in said:
            yield float(said.get("lateness_us") or 0) / 1000


def _dropped_iterations(metrics: Path) -> int:
    return round(sum(float(row["metric_value"]) for row in _rows(metrics, b"dropped_iterations,")))


def _rows(metrics: Path, *beginnings: bytes) -> Iterator[dict[str, str]]:
    """Yield the rows that begin so; a file cut off in the middle is read so far."""
    try:
        header = next(csv.reader([read_header(metrics).decode()]), [])
        for kinds in lines_beginning_with(metrics, beginnings):
            for lines in kinds:
                yield from csv.DictReader(io.StringIO(lines.to_pybytes().decode()), header)
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
