"""The frozen history and tonight to ``changes.json``: lines, bands, breaks and changes. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import exp, isnan
from typing import Final

import numpy as np

from summary.changes_models import Band, Break, Change, Changes, NightPoint, SeriesLine
from summary.history.assemble import assemble, differences, key_of, request_values
from summary.history.beside import accepted_near, beside
from summary.history.frozen import FrozenHistory
from summary.history.records import NightRecord, NightSeries
from summary.origins import NOWHERE, Origin, origin_of
from summary.regression import robust
from summary.regression.change_points import LEAST_NIGHTS
from summary.regression.hindsight import LevelChange, hindsight
from summary.regression.history import Array, History, SeriesKey
from summary.regression.moves import Moves, Part
from summary.regression.probability import t4_quantile

RECENT: Final = 7
"""A series that was ridden in none of so many nights is drawn no more."""
_T4_95: Final = t4_quantile(0.025)
_LEAST_DEVIATION: Final = 0.01
_ANOTHER: Final = "the step, its data or its pacing is another one"
_ALL_OTHER: Final = "all its steps are others: steps, data or pacing changed"


def changes_of(history: FrozenHistory, tonight: NightRecord) -> Changes:
    """Return what the nights up to this one were like.

    Decisions about what is usual hide nothing: an accepted change is a change, and says that it was
    accepted.
    """
    nights = [*history.nights, tonight]
    undecided = history.model_copy(update={"decisions": ()})
    table = assemble(undecided, tonight)
    known = _Known.of(undecided, tonight, table)
    found = known.changes if known else []
    made = _Lines(nights, table, known)
    return Changes(
        nights=tuple(_point(each, tonight) for each in nights),
        series=tuple(made.lines()),
        breaks=tuple(_breaks(nights)),
        changes=tuple(_change(each, history, nights, table, known) for each in found if known),
    )


@dataclass(frozen=True, slots=True)
class _Known:
    """What the comparable nights say of each part."""

    changes: list[LevelChange]
    moves: Moves
    knows_requests: bool

    @classmethod
    def of(cls, history: FrozenHistory, tonight: NightRecord, table: History) -> _Known | None:
        if len(table.nights) < 2:
            return None
        keys, values = request_values(history, tonight, table)
        changes, moves = hindsight(table, keys, values)
        return cls(changes, moves, tonight.schema_version > 1)


def _point(night: NightRecord, tonight: NightRecord) -> NightPoint:
    return NightPoint(
        night=night.night,
        stamp=night.stamp,
        verdict=night.verdict,
        app=night.app,
        is_comparable=not differences(night, tonight),
    )


# --- Changes ------------------------------------------------------------------------------------


def _change(
    each: LevelChange,
    history: FrozenHistory,
    nights: Sequence[NightRecord],
    table: History,
    known: _Known,
) -> Change:
    mine = [night for night in nights if night.night in set(table.nights)]
    origin = _origin(each, known)
    sides = {
        executor: known.moves.of(Part(each.journey, each.step, executor), each.before, each.after)
        for executor in ("playwright", "k6")
    }
    return Change(
        at=_place(nights, table, each.index),
        level=each.level,
        journey=each.journey,
        step=each.step,
        executor=each.executor,
        effect_pct=_percent(each.effect),
        sides_pct={name: _percent(move.effect) for name, move in sides.items() if move},
        origin=origin.kind,
        came_from=origin.text,
        beside=beside(mine, each.index, each.journey),
        accepted=accepted_near(history, mine, each.index, each.journey),
    )


def _origin(each: LevelChange, known: _Known) -> Origin:
    if each.level == "everything":
        return NOWHERE
    return origin_of(
        known.moves,
        each.journey,
        each.step,
        each.before,
        each.after,
        is_slower=each.effect > 0,
        knows_requests=known.knows_requests,
    )


def _place(nights: Sequence[NightRecord], table: History, index: int) -> int:
    """Return the place among all nights of the one at ``index`` of the comparable ones."""
    return next(at for at, each in enumerate(nights) if each.night == table.nights[index])


def _percent(share: float) -> float:
    return round(100 * share, 1)


# --- Breaks -------------------------------------------------------------------------------------


def _breaks(nights: Sequence[NightRecord]) -> Iterator[Break]:
    """Yield where nights are not comparable with those before, and where steps became others."""
    last: dict[tuple[int, SeriesKey], str] = {}
    for at, night in enumerate(nights):
        why = "; ".join(differences(nights[at - 1], night)) if at else ""
        if why:
            yield Break(at=at, journey="", step="", why=why)
        other = {
            (each.journey, each.step)
            for each in night.series
            if _is_another(last, night.schema_version, each)
        }
        for journey, step in _together(other, night):
            yield Break(at=at, journey=journey, step=step, why=_ANOTHER if step else _ALL_OTHER)


def _together(steps: set[tuple[str, str]], night: NightRecord) -> list[tuple[str, str]]:
    """Return the steps in order; a journey of which every step is another one stands for them."""
    rest = {(each.journey, each.step) for each in night.series} - steps
    partly = {journey for journey, _ in rest}
    return sorted({(journey, step if journey in partly else "") for journey, step in steps})


def _is_another(last: dict[tuple[int, SeriesKey], str], version: int, series: NightSeries) -> bool:
    key = (version, key_of(series))
    before = last.get(key, series.digest)
    last[key] = series.digest or before
    return bool(series.digest and before and before != series.digest)


# --- Lines --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Lines:
    """Makes the lines of all series that were ridden lately."""

    nights: Sequence[NightRecord]
    table: History
    known: _Known | None

    def lines(self) -> Iterator[SeriesLine]:
        """Yield them by journey and step as they were ridden, the browser first."""
        by_night = [{key_of(each): each for each in night.series} for night in self.nights]
        columns = {key: column for column, key in enumerate(self.table.series)}
        order = {key: None for found in reversed(by_night[-RECENT:]) for key in found}
        steps = list(dict.fromkeys((key.journey, key.step) for key in order))
        ranked = sorted(
            order, key=lambda key: (steps.index(key[:2]), key.executor == "k6", key.users)
        )
        for key in ranked:
            measured = [found[key].loc_ms if key in found else None for found in by_night]
            own = self._own(columns[key]) if key in columns else np.empty(0)
            yield SeriesLine(
                **key._asdict(),
                measured_ms=tuple(map(_rounded, measured)),
                own_ms=tuple(self._by_night(own)),
                bands=tuple(self._bands(key, own)),
            )

    def _own(self, column: int) -> Array:
        """Return logarithms by comparable night, with what the machine did taken out."""
        values = self.table.loc[:, column]
        if self.known is None:
            return values
        level = float(robust.median(values[:, None])[0])
        return np.asarray(level + self.known.moves.cleaned.without_machine[:, column])

    def _by_night(self, own: Array) -> Iterator[float | None]:
        known = dict(zip(self.table.nights, own, strict=False))
        for night in self.nights:
            value = known.get(night.night, float("nan"))
            yield None if isnan(value) else _rounded(exp(value))

    def _bands(self, key: SeriesKey, own: Array) -> Iterator[Band]:
        """Yield a band for each stretch of one level that is long enough to have one."""
        changes = self.known.changes if self.known else []
        cuts = {change.index for change in changes if _concerns(change, key)}
        edges = [0, *sorted(cuts), len(own)]
        for first, end in pairwise(edges):
            known = own[first:end][~np.isnan(own[first:end])]
            if len(known) < LEAST_NIGHTS:
                continue
            measured = np.flatnonzero(~np.isnan(own[first:end])) + first
            middle = float(np.median(known))
            deviation = max(float(robust.spread(known[:, None])[0]), _LEAST_DEVIATION)
            yield Band(
                first=_place(self.nights, self.table, int(measured[0])),
                last=_place(self.nights, self.table, int(measured[-1])),
                low_ms=round(exp(middle - _T4_95 * deviation), 3),
                high_ms=round(exp(middle + _T4_95 * deviation), 3),
            )


def _concerns(change: LevelChange, key: SeriesKey) -> bool:
    """Tell whether a change is one of this series; the machine's is taken out of the line."""
    return (
        change.level != "everything"
        and change.journey == key.journey
        and change.step in ("", key.step)
        and change.executor in ("", key.executor)
    )


def _rounded(milliseconds: float | None) -> float | None:
    """Return four digits that count."""
    return None if milliseconds is None else float(f"{milliseconds:.4g}")
