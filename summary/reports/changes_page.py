"""What a page shows of the nights: a table of changes, and what the lines are drawn from. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import sqrt
from typing import Any, Final

from markupsafe import Markup

from summary.changes_models import Change, Changes, SeriesLine
from summary.reports import change_words
from summary.reports.page import as_json
from summary.reports.rendering import EXECUTOR_LABELS, one_line
from tandem.models import Executor

NIGHTS_SCRIPT: Final = "nights.js"
MOST_CHANGES: Final = 40
MOST_BREAKS: Final = 30
MOST_NIGHTS: Final = 90
LEAST_NIGHTS: Final = 30
MOST_POINTS: Final = 12_000
"""Of all lines of a page: with many of them fewer nights are drawn, but :data:`LEAST_NIGHTS`."""
FAR_BEYOND: Final = 1.1
MANY_PANELS: Final = 12
"""With more of them one journey is shown first, not all."""


@dataclass(frozen=True, slots=True)
class ShownChange:
    """One row of the table of changes."""

    number: int
    """As it stands in the charts; from 1, the oldest first."""
    night: str
    journey: str
    what: str
    size: str
    is_slower: bool
    where: str
    beside: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ShownBreak:
    """Where lines begin anew."""

    night: str
    journey: str
    step: str
    why: str


@dataclass(frozen=True, slots=True)
class ShownSeries:
    """One row of the table behind the charts."""

    journey: str
    step: str
    executor: Executor
    users: int
    newest_ms: float | None
    own_ms: float | None
    usual: str
    is_beyond: bool
    """Slower than what is usual."""


@dataclass(frozen=True, slots=True)
class NightsView:
    """Everything that the template of the nights shows."""

    first: str
    last: str
    nights: int
    comparable: int
    changes: tuple[ShownChange, ...]
    """Newest first."""
    more_changes: int
    breaks: tuple[ShownBreak, ...]
    more_breaks: int
    series: tuple[ShownSeries, ...]
    journeys: tuple[str, ...]
    steps: tuple[str, ...]
    executors: tuple[Executor, ...]
    users: tuple[int, ...]
    chosen: str
    """The journey that is shown first; "" for all of them."""
    data: Markup
    """JSON that can stand in a page."""


def nights_view(whole: Changes) -> NightsView | None:
    """Return what a page shows; None where there are no nights to draw a line through."""
    fitting = MOST_POINTS // max(1, len(whole.series))
    changes = change_words.newest(whole, max(LEAST_NIGHTS, min(MOST_NIGHTS, fitting)))
    if len(changes.nights) < 2:
        return None
    shown = [_shown(number, each, changes) for number, each in enumerate(changes.changes, 1)][::-1]
    steps = dict.fromkeys((line.journey, line.step) for line in changes.series)
    panels = len({(line.journey, line.step, line.executor) for line in changes.series})
    return NightsView(
        first=changes.nights[0].night,
        last=changes.nights[-1].night,
        nights=len(changes.nights),
        comparable=sum(each.is_comparable for each in changes.nights),
        changes=tuple(shown[:MOST_CHANGES]),
        more_changes=len(shown[MOST_CHANGES:]),
        breaks=tuple(
            ShownBreak(changes.nights[each.at].night, each.journey, each.step, each.why)
            for each in change_words.breaks_of(changes, MOST_BREAKS)
        ),
        more_breaks=max(0, len(changes.breaks) - MOST_BREAKS),
        series=tuple(map(_row, changes.series)),
        journeys=tuple(dict.fromkeys(journey for journey, _ in steps)),
        steps=tuple(dict.fromkeys(step for _, step in steps)),
        executors=tuple(
            name for name in EXECUTOR_LABELS if any(name == e.executor for e in changes.series)
        ),
        users=tuple(sorted({line.users for line in changes.series})),
        chosen=_first(changes, [journey for journey, _ in steps]) if panels > MANY_PANELS else "",
        data=Markup(as_json(_drawn(changes))),  # noqa: S704 - it is safe
    )


def _first(changes: Changes, journeys: list[str]) -> str:
    """Return the journey that is looked at first: what is far off tonight, or changed last."""
    far = max(changes.series, key=_beyond)
    if _beyond(far) > FAR_BEYOND:
        return far.journey
    named = [each.journey for each in reversed(changes.changes) if each.journey]
    return (named or journeys or [""])[0]


def _beyond(line: SeriesLine) -> float:
    """Return how many times as slow as the end of its band a line is in the newest night."""
    own = line.own_ms[-1]
    return own / line.bands[-1].high_ms if own and line.bands else 0.0


def _shown(number: int, change: Change, changes: Changes) -> ShownChange:
    night = changes.nights[change.at].night
    return ShownChange(
        number=number,
        night=night,
        journey=change.journey,
        what=change_words.what(change),
        size=change_words.size(change),
        is_slower=change.effect_pct > 0,
        where=change_words.where(change),
        beside=tuple(change_words.beside(change, night)),
    )


def _row(line: SeriesLine) -> ShownSeries:
    own, band = line.own_ms[-1], line.bands[-1] if line.bands else None
    return ShownSeries(
        journey=line.journey,
        step=line.step,
        executor=line.executor,
        users=line.users,
        newest_ms=line.measured_ms[-1],
        own_ms=own,
        usual=change_words.usual(band.low_ms, band.high_ms) if band else "",
        is_beyond=own is not None and band is not None and own > band.high_ms,
    )


def _drawn(changes: Changes) -> dict[str, Any]:
    """Return what nights.js draws; names are referred to by their places."""
    journeys = list(dict.fromkeys(line.journey for line in changes.series))
    steps = list(dict.fromkeys(line.step for line in changes.series))

    def place(names: list[str], name: str) -> int:
        return names.index(name) if name in names else -1

    return {
        "nights": [
            {
                "night": one_line(each.night, 64),
                "verdict": each.verdict,
                "app": one_line(each.app, 40),
                "comparable": each.is_comparable,
            }
            for each in changes.nights
        ],
        "journeys": [one_line(name, 80) for name in journeys],
        "steps": [one_line(name, 80) for name in steps],
        "series": [
            {
                "journey": place(journeys, line.journey),
                "step": place(steps, line.step),
                **_line(line),
            }
            for line in changes.series
        ],
        "breaks": [
            {
                "at": each.at,
                "journey": place(journeys, each.journey),
                "step": place(steps, each.step),
                "why": one_line(each.why, 200),
            }
            for each in changes.breaks
        ],
        "changes": list(_marks(changes, journeys, steps)),
    }


def _line(line: SeriesLine) -> dict[str, Any]:
    """Return a line's figures in thousandths of the level with which it begins, which is short."""
    level = _level(line)

    def share(value: float | None) -> int | None:
        return None if value is None else round(1000 * value / level)

    return {
        "executor": line.executor,
        "users": line.users,
        "level": float(f"{level:.4g}"),
        "measured": [share(value) for value in line.measured_ms],
        "own": [share(value) for value in line.own_ms],
        "bands": [
            [each.first, each.last, share(each.low_ms), share(each.high_ms)] for each in line.bands
        ],
    }


def _level(line: SeriesLine) -> float:
    if line.bands:
        return sqrt(line.bands[0].low_ms * line.bands[0].high_ms)
    known = [value for value in (*line.own_ms, *line.measured_ms) if value]
    return sorted(known)[len(known) // 2] if known else 1.0


def _marks(changes: Changes, journeys: list[str], steps: list[str]) -> Iterator[dict[str, Any]]:
    for number, each in enumerate(changes.changes, 1):
        if each.level == "everything":
            continue
        yield {
            "number": number,
            "at": each.at,
            "journey": journeys.index(each.journey) if each.journey in journeys else -1,
            "step": steps.index(each.step) if each.step in steps else -1,
            "executor": each.executor,
            "size": change_words.size(each),
            "slower": each.effect_pct > 0,
        }
