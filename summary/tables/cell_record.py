"""The table of a cell's attempts: how each ended, where it was ridden, what its tool counted."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from executors.k6 import SUMMARY
from executors.outcome import Attempt, CellOutcome
from executors.playwright import TIMINGS
from summary.tables.table_files import read_table, write_table
from summary.tables.table_kinds import CELLS
from summary.tables.totals import Totals, read_har_totals, read_k6_totals
from tandem.errors import ArtifactError

_HAR: Final = re.compile(r"user(\d+)\.har")


def write_cell(path: Path, folder: Path, outcome: CellOutcome) -> None:
    """Write one row per attempt of the cell whose artifacts are in ``folder``."""
    rows = [_row(folder, outcome, attempt) for attempt in outcome.attempts]
    write_table(path, CELLS, [as_rows(rows, CELLS.schema)] if rows else [])


def read_totals(path: Path) -> Totals:
    """Return what the tool counted in the attempt that the cell is judged by."""
    for row in read_table(path, CELLS).to_pylist():
        if row["decisive"]:
            return Totals(**{name: row[f"told_{name}"] for name in asdict(Totals())})
    return Totals()


def as_rows(rows: Sequence[dict[str, Any]], schema: pa.Schema) -> pa.Table:
    """Return rows, each with every column of ``schema``, as a table."""
    columns = [pa.array([row[field.name] for row in rows], field.type) for field in schema]
    return pa.Table.from_arrays(columns, schema=schema)


def _row(folder: Path, outcome: CellOutcome, attempt: Attempt) -> dict[str, Any]:
    totals = _totals(folder / attempt.folder, outcome)
    start, end = map(_microseconds, (attempt.started_at, attempt.ended_at))
    host = outcome.host
    return {
        "journey": outcome.journey,
        "executor": outcome.executor,
        "users": outcome.users,
        "attempt": attempt.number,
        "decisive": attempt is outcome.decisive,
        "outcome": attempt.outcome,
        "reason": attempt.reason or None,
        "step": attempt.step or None,
        "flaky": outcome.flaky,
        "exit_code": attempt.exit_code,
        "steps": outcome.steps or None,
        "iterations": outcome.iterations,
        "warmup": outcome.warmup,
        "iterations_ok": attempt.iterations_ok,
        "iterations_failed": attempt.iterations_failed,
        "pacing_us": round(outcome.pacing_s * 1e6),
        "start": start,
        "duration_us": end - start,
        "environment": outcome.environment,
        "target": outcome.target,
        "app": outcome.app,
        **{name: _version(outcome, name) for name in ("k6", "chromium", "playwright")},
        "host_system": host.system,
        "host_processor": host.processor,
        "host_cores": host.cores,
        "host_memory_mb": host.memory_mb,
        **{f"told_{name}": value for name, value in asdict(totals).items()},
    }


def _totals(folder: Path, outcome: CellOutcome) -> Totals:
    """Return what the tool counted; nothing where it left no record that can be read."""
    try:
        if outcome.executor == "k6":
            return read_k6_totals(folder / SUMMARY)
        for har in sorted(folder.glob("*.har")):
            if found := _HAR.fullmatch(har.name):
                return read_har_totals(har, folder / TIMINGS, int(found[1]))
    except ArtifactError:
        pass  # a tool that was stopped leaves none, or half of one: the outcome says so
    return Totals()


def _version(outcome: CellOutcome, tool: str) -> str | None:
    return outcome.tools.get(tool, {}).get("version")


def _microseconds(moment: str) -> int:
    return round(datetime.fromisoformat(moment).timestamp() * 1e6)
