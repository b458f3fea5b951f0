"""Nights to what the decider reads: those that are comparable, and of each step since it is itself.

Pure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from math import log
from typing import NamedTuple

import numpy as np

from summary.history.frozen import FrozenHistory
from summary.history.records import Decision, Fingerprint, NightRecord, NightSeries
from summary.regression.history import Array, History, Row, SeriesKey
from summary.regression.table import history_of

Digests = Mapping[tuple[int, SeriesKey], str]
"""Of each series, by the version of its record: what it is now."""


class RequestKey(NamedTuple):
    """A request of a series."""

    series: SeriesKey
    name: str


def comparable(history: FrozenHistory, tonight: NightRecord) -> list[NightRecord]:
    """Return the nights that tonight may be held against, oldest first."""
    return [each for each in history.nights if not differences(each, tonight)]


def differences(before: NightRecord, after: NightRecord) -> tuple[str, ...]:
    """Say why two nights cannot be held against each other; nothing where they can."""
    if before.fingerprint is None or after.fingerprint is None:
        return ()
    return _differences(before.fingerprint, after.fingerprint)


def _differences(before: Fingerprint, after: Fingerprint) -> tuple[str, ...]:
    then, now = before.comparable_with, after.comparable_with
    return tuple(
        f"{name} {then[name] or 'not named'} → {now[name] or 'not named'}"
        for name in then
        if then[name] != now[name]
    )


def left_out(history: FrozenHistory, tonight: NightRecord) -> dict[str, int]:
    """Return why nights are not comparable with tonight, and how many are so for that."""
    counted = Counter(", ".join(differences(each, tonight)) for each in history.nights)
    return {why: number for why, number in sorted(counted.items()) if why}


def assemble(history: FrozenHistory, tonight: NightRecord) -> History:
    """Return the comparable nights and tonight, which comes last.

    A series starts anew where its step, its data or its pacing was another, and after a night
    whose level was accepted.
    """
    rows = [_row(night, each) for night, each in _usual_series(history, tonight)]
    return history_of(rows, "history") if rows else _nothing(tonight)


def request_values(
    history: FrozenHistory, tonight: NightRecord, table: History
) -> tuple[tuple[RequestKey, ...], Array]:
    """Return the requests of the series of ``table``, and logarithms of ms by night and request.

    ``table`` is what :func:`assemble` makes of the same. NaN where a night says nothing of a
    request: nights of version 1 and imported ones say nothing.
    """
    night_at = {night: index for index, night in enumerate(table.nights)}
    found: dict[RequestKey, Array] = {}
    for night, each in _usual_series(history, tonight):
        for name, location in each.requests.items():
            empty = np.full(len(table.nights), np.nan)
            values = found.setdefault(RequestKey(key_of(each), name), empty)
            values[night_at[night.night]] = log(location)
    keys = tuple(sorted(found))
    together = np.full((len(table.nights), len(keys)), np.nan)
    for column, request in enumerate(keys):
        together[:, column] = found[request]
    return keys, together


def _usual_series(
    history: FrozenHistory, tonight: NightRecord
) -> Iterator[tuple[NightRecord, NightSeries]]:
    """Yield what counts of the comparable nights and of tonight: what was accepted away does not.

    Of the series that tonight has, and of each since it is what it is now.
    """
    nights = [*comparable(history, tonight), tonight]
    digests, mine = current_digests(nights), set(map(key_of, tonight.series))
    for night in nights:
        for each in night.series:
            if key_of(each) not in mine or not is_current(night, each, digests):
                continue
            if night is tonight or _is_usual(night, each, history.decisions):
                yield night, each


def rows_of(night: NightRecord) -> list[Row]:
    """Return the figures of one night."""
    return [_row(night, each) for each in night.series]


def current_digests(nights: Iterable[NightRecord]) -> Digests:
    """Return what each series is in the newest of the nights, which come oldest first.

    The versions of a record have digests of their own, which say nothing of one another.
    """
    return {
        (night.schema_version, key_of(each)): each.digest
        for night in nights
        for each in night.series
        if each.digest
    }


def is_current(night: NightRecord, series: NightSeries, digests: Digests) -> bool:
    """Tell whether the step was then what it is now, as far as the night says what it was."""
    now = digests.get((night.schema_version, key_of(series)), "")
    return not series.digest or series.digest == now


def _row(night: NightRecord, series: NightSeries) -> Row:
    return Row(
        night=night.night,
        series=key_of(series),
        loc_ms=series.loc_ms,
        p95_ms=series.p95_ms,
        count=series.n,
        errors=series.errors,
        span_s=series.span_s,
    )


def _is_usual(night: NightRecord, series: NightSeries, decisions: Iterable[Decision]) -> bool:
    for decision in decisions:
        if decision.journey not in ("", series.journey):
            continue
        if decision.kind == "accept" and night.night <= decision.night:
            return False
        if decision.kind == "pin" and night.night < decision.night:
            return False
    return True


def key_of(row: NightSeries) -> SeriesKey:
    """Return what the figures are of."""
    return SeriesKey(row.journey, row.step, row.executor, row.users)


def _nothing(tonight: NightRecord) -> History:
    rows = [Row(tonight.night, SeriesKey("", "", "", 0), None, None)]
    return history_of(rows, "history")
