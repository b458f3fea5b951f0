"""One cell's raw artifacts to its table: all attempts, both executors the same way."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from executors.health import FILE as HEALTH
from executors.k6 import metrics_file
from executors.outcome import FILE, CellOutcome, read_outcome
from executors.playwright import TIMINGS
from summary.tables.browser_samples import read_browser_samples
from summary.tables.cell_record import write_cell
from summary.tables.health_samples import read_health_samples
from summary.tables.k6_samples import read_k6_samples
from summary.tables.memory import little_memory
from summary.tables.samples import ROWS, CellKey, write_samples
from summary.tables.transactions import Transactions
from tandem.errors import ArtifactError
from tandem.models import Executor


def build_cell_table(folder: Path, table: Path, attempts_table: Path) -> None:
    """Write the samples of the cell in ``folder``, and how its attempts ended.

    A cell without any samples has a table without rows, and an attempt that is invalid has the rows
    that can be read. Raises :class:`ArtifactError` for artifacts of others that cannot be.
    """
    outcome = read_outcome(folder / FILE)
    cell = CellKey(outcome.journey, outcome.executor, outcome.users)
    with little_memory():
        write_samples(table, cell, lambda: _tables(folder, outcome))
    write_cell(attempts_table, folder, outcome)


def _tables(folder: Path, outcome: CellOutcome) -> Iterator[pa.Table]:
    for attempt in outcome.attempts:
        try:
            yield from _of_attempt(folder / attempt.folder, outcome, attempt.number)
        except ArtifactError as error:
            # What an invalid one could not write down, as on a full disk, is needed for nothing.
            if attempt.outcome != "invalid":
                hint = f"Remove {folder}: the cell is then ridden again."
                raise ArtifactError(error.message, hint=hint) from error


def _of_attempt(folder: Path, outcome: CellOutcome, attempt: int) -> Iterator[pa.Table]:
    # Few rows of all the time, which others are put between as they come.
    health = folder / HEALTH
    if health.exists():
        yield from read_health_samples(health, attempt)
    raw = _raw(folder, outcome.executor)
    # An attempt that ended before anything was measured left none; its reason is on record.
    if raw.exists():
        transactions = Transactions(attempt, outcome.groups)
        for table in _read(raw, outcome, attempt):
            rows = pa.concat_tables([table, transactions.add(table)])
            yield _warmup_marked(rows, outcome.warmup)
        yield _warmup_marked(transactions.rest(), outcome.warmup)


def _raw(folder: Path, executor: Executor) -> Path:
    return metrics_file(folder) if executor == "k6" else folder / TIMINGS


def _read(raw: Path, outcome: CellOutcome, attempt: int) -> Iterator[pa.Table]:
    if outcome.executor == "k6":
        return read_k6_samples(raw, attempt, outcome.steps)
    return read_browser_samples(raw, attempt, outcome.steps)


def _warmup_marked(table: pa.Table, warmup: int) -> pa.Table:
    """Mark the rows of each user's first ``warmup`` iterations."""
    marked = pc.fill_null(pc.less(table["iteration"], warmup), fill_value=False)
    return table.set_column(ROWS.get_field_index("warmup"), ROWS.field("warmup"), marked)
