"""The few lines of a large file that are needed, told by how they begin, before anything is parsed.

k6 writes a dozen lines for each request. Looking at all of them costs little as long as it is done
for a whole block at a time; parsing them would cost the most of building a table.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Sequence
from io import FileIO
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa

from tandem.errors import ArtifactError

BLOCK: Final = 1 << 20
"""Bytes that are looked at together, and the longest line that can be read."""
_GZIP: Final = b"\x1f\x8b"
_WORD: Final = 8


def read_header(path: Path) -> bytes:
    """Return the first line, without its end; what there is when it has none."""
    start = bytearray(BLOCK)
    with FileIO(path) as stream:
        read = _reader(stream, path)(memoryview(start))
    return bytes(start[:read].partition(b"\n")[0].rstrip(b"\r"))


def lines_beginning_with(path: Path, prefixes: Sequence[bytes]) -> Iterator[pa.Buffer]:
    """Yield the whole lines of a plain or gzipped file that begin with one of ``prefixes``.

    Prefixes are at most 16 bytes long. Each buffer holds those of one block, ends included. A last
    line without an end was cut off and is left out; so is what a gzip that breaks off still holds.
    Raises :class:`ArtifactError` for a damaged gzip and for a line longer than a block.
    """
    wanted = [_Prefix(prefix) for prefix in prefixes]
    room = bytearray(2 * BLOCK + 2 * _WORD)
    block = np.frombuffer(room, np.uint8)
    filled = 0
    with FileIO(path) as stream:
        read_into = _reader(stream, path)
        while read := read_into(memoryview(room)[filled : filled + BLOCK]):
            filled += read
            ends = np.flatnonzero(block[:filled] == ord("\n")) + 1
            if not len(ends):
                if filled > BLOCK:
                    raise ArtifactError(f"{path}: a line of more than {BLOCK >> 20} MB")
                continue
            yield _kept(block, ends, wanted)
            rest = filled - int(ends[-1])
            block[:rest] = block[ends[-1] : filled].copy()
            filled = rest
            if filled > BLOCK:
                raise ArtifactError(f"{path}: a line of more than {BLOCK >> 20} MB")


class _Prefix:
    """The beginning of a line as two numbers of eight bytes, and which of their bits count."""

    def __init__(self, text: bytes) -> None:
        words = text.ljust(2 * _WORD, b"\0"), (b"\xff" * len(text)).ljust(2 * _WORD, b"\0")
        (self.first, self.second), (self._mask, self._mask_2) = (
            np.frombuffer(word, "<u8") for word in words
        )

    def begins(self, words: _Words, starts: _Places, first: _Words) -> _Places:
        """Return the places in ``starts`` (indexes) where a line begins so.

        ``first`` are the first eight bytes of each line.
        """
        found = np.flatnonzero((first & self._mask) == self.first)
        following = words[starts[found] + _WORD] & self._mask_2
        places: _Places = found[following == self.second]
        return places


_Words = np.ndarray[Any, np.dtype[np.uint64]]
_Places = np.ndarray[Any, np.dtype[np.int64]]


def _kept(block: np.ndarray[Any, Any], ends: _Places, wanted: Sequence[_Prefix]) -> pa.Buffer:
    starts = np.concatenate([[0], ends[:-1]])
    # The eight bytes from each place on, as numbers that overlap in memory.
    words = np.ndarray((len(block) - 2 * _WORD,), "<u8", block, strides=(1,))
    first = words[starts]
    lines = np.sort(np.concatenate([prefix.begins(words, starts, first) for prefix in wanted]))
    offsets = np.concatenate([[0], ends]).astype(np.int32)
    buffers = [None, pa.py_buffer(offsets), pa.py_buffer(block)]
    all_lines = pa.BinaryArray.from_buffers(pa.binary(), len(starts), buffers)
    kept = all_lines.take(pa.array(lines))
    return kept.buffers()[2] or pa.py_buffer(b"")


def _reader(stream: FileIO, path: Path) -> Callable[[memoryview], int]:
    """Return a ``readinto`` of the content, unpacked where it is gzip; 0 at its end."""
    packed = stream.read(2) == _GZIP
    stream.seek(0)
    if not packed:
        return stream.readinto
    pieces = _unpacked(stream, path)

    def read_into(room: memoryview) -> int:
        piece = next(pieces, b"")
        room[: len(piece)] = piece
        return len(piece)

    return read_into


def _unpacked(stream: FileIO, path: Path) -> Iterator[bytes]:
    """Yield the content of a gzip in pieces of at most a block, as far as it goes."""
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
    given = b""
    try:
        while given := given or stream.read(BLOCK >> 4):
            piece = unpacker.decompress(given, BLOCK)
            given = unpacker.unconsumed_tail
            if unpacker.eof:
                given = unpacker.unused_data
                unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
            if piece:
                yield piece
    except zlib.error as error:
        raise ArtifactError(f"{path}: a damaged gzip: {error}") from error
