"""Judges one night against those before it. Pure; docs/regression.md has the reasons.

A change is one when it was there in several of the last nights, in each of them beyond all of the
baseline, by more than the noise of machine, run and night can explain at a known rate of error.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import exp, sqrt
from typing import Final, Literal

import numpy as np

from summary.regression import robust
from summary.regression.gate import METRICS, Gate, Metric
from summary.regression.history import Array, History, Night
from summary.regression.noise import cleaned
from summary.regression.probability import at_least, t4_quantile, t4_tail
from summary.regression.units import STEADY, Unit, UnitKind, unit_values

Verdict = Literal["pass", "suspect", "regression", "improvement", "insufficient precision"]
STANDARD: Final = Gate()
_STILL: Final = 0.05
"""Tonight is still slow when its own p is below this."""
_T4_95: Final = t4_quantile(0.025)


@dataclass(frozen=True, slots=True)
class Judged:
    """What is to be said of one unit and metric in one night. Effects are shares: 0.1 is 10 %."""

    unit: Unit
    metric: Metric
    verdict: Verdict
    effect: float
    """How much slower than usual: of the nights that were found slow, else of tonight."""
    interval: tuple[float, float]
    """Of 95 %, around the effect."""
    p_adjusted: float
    """Of the change that is likeliest, corrected for units, windows and metrics; at most 1."""
    detectable: float
    """The smallest slowdown that two nights would have shown."""
    nights: tuple[Night, ...]
    """Those in which it was found; else tonight."""
    baseline: tuple[Night, Night]
    """The first and the last night that say what is usual."""


Slow = Mapping[tuple[Metric, Unit], frozenset[Night]]
"""Nights that were found slow before: they are no part of what is usual."""


def judge_night(history: History, slow: Slow, gate: Gate = STANDARD) -> list[Judged]:
    """Judge the history's last night."""
    found: list[Judged] = []
    for metric in METRICS:
        found.extend(_judge_metric(history, metric, slow, gate))
    return found


def slow_after(
    slow: Slow, tonight: Night, judged: Iterable[Judged]
) -> dict[tuple[Metric, Unit], frozenset[Night]]:
    """Return ``slow`` with tonight and the nights of the regressions among ``judged``."""
    found = dict(slow)
    for each in judged:
        if each.verdict == "regression":
            key = each.metric, each.unit
            found[key] = found.get(key, frozenset()).union(each.nights, [tonight])
    return found


def replay(history: History, gate: Gate = STANDARD) -> Iterator[tuple[Night, list[Judged]]]:
    """Judge every night with only those before it, as it was judged in its morning."""
    slow: Slow = {}
    for index, night in enumerate(history.nights):
        judged = judge_night(history.until(index), slow, gate)
        slow = slow_after(slow, night, judged)
        yield night, judged


@dataclass(frozen=True, slots=True)
class _Usual:
    """What is usual of each unit, from its baseline."""

    level: Array
    deviation: Array
    """Of one night."""
    count: Array
    highest: Array
    """Of the baseline's nights, odd ones pulled in to three deviations."""
    lowest: Array
    is_judged: Array
    """Enough nights, and if it is a single series, steady."""


def _judge_metric(history: History, metric: Metric, slow: Slow, gate: Gate) -> Iterator[Judged]:
    first_judged = max(0, len(history.nights) - gate.judged)
    longest = max((len(nights) for key, nights in slow.items() if key[0] == metric), default=0)
    start = max(0, first_judged - gate.baseline - longest)
    nights = history.nights[start:]
    values = (history.loc if metric == "loc" else history.p95)[start:]
    baseline = slice(0, first_judged - start)
    if baseline.stop < 2:
        return
    made = unit_values(cleaned(values, history.series, baseline), history.series, baseline)
    usual_values = made.values[baseline].copy()
    for column, unit in enumerate(made.units):
        if known := slow.get((metric, unit)):
            usual_values[[night in known for night in nights[baseline]], column] = np.nan
    usual = _usual(usual_values, made.units, gate)
    tests = _tests(made.units, usual, metric, gate)
    for column, unit in enumerate(made.units):
        effects = made.values[baseline.stop :, column] - usual.level[column]
        if np.isnan(effects[-1]):
            continue
        case = _Case(
            unit=unit,
            metric=metric,
            gate=gate,
            effects=effects,
            nights=nights[baseline.stop :],
            baseline=(nights[0], nights[baseline.stop - 1]),
            deviation=float(usual.deviation[column]),
            count=max(1.0, float(usual.count[column])),
            slowest=float(usual.highest[column] - usual.level[column]),
            fastest=float(usual.level[column] - usual.lowest[column]),
            tests=float(tests[column]),
            is_judged=bool(usual.is_judged[column]),
        )
        yield case.judge()


