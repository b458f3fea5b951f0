"""One cell's raw artifacts to its table: all attempts, both executors the same way."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from executors.k6 import METRICS
from executors.outcome import FILE, CellOutcome, read_outcome
from executors.playwright import TIMINGS
from summary.browser_samples import read_browser_samples
from summary.k6_samples import read_k6_samples
from summary.samples import ROWS, CellKey, Sample, as_table, write_samples
from tandem.models import Executor

_READERS: dict[Executor, tuple[str, Callable[[Path, int], Iterator[Sample]]]] = {
    "k6": (METRICS, read_k6_samples),
    "playwright": (TIMINGS, read_browser_samples),
}
_TOGETHER: Final = 10_000
"""Rows that are turned into columns at once."""


def build_cell_table(folder: Path, table: Path) -> None:
    """Write the samples of the cell in ``folder`` to ``table``; a cell without any has no rows."""
    outcome = read_outcome(folder / FILE)
    cell = CellKey(outcome.journey, outcome.executor, outcome.users)
    write_samples(table, cell, _tables(folder, outcome))


def _tables(folder: Path, outcome: CellOutcome) -> Iterator[pa.Table]:
    name, read = _READERS[outcome.executor]
    for attempt in outcome.attempts:
        raw = folder / attempt.folder / name
        # An attempt that ended before anything was measured left none; its reason is on record.
        if raw.exists():
            rows = read(raw, attempt.number)
            while some := list(itertools.islice(rows, _TOGETHER)):
                yield _warmup_marked(as_table(some), outcome.warmup)


def _warmup_marked(table: pa.Table, warmup: int) -> pa.Table:
    """Mark the rows of each user's first ``warmup`` iterations."""
    marked = pc.fill_null(pc.less(table["iteration"], warmup), fill_value=False)
    return table.set_column(ROWS.get_field_index("warmup"), ROWS.field("warmup"), marked)
