"""A table of named rows for a terminal, so wide at most; names are cut last. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from operator import itemgetter
from typing import Final

from tabulate import tabulate

from summary.grouping import grouped
from summary.reports.rendering import shorten

GAP: Final = 2
_INDENT: Final = "  "

Cells = tuple[str, ...]


def room_for_names(others: Sequence[Cells], width: int) -> int:
    """Return how wide a name may be that has its line for itself and these columns."""
    taken = sum(max(map(len, column)) + GAP for column in others)
    return width - taken - len(_INDENT)


def draw(headers: Sequence[Cells], rows: Sequence[Cells], width: int, align: str) -> str:
    """Return rows of (group, name, others…) as a table; ``align`` has a letter each, l or r.

    A group's name stands beside the first of its rows, or on a line of its own above them where
    there is no room for all names beside the other columns.
    """
    columns = list(zip(*headers, *rows, strict=True))
    widest = max(map(len, columns[0])) + GAP - len(_INDENT)
    if max(map(len, columns[1])) <= room_for_names(columns[2:], width) - widest:
        return "\n".join(_lines(headers, _once(rows), align))
    # One group after the other, in the order in which they come first.
    together = [*chain.from_iterable(grouped(rows, itemgetter(0)).values())]
    room = max(room_for_names(columns[2:], width), 1)
    cut = [(shorten(row[1], room), *row[2:]) for row in together]
    lines = [f"{_INDENT}{line}" for line in _lines([row[1:] for row in headers], cut, align[1:])]
    drawn = lines[: len(headers) + 1]
    for (group, *_), line in zip(_once(together), lines[len(headers) + 1 :], strict=True):
        drawn += [shorten(group, width), line] if group else [line]
    return "\n".join(line[:width] for line in drawn)


def _once(rows: Sequence[Cells]) -> list[Cells]:
    """Return the rows with a group's name only where another one was before."""
    before = ["", *(row[0] for row in rows)]
    return [
        ("" if group == row[0] else row[0], *row[1:])
        for group, row in zip(before[:-1], rows, strict=True)
    ]


def _lines(headers: Sequence[Cells], rows: Sequence[Cells], align: str) -> list[str]:
    rule = ["-" * max(map(len, column)) for column in zip(*headers, *rows, strict=True)]
    table = tabulate(
        [*headers, rule, *rows],
        tablefmt="plain",
        disable_numparse=True,
        colalign=["left" if letter == "l" else "right" for letter in align],
    )
    return [line.rstrip() for line in table.splitlines()]
