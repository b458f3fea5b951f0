"""Many short texts in a large one: which of them begin with certain bytes, and how to cut them out.

For millions of them: none becomes a Python object.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pyarrow as pa

WORD: Final = 8
"""Bytes that are compared at once."""
Bytes = np.ndarray[Any, np.dtype[np.uint8]]
Words = np.ndarray[Any, np.dtype[np.uint64]]
Places = np.ndarray[Any, np.dtype[np.int64]]


def words_of(text: Bytes) -> Words:
    """Return the eight bytes from each place on as a number: they overlap in memory."""
    return np.ndarray((len(text) - WORD + 1,), "<u8", text, strides=(1,))


def cut_out(text: Bytes, starts: Places, ends: Places) -> pa.StringArray:
    """Return the texts from each start to the end beside it; they are in order and do not overlap.

    Whether they are UTF-8 is left to who reads them.
    """
    offsets = np.empty(2 * len(starts), np.int32)
    offsets[::2], offsets[1::2] = starts, ends
    # Every other one is what lies between two of them.
    all_texts = pa.StringArray.from_buffers(
        max(0, len(offsets) - 1), pa.py_buffer(offsets), pa.py_buffer(text)
    )
    return all_texts.take(pa.array(np.arange(0, len(all_texts), 2)))


class Beginning:
    """Bytes as numbers of eight, and which bits count of the last one."""

    def __init__(self, text: bytes) -> None:
        self.margin = -(-len(text) // WORD) * WORD
        """How many bytes have to follow each place that is looked at."""
        self._words = np.frombuffer(text.ljust(self.margin, b"\0"), "<u8")
        self._masks = np.frombuffer((b"\xff" * len(text)).ljust(self.margin, b"\0"), "<u8")

    def begins(self, words: Words, places: Places, first: Words) -> Places:
        """Return which of ``places`` (indexes) begin so; ``first`` are ``words[places]``."""
        found = np.flatnonzero((first & self._masks[0]) == self._words[0])
        for at in range(1, len(self._words)):
            following = words[places[found] + at * WORD] & self._masks[at]
            found = found[following == self._words[at]]
        return found
