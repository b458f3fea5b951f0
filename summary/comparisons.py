"""Steps held against each other: browser beside protocol, and few users beside many. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from operator import attrgetter
from typing import Any

from summary.grouping import grouped
from summary.models import Bounds, CellSummary, Growth, SeriesSummary, SideBySide
from summary.statistics import rounded


def lay_beside(
    cells: Iterable[CellSummary], series: Iterable[SeriesSummary]
) -> Iterator[SideBySide]:
    """Yield each step that both executors measured at the same number of users.

    A cell that is invalid says nothing of the app and is left out.
    """
    steps = {
        (row.journey, row.executor, row.users, row.step): row for row in _measured(cells, series)
    }
    for (journey, executor, users, step), browser in steps.items():
        protocol = steps.get((journey, "k6", users, step))
        if executor == "playwright" and protocol is not None:
            both = _difference(browser, protocol)
            yield SideBySide(journey=journey, users=users, step=step, **both)


def growth(cells: Iterable[CellSummary], series: Iterable[SeriesSummary]) -> Iterator[Growth]:
    """Yield each step that was measured at more than one number of users."""
    steps = grouped(_measured(cells, series), attrgetter("journey", "executor", "step"))
    for rows in steps.values():
        if len(rows) > 1:
            yield _growth(sorted(rows, key=lambda row: row.users))


def _measured(
    cells: Iterable[CellSummary], series: Iterable[SeriesSummary]
) -> Iterator[SeriesSummary]:
    """Yield the interactions that have a latency, of cells that say something of the app."""
    sound = {
        (cell.journey, cell.executor, cell.users) for cell in cells if cell.outcome != "invalid"
    }
    for row in series:
        is_sound = (row.journey, row.executor, row.users) in sound
        if row.kind == "interaction" and row.p50_ms is not None and is_sound:
            yield row


def _difference(browser: SeriesSummary, protocol: SeriesSummary) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for figure in ("p50", "p95"):
        name = f"{figure}_ms"
        one, other = getattr(browser, name), getattr(protocol, name)
        found[f"browser_{name}"], found[f"protocol_{name}"] = one, other
        found[f"browser_adds_{name}"] = rounded(one - other)
        bounds = browser.intervals.get(name), protocol.intervals.get(name)
        found[f"browser_adds_{figure}_interval_ms"] = between(one, other, *bounds)
    return found


def between(
    one: float, other: float, bounds: Bounds | None, other_bounds: Bounds | None
) -> Bounds | None:
    """Return the interval of a difference of two figures that know nothing of each other.

    The distances from figure to bound are added as the sides of a right angle (G. Y. Zou and
    A. Donner, Statistics in Medicine 27, 2008).
    """
    if bounds is None or other_bounds is None or other_bounds[1] is None:
        return None
    low = math.hypot(one - bounds[0], other_bounds[1] - other)
    if bounds[1] is None:
        return rounded(one - other - low), None
    high = math.hypot(bounds[1] - one, other - other_bounds[0])
    return rounded(one - other - low), rounded(one - other + high)


def _growth(rows: Sequence[SeriesSummary]) -> Growth:
    first = rows[0]
    p50, p95 = ([getattr(row, name) or 0.0 for row in rows] for name in ("p50_ms", "p95_ms"))
    return Growth(
        journey=first.journey,
        executor=first.executor,
        step=first.step,
        users=tuple(row.users for row in rows),
        p50_ms=tuple(p50),
        p95_ms=tuple(p95),
        p50_factor=_factor(p50),
        p95_factor=_factor(p95),
    )


def _factor(values: Sequence[float]) -> float | None:
    return round(values[-1] / values[0], 3) if values[0] > 0 else None
