"""Suspects that were ridden once more in the same night: what both rides say together. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

import numpy as np

from summary.regression.decider import STANDARD, Judged, Slow, judge_night, replay, slow_after
from summary.regression.gate import Gate
from summary.regression.history import Array, History, Row, SeriesKey
from summary.regression.table import history_of
from summary.regression.units import Unit


def judged_with(history: History, again: History | None, gate: Gate = STANDARD) -> list[Judged]:
    """Judge the last night, with what was ridden again in it if anything was.

    Every night before it is judged first, in its turn, to know which were slow.
    """
    if again is None:
        *_, (_, judged) = replay(history, gate)
        return judged
    slow: Slow = {}
    if len(history.nights) > 1:
        for night, judged in replay(history.until(len(history.nights) - 2), gate):
            slow = slow_after(slow, night, judged)
    return judge_confirmed(history, again, slow, gate)


def ridden_again(history: History, rows: Iterable[Row]) -> History:
    """Return ``rows`` as the last night of a history with the series of ``history``.

    What was not ridden again is NaN.
    """
    known = {key: index for index, key in enumerate(history.series)}
    mine = [row for row in rows if row.series in known]
    found = history_of(mine, "again") if mine else None

    def last_of(name: str) -> Array:
        values = np.full((1, len(history.series)), np.nan)
        if found is not None:
            values[0, [known[key] for key in found.series]] = getattr(found, name)[-1]
        return np.asarray(values)

    return History(
        nights=history.nights[-1:],
        series=history.series,
        loc=last_of("loc"),
        p95=last_of("p95"),
        count=last_of("count"),
        errors=last_of("errors"),
        span_s=last_of("span_s"),
    )


def judge_confirmed(
    history: History, again: History, slow: Slow, gate: Gate = STANDARD
) -> list[Judged]:
    """Judge the last night with what was ridden again in it: the last night of ``again``.

    Both have the same series; what was not ridden again is NaN in ``again``. For a suspect the
    second ride counts as a further night: one that both rides show is a regression at once. For
    everything else the verdict of the first ride stands, so that a second look is no second chance
    of a false alarm. Two rides of one night have its machine in common: they have to be surer.
    """
    first = judge_night(history, slow, gate)
    suspects = {(each.metric, each.unit) for each in first if each.verdict == "suspect"}
    if not suspects:
        return first
    surer = replace(gate, alpha=gate.alpha * gate.same_night, windows=gate.windows[:1])
    both = _with_one_more(history, again, [unit for _, unit in suspects])
    second = {
        (each.metric, each.unit): each
        for each in judge_night(both, slow, surer)
        if (each.metric, each.unit) in suspects and each.verdict == "regression"
    }
    tonight = history.nights[-1]
    return [
        replace(found, nights=(tonight, tonight))
        if (found := second.get((each.metric, each.unit)))
        else each
        for each in first
    ]


def _with_one_more(history: History, again: History, suspects: Collection[Unit]) -> History:
    """Return the history with the second ride as one more night.

    What is above suspicion was as in the first ride: it says what the machine was like. What is
    suspect and was not ridden again stays unknown.
    """
    suspect = [any(_is_of(key, unit) for unit in suspects) for key in history.series]
    last = history.nights[-1]

    def joined(values: Array, theirs: Array) -> Array:
        same = np.where(np.isnan(theirs[-1]) & ~np.array(suspect), values[-1], theirs[-1])
        return np.concatenate([values, same[np.newaxis]])

    return History(
        nights=(*history.nights, last + 1 if isinstance(last, int) else f"{last}+"),
        series=history.series,
        loc=joined(history.loc, again.loc),
        p95=joined(history.p95, again.p95),
        count=joined(history.count, again.count),
        errors=joined(history.errors, again.errors),
        span_s=joined(history.span_s, again.span_s),
    )


def _is_of(key: SeriesKey, unit: Unit) -> bool:
    return (
        unit.journey in ("", key.journey)
        and unit.step in ("", key.step)
        and unit.executor in ("", key.executor)
        and unit.users in (0, key.users)
    )
