"""The table of samples: one row per interaction and per request. Declared here and nowhere else.

One file holds one cell. Which run it belongs to is its result directory's name, so that the same
measurement has the same bytes wherever it is published.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import astuple, dataclass, fields
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, Literal

import pyarrow as pa
import pyarrow.parquet as pq

from tandem.errors import ArtifactError
from tandem.files import write_bytes

SCHEMA_VERSION: Final = 1
_VERSION_KEY = b"tandem.samples.version"
_NAME = pa.dictionary(pa.int32(), pa.string())

SCHEMA: Final = pa.schema(
    [
        pa.field("journey", _NAME, nullable=False),
        pa.field("executor", _NAME, nullable=False),
        pa.field("users", pa.int32(), nullable=False),
        pa.field("attempt", pa.int32(), nullable=False),
        pa.field("vu", pa.int32(), nullable=False),
        pa.field("iteration", pa.int32(), nullable=False),
        pa.field("step", _NAME, nullable=False),
        pa.field("kind", _NAME, nullable=False),
        pa.field("name", _NAME, nullable=False),
        pa.field("method", _NAME),
        pa.field("status", pa.int32()),
        pa.field("ok", pa.bool_(), nullable=False),
        pa.field("has_protocol", pa.bool_(), nullable=False),
        pa.field("start", pa.timestamp("us", tz="UTC"), nullable=False),
        pa.field("duration_us", pa.int64(), nullable=False),
        pa.field("lateness_us", pa.int64()),
        pa.field("bytes", pa.int64()),
        pa.field("error", pa.string()),
        pa.field("warmup", pa.bool_(), nullable=False),
    ],
    metadata={_VERSION_KEY: str(SCHEMA_VERSION).encode()},
)


@dataclass(frozen=True, slots=True)
class Sample:
    """One row, without what is the same for the whole cell. Times in microseconds."""

    attempt: int
    """From 1."""
    vu: int
    """The user, from 1."""
    iteration: int
    """From 0."""
    step: str
    kind: Literal["interaction", "request"]
    name: str
    """The step's id, or ``METHOD /path``."""
    method: str | None
    status: int | None
    """None where no answer came, and for interactions."""
    ok: bool
    has_protocol: bool
    start_us: int
    """Since 1970, UTC."""
    duration_us: int
    lateness_us: int | None
    """How late the interaction started against its schedule; None for requests."""
    bytes: int | None
    error: str | None
    warmup: bool = False


def write_samples(
    path: Path, journey: str, executor: str, users: int, samples: Iterable[Sample]
) -> None:
    """Write one cell's rows, in the order of their start, and only when the content changed."""
    rows = sorted(samples, key=_order)
    columns: dict[str, list[object]] = {field.name: [] for field in fields(Sample)}
    for row in rows:
        for name, value in zip(columns, astuple(row), strict=True):
            columns[name].append(value)
    whole = {"journey": journey, "executor": executor, "users": users}
    arrays = []
    for field in SCHEMA:
        if field.name in whole:
            values: list[object] = [whole[field.name]] * len(rows)
        elif field.name == "start":
            values = columns["start_us"]
        else:
            values = columns[field.name]
        arrays.append(pa.array(values, type=field.type))
    buffer = io.BytesIO()
    table = pa.Table.from_arrays(arrays, schema=SCHEMA)
    pq.write_table(table, buffer, compression="zstd", write_statistics=True)
    write_bytes(path, buffer.getvalue())


def read_samples(path: Path) -> pa.Table:
    """Return the rows; raise :class:`ArtifactError` for a file that is none of this version."""
    try:
        table = pq.read_table(path)
    except (OSError, pa.ArrowInvalid) as error:
        raise ArtifactError(f"{path}: not a readable table: {error}") from error
    found = (table.schema.metadata or {}).get(_VERSION_KEY, b"none").decode()
    if found != str(SCHEMA_VERSION):
        raise ArtifactError(
            f"{path}: samples of version {found}, expected {SCHEMA_VERSION}",
            hint="Remove the file; `doit` builds it anew from the raw artifacts.",
        )
    if not table.schema.equals(SCHEMA):
        raise ArtifactError(f"{path}: its columns are not those of samples {SCHEMA_VERSION}")
    return table


def as_time(microseconds: int) -> datetime:
    """Return the moment, in UTC."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)


def _order(row: Sample) -> tuple[int, int, int, int, str, str, str]:
    return (row.attempt, row.start_us, row.vu, row.iteration, row.kind, row.step, row.name)
