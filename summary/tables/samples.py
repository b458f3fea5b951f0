"""Samples as rows, for readers that meet them one by one; ``table_kinds`` declares them.

One file holds one cell. Which run it belongs to is its result directory's name, so that the same
measurement has the same bytes wherever it is published.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import MISSING, dataclass, fields
from operator import attrgetter
from pathlib import Path
from typing import Any, Final, Literal

import pyarrow as pa

from summary.tables.sorting import OutOfOrderError, in_order, in_order_by_files
from summary.tables.table_files import read_table, write_table
from summary.tables.table_kinds import SAMPLES
from tandem.models import Executor

Kind = Literal[
    "interaction",
    "request",
    "iteration",
    "transaction",
    "vital",
    "navigation",
    "resource",
    "message",
    "health",
]


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
    skipped: bool = False
    """An optional step that failed: ok, without a duration, and with the reason as its error."""
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


def as_samples(table: pa.Table) -> list[Sample]:
    """Return columns (:data:`ROWS`, or a whole table) as rows."""
    names = [column.name for column in ROWS]
    at = names.index("start")
    table = table.select(names)
    table = table.set_column(at, "start", table["start"].cast(pa.int64()))
    return [Sample(*row.values()) for row in table.to_pylist()]


def rows_of(**known: Any) -> pa.Table:
    """Return rows whose columns are given whole, or as the one value of all rows.

    What is not given is what a :class:`Sample` has by default.
    """
    given: dict[str, Any] = {
        field.name: field.default for field in fields(Sample) if field.default is not MISSING
    }
    given.update(known)
    whole = [value for value in given.values() if not isinstance(value, str | bool | int | None)]
    columns = [_column(given[column.name], len(whole[0]), column.type) for column in ROWS]
    return pa.Table.from_arrays(columns, schema=ROWS)


def _column(value: Any, rows: int, kind: pa.DataType) -> pa.Array | pa.ChunkedArray:
    if value is None or isinstance(value, str | bool | int):
        return _constant(value, rows, kind)
    column = value if isinstance(value, pa.Array | pa.ChunkedArray) else pa.array(value)
    return column.cast(kind)


def write_samples(path: Path, cell: CellKey, tables: Callable[[], Iterable[pa.Table]]) -> None:
    """Write one cell's rows in the order of their start, in bounded memory whatever their number.

    ``tables`` gives them (:data:`ROWS`), and gives them once more where they are so far from being
    in order that they have to be sorted by way of files. Attempts come one after the other; within
    one, any order will do.
    """
    try:
        write_table(path, SAMPLES, (_whole(table, cell) for table in in_order(tables())))
    except OutOfOrderError:
        write_table(path, SAMPLES, (_whole(table, cell) for table in in_order_by_files(tables())))


def read_samples(path: Path, columns: Sequence[str] | None = None) -> pa.Table:
    """Return a cell's rows; raise :class:`ArtifactError` for a file that cannot be used."""
    return read_table(path, SAMPLES, columns)


def _whole(table: pa.Table, cell: CellKey) -> pa.Table:
    """Return the rows with the cell's own columns, as the file holds them."""
    rows = table.num_rows
    same: dict[str, str | int] = {
        "journey": cell.journey,
        "executor": cell.executor,
        "users": cell.users,
    }
    columns = [
        _constant(same[field.name], rows, field.type) if field.name in same else table[field.name]
        for field in SAMPLES.schema
    ]
    return pa.Table.from_arrays(columns, schema=SAMPLES.schema)


def _constant(value: str | float | None, rows: int, kind: pa.DataType) -> pa.Array:
    if value is None:
        return pa.nulls(rows, kind)
    if not pa.types.is_dictionary(kind):
        return pa.repeat(pa.scalar(value, kind), rows)
    indices = pa.repeat(pa.scalar(0, pa.int32()), rows)
    return pa.DictionaryArray.from_arrays(indices, pa.array([value]))
