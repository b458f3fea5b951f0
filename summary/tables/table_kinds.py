"""Every kind of table, declared once: columns, types, units, version, and how older ones are read.

``docs/tables.md`` says the same for people, and a test holds the two together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import pyarrow as pa

NAME: Final = pa.dictionary(pa.int32(), pa.string())
"""A text that many rows share."""
_MOMENT: Final = pa.timestamp("us", tz="UTC")


@dataclass(frozen=True, slots=True)
class Column:
    """One column; ``unit`` is empty for what has none."""

    name: str
    type: pa.DataType
    meaning: str
    unit: str = ""
    nullable: bool = False


@dataclass(frozen=True)
class TableKind:
    """What a file of this kind holds, and how one of an older version becomes one of this."""

    name: str
    version: int
    columns: tuple[Column, ...]
    migrations: Mapping[int, Callable[[pa.Table], pa.Table]]
    """From a version to the next one."""

    @property
    def version_key(self) -> bytes:
        """The key of the file's metadata that holds the version."""
        return f"tandem.{self.name}.version".encode()

    @cached_property
    def schema(self) -> pa.Schema:
        """The Arrow schema, with the version in its metadata."""
        fields = [pa.field(each.name, each.type, each.nullable) for each in self.columns]
        return pa.schema(fields, metadata={self.version_key: str(self.version).encode()})


_CELL: Final = (
    Column("journey", NAME, "the journey's id"),
    Column("executor", NAME, "`playwright` or `k6`"),
    Column("users", pa.int32(), "concurrent users of the cell"),
    Column("attempt", pa.int32(), "which try at the cell, from 1"),
)


def _samples_from_1(table: pa.Table) -> pa.Table:
    """Version 1 knew interactions and requests only, each with a duration."""
    nothing = {"value": pa.float64(), "unit": NAME, "overrun": pa.bool_()}
    for name, kind in nothing.items():
        table = table.append_column(name, pa.nulls(table.num_rows, kind))
    table = table.append_column("skipped", pa.repeat(False, table.num_rows))
    error = table["error"].dictionary_encode().cast(NAME)
    return table.set_column(table.schema.get_field_index("error"), "error", error)


_BYTES: Final = "body of the answer, as it was transferred; k6 does not say"
SAMPLES: Final = TableKind(
    "samples",
    2,
    (
        *_CELL,
        Column("vu", pa.int32(), "the user, from 1; none for the load generator itself", "", True),
        Column(
            "iteration",
            pa.int32(),
            "the user's pass through the journey, from 0; -1: logging in before it",
            "",
            True,
        ),
        Column("step", NAME, "the step's id; empty for what belongs to none"),
        Column(
            "kind",
            NAME,
            "`interaction`, `request`, `iteration`, `transaction`, `vital`, `navigation`, "
            "`resource`, `message` or `health`",
        ),
        Column(
            "name",
            NAME,
            "step id, `METHOD /path`, `iteration`, transaction, or what was read (`LCP`, `ttfb`)",
        ),
        Column("method", NAME, "of a request", "", True),
        Column("status", pa.int32(), "of a request; none where no answer came", "", True),
        Column("ok", pa.bool_(), "whether it came out as the journey expects"),
        Column("has_protocol", pa.bool_(), "false: k6 has nothing to send for this step"),
        Column("skipped", pa.bool_(), "true: an optional step that failed; it has no duration"),
        Column("warmup", pa.bool_(), "true: ridden before what counts; in no figure"),
        Column("start", _MOMENT, "when it began", "µs since 1970, UTC"),
        Column("duration_us", pa.int64(), "how long it took", "µs", True),
        Column("value", pa.float64(), "a reading that is no duration", "as `unit` says", True),
        Column("unit", NAME, "of `value`", "", True),
        Column("lateness_us", pa.int64(), "start of an interaction after it was due", "µs", True),
        Column("overrun", pa.bool_(), "late because the one before took too long", "", True),
        Column("bytes", pa.int64(), _BYTES, "bytes", True),
        Column("error", NAME, "why it is not ok", "", True),
    ),
    {1: _samples_from_1},
)
"""One row for each thing that was measured, noted or read."""

