"""``run.json``: what a run consists of and what it was made from, for whoever checks it later."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Final, Literal

from executors.outcome import CellOutcome, Host
from summary.models import RunInfo, Summary
from summary.tables.cell_record import as_rows
from summary.tables.table_files import write_table
from summary.tables.table_kinds import RUNS
from tandem.models import Executor, FrozenModel, Outcome, Verdict

SCHEMA_VERSION: Final = 1


class CellFiles(FrozenModel):
    """Where the files of one cell are, relative to the run."""

    folder: str
    script: str
    table: str
    attempts_table: str = ""
    """Empty in the record of a run from before there was one."""


class CellRecord(CellFiles):
    """One cell: how it ended, and the digests of what it was ridden with."""

    journey: str
    executor: Executor
    users: int
    iterations: int
    pacing_s: float
    outcome: Outcome
    reason: str
    attempts: int
    flaky: bool
    started_at: str
    ended_at: str
    inputs: dict[str, str]


class RunRecord(FrozenModel):
    """The whole of ``run.json``."""

    schema_version: Literal[1] = SCHEMA_VERSION
    stamp: str
    raw_sha256: str
    """Identifies the measurements: the digest of every cell's outcome, which holds its files'."""
    run: RunInfo
    verdict: Verdict
    exit_code: int
    hosts: tuple[Host, ...]
    """The machines that made the load: one, unless the build folder has moved."""
    tools: dict[str, dict[str, str]]
    matrix: dict[str, tuple[int, ...]]
    """Executor to the numbers of users that it rode with."""
    cells: tuple[CellRecord, ...]
    files: dict[str, str]
    """Journeys, scripts and tables to their SHA-256."""


def run_record(
    summary: Summary, cells: Sequence[tuple[CellFiles, CellOutcome]], files: dict[str, str]
) -> RunRecord:
    """Return the record of a run; ``cells`` holds where each one's files are, and its outcome."""
    tools = {name: tool for _, cell in cells for name, tool in cell.tools.items()}
    users: dict[str, set[int]] = {}
    for _, cell in cells:
        users.setdefault(cell.executor, set()).add(cell.users)
    return RunRecord(
        stamp=summary.run.stamp,
        raw_sha256=_identity([cell for _, cell in cells]),
        run=summary.run,
        verdict=summary.verdict,
        exit_code=summary.exit_code,
        hosts=tuple({cell.host.model_dump_json(): cell.host for _, cell in cells}.values()),
        tools=dict(sorted(tools.items())),
        matrix={executor: tuple(sorted(users[executor])) for executor in sorted(users)},
        cells=tuple(_cell(*cell) for cell in cells),
        files=dict(sorted(files.items())),
    )


def write_run(path: Path, summary: Summary) -> None:
    """Write the table that holds the run as its one row."""
    run = summary.run
    row = {
        **{
            name: getattr(run, name)
            for name in ("stamp", "profile", "view", "environment", "base_url", "app")
        },
        "verdict": summary.verdict,
        "exit_code": summary.exit_code,
        "start": datetime.fromisoformat(run.started_at) if run.started_at else None,
        "journeys": len(summary.journeys),
        "cells": len(summary.cells),
        "cells_ok": sum(cell.outcome == "ok" for cell in summary.cells),
        "slos": len(summary.slos),
        "slos_failed": sum(slo.level == "error" and slo.verdict == "fail" for slo in summary.slos),
        "findings": sum(found.severity != "info" for found in summary.findings),
    }
    write_table(path, RUNS, [as_rows([row], RUNS.schema)])


def _identity(outcomes: Sequence[CellOutcome]) -> str:
    whole = hashlib.sha256()
    for cell in outcomes:
        whole.update(cell.model_dump_json().encode())
    return whole.hexdigest()


def _cell(files: CellFiles, cell: CellOutcome) -> CellRecord:
    return CellRecord(
        journey=cell.journey,
        executor=cell.executor,
        users=cell.users,
        iterations=cell.iterations,
        pacing_s=cell.pacing_s,
        outcome=cell.outcome,
        reason=cell.reason,
        attempts=len(cell.attempts),
        flaky=cell.flaky,
        started_at=cell.started_at,
        ended_at=cell.ended_at,
        inputs=cell.inputs,
        folder=files.folder,
        script=files.script,
        table=files.table,
        attempts_table=files.attempts_table,
    )
