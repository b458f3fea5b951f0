"""Nights to what the decider reads: those that are comparable, and of each step since it is itself.

Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from summary.history.frozen import FrozenHistory
from summary.history.records import Decision, NightRecord, NightSeries
from summary.regression.history import History, Row, SeriesKey
from summary.regression.table import history_of


def comparable(history: FrozenHistory, tonight: NightRecord) -> list[NightRecord]:
    """Return the nights that tonight may be held against, oldest first."""
    mine = tonight.fingerprint
    return [
        night
        for night in history.nights
        if mine is None
        or night.fingerprint is None
        or night.fingerprint.comparable_with == mine.comparable_with
    ]


def assemble(history: FrozenHistory, tonight: NightRecord) -> History:
    """Return the comparable nights and tonight, which comes last.

    A series starts anew where its step, its data or its pacing was another, and after a night
    whose level was accepted.
    """
    nights = [*comparable(history, tonight), tonight]
    digests = {_key(each): each.digest for each in tonight.series}
    rows = [
        _row(night, each)
        for night in nights
        for each in night.series
        if _is_the_same(each.digest, digests.get(_key(each)))
        and (night is tonight or _is_usual(night.night, each.journey, history.decisions))
    ]
    return history_of(rows, "history") if rows else _nothing(nights)


def rows_of(night: NightRecord) -> list[Row]:
    """Return the figures of one night."""
    return [_row(night, each) for each in night.series]


def _row(night: NightRecord, series: NightSeries) -> Row:
    return Row(
        night=night.night,
        series=_key(series),
        loc_ms=series.loc_ms,
        p95_ms=series.p95_ms,
        count=series.n,
        errors=series.errors,
        span_s=series.span_s,
    )


def _is_the_same(then: str, now: str | None) -> bool:
    return now is not None and (then == now or not then)


def _is_usual(night: str, journey: str, decisions: Iterable[Decision]) -> bool:
    for decision in decisions:
        if decision.journey not in ("", journey):
            continue
        if decision.kind == "accept" and night <= decision.night:
            return False
        if decision.kind == "pin" and night < decision.night:
            return False
    return True


def _key(row: object) -> SeriesKey:
    return SeriesKey(*(getattr(row, name) for name in ("journey", "step", "executor", "users")))


def _nothing(nights: Sequence[NightRecord]) -> History:
    rows = [Row(nights[-1].night, SeriesKey("", "", "", 0), None, None)]
    return history_of(rows, "history")