_TOLD = "as the tool itself says, all rows of the attempt"
CELLS: Final = TableKind(
    "cells",
    1,
    (
        *_CELL,
        Column("decisive", pa.bool_(), "whether the cell is judged by this attempt: the last one"),
        Column("outcome", NAME, "`ok`, `failed` or `invalid`"),
        Column("reason", NAME, "why the attempt is not ok", "", True),
        Column("step", NAME, "the step that broke it, where one did", "", True),
        Column("flaky", pa.bool_(), "ok, but only after a retry"),
        Column("exit_code", pa.int32(), "of the executor's process", "", True),
        Column("steps", pa.int32(), "interactions of a whole iteration", "", True),
        Column("iterations", pa.int32(), "planned for each user"),
        Column("warmup", pa.int32(), "iterations of each user before those"),
        Column("iterations_ok", pa.int32(), "of all users, that came through"),
        Column("iterations_failed", pa.int32(), "of all users"),
        Column("pacing_us", pa.int64(), "start to start between interactions", "µs"),
        Column("start", _MOMENT, "when the attempt began", "µs since 1970, UTC"),
        Column("duration_us", pa.int64(), "the whole attempt, app and executor started", "µs"),
        Column("environment", NAME, "`local`, `ci` or `remote`"),
        Column("target", NAME, "the origin that was ridden, or `started in the job`"),
        Column("app", NAME, "what identifies the app under test"),
        Column("k6", NAME, "its version", "", True),
        Column("chromium", NAME, "its version", "", True),
        Column("playwright", NAME, "its version", "", True),
        Column("host_system", NAME, "operating system"),
        Column("host_processor", NAME, "processor of the load generator"),
        Column("host_cores", pa.int32(), "cores of the load generator"),
        Column("host_memory_mb", pa.int64(), "memory of the load generator", "MB"),
        Column("told_user", pa.int32(), "whose requests were told; none: everybody's", "", True),
        Column("told_requests", pa.int64(), f"requests, {_TOLD}", "", True),
        Column("told_requests_failed", pa.int64(), f"failed requests, {_TOLD}", "", True),
        *(
            Column(f"told_{what}_{name}_us", pa.int64(), f"{name} of {what}s, {_TOLD}", "µs", True)
            for what in ("request", "interaction")
            for name in ("mean", "p50", "p90", "p95", "max")
        ),
    ),
    {},
)
"""One row per attempt at a cell."""

RUNS: Final = TableKind(
    "runs",
    1,
    (
        Column("stamp", NAME, "the result directory's name: start of the newest load, UTC"),
        Column("profile", NAME, "which cells it has: `quick`, `nightly`"),
        Column("view", NAME, "the profile, with what narrows it"),
        Column("environment", NAME, "`local`, `ci` or `remote`"),
        Column("base_url", NAME, "the origin that was ridden, or `started in the job`"),
        Column("app", NAME, "what identifies the app under test"),
        Column("verdict", NAME, "`pass`, `fail`, `inconclusive` or `invalid`"),
        Column("exit_code", pa.int32(), "what the shell got"),
        Column("start", _MOMENT, "of the oldest load", "µs since 1970, UTC", True),
        Column("journeys", pa.int32(), "how many"),
        Column("cells", pa.int32(), "how many"),
        Column("cells_ok", pa.int32(), "how many of them came out ok"),
        Column("slos", pa.int32(), "how many were judged"),
        Column("slos_failed", pa.int32(), "how many of them failed, of level error"),
        Column("findings", pa.int32(), "how many errors and warnings"),
    ),
    {},
)
"""One row: the run."""

KINDS: Final = (SAMPLES, CELLS, RUNS)
