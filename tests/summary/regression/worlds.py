"""Small histories whose truth is known."""

from __future__ import annotations

import functools

from summary.regression.history import History, SeriesKey
from summary.regression.simulate import PROFILES, simulate

NIGHTS = 60
SINCE = 50


@functools.cache
def unchanged(seed=1, profile="ci", nights=NIGHTS):
    return simulate(PROFILES[profile], seed, nights=nights).history


def of(journey="journey-1", step="step-2", **others):
    def chosen(key: SeriesKey) -> bool:
        wanted = {"journey": journey, "step": step, **others}
        return all(getattr(key, name) == value for name, value in wanted.items())

    return chosen


def slower(factor, seed=1, since=SINCE, until=NIGHTS, **chosen) -> History:
    history = unchanged(seed).slowed(of(**chosen), since, factor)
    return history.slowed(of(**chosen), until, 1 / factor)
