"""k6's tags and metadata, ``vu=1&iter=0&step=open``, whose order k6 leaves to chance.

Read for a whole column at once: what differs in nearly every row must not become a Python object.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from executors.cutting import WORD, Beginning, Bytes, Places, Words, cut_out, words_of

_Flags = np.ndarray[Any, np.dtype[np.bool_]]
_MARGIN = 3 * WORD
"""Zeros on both sides of the texts, so that words may be read anywhere."""


def as_pairs(text: str) -> dict[str, str]:
    """Return one text as a dictionary."""
    return dict(pair.partition("=")[::2] for pair in text.split("&") if pair)


@dataclass(frozen=True)
class PairColumn:
    """A column of such texts, cut into its pairs."""

    rows: int
    _bytes: Bytes
    _words: Words
    _starts: Places
    """Where each pair begins."""
    _first: Words
    """The first word of each pair."""
    _ends: Places
    _row: Places
    """Which row each pair is of."""

    @classmethod
    def of(cls, column: pa.BinaryArray) -> PairColumn:
        """Cut every text at its ``&``."""
        rows = len(column)
        _, offsets_buffer, data = column.buffers()
        offsets = np.frombuffer(offsets_buffer, np.int32)[column.offset :][: rows + 1]
        texts = np.frombuffer(data or b"", np.uint8)[offsets[0] : offsets[-1]]
        content = np.pad(texts, _MARGIN)
        row_starts = offsets - (offsets[0] - _MARGIN)
        filled = np.flatnonzero(row_starts[1:] > row_starts[:-1])
        begins_row = np.zeros(len(content), np.bool_)
        begins_row[row_starts[filled]] = True
        begins = begins_row.copy()
        begins[1:] |= content[:-1] == ord("&")
        starts = np.flatnonzero(begins)
        ends = np.append(starts, row_starts[-1])[1:]
        ends -= content[ends - 1] == ord("&")
        row = filled[np.cumsum(begins_row[starts]) - 1]
        words = words_of(content)
        return cls(rows, content, words, starts, words[starts], ends, row)

    def numbers(self, key: str) -> pa.Array:
        """Return the whole numbers of ``key``; null in a row that has none.

        Raises ValueError for what is no number of at most 16 digits.
        """
        at = self._of(key)
        ends = self._ends[at]
        size = ends - self._starts[at] - len(f"{key}=")
        if ((size < 1) | (size > 2 * WORD)).any():
            raise ValueError(f"expected a number of 1 to 16 digits as '{key}'")
        digits = _digits(self._words[ends - WORD], np.minimum(size, WORD))
        values = _eight_digits(digits)
        if (long := np.flatnonzero(size > WORD)).size:
            more = _digits(self._words[ends[long] - 2 * WORD], size[long] - WORD)
            digits = np.append(digits, more)
            values[long] += _eight_digits(more) * 10**WORD
        if not _all_below_ten(digits):
            raise ValueError(f"expected a number as '{key}': other letters than digits are in it")
        found = np.zeros(self.rows, np.int64)
        found[self._row[at]] = values
        return pa.array(found, mask=~self._rows_with(at))

    def having(self, key: str) -> pa.Array:
        """Return which rows have ``key``."""
        return pa.array(self._rows_with(self._of(key)))

    def _rows_with(self, pairs: Places) -> _Flags:
        has = np.zeros(self.rows, np.bool_)
        has[self._row[pairs]] = True
        return has

    def texts(self, key: str) -> tuple[Places, pa.StringArray]:
        """Return which rows (indexes) have ``key``, and their texts."""
        at = self._of(key)
        starts = self._starts[at] + len(key) + 1
        return self._row[at], cut_out(self._bytes, starts, self._ends[at])

    def _of(self, key: str) -> Places:
        """Return the pairs (indexes) whose key this is."""
        wanted = f"{key}=".encode()
        found = Beginning(wanted).begins(self._words, self._starts, self._first)
        # What follows a shorter one is not its own.
        return found[self._ends[found] - self._starts[found] >= len(wanted)]


def _digits(words: Words, size: Places) -> Words:
    """Return what the last ``size`` letters of each word stand for as digits, after zeros."""
    others = ((WORD - size) * 8).astype(np.uint64)
    return (words ^ np.uint64(0x3030303030303030)) >> others << others


def _all_below_ten(digits: Words) -> bool:
    # 0x76 more makes the highest bit of all others, which one above 0x7F has had before.
    return not (((digits + 0x7676767676767676) | digits) & 0x8080808080808080).any()


def _eight_digits(digits: Words) -> Places:
    """Return the number of the digits in each word, the first one in its lowest byte."""
    # Neighbours are put together: to four numbers of two digits, to two of four, to one of eight.
    pairs = (digits * 10 + (digits >> 8)) & 0x00FF00FF00FF00FF
    fours = (pairs * 100 + (pairs >> 16)) & 0x0000FFFF0000FFFF
    return ((fours * 10000 + (fours >> 32)) & 0xFFFFFFFF).astype(np.int64)
