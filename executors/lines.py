"""The few lines of a large file that are needed, told by how they begin, before anything is parsed.

k6 writes a dozen lines for each request. Looking at all of them costs little as long as it is done
for a whole block at a time; parsing them would cost the most of building a table.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Sequence
from io import FileIO
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa

from executors.cutting import Beginning, cut_out, words_of
from tandem.errors import ArtifactError

BLOCK: Final = 1 << 20
"""Bytes that are looked at together, and the longest line that can be read."""
_GZIP: Final = b"\x1f\x8b"


def read_header(path: Path) -> bytes:
    """Return the first line, without its end; what there is when it has none."""
    start = bytearray(BLOCK)
    with FileIO(path) as stream:
        read = _reader(stream, path)(memoryview(start))
    return bytes(start[:read].partition(b"\n")[0].rstrip(b"\r"))


def lines_beginning_with(path: Path, prefixes: Sequence[bytes]) -> Iterator[list[pa.Buffer]]:
    """Yield, a buffer for each prefix, the whole lines of a plain or gzipped file that begin so.

    The buffers hold the lines of one block in their order, ends included. A last line without an
    end was cut off and is left out; so is what a gzip that breaks off still holds. Raises
    :class:`ArtifactError` for a damaged gzip and for a line longer than a block.
    """
    wanted = [Beginning(prefix) for prefix in prefixes]
    room = bytearray(2 * BLOCK + max(each.margin for each in wanted))
    block = np.frombuffer(room, np.uint8)
    words = words_of(block)
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
            starts = np.concatenate([[0], ends[:-1]])
            first = words[starts]
            found = [each.begins(words, starts, first) for each in wanted]
            yield [_together(cut_out(block, starts[lines], ends[lines])) for lines in found]
            rest = filled - int(ends[-1])
            block[:rest] = block[ends[-1] : filled].copy()
            filled = rest
            if filled > BLOCK:
                raise ArtifactError(f"{path}: a line of more than {BLOCK >> 20} MB")


def _together(lines: pa.StringArray) -> pa.Buffer:
    return lines.buffers()[2] or pa.py_buffer(b"")


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