def _usual(values: Array, units: tuple[Unit, ...], gate: Gate) -> _Usual:
    pulled = robust.winsorised(values)
    count = np.sum(~np.isnan(values), axis=0).astype(np.float64)
    variance = robust.variance(pulled)
    moderated = np.full(len(units), np.nan)
    for kind in {unit.kind for unit in units}:
        chosen = np.array([unit.kind == kind for unit in units])
        common = float(np.nan_to_num(robust.median(variance[chosen])))
        own = np.maximum(count[chosen] - 1, 0)
        weighted = own * np.nan_to_num(variance[chosen]) + gate.prior_nights * common
        moderated[chosen] = weighted / (own + gate.prior_nights)
    deviation = np.sqrt(np.maximum(moderated, gate.least_deviation**2))
    may_be_unsteady = np.array([unit.kind != "series" for unit in units])
    return _Usual(
        level=robust.mean(pulled),
        deviation=deviation,
        count=count,
        highest=robust.highest(pulled),
        lowest=robust.lowest(pulled),
        is_judged=(count >= gate.least_baseline) & (may_be_unsteady | (deviation < STEADY)),
    )


def _tests(units: tuple[Unit, ...], usual: _Usual, metric: Metric, gate: Gate) -> Array:
    """Return by how much each unit's p is multiplied.

    By how many of its kind are judged, over the share of that kind. The highest night of a young
    baseline is soon surpassed, so that such a one has to be surer, too.
    """
    numbers: dict[UnitKind, int] = {}
    for unit, judged in zip(units, usual.is_judged, strict=True):
        numbers[unit.kind] = numbers.get(unit.kind, 0) + bool(judged)
    factors = {
        kind: max(1, number) / gate.shares[kind] / gate.metric_shares[metric]
        for kind, number in numbers.items()
    }
    young = np.maximum(1.0, gate.baseline / np.maximum(usual.count, 1.0)) ** 2
    return np.asarray(young * [factors[unit.kind] for unit in units])


@dataclass(frozen=True, slots=True)
class _Case:
    """One unit and metric: the last nights, and what is usual."""

    unit: Unit
    metric: Metric
    gate: Gate
    effects: Array
    """Of the judged nights, tonight last: logarithms of how much slower than usual."""
    nights: tuple[Night, ...]
    baseline: tuple[Night, Night]
    deviation: float
    """Of one night."""
    count: float
    """Nights of the baseline."""
    slowest: float
    fastest: float
    """How far the baseline's nights went, either way."""
    tests: float
    is_judged: bool

    def judge(self) -> Judged:
        if not self.is_judged or self._detectable > self.gate.useful_effect:
            return self._said("insufficient precision", 1.0)
        slower, hits = self._lasting(self.effects, self.slowest)
        if slower < self.gate.alpha:
            return self._said("regression", slower, hits)
        faster, hits = self._lasting(-self.effects, self.fastest)
        if faster < self.gate.alpha:
            return self._said("improvement", faster, hits)
        if self._tonight_twice() < self.gate.alpha:
            return self._said("suspect", self._alone())
        return self._said("pass", min(slower, faster))

    def _lasting(self, effects: Array, beyond: float) -> tuple[float, tuple[int, ...]]:
        """Return the adjusted p of the likeliest window, and its nights by index."""
        chances = self._chances(effects, beyond)
        best = 1.0
        found: tuple[int, ...] = ()
        if chances[-1] > _STILL:
            return best, found
        for hits, width in self.gate.windows:
            if len(effects) < width:
                continue
            order = np.argsort(chances[-width:], kind="stable")[:hits] + len(effects) - width
            chance = float(at_least(hits, width, chances[order[-1]]))
            if chance < best:
                best, found = chance, tuple(sorted(int(index) for index in order))
        return min(1.0, best * len(self.gate.windows) * self.tests), found

    def _tonight_twice(self) -> float:
        """Return the adjusted p that one more night like tonight would give."""
        chance = float(self._chances(self.effects, self.slowest)[-1])
        return min(1.0, chance**2 * len(self.gate.windows) * self.tests)

    def _alone(self) -> float:
        return min(1.0, float(self._chances(self.effects, self.slowest)[-1]) * self.tests)

    def _chances(self, effects: Array, beyond: float) -> Array:
        """Return how likely so slow a night is when nothing changed; 1 for one that is not slow."""
        chances = t4_tail(effects / self._of_one_night)
        counts = (effects >= self.gate.least_effect) & (effects > beyond)
        return np.where(counts & ~np.isnan(chances), chances, 1.0)

    @property
    def _of_one_night(self) -> float:
        """The deviation of one more night from the baseline's level."""
        return self.deviation * sqrt(1.0 + 1.0 / self.count)

    @property
    def _detectable(self) -> float:
        """The smallest effect, as a logarithm, that two nights in a row would show."""
        chance = sqrt(self.gate.alpha / self.tests / len(self.gate.windows))
        return max(self.gate.least_effect, t4_quantile(min(chance, 0.49)) * self._of_one_night)

    def _said(self, verdict: Verdict, p_adjusted: float, hits: tuple[int, ...] = ()) -> Judged:
        """Return the verdict about the nights ``hits``, by index; about tonight without any."""
        chosen = hits or (len(self.nights) - 1,)
        effect = float(np.mean(self.effects[list(chosen)]))
        reach = _T4_95 * self.deviation * sqrt(1 / len(chosen) + 1 / self.count)
        return Judged(
            unit=self.unit,
            metric=self.metric,
            verdict=verdict,
            effect=exp(effect) - 1,
            interval=(exp(effect - reach) - 1, exp(effect + reach) - 1),
            p_adjusted=p_adjusted,
            detectable=exp(self._detectable) - 1,
            nights=tuple(self.nights[index] for index in chosen),
            baseline=self.baseline,
        )
