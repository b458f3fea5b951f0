"""What finds room on a page of bounded size: what did not go well before what did. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from summary.reports.rendering import plural

_Row = TypeVar("_Row")

MAX_CHARACTERS: Final = 60_000
"""A comment on a pull request takes 65,536."""
_RESERVED: Final = 2_000
"""For the sentence that names what is left out."""
_MOST_NAMED: Final = 20


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the page; it stands whole, or with as many of its lines as there is room for."""

    name: str
    body: str
    """What is seen whole, or the heading above the lines; nothing where there is none."""
    rank: int = 1
    """Who gets room first: the least; the order on the page is another matter."""
    lines: tuple[str, ...] = ()
    """Each stands by itself; those that find no room are counted."""
    unlisted: int = 0
    """How many lines there would be more, were there room or not: counted with those."""


def bounded(head: str, sections: Sequence[Section]) -> str:
    """Join what fits, in the order of ``sections``, and name what does not."""
    left = MAX_CHARACTERS - len(head) - _RESERVED
    kept: dict[int, str] = {}
    told = [(place, each) for place, each in enumerate(sections) if each.body]
    for place, each in sorted(told, key=lambda pair: (pair[1].rank, pair[0])):
        body = _cut(each, left) if each.lines else each.body
        if body and len(body) + 2 <= left:
            kept[place] = body
            left -= len(body) + 2
    parts = [head, *(kept[place] for place in sorted(kept))]
    omitted = [each.name for place, each in told if place not in kept]
    if omitted:
        names = ", ".join(omitted[:_MOST_NAMED])
        names = names[:1_500] + (" and more" if len(omitted) > _MOST_NAMED else "")
        parts.append(f"_Left out to keep this page short: {names}. See report.html._")
    return "\n\n".join(parts) + "\n"


def _cut(section: Section, room: int) -> str:
    """Return the section with the lines that fit and how many there are more; "" for none."""
    room -= len(section.body) + 100
    shown: list[str] = []
    for line in section.lines:
        room -= len(line) + 1
        if room < 0:
            break
        shown.append(line)
    more = len(section.lines) - len(shown) + section.unlisted
    note = [f"- … and {plural(more, 'more cell')} in report.html"] if more else []
    return "\n".join([f"{section.body}\n", *shown, *note]) if shown else ""


def foremost(
    rows: Iterable[_Row], most: int, matters: Callable[[_Row], bool]
) -> tuple[list[_Row], list[_Row]]:
    """Return at most ``most`` rows in their order, those that matter among them; and the others."""
    told = list(enumerate(rows))
    chosen = {at for at, _ in sorted(told, key=lambda pair: not matters(pair[1]))[:most]}
    kept = [each for at, each in told if at in chosen]
    return kept, [each for at, each in told if at not in chosen]
