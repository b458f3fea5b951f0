"""A change of level over the nights, in words for pages and Markdown. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from summary.changes_models import Break, Change, Changes
from summary.reports.rendering import EXECUTOR_LABELS, NBSP

_Kind = TypeVar("_Kind", Break, Change)


def newest(changes: Changes, most: int) -> Changes:
    """Return what there is of the newest nights."""
    gone = max(0, len(changes.nights) - most)
    if not gone:
        return changes
    series = tuple(
        line.model_copy(
            update={
                "measured_ms": line.measured_ms[gone:],
                "own_ms": line.own_ms[gone:],
                "bands": tuple(
                    band.model_copy(
                        update={"first": max(0, band.first - gone), "last": band.last - gone}
                    )
                    for band in line.bands
                    if band.last >= gone
                ),
            }
        )
        for line in changes.series
    )
    return Changes(
        nights=changes.nights[gone:],
        series=series,
        breaks=tuple(_moved(each, gone) for each in changes.breaks if each.at >= gone),
        changes=tuple(_moved(each, gone) for each in changes.changes if each.at >= gone),
    )


def _moved(each: _Kind, by: int) -> _Kind:
    return each.model_copy(update={"at": each.at - by})


def what(change: Change) -> str:
    """Return what changed: a step, a journey, everything."""
    if change.level == "everything":
        return "everything"
    if change.level == "journey":
        return "the whole journey"
    return change.step


def size(change: Change) -> str:
    """Return by how much it is slower, or faster."""
    return percent(change.effect_pct)


def percent(value: float) -> str:
    """Return ``+24 %`` or ``−8 %``."""
    sign = "+" if value >= 0 else "−"
    return f"{sign}{abs(value):.0f}{NBSP}%"


def where(change: Change) -> str:
    """Return where it came from, as far as that is known."""
    if change.level == "everything":
        return (
            "the machine, or the app as a whole: nights alone do not tell which, "
            "doit run ab base=REVISION does"
        )
    if change.came_from:
        return change.came_from
    sides = [
        f"{EXECUTOR_LABELS[name].lower()} {percent(change.sides_pct[name])}"
        for name in EXECUTOR_LABELS
        if name in change.sides_pct
    ]
    return ", ".join(sides)


def beside(change: Change, night: str) -> list[str]:
    """Return what became another one near it; ``night`` is the first of the new level."""
    found = []
    for each in change.beside:
        when = "" if each.night == night else f" ({each.night})"
        if each.name == "the journey itself":
            found.append(f"the journey itself was edited{when}")
        else:
            found.append(f"{each.name} {each.before} → {each.after}{when}")
    if change.accepted:
        found.append(f"accepted as the new normal: {change.accepted}")
    return found


def usual(low_ms: float, high_ms: float) -> str:
    """Return a band in milliseconds."""
    digits = 2 if high_ms < 9.995 else 1 if high_ms < 99.95 else 0
    return f"{low_ms:.{digits}f}{NBSP}–{NBSP}{high_ms:.{digits}f}{NBSP}ms"


def breaks_of(changes: Changes, most: int) -> Sequence[Break]:
    """Return the newest breaks, newest first."""
    return changes.breaks[::-1][:most]
