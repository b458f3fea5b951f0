"""Rows in the order of their start, whatever their number, in bounded memory.

Executors write a row when what it tells of has ended, so rows come nearly in order: pieces of them
are sorted and merged as they come, few at once. Where a row comes too late for that, all pieces
have to be there before the first row is known; they wait in temporary files.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from operator import attrgetter
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from executors.scratch import scratch_folder
from summary.tables.table_files import ROW_GROUP

_PIECE: Final = 1 << 15
"""Rows that are sorted in memory at once."""
_OPEN: Final = 4
"""Pieces that are merged at once in memory."""
_PAGE: Final = 1 << 14
"""Rows of a piece in a file that are in memory while pieces are merged."""
_TIES: Final = ("vu", "iteration", "kind", "step", "name")
"""What decides between rows that begin in the same microsecond."""

_Numbers = np.ndarray[Any, np.dtype[np.int64]]


class OutOfOrderError(Exception):
    """A row came after later ones that have been given out, or may: it has to be done by files."""


def in_order(
    tables: Iterable[pa.Table], size: int = ROW_GROUP, piece: int = _PIECE
) -> Iterator[pa.Table]:
    """Yield the rows of ``tables`` sorted by attempt, start and what breaks ties.

    Yields tables of ``size`` rows, but for the last one, and none for no rows. Raises
    :class:`OutOfOrderError` when a row comes more than some pieces late.
    """
    pieces = map(_Piece.of, _in_pieces(tables, piece))
    yield from _of_size(_merged(_ascending(pieces), _OPEN), size)


def in_order_by_files(
    tables: Iterable[pa.Table], size: int = ROW_GROUP, piece: int = _PIECE
) -> Iterator[pa.Table]:
    """Yield what :func:`in_order` does, in whatever order rows come."""
    with scratch_folder() as folder:
        pieces = [
            _Piece.of(table).moved_to(folder / f"{number}.arrow")
            for number, table in enumerate(_in_pieces(tables, piece))
        ]
        pieces.sort(key=attrgetter("first"))
        yield from _of_size(_merged(iter(pieces), len(pieces)), size)


def _in_pieces(tables: Iterable[pa.Table], size: int) -> Iterator[pa.Table]:
    """Join tables, or cut them, to ``size`` rows or less than twice that, but for the last one.

    What was read together stays together if it can: within it rows come in any order.
    """
    waiting: list[pa.Table] = []
    rows = 0
    for table in tables:
        waiting.append(table)
        rows += table.num_rows
        if parts := rows // size:
            whole = pa.concat_tables(waiting)
            cuts = [rows * part // parts for part in range(parts + 1)]
            yield from (whole.slice(start, end - start) for start, end in pairwise(cuts))
            waiting, rows = [], 0
    if rows:
        yield pa.concat_tables(waiting)


def _of_size(tables: Iterable[pa.Table], size: int) -> Iterator[pa.Table]:
    """Cut and join tables so that each but the last one has ``size`` rows."""
    waiting: list[pa.Table] = []
    rows = 0
    for table in tables:
        waiting.append(table)
        rows += table.num_rows
        while rows >= size:
            whole = pa.concat_tables(waiting)
            yield whole.slice(0, size)
            rows -= size
            waiting = [whole.slice(size)]
    if rows:
        yield pa.concat_tables(waiting)


def _sorted(table: pa.Table) -> pa.Table:
    table = table.unify_dictionaries().combine_chunks()
    keys = _keys(table)
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    tied = ordered[1:] == ordered[:-1]
    if tied.any():
        where = np.flatnonzero(np.append(tied, False) | np.append(False, tied))
        among = order[where]
        ties = table.select(list(_TIES)).take(pa.array(among))
        ranks = [_ranks(ties[name].combine_chunks()) for name in reversed(_TIES)]
        order[where] = among[np.lexsort([*ranks, keys[among]])]
    return table.take(pa.array(order))


def _keys(table: pa.Table) -> _Numbers:
    """Return one number per row by which rows are in order: attempt above, start below."""
    attempt = table["attempt"].to_numpy().astype(np.int64)
    start = table["start"].cast(pa.int64()).to_numpy()
    # A moment in microseconds needs 51 bits until the year 2041, 53 until 2255.
    keys: _Numbers = (attempt << 53) | start
    return keys


def _ranks(column: pa.Array) -> _Numbers:
    if not pa.types.is_dictionary(column.type):
        return _numbers(column.fill_null(-1))
    ranks = pc.rank(column.dictionary, tiebreaker="dense")
    return _numbers(ranks.take(column.indices).fill_null(0))


def _numbers(column: pa.Array) -> _Numbers:
    numbers: _Numbers = column.to_numpy(zero_copy_only=False).astype(np.int64)
    return numbers


@dataclass
class _Piece:
    """Sorted rows, page by page; ``first`` is their least key."""

    first: int
    pages: Iterator[pa.Table]
    page: pa.Table = None
    keys: _Numbers = field(default_factory=lambda: np.empty(0, np.int64))

    @classmethod
    def of(cls, table: pa.Table) -> _Piece:
        """Sort a table: one page."""
        table = _sorted(table)
        return cls(int(_keys(table.slice(0, 1))[0]), iter([table]))

    def moved_to(self, file: Path) -> _Piece:
        """Put the one page into a file; return the piece that is read from there."""
        table = next(self.pages)
        with pa.OSFile(str(file), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
            writer.write_table(table, _PAGE)
        return _Piece(self.first, _pages(file))

    def fill(self) -> bool:
        """Read the next page where there is none; False at the end."""
        if self.page is None:
            self.page = next(self.pages, None)
            if self.page is not None:
                self.keys = _keys(self.page)
        return self.page is not None

    def least(self) -> int:
        """Return the least key in memory, of a piece that is filled."""
        return int(self.keys[0])

    def last(self) -> int:
        """Return the greatest key in memory, of a piece that is filled."""
        return int(self.keys[-1])

    def up_to(self, bound: int) -> Iterator[pa.Table]:
        """Yield the rows whose key is at most ``bound``; one key may go over several pages."""
        while self.fill():
            count = int(np.searchsorted(self.keys, bound, side="right"))
            if not count:
                return
            taken, rest = self.page.slice(0, count), self.page.slice(count)
            self.page = rest if rest.num_rows else None
            self.keys = self.keys[count:]
            yield taken


def _pages(file: Path) -> Iterator[pa.Table]:
    with pa.OSFile(str(file), "rb") as source, pa.ipc.open_file(source) as reader:
        for index in range(reader.num_record_batches):
            yield pa.Table.from_batches([reader.get_batch(index)])


def _ascending(pieces: Iterable[_Piece]) -> Iterator[_Piece]:
    last: float = -math.inf
    for piece in pieces:
        if piece.first < last:
            raise OutOfOrderError
        last = piece.first
        yield piece


def _merged(pieces: Iterator[_Piece], most: int) -> Iterator[pa.Table]:
    """Yield all rows in order, of pieces that come in the order of their first rows.

    No row that is not in memory yet has a key below the bound: the least of the last keys of the
    open pieces, or what the next one begins with. All rows of one key come out together.
    """
    open_: list[_Piece] = []
    coming = next(pieces, None)
    while True:
        open_ = [piece for piece in open_ if piece.fill()]
        if coming is not None and all(coming.first <= piece.least() for piece in open_):
            if len(open_) == most:
                raise OutOfOrderError
            open_.append(coming)
            coming = next(pieces, None)
            continue
        if not open_:
            return
        bound = min(piece.last() for piece in open_)
        if coming is not None:
            bound = min(bound, coming.first - 1)
        parts = [list(each.up_to(bound)) for each in open_]
        joined = pa.concat_tables([page for pages in parts for page in pages])
        # What comes from one piece alone is in order already.
        yield joined if sum(map(bool, parts)) == 1 else _sorted(joined)
