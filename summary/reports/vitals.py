"""Web Vitals of a journey's pages, with the ratings that the browsers' makers publish. Pure.

The thresholds are those of web.dev/articles/vitals (good up to the first, poor beyond the second),
held against the 75th percentile.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Literal

from summary.models import ReadingSummary

Rating = Literal["good", "needs improvement", "poor", ""]

BOUNDS: Final = {
    "LCP": (2500.0, 4000.0),
    "INP": (200.0, 500.0),
    "CLS": (0.1, 0.25),
    "FCP": (1800.0, 3000.0),
    "TTFB": (800.0, 1800.0),
}
"""In the order in which they are shown; milliseconds, but for CLS, which has no unit."""


@dataclass(frozen=True, slots=True)
class Vital:
    """One vital at one step."""

    name: str
    p75: float
    unit: str
    count: int

    @property
    def rating(self) -> Rating:
        """What the 75th percentile is rated; empty for a reading that has no rating."""
        if self.name not in BOUNDS:
            return ""
        good, poor = BOUNDS[self.name]
        if self.p75 <= good:
            return "good"
        return "needs improvement" if self.p75 <= poor else "poor"


@dataclass(frozen=True, slots=True)
class PageVitals:
    """The vitals of one step at one number of users."""

    users: int
    step: str
    vitals: dict[str, Vital]


def vitals_of(
    readings: Iterable[ReadingSummary], journey: str, steps: Iterable[str]
) -> tuple[tuple[str, ...], tuple[PageVitals, ...]]:
    """Return the names of a journey's vitals, the rated ones first, and those of each page."""
    mine = [reading for reading in readings if reading.journey == journey]
    names = {reading.name for reading in mine}
    shown = (*(name for name in BOUNDS if name in names), *sorted(names - set(BOUNDS)))
    return shown, tuple(_pages(mine, list(steps)))


def _pages(readings: Iterable[ReadingSummary], steps: list[str]) -> Iterator[PageVitals]:
    found: dict[tuple[int, str], dict[str, Vital]] = {}
    for each in readings:
        vital = Vital(each.name, each.p75, each.unit, each.count)
        found.setdefault((each.users, each.step), {})[each.name] = vital
    order = {step: place for place, step in enumerate(steps)}
    for users, step in sorted(found, key=lambda key: (key[0], order.get(key[1], len(order)), key)):
        yield PageVitals(users, step, found[users, step])
