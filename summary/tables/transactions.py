"""Transactions from the interactions of their groups, the same way for both executors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from summary.tables.samples import ROWS, rows_of
from summary.tables.table_kinds import NAME

_KEYS: Final = ["name", "vu", "iteration"]
_SUMS: Final = ["duration_us", "count", "failed", "with_protocol"]
_PARTS: Final = pa.schema(
    [
        ("name", pa.string()),
        ("vu", pa.int32()),
        ("iteration", pa.int32()),
        ("start", pa.int64()),
        *((name, pa.int64()) for name in _SUMS),
    ]
)


class Transactions:
    """Puts the interactions of each group together as they come.

    One lasts as long as its interactions do, which is what the user waited: neither the time until
    the next one is due, nor what an optional step that was skipped took. It is ok when all its
    steps were ridden and none failed. It is over with its last step or the first that fails, so
    that few rows are kept.
    """

    def __init__(self, attempt: int, groups: Mapping[str, Sequence[str]]) -> None:
        self._attempt = attempt
        self._groups = groups
        self._open = _PARTS.empty_table()

    def add(self, rows: pa.Table) -> pa.Table:
        """Take rows (:data:`ROWS`, of any kind) in; return the transactions that are over now."""
        if not self._groups:
            return ROWS.empty_table()
        is_interaction = pc.equal(rows["kind"].cast(pa.string()), "interaction")
        interactions = rows.filter(is_interaction)
        steps = interactions["step"].cast(pa.string())
        parts = [
            _parts(name, interactions.filter(pc.is_in(steps, pa.array(members, pa.string()))))
            for name, members in self._groups.items()
        ]
        joined = _joined(pa.concat_tables([self._open, *parts]))
        needed = pa.array([len(self._groups[name.as_py()]) for name in joined["name"]], pa.int64())
        is_whole = pc.greater_equal(joined["count"], needed)
        is_over = pc.or_(is_whole, pc.greater(joined["failed"], 0))
        self._open = joined.filter(pc.invert(is_over))
        over = joined.filter(is_over)
        return self._rows(over, ok=pc.equal(over["failed"], 0))

    def rest(self) -> pa.Table:
        """Return the transactions that were under way when the interactions ended."""
        return self._rows(self._open, ok=False)

    def _rows(self, parts: pa.Table, ok: pa.ChunkedArray | bool) -> pa.Table:
        if not parts.num_rows:
            return ROWS.empty_table()
        return rows_of(
            attempt=self._attempt,
            vu=parts["vu"],
            iteration=parts["iteration"],
            step="",
            kind="transaction",
            name=parts["name"].cast(NAME),
            start=parts["start"],
            duration_us=parts["duration_us"],
            ok=ok,
            has_protocol=pc.greater(parts["with_protocol"], 0),
        )


def _parts(name: str, interactions: pa.Table) -> pa.Table:
    rows = interactions.num_rows
    columns = [
        pa.repeat(name, rows),
        interactions["vu"],
        interactions["iteration"],
        interactions["start"].cast(pa.int64()),
        pc.fill_null(interactions["duration_us"], 0),
        pa.repeat(1, rows),
        pc.invert(interactions["ok"]),
        interactions["has_protocol"],
    ]
    return pa.Table.from_arrays(
        [column.cast(field.type) for column, field in zip(columns, _PARTS, strict=True)],
        schema=_PARTS,
    )


def _joined(parts: pa.Table) -> pa.Table:
    """Return one row for each group, user and iteration."""
    sums = [(name, "sum") for name in _SUMS]
    joined = parts.group_by(_KEYS, use_threads=False).aggregate([("start", "min"), *sums])
    names = {"start_min": "start", **{f"{name}_sum": name for name in _SUMS}}
    renamed = joined.rename_columns([names.get(each, each) for each in joined.column_names])
    return renamed.select(_PARTS.names).cast(_PARTS)
