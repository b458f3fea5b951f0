"""One cell's samples in memory: the attempt that it is judged by, and no more of it than is needed.

Two dozen bytes a row, read from the table a row group at a time: a cell of millions of rows is
judged in the memory that a small one needs, and a few dozen megabytes more.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from summary import cell_errors
from summary.cell_errors import Failure, Failures
from summary.intervals import Codes
from summary.statistics import Flags, Reading, Series, rounded
from summary.tables.memory import little_memory
from summary.tables.table_files import count_rows, read_pieces
from summary.tables.table_kinds import SAMPLES

COLUMNS: Final = (
    "users",
    "attempt",
    "vu",
    "iteration",
    "step",
    "kind",
    "name",
    "ok",
    "has_protocol",
    "warmup",
    "start",
    "duration_us",
    "value",
    "unit",
    "lateness_us",
    *cell_errors.COLUMNS,
)
"""What is read of a table for its figures."""
_TIMED: Final = ("interaction", "request", "transaction")
"""Kinds of which series are made; the others have figures of their own."""
_READ: Final = ("vital", "health")
MOST_FAILURES: Final = 20
_UNKNOWN: Final = -1
_SMALL: Final = 1 << 20

_Integers = np.ndarray[Any, np.dtype[Any]]


class Key(NamedTuple):
    """What the samples of one series have in common."""

    kind: str
    step: str
    name: str
    unit: str


@dataclass(frozen=True, slots=True)
class _Columns:
    """The rows of the attempt, warm-up among them; -1 stands for what a row does not know."""

    key: _Integers
    """Which of the keys."""
    member: _Integers
    """The user, or the iteration where there is one user only."""
    ok: Flags
    has_protocol: Flags
    warmup: Flags
    duration_us: _Integers
    start_ms: _Integers
    """Since the first row."""

    @classmethod
    def room_for(cls, rows: int) -> _Columns:
        """Return so many rows, to be filled in."""
        key, member = np.empty(rows, np.int32), np.empty(rows, np.int32)
        ok, has_protocol, warmup = (np.empty(rows, np.bool_) for _ in range(3))
        duration, start = np.empty(rows, np.int64), np.empty(rows, np.int32)
        return cls(key, member, ok, has_protocol, warmup, duration, start)

    def part(self, start: int, end: int) -> _Columns:
        """Return the rows from ``start`` up to ``end``."""
        return _Columns(*(getattr(self, each.name)[start:end] for each in fields(self)))


@dataclass(frozen=True, slots=True)
class CellSamples:
    """The samples of the attempt that a cell is judged by."""

    keys: tuple[Key, ...]
    rows: _Columns
    read: dict[Key, _Integers]
    """The values of vitals and of the load generator's health, warm-up left out."""
    lateness_us: _Integers
    """Of the interactions, warm-up left out."""
    span_s: float
    """From the start of the first sample that counts to the end of the last one."""
    origin_us: int
    """The start of the first row, since 1970, UTC."""
    first_ms: int
    """The start of the first sample that counts, since the first row."""
    failures: tuple[Failure, ...]
    """What failed, the most frequent first: :data:`MOST_FAILURES` at most."""
    together: Literal["user", "iteration"]
    """Whose samples belong together: a user's; an iteration's, where there is one user only."""
    members: int
    """How many of those there are that any sample counts of."""

    @classmethod
    def of(cls, table: pa.Table, attempt: int) -> CellSamples:
        """Select from a cell's whole table (:data:`COLUMNS` of it are enough)."""
        return cls._from([table], table.num_rows, attempt)

    @classmethod
    def read_from(cls, path: Path, attempt: int) -> CellSamples:
        """Read a cell's table; raise :class:`ArtifactError` when it cannot be used."""
        with little_memory():
            return cls._from(read_pieces(path, SAMPLES, COLUMNS), count_rows(path), attempt)

    @classmethod
    def _from(cls, tables: Iterable[pa.Table], rows: int, attempt: int) -> CellSamples:
        loader = _Loader(rows, attempt)
        for table in tables:
            loader.add(table)
        return loader.finish()

    def series(self, kinds: Collection[str] = _TIMED) -> Iterator[Series]:
        """Yield every series, by kind, step and name: interactions come first."""
        for code, key in sorted(enumerate(self.keys), key=lambda each: each[1]):
            if key.kind in kinds:
                rows = np.flatnonzero((self.rows.key == code) & ~self.rows.warmup)
                if len(rows):
                    yield self._series(rows, key)

    def readings(self, kind: str) -> Iterator[Reading]:
        """Yield the vitals or the readings of health, by step and name."""
        for key, values in sorted(self.read.items(), key=lambda each: each[0]):
            if key.kind == kind:
                yield Reading(kind, key.step, key.name, key.unit or "ms", values)

    def counts(self, kind: str) -> dict[str, int]:
        """Return how many rows of this kind each step has, warm-up left out."""
        numbers = np.bincount(self.rows.key[~self.rows.warmup], minlength=len(self.keys))
        found: dict[str, int] = {}
        for key, number in zip(self.keys, numbers.tolist(), strict=True):
            if key.kind == kind:
                found[key.step] = found.get(key.step, 0) + number
        return found

    def interactions(self, step: str = "") -> Series:
        """Return the interactions of ``step``, or of all steps, that have a protocol half."""
        wanted = self._of_kind("interaction", step) & self.rows.has_protocol & ~self.rows.warmup
        return self._series(np.flatnonzero(wanted), Key("interaction", step, step, ""))

    def transactions(self, name: str) -> Series:
        """Return the transactions of this name that have a protocol half."""
        chosen = [key.kind == "transaction" and key.name == name for key in self.keys]
        wanted = np.array([*chosen, False])[self.rows.key]
        rows = np.flatnonzero(wanted & self.rows.has_protocol & ~self.rows.warmup)
        return self._series(rows, Key("transaction", "", name, ""))

    def whole(self, kind: str, user: int | None) -> tuple[Flags, Codes]:
        """Return ok and known durations (µs) of a kind's rows, warm-up too; of a user or all."""
        wanted = self._of_kind(kind)
        if user is not None and self.together == "user":
            wanted = wanted & (self.rows.member == user)
        durations = self.rows.duration_us[wanted]
        return self.rows.ok[wanted], durations[durations != _UNKNOWN]

    def lateness_ms(self, share: float) -> float | None:
        """Return the lateness below which ``share`` of the interactions started."""
        if not len(self.lateness_us):
            return None
        return rounded(float(np.quantile(self.lateness_us, share)) / 1000)

    def _of_kind(self, kind: str, step: str = "") -> Flags:
        chosen = [key.kind == kind and step in ("", key.step) for key in self.keys]
        flags: Flags = np.array([*chosen, False])[self.rows.key]
        return flags

    def _series(self, rows: Codes, key: Key) -> Series:
        durations = self.rows.duration_us[rows]
        known = np.where(durations == _UNKNOWN, np.nan, durations / 1000)
        ok = self.rows.ok[rows]
        clusters = _numbered(self.rows.member[rows])
        usable = np.flatnonzero(ok & (durations != _UNKNOWN))
        order = usable[np.argsort(durations[usable])]
        return Series(
            step=key.step,
            kind=key.kind,
            name=key.name,
            has_protocol=bool(self.rows.has_protocol[rows].all()),
            durations_ms=known[order],
            clusters=clusters[order],
            ok=ok,
            all_clusters=clusters,
            members=self.members,
            known_ms=known,
            start_ms=self.rows.start_ms[rows],
        )


