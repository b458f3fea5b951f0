"""Rows in the order of their start, whatever their number, in bounded memory.

Executors write a row when what it tells of has ended, so rows come nearly in order. Pieces that fit
into memory are sorted; where there is more than one, each goes to a temporary file and they are
merged. Only pieces that overlap in time are open together.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from executors.scratch import scratch_folder

_PIECE: Final = 1 << 16
"""Rows that are sorted in memory at once."""
_PAGE: Final = 1 << 14
"""Rows of a sorted piece that are in memory while pieces are merged."""
_TIES: Final = ("vu", "iteration", "kind", "step", "name")
"""What decides between rows that begin in the same microsecond."""

_Numbers = np.ndarray[Any, np.dtype[np.int64]]


def in_order(tables: Iterable[pa.Table], piece: int = _PIECE) -> Iterator[pa.Table]:
    """Yield the rows of ``tables`` sorted by attempt, start and what breaks ties.

    Attempts come one after the other in ``tables``; within one, any order will do. Yields tables of
    at most ``piece`` rows, and none for no rows.
    """
    with scratch_folder() as folder:
        pieces: list[_Piece] = []
        held: pa.Table | None = None
        for table in _of_size(tables, piece):
            # One piece is the rule: it needs no file.
            if held is not None:
                pieces.append(_Piece.write(held, folder / f"{len(pieces)}.arrow"))
            held = table
        if held is None:
            return
        if not pieces:
            yield _sorted(held)
            return
        pieces.append(_Piece.write(held, folder / f"{len(pieces)}.arrow"))
        del held
        yield from _of_size(_merged(pieces), piece)


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
    """A sorted file, read page by page; ``first`` is its least key."""

    first: int
    pages: Iterator[pa.Table]
    page: pa.Table = None
    keys: _Numbers = field(default_factory=lambda: np.empty(0, np.int64))

    @classmethod
    def write(cls, table: pa.Table, file: Path) -> _Piece:
        """Sort a table into a file."""
        table = _sorted(table)
        with pa.OSFile(str(file), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
            writer.write_table(table, _PAGE)
        return cls(int(_keys(table.slice(0, 1))[0]), _pages(file))

    def fill(self) -> bool:
        """Read the next page where there is none; False at the end."""
        if self.page is None:
            self.page = next(self.pages, None)
            if self.page is not None:
                self.keys = _keys(self.page)
        return self.page is not None

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


def _merged(pieces: list[_Piece]) -> Iterator[pa.Table]:
    """Yield all rows in order.

    The least of the last keys in memory is the bound: no piece can still give a row below it that
    is not in memory already, and all rows of one key come out together.
    """
    waiting = sorted(pieces, key=lambda piece: piece.first)
    open_: list[_Piece] = []
    while waiting or open_:
        open_ = [piece for piece in open_ if piece.fill()]
        bound = min((piece.last() for piece in open_), default=None)
        while waiting and (bound is None or waiting[0].first <= bound):
            piece = waiting.pop(0)
            piece.fill()
            open_.append(piece)
            bound = min(piece.last() for piece in open_)
        if bound is not None:
            parts = [list(each.up_to(bound)) for each in open_]
            joined = pa.concat_tables([page for pages in parts for page in pages])
            # What comes from one piece alone is in order already.
            yield joined if sum(map(bool, parts)) == 1 else _sorted(joined)
