"""What failed in a cell, counted by what it was, with one example of each. Bounded."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

COLUMNS: Final = ("status", "error")
"""What is read of a table for this, beside what its figures need."""
_KINDS: Final = ("interaction", "request", "transaction", "message")
_SAME: Final = ("kind", "step", "name", "status", "error")
_MOST: Final = 1_000
"""Different failures of a cell that are told apart; a cell of more has one cause in a thousand
words."""
_CHANGING: Final = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Failure:
    """Samples that failed in the same way, and the first of them."""

    kind: str
    step: str
    name: str
    status: int | None
    text: str
    """Of the first; others may differ in numbers."""
    count: int
    start_us: int
    """Of the first, since 1970, UTC."""
    user: int | None
    iteration: int | None


class Failures:
    """Takes the pieces of a cell's table in, in their order, and counts what failed."""

    def __init__(self) -> None:
        self._found: dict[tuple[Any, ...], Failure] = {}

    def add(self, table: pa.Table) -> None:
        """Count the rows that are not ok and no warm-up."""
        failed = pc.and_not(pc.invert(table["ok"]), table["warmup"])
        if not pc.any(failed, min_count=0).as_py():
            return
        rows = table.select([*_SAME, "start", "vu", "iteration"]).filter(failed)
        rows = pa.table({name: _plain(rows[name]) for name in rows.column_names})
        rows = rows.filter(pc.is_in(rows["kind"], pa.array(_KINDS)))
        first = [(name, "first") for name in ("start", "vu", "iteration")]
        counted = rows.group_by(list(_SAME), use_threads=False).aggregate(
            [([], "count_all"), *first]
        )
        for row in counted.to_pylist():
            self._count(row)

    def most_frequent(self, limit: int) -> list[Failure]:
        """Return the failures, the most frequent first; what pages complained of comes last."""
        return sorted(
            self._found.values(),
            key=lambda each: (
                each.kind == "message",
                -each.count,
                each.start_us,
                each.step,
                each.name,
            ),
        )[:limit]

    def _count(self, row: dict[str, Any]) -> None:
        text = row["error"] or ""
        key = (*(row[name] for name in _SAME[:-1]), _CHANGING.sub("#", text.partition("\n")[0]))
        known = self._found.get(key)
        if known is not None:
            self._found[key] = replace(known, count=known.count + row["count_all"])
        elif len(self._found) < _MOST:
            self._found[key] = Failure(
                kind=row["kind"],
                step=row["step"],
                name=row["name"],
                status=row["status"],
                text=text,
                count=row["count_all"],
                start_us=row["start_first"],
                user=row["vu_first"],
                iteration=row["iteration_first"],
            )


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return texts as texts and moments as whole numbers, which can be grouped and compared."""
    if pa.types.is_dictionary(column.type):
        return column.cast(column.type.value_type)
    return column.cast(pa.int64()) if pa.types.is_timestamp(column.type) else column