class _Loader:
    """Takes tables in and keeps what is needed of them."""

    def __init__(self, rows: int, attempt: int) -> None:
        self._rows, self._filled = _Columns.room_for(rows), 0
        self._attempt = attempt
        self._member = "iteration"
        self._members: set[int] = set()
        self._codes: dict[Key, int] = {}
        self._read: dict[Key, list[_Integers]] = {}
        self._lateness: list[_Integers] = []
        self._failures = Failures()
        self._origin: int | None = None
        self._first, self._last = np.iinfo(np.int64).max, 0

    def add(self, table: pa.Table) -> None:
        mine = pc.equal(table["attempt"], self._attempt)
        if not pc.all(mine, min_count=0).as_py():
            table = table.filter(mine)
        if not table.num_rows:
            return
        if table["users"][0].as_py() > 1:
            self._member = "vu"
        table = table.unify_dictionaries().combine_chunks()
        part = self._rows.part(self._filled, self._filled + table.num_rows)
        self._filled += table.num_rows
        part.key[:] = self._keys(table)
        part.member[:] = _whole_numbers(table[self._member])
        part.duration_us[:] = _whole_numbers(table["duration_us"])
        start_us = table["start"].cast(pa.int64()).to_numpy()
        if self._origin is None:
            self._origin = int(start_us.min())
        part.start_ms[:] = (start_us - self._origin) // 1000
        for name in ("ok", "has_protocol", "warmup"):
            getattr(part, name)[:] = table[name].to_numpy()
        self._note(table, part, start_us)
        self._failures.add(table)

    def finish(self) -> CellSamples:
        return CellSamples(
            keys=tuple(self._codes),
            rows=self._rows.part(0, self._filled),
            read={key: np.concatenate(values) for key, values in self._read.items()},
            lateness_us=np.concatenate([np.empty(0, np.int64), *self._lateness]),
            span_s=max(0.0, (self._last - self._first) / 1e6) if self._last else 0.0,
            origin_us=self._origin or 0,
            first_ms=(self._first - (self._origin or 0)) // 1000 if self._last else 0,
            failures=tuple(self._failures.most_frequent(MOST_FAILURES)),
            together="user" if self._member == "vu" else "iteration",
            members=len(self._members),
        )

    def _keys(self, table: pa.Table) -> _Integers:
        """Return the number of each row's key."""
        columns = [table[name].combine_chunks() for name in Key._fields]
        texts = [[*column.dictionary.to_pylist(), ""] for column in columns]
        combined = np.zeros(table.num_rows, np.int64)
        for column, names in zip(columns, texts, strict=True):
            indices = column.indices.fill_null(len(names) - 1)
            combined = combined * len(names) + indices.to_numpy()
        found = _distinct(combined)
        codes = np.empty(len(found), np.int32)
        for number, code in enumerate(found):
            key = Key(*_spelt(int(code), texts))
            codes[number] = self._codes.setdefault(key, len(self._codes))
        numbers: _Integers = codes[np.searchsorted(found, combined)]
        return numbers

    def _note(self, table: pa.Table, part: _Columns, start_us: _Integers) -> None:
        """Keep span, members, lateness and readings of what counts."""
        kinds = [*(key.kind for key in self._codes)]
        timed = np.array([kind in _TIMED for kind in kinds])[part.key] & ~part.warmup
        if timed.any():
            start = start_us[timed]
            end = start + np.maximum(part.duration_us[timed], 0)
            self._first = min(self._first, int(start.min()))
            self._last = max(self._last, int(end.max()))
            self._members.update(_distinct(part.member[timed]).tolist())
        lateness = _whole_numbers(table["lateness_us"])
        self._lateness.append(lateness[~part.warmup & (lateness != _UNKNOWN)])
        for key, code in self._codes.items():
            if key.kind in _READ:
                rows = np.flatnonzero((part.key == code) & ~part.warmup)
                values = table["value"] if key.unit else pc.divide(table["duration_us"], 1e3)
                known = values.take(pa.array(rows)).drop_null().to_numpy()
                if len(known):
                    self._read.setdefault(key, []).append(known)


def _spelt(code: int, texts: Sequence[Sequence[str]]) -> list[str]:
    """Return the texts that a combined number stands for, the last one in its lowest digit."""
    spelt = []
    for names in reversed(texts):
        code, index = divmod(code, len(names))
        spelt.append(names[index])
    return spelt[::-1]


def _numbered(members: _Integers) -> Codes:
    """Return a number from 0 for each different member."""
    numbers: Codes = np.searchsorted(_distinct(members), members)
    return numbers


def _distinct(numbers: _Integers) -> _Integers:
    """Return the different numbers in order: counted, as long as they are small."""
    if not len(numbers) or int(numbers.max()) >= _SMALL or int(numbers.min()) < 0:
        return np.unique(numbers)
    return np.flatnonzero(np.bincount(numbers))


def _whole_numbers(column: pa.Array | pa.ChunkedArray) -> _Integers:
    """Return the column's numbers, -1 where it is null."""
    numbers: _Integers = (column.fill_null(_UNKNOWN) if column.null_count else column).to_numpy()
    return numbers
