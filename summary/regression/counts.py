"""Error rates and throughput: counts of what went wrong, of so many, against what is usual. Pure.

A night's count is a negative binomial one: its mean is the usual rate times tonight's number, and
it varies from night to night by more than chance alone, by as much as the baseline's nights did.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import exp, lgamma, log, sqrt
from typing import Final, Literal

import numpy as np

from summary.regression import robust
from summary.regression.gate import Gate
from summary.regression.history import Array, History, Night
from summary.regression.probability import at_least
from summary.regression.units import Unit

CountMetric = Literal["errors", "throughput"]
CountVerdict = Literal["pass", "suspect", "regression", "improvement", "insufficient precision"]
LEAST_RISE: Final = 0.01
"""Of a rate: one in a hundred more that fail, else it does not matter."""
_PRIOR_COUNT: Final = 0.5
_LEAST_DISPERSION: Final = 0.1
_Z_95: Final = 1.96
_STILL: Final = 0.05


@dataclass(frozen=True, slots=True)
class JudgedCount:
    """What is to be said of a step's failures (or missing samples), over all its cells."""

    unit: Unit
    metric: CountMetric
    verdict: CountVerdict
    rate: float
    """Tonight's share of failures or of missing samples, 0 to 1."""
    usual: float
    interval: tuple[float, float]
    """Wilson's, of 95 %, around tonight's rate."""
    p_adjusted: float
    detectable: float
    """The smallest rate that two nights would have shown."""
    nights: tuple[Night, ...]


def judge_counts(history: History, gate: Gate) -> Iterator[JudgedCount]:
    """Judge errors and throughput of the history's last night, step by step."""
    first = max(0, len(history.nights) - gate.judged)
    start = max(0, first - gate.baseline)
    for unit, columns in _steps(history):
        errors = np.nansum(history.errors[start:, columns], axis=1)
        done = np.nansum(history.count[start:, columns], axis=1) + errors
        done[np.isnan(history.count[start:, columns]).all(axis=1)] = np.nan
        if np.isnan(done[-1]):
            continue
        planned = float(robust.median(done[: first - start])) if first > start else done[-1]
        missing = np.maximum(planned - done, 0.0)
        tests = 2.0 * len(history.series)
        nights = history.nights[first:]
        size = np.full_like(done, planned)
        yield _Counted(unit, "errors", errors, done, nights, tests, gate).judge()
        yield _Counted(unit, "throughput", missing, size, nights, tests, gate).judge()


def _steps(history: History) -> Iterator[tuple[Unit, list[int]]]:
    found: dict[Unit, list[int]] = {}
    for column, key in enumerate(history.series):
        found.setdefault(Unit("step", key.journey, key.step), []).append(column)
    yield from sorted(found.items())


