"""k6's tags and metadata, ``vu=1&iter=0&step=open``, whose order k6 leaves to chance.

Read for a whole column at once: what differs in nearly every row must not become a Python object.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

Numbers = np.ndarray[Any, np.dtype[np.int64]]


def as_pairs(text: str) -> dict[str, str]:
    """Return one text as a dictionary."""
    return dict(pair.partition("=")[::2] for pair in text.split("&") if pair)


@dataclass(frozen=True)
class PairColumn:
    """A column of such texts, cut into its pairs."""

    rows: int
    _bytes: np.ndarray[Any, np.dtype[np.uint8]]
    _starts: Numbers
    """Where each pair begins."""
    _ends: Numbers
    _row: Numbers
    """Which row each pair is of."""

    @classmethod
    def of(cls, column: pa.BinaryArray) -> PairColumn:
        """Cut every text at its ``&``."""
        rows = len(column)
        _, offsets_buffer, data = column.buffers()
        offsets = np.frombuffer(offsets_buffer, np.int32)[column.offset :][: rows + 1]
        content = np.frombuffer(data or b"", np.uint8)
        first, last = int(offsets[0]), int(offsets[-1])
        cuts = np.flatnonzero(content[first:last] == ord("&")) + first
        row_of_cut = np.searchsorted(offsets, cuts, side="right") - 1
        starts = np.insert(cuts + 1, np.searchsorted(cuts, offsets[:-1]), offsets[:-1])
        ends = np.insert(cuts, np.searchsorted(cuts, offsets[1:]), offsets[1:])
        row = np.insert(row_of_cut, np.searchsorted(cuts, offsets[:-1]), np.arange(rows))
        return cls(rows, content, starts.astype(np.int64), ends.astype(np.int64), row)

    def numbers(self, key: str) -> pa.Array:
        """Return the whole numbers of ``key``; null in a row that has none."""
        at = self._of(key)
        starts, ends = self._starts[at] + len(key) + 1, self._ends[at]
        values = np.zeros(len(at), np.int64)
        for place in range(int((ends - starts).max(initial=0))):
            there = starts + place < ends
            digits = self._bytes[np.where(there, starts + place, 0)].astype(np.int64) - ord("0")
            values = np.where(there, values * 10 + digits, values)
        found = np.zeros(self.rows, np.int64)
        found[self._row[at]] = values
        return pa.array(found, mask=~self._rows_with(at))

    def having(self, key: str) -> pa.Array:
        """Return which rows have ``key``."""
        return pa.array(self._rows_with(self._of(key)))

    def _rows_with(self, pairs: Numbers) -> np.ndarray[Any, np.dtype[np.bool_]]:
        has = np.zeros(self.rows, np.bool_)
        has[self._row[pairs]] = True
        return has

    def texts(self, key: str) -> dict[int, str]:
        """Return row to text of ``key``, for one that few rows have."""
        skip = len(key) + 1
        return {
            int(self._row[at]): bytes(
                self._bytes[self._starts[at] + skip : self._ends[at]]
            ).decode()
            for at in self._of(key)
        }

    def _of(self, key: str) -> Numbers:
        """Return the pairs (indexes) whose key this is."""
        wanted = f"{key}=".encode()
        found = np.flatnonzero(self._ends - self._starts >= len(wanted))
        for place, letter in enumerate(wanted):
            found = found[self._bytes[self._starts[found] + place] == letter]
        return found
