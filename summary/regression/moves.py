"""How far each side of a step, and each of its requests, moved between two sets of nights. Pure.

What all series of a night have in common is taken out as the decider does it, so that a slow
machine moves nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import exp, log, sqrt
from typing import Final, NamedTuple

import numpy as np

from summary.regression import robust
from summary.regression.history import Array, History, SeriesKey
from summary.regression.noise import Cleaned, cleaned, cleaned_alike
from summary.regression.probability import t4_quantile
from summary.regression.units import precision_of, weighted_mean

LEAST_NIGHTS: Final = 4
"""Before a move: fewer do not say what was usual."""
LEAST_MOVE: Final = log(1.03)
_LEAST_DEVIATION: Final = 0.01
_T4_95: Final = t4_quantile(0.025)


class Part(NamedTuple):
    """What moves: one side of a journey (no step), of a step (no request), of a request."""

    journey: str
    step: str
    executor: str
    request: str = ""


@dataclass(frozen=True, slots=True)
class Move:
    """How much slower something became, as a share of what it was."""

    effect: float
    is_shown: bool
    """More than its own nights differ by."""


@dataclass(frozen=True, slots=True)
class Moves:
    """Every part's distance from its usual level, by night: logarithms."""

    values: Mapping[Part, Array]
    cleaned: Cleaned
    asked: Mapping[Part, Array]
    """Of each request, by night: whether the night says anything of it."""

    def of(self, part: Part, before: Sequence[int], after: Sequence[int]) -> Move | None:
        """Return how it moved from nights to nights, by their places; None where nobody knows."""
        values = self.values.get(part)
        if values is None:
            return None
        then, now = (each[~np.isnan(each)] for each in (values[before], values[after]))
        if len(then) < LEAST_NIGHTS or not len(now):
            return None
        pulled = robust.winsorised(then[:, None])[:, 0]
        effect = float(now.mean() - pulled.mean())
        deviation = max(float(pulled.std(ddof=1)), _LEAST_DEVIATION)
        reach = _T4_95 * deviation * sqrt(1 / len(now) + 1 / len(pulled))
        return Move(exp(effect) - 1, abs(effect) >= max(LEAST_MOVE, reach))

    def requests_of(self, journey: str, step: str, executor: str) -> list[Part]:
        """Return the requests of a step on one side, in order."""
        mine = (journey, step, executor)
        return sorted(part for part in self.values if part[:3] == mine and part.request)

    def hardly_known(
        self, step: Part, before: Sequence[int], after: Sequence[int]
    ) -> dict[str, bool]:
        """Return the requests of one side of a step that are known after, and hardly before.

        With each, whether it is new: in none of the nights before, and in most of those after.
        Nothing where the nights before say too little of any request.
        """
        mine = {part.request: self.asked[part] for part in self.requests_of(*step[:3])}
        told = np.any(list(mine.values()), axis=0) if mine else np.zeros(len(self.cleaned.speed))
        if told[before].sum() < LEAST_NIGHTS:
            return {}
        return {
            request: bool(not asked[before].any() and 2 * asked[after].sum() > told[after].sum())
            for request, asked in mine.items()
            if asked[before].sum() < LEAST_NIGHTS and asked[after].any()
        }


def moves_of(
    table: History,
    requests: Sequence[tuple[SeriesKey, str]],
    values: Array,
    baseline: slice,
    known: Array | float = 0.0,
) -> Moves:
    """Return the parts of a history; ``values`` are the requests' logarithms by night.

    ``baseline`` are the nights that say what is usual, two at least. ``known`` is what is known to
    have changed, by night and series: it is left out when the noise of nights and runs is learnt,
    so that a step that became slower does not make its neighbours look faster.
    """
    made = cleaned(table.loc - known, table.series, baseline)
    made = replace(
        made,
        without_machine=made.without_machine + known,
        without_run=made.without_run + known,
    )
    places = {key: column for column, key in enumerate(table.series)}
    own = cleaned_alike(made, values, [places[key] for key, _ in requests], baseline)
    found: dict[Part, Array] = {}
    found |= _together(_journeys(table.series), made.without_machine, baseline)
    found |= _together(_steps(table.series), made.without_run, baseline)
    parts = [Part(*key[:3], name) for key, name in requests]
    found |= _together(parts, own, baseline)
    return Moves(found, made, _asked(parts, values))


def _asked(parts: Sequence[Part], values: Array) -> dict[Part, Array]:
    """Return of each request in which nights any cell says something of it."""
    found: dict[Part, Array] = {}
    for part, column in zip(parts, ~np.isnan(values.T), strict=True):
        found[part] = found[part] | column if part in found else column
    return found


def _journeys(keys: Iterable[SeriesKey]) -> Iterable[Part]:
    return (Part(key.journey, "", key.executor) for key in keys)


def _steps(keys: Iterable[SeriesKey]) -> Iterable[Part]:
    return (Part(key.journey, key.step, key.executor) for key in keys)


def _together(parts: Iterable[Part], values: Array, baseline: slice) -> dict[Part, Array]:
    """Return each part's mean over its columns, the steady ones weighing most."""
    columns: dict[Part, list[int]] = {}
    for column, part in enumerate(parts):
        columns.setdefault(part, []).append(column)
    weights = precision_of(values[baseline])
    return {
        part: weighted_mean(values[:, chosen], weights[chosen]) for part, chosen in columns.items()
    }
