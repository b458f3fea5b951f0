"""Iterations from their interactions, the same way for both executors."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from summary.tables.samples import ROWS, rows_of

_Numbers = np.ndarray[Any, np.dtype[np.int64]]


class Iterations:
    """Puts the interactions of each user's iterations together as they come.

    One lasts from the start of its first interaction to the end of its last one, and is ok when it
    has all its steps and none failed. A user's iteration is over when the next one has begun: so
    many rows are kept as there are users.
    """

    def __init__(self, attempt: int, steps: int) -> None:
        self._attempt = attempt
        self._steps = steps
        self._open = np.empty((6, 0), np.int64)

    def add(self, interactions: pa.Table) -> pa.Table:
        """Take interactions (:data:`ROWS`) in; return the iterations that are over now.

        What belongs to no user's iteration is part of none.
        """
        for name in ("vu", "iteration"):
            if interactions[name].null_count:
                interactions = interactions.filter(pc.is_valid(interactions[name]))
        start = _numbers(interactions["start"].cast(pa.int64()))
        new = np.stack(
            [
                _numbers(interactions["vu"]),
                _numbers(interactions["iteration"]),
                start,
                start + _numbers(pc.fill_null(interactions["duration_us"], 0)),
                np.ones(len(start), np.int64),
                1 - _numbers(interactions["ok"]),
            ]
        )
        self._open = _joined(np.concatenate([self._open, new], axis=1))
        user = self._open[0]
        is_newest = np.append(user[1:] != user[:-1], np.ones(min(1, len(user)), np.bool_))
        over, self._open = self._open[:, ~is_newest], self._open[:, is_newest]
        return self._rows(over)

    def rest(self) -> pa.Table:
        """Return the iterations that were under way when the interactions ended."""
        return self._rows(self._open)

    def _rows(self, parts: _Numbers) -> pa.Table:
        user, iteration, start, end, count, failed = parts
        if not len(user):
            return ROWS.empty_table()
        return rows_of(
            attempt=self._attempt,
            vu=user,
            iteration=iteration,
            step="",
            kind="iteration",
            name="iteration",
            start=start,
            duration_us=end - start,
            ok=(failed == 0) & (count >= self._steps),
        )


def _joined(parts: _Numbers) -> _Numbers:
    """Return one column for each user and iteration, in their order."""
    if not parts.shape[1]:
        return parts
    parts = parts[:, np.lexsort([parts[1], parts[0]])]
    user, iteration, start, end, count, failed = parts
    begins = np.flatnonzero(
        np.append(True, (user[1:] != user[:-1]) | (iteration[1:] != iteration[:-1]))
    )
    return np.stack(
        [
            user[begins],
            iteration[begins],
            np.minimum.reduceat(start, begins),
            np.maximum.reduceat(end, begins),
            np.add.reduceat(count, begins),
            np.add.reduceat(failed, begins),
        ]
    )


def _numbers(column: pa.ChunkedArray) -> _Numbers:
    numbers: _Numbers = column.to_numpy().astype(np.int64)
    return numbers
