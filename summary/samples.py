"""Samples as rows, for readers that meet them one by one; :mod:`summary.table_kinds` declares them.

One file holds one cell. Which run it belongs to is its result directory's name, so that the same
measurement has the same bytes wherever it is published.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from operator import attrgetter
from pathlib import Path
from typing import Any, Final, Literal

import pyarrow as pa

from summary.sorting import in_order
from summary.table_files import read_table, write_table
from summary.table_kinds import NAME, SAMPLES
from tandem.models import Executor

Kind = Literal["interaction", "request", "iteration", "transaction", "vital", "health"]


@dataclass(frozen=True, slots=True)
class Sample:
    """One row, without what is the same for the whole cell. Times in microseconds."""

    attempt: int
    """From 1."""
    vu: int | None
    """The user, from 1; None for what belongs to none."""
    iteration: int | None
    """From 0."""
    step: str
    """Empty for what belongs to no step."""
    kind: Kind
    name: str
    """The step's id, ``METHOD /path``, or what was read."""
    start_us: int
    """Since 1970, UTC."""
    ok: bool = True
    has_protocol: bool = True
    warmup: bool = False
    method: str | None = None
    status: int | None = None
    """None where no answer came, and for all but requests."""
    duration_us: int | None = None
    """None for a reading that is no duration."""
    value: float | None = None
    unit: str | None = None
    """Of ``value``."""
    lateness_us: int | None = None
    """How late the interaction started against its schedule; None for requests."""
    overrun: bool | None = None
    bytes: int | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class CellKey:
    """What is the same in every row of a cell."""

    journey: str
    executor: Executor
    users: int


ROWS: Final = pa.schema(
    [
        SAMPLES.schema.field("start" if field.name == "start_us" else field.name)
        for field in fields(Sample)
    ]
)
"""The columns of a :class:`Sample`: those of the table, less what is the same for the cell."""


def as_table(samples: Sequence[Sample]) -> pa.Table:
    """Return rows as columns: :data:`ROWS`."""
    arrays = []
    for field, column in zip(fields(Sample), ROWS, strict=True):
        values = list(map(attrgetter(field.name), samples))
        arrays.append(pa.array(values, column.type))
    return pa.Table.from_arrays(arrays, schema=ROWS)


def write_samples(path: Path, cell: CellKey, tables: Iterable[pa.Table]) -> None:
    """Write one cell's rows (tables of :data:`ROWS`, any order) in the order of their start.

    Memory is bounded whatever their number; see :func:`summary.sorting.in_order`.
    """
    write_table(path, SAMPLES, (_whole(table, cell) for table in in_order(tables)))


def read_samples(path: Path, columns: Sequence[str] | None = None) -> pa.Table:
    """Return a cell's rows; raise :class:`ArtifactError` for a file that cannot be used."""
    return read_table(path, SAMPLES, columns)


def as_time(microseconds: int) -> datetime:
    """Return the moment, in UTC."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)


def _whole(table: pa.Table, cell: CellKey) -> pa.Table:
    """Return the rows with the cell's own columns, as the file holds them."""
    rows = table.num_rows
    same: dict[str, Any] = {
        "journey": _constant(cell.journey, rows),
        "executor": _constant(cell.executor, rows),
        "users": pa.repeat(pa.scalar(cell.users, pa.int32()), rows),
    }
    columns = [same[name] if name in same else table[name] for name in SAMPLES.schema.names]
    return pa.Table.from_arrays(columns, schema=SAMPLES.schema)


def _constant(text: str, rows: int) -> pa.DictionaryArray:
    indices = pa.repeat(pa.scalar(0, pa.int32()), rows)
    return pa.DictionaryArray.from_arrays(indices, pa.array([text])).cast(NAME)