@dataclass(frozen=True, slots=True)
class _Counted:
    """What failed, of how many, by night; the last of them tonight."""

    unit: Unit
    metric: CountMetric
    failed: Array
    of: Array
    nights: tuple[Night, ...]
    """Those that are judged."""
    tests: float
    gate: Gate

    def judge(self) -> JudgedCount:
        before = len(self.of) - len(self.nights)
        known = ~np.isnan(self.of[:before])
        rates = self.failed / np.maximum(self.of, 1.0)
        rate, number = float(rates[-1]), float(self.of[-1])
        said = {"unit": self.unit, "metric": self.metric, "rate": rate}
        interval = _wilson(rate, number)
        if known.sum() < self.gate.least_baseline:
            return JudgedCount(
                **said,  # type: ignore[arg-type]
                verdict="insufficient precision",
                usual=rate,
                interval=interval,
                p_adjusted=1.0,
                detectable=1.0,
                nights=self.nights[-1:],
            )
        usual, shape = _usual(self.failed[:before][known], self.of[:before][known])
        reach = float(rates[:before][known].min()), float(rates[:before][known].max())
        more, fewer = self._chances(usual, shape, reach)
        worse, hits = _lasting(more, self.gate, self.tests)
        better, _ = _lasting(fewer, self.gate, self.tests)
        return JudgedCount(
            **said,  # type: ignore[arg-type]
            verdict=self._verdict(worse, better, float(more[-1])),
            usual=usual,
            interval=interval,
            p_adjusted=min(worse, better),
            detectable=_detectable(usual, shape, number, sqrt(self.gate.alpha / self.tests)),
            nights=tuple(self.nights[index] for index in hits) or self.nights[-1:],
        )

    def _verdict(self, worse: float, better: float, tonight: float) -> CountVerdict:
        if worse < self.gate.alpha:
            return "regression"
        if better < self.gate.alpha:
            return "improvement"
        twice = tonight**2 * len(self.gate.windows) * self.tests
        return "suspect" if twice < self.gate.alpha else "pass"

    def _chances(
        self, usual: float, shape: float, reach: tuple[float, float]
    ) -> tuple[Array, Array]:
        """Return how likely so many, and so few, are in each judged night if nothing changed."""
        more, fewer = np.ones(len(self.nights)), np.ones(len(self.nights))
        last = slice(-len(self.nights), None)
        for index, (failed, of) in enumerate(zip(self.failed[last], self.of[last], strict=True)):
            if np.isnan(of):
                continue
            rate = failed / max(of, 1.0)
            if rate - usual >= LEAST_RISE and rate > reach[1]:
                more[index] = tail(failed, usual * of, shape)
            if usual - rate >= LEAST_RISE and rate < reach[0]:
                fewer[index] = 1.0 - tail(failed + 1, usual * of, shape)
        return more, fewer


def _lasting(chances: Array, gate: Gate, tests: float) -> tuple[float, tuple[int, ...]]:
    best = 1.0
    found: tuple[int, ...] = ()
    if chances[-1] > _STILL:
        return best, found
    for hits, width in gate.windows:
        if len(chances) < width:
            continue
        order = np.argsort(chances[-width:], kind="stable")[:hits] + len(chances) - width
        chance = float(at_least(hits, width, chances[order[-1]]))
        if chance < best:
            best, found = chance, tuple(sorted(int(index) for index in order))
    return min(1.0, best * len(gate.windows) * tests), found


def _usual(failed: Array, of: Array) -> tuple[float, float]:
    """Return the usual rate, and the shape of the negative binomial distribution (1/dispersion)."""
    rate = (float(failed.sum()) + _PRIOR_COUNT) / (float(of.sum()) + 1.0)
    expected = rate * of
    excess = float(np.sum((failed - expected) ** 2 - expected))
    dispersion = excess / max(float(np.sum(expected**2)), 1e-12)
    return rate, 1.0 / max(dispersion, _LEAST_DISPERSION)


def tail(count: float, mean: float, shape: float) -> float:
    """Return the probability of ``count`` or more of a negative binomial distribution."""
    if count <= 0:
        return 1.0
    mean = max(mean, 1e-9)
    failure = log(shape) - log(shape + mean)
    success = log(mean) - log(shape + mean)
    below = [
        exp(lgamma(k + shape) - lgamma(shape) - lgamma(k + 1) + shape * failure + k * success)
        for k in range(int(count))
    ]
    return max(0.0, 1.0 - sum(below))


def _detectable(usual: float, shape: float, number: float, chance: float) -> float:
    """Return the smallest rate above the usual one whose count has no more than this chance."""
    low, high = 0, max(1, int(number))
    while low < high:
        middle = (low + high) // 2
        if tail(middle, usual * number, shape) <= chance:
            high = middle
        else:
            low = middle + 1
    return min(1.0, max(low / max(number, 1.0), usual + LEAST_RISE))


def _wilson(rate: float, number: float) -> tuple[float, float]:
    number = max(number, 1.0)
    centre = (rate + _Z_95**2 / (2 * number)) / (1 + _Z_95**2 / number)
    reach = (
        _Z_95
        * sqrt(rate * (1 - rate) / number + _Z_95**2 / (4 * number**2))
        / (1 + _Z_95**2 / number)
    )
    return max(0.0, centre - reach), min(1.0, centre + reach)
