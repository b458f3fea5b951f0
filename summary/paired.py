"""Two builds of an app ridden in turn on one machine: what their paired differences say. Pure.

In each round both are ridden right after each other, so that what the machine does it does to both.
A round's difference is that of the logarithms of a step's location; docs/ab.md has the reasons.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import exp, log, sqrt
from typing import Final, Literal

import numpy as np

from summary.regression.history import Array, SeriesKey
from summary.regression.probability import student_quantile, student_tail
from tandem.models import FrozenModel

LEAST_ROUNDS: Final = 5
ALPHA: Final = 0.02
"""Chance that any step is called slower when nothing changed."""
SHARES: Final = {"step": 0.75, "series": 0.25}
"""Of that chance, for steps over all their cells and for a step in one cell."""
LEAST_EFFECT: Final = log(1.03)
USEFUL_EFFECT: Final = log(1.25)
LEAST_DEVIATION: Final = 0.01
PRIOR_ROUNDS: Final = 4.0
"""So many rounds' worth of evidence says that a step is as steady as the others."""
_ODD: Final = 3.0
"""A round that is further from the middle, in deviations, is pulled in to that."""
_MAD: Final = 1.4826

PairVerdict = Literal["pass", "regression", "improvement", "insufficient precision"]
Round = Mapping[SeriesKey, float]
"""The location of each step in one round, in milliseconds."""


class PairedUnit(FrozenModel):
    """A step over all its cells, or in one. Effects are in per cent of the base's duration."""

    unit: Literal["step", "series"]
    journey: str
    step: str
    executor: str
    users: int
    verdict: PairVerdict
    base_ms: float | None
    """Of one cell: the middle of its rounds."""
    head_ms: float | None
    effect_pct: float
    interval_pct: tuple[float, float]
    """Of 95 %."""
    p_adjusted: float
    detectable_pct: float
    """The smallest slowdown that so many rounds would have shown."""
    rounds: int
    """In which both were measured."""


def judge_pairs(pairs: Sequence[tuple[Round, Round]]) -> tuple[PairedUnit, ...]:
    """Judge head against base: each step over all its cells, then each step in each cell."""
    keys = list(dict.fromkeys(key for base, head in pairs for key in base if key in head))
    if not keys:
        return ()
    differences = _pulled_in(_differences(pairs, keys))
    deviations = _moderated(differences)
    steps = list(dict.fromkeys((key.journey, key.step) for key in keys))
    found = []
    whole = np.column_stack(
        [
            _over_cells(differences, deviations, [(key.journey, key.step) == step for key in keys])
            for step in steps
        ]
    )
    for at, (journey, step) in enumerate(steps):
        key = SeriesKey(journey, step, "", 0)
        deviation = float(_moderated(whole)[at])
        found.append(_Column("step", key, whole[:, at], deviation, len(steps)).judged())
    for at, key in enumerate(keys):
        both = [(base[key], head[key]) for base, head in pairs if key in base and key in head]
        column = differences[:, at]
        found.append(
            _Column("series", key, column, float(deviations[at]), len(keys), both).judged()
        )
    return tuple(found)


def _differences(pairs: Sequence[tuple[Round, Round]], keys: Sequence[SeriesKey]) -> Array:
    """Return the differences of logarithms, by round and step; NaN where one was not measured."""
    found = np.full((len(pairs), len(keys)), np.nan)
    for at, (base, head) in enumerate(pairs):
        for column, key in enumerate(keys):
            if base.get(key) and head.get(key):
                found[at, column] = log(head[key] / base[key])
    return found


def _pulled_in(differences: Array) -> Array:
    """Return the differences with odd rounds pulled in to three deviations from the middle."""
    middle = np.nanmedian(differences, axis=0)
    distance = np.abs(differences - middle)
    own = _MAD * np.nanmedian(distance, axis=0)
    common = float(np.nanmedian(own))
    rounds = np.sum(~np.isnan(differences), axis=0)
    deviation = (rounds * own + PRIOR_ROUNDS * common) / (rounds + PRIOR_ROUNDS)
    reach = _ODD * np.maximum(deviation, LEAST_DEVIATION)
    return np.asarray(np.clip(differences, middle - reach, middle + reach))


def _moderated(differences: Array) -> Array:
    """Return each column's deviation of one round, moved towards that of all."""
    counts = np.sum(~np.isnan(differences), axis=0)
    degrees = np.maximum(counts - 1, 0)
    squares = np.nansum((differences - np.nanmean(differences, axis=0)) ** 2, axis=0)
    known = squares[degrees > 0] / degrees[degrees > 0]
    common = float(np.median(known)) if len(known) else 0.0
    variance = (squares + PRIOR_ROUNDS * common) / (degrees + PRIOR_ROUNDS)
    return np.asarray(np.sqrt(np.maximum(variance, LEAST_DEVIATION**2)))


def _over_cells(differences: Array, deviations: Array, chosen: Sequence[bool]) -> Array:
    """Return a step's differences over its cells, each weighted by how steady it is."""
    mine, weights = differences[:, list(chosen)], 1 / deviations[list(chosen)] ** 2
    there = ~np.isnan(mine)
    total = np.sum(np.where(there, weights, 0.0), axis=1)
    summed = np.sum(np.where(there, mine * weights, 0.0), axis=1)
    return np.asarray(np.where(total > 0, summed / np.where(total > 0, total, 1.0), np.nan))


@dataclass(frozen=True, slots=True)
class _Column:
    """The differences of one unit, round by round."""

    unit: Literal["step", "series"]
    key: SeriesKey
    differences: Array
    deviation: float
    tests: int
    """Units of its kind."""
    both_ms: Sequence[tuple[float, float]] = ()

    def judged(self) -> PairedUnit:
        known = self.differences[~np.isnan(self.differences)]
        effect = float(np.mean(known)) if len(known) else 0.0
        error = self.deviation / sqrt(max(1, len(known)))
        degrees = len(known) - 1 + PRIOR_ROUNDS
        factor = self.tests / SHARES[self.unit]
        p_adjusted = min(1.0, factor * student_tail(abs(effect) / error, degrees))
        needed = student_quantile(min(0.49, ALPHA / factor), degrees) * error
        detectable = max(LEAST_EFFECT, needed)
        reach = student_quantile(0.025, degrees) * error
        return PairedUnit(
            unit=self.unit,
            **self.key._asdict(),
            verdict=_verdict(len(known), effect, p_adjusted, detectable),
            base_ms=_middle(base for base, _ in self.both_ms),
            head_ms=_middle(head for _, head in self.both_ms),
            effect_pct=_percent(effect),
            interval_pct=(_percent(effect - reach), _percent(effect + reach)),
            p_adjusted=float(f"{p_adjusted:.3g}"),
            detectable_pct=_percent(detectable),
            rounds=len(known),
        )


def _verdict(rounds: int, effect: float, p_adjusted: float, detectable: float) -> PairVerdict:
    if rounds < LEAST_ROUNDS:
        return "insufficient precision"
    if p_adjusted < ALPHA and abs(effect) >= LEAST_EFFECT:
        return "regression" if effect > 0 else "improvement"
    return "insufficient precision" if detectable > USEFUL_EFFECT else "pass"


def _middle(values_ms: Iterable[float]) -> float | None:
    values = list(values_ms)
    return round(float(np.median(values)), 2) if values else None


def _percent(effect: float) -> float:
    return round(100 * (exp(effect) - 1), 1)
