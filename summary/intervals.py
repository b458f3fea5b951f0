"""Confidence intervals for samples of which those of one user belong together. Pure.

A user who meets a slow path meets it again and again: a hundred samples of ten users say less than
a hundred users would. Every interval here takes the spread *between clusters* (users) and is
two-sided at 95 %. Nothing is drawn at random: the same samples give the same interval.

- means and counts: the linearised variance of a ratio, which is that of the jackknife over
  clusters to first order, with Student's t for one degree of freedom less than there are clusters
  (W. G. Cochran, Sampling Techniques, 3rd ed., 6.4 and 9.5).
- shares: Wilson's interval at the effective number of samples, the design effect and Student's t
  both counted in (E. L. Korn and B. I. Graubard, Survey Methodology 24, 1998, who do so for
  another one).
- quantiles: the ranks between which the quantile lies at that effective number, from the binomial
  distribution (R. S. Woodruff, JASA 47, 1952, turned a share's interval into a quantile's).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any, Final

import numpy as np

Floats = np.ndarray[Any, np.dtype[np.float64]]
Codes = np.ndarray[Any, np.dtype[np.int64]]

CONFIDENCE: Final = 0.95
_TAIL: Final = (1 - CONFIDENCE) / 2
_Z: Final = NormalDist().inv_cdf(1 - _TAIL)
_EXACT_BELOW: Final = 2_000
"""From so many samples on the normal distribution stands for the binomial one."""


@dataclass(frozen=True, slots=True)
class Interval:
    """Two bounds; ``high`` is None where the samples are too few to bound it."""

    low: float
    high: float | None


def mean_interval(values: Floats, clusters: Codes) -> Interval | None:
    """Return the interval of the mean of ``values`` (none below 0); None with one cluster."""
    spread = _ratio_variance(values, clusters)
    if spread is None:
        return None
    half = student_t(spread.clusters - 1) * math.sqrt(spread.variance)
    return Interval(max(0.0, spread.mean - half), spread.mean + half)


def total_interval(clusters: Codes, count: int) -> Interval | None:
    """Return the interval of how many samples ``count`` clusters have together."""
    if count < 2:
        return None
    sizes = np.bincount(clusters, minlength=count).astype(np.float64)
    half = student_t(count - 1) * math.sqrt(count * float(sizes.var(ddof=1)))
    return Interval(max(0.0, float(sizes.sum()) - half), float(sizes.sum()) + half)


def share_interval(scores: Floats, clusters: Codes) -> Interval | None:
    """Return the interval of the mean of ``scores`` from 0 to 1, such as "failed" and "did not"."""
    spread = _ratio_variance(scores, clusters)
    if spread is None:
        return None
    effective, share = spread.effective_samples(), spread.mean
    weight = _Z**2 / effective
    middle = (share + weight / 2) / (1 + weight)
    half = math.sqrt(share * (1 - share) * weight + weight**2 / 4) / (1 + weight)
    return Interval(max(0.0, middle - half), min(1.0, middle + half))


def quantile_interval(ordered: Floats, clusters: Codes, share: float) -> Interval | None:
    """Return a quantile's interval, from ``ordered`` durations and the cluster of each."""
    if not len(ordered):
        return None
    below = (ordered <= float(np.quantile(ordered, share))).astype(np.float64)
    spread = _ratio_variance(below, clusters)
    if spread is None:
        return None
    low, high = _rank_bounds(spread.effective_samples(), share)
    # Where few samples count for even fewer, the second of two would be the slowest of all.
    low_of_all, high_of_all = _rank_bounds(float(len(ordered)), share)
    low = None if low is None or low_of_all is None else min(low, low_of_all)
    high = None if high is None or high_of_all is None else max(high, high_of_all)
    return Interval(
        # Nothing takes less than no time.
        0.0 if low is None else float(np.quantile(ordered, low)),
        None if high is None else float(np.quantile(ordered, high)),
    )


@dataclass(frozen=True, slots=True)
class _Spread:
    mean: float
    variance: float
    """Of the mean, from how clusters differ."""
    samples: int
    clusters: int

    def effective_samples(self) -> float:
        """Return how many independent samples would say as much; never more than there are."""
        simple = self.mean * (1 - self.mean)
        effective = simple / self.variance if self.variance > 0 and simple > 0 else self.samples
        # Student's t instead of the normal distribution: fewer clusters, less certain a variance.
        few = (_Z / student_t(self.clusters - 1)) ** 2
        return max(1.0, min(float(self.samples), effective) * few)


def _ratio_variance(values: Floats, clusters: Codes) -> _Spread | None:
    sizes = np.bincount(clusters).astype(np.float64)
    there = sizes > 0
    count = int(there.sum())
    if count < 2:
        return None
    sums = np.bincount(clusters, values)[there]
    sizes = sizes[there]
    mean = float(sums.sum() / sizes.sum())
    residuals = sums - mean * sizes
    variance = count / (count - 1) * float((residuals**2).sum()) / float(sizes.sum()) ** 2
    return _Spread(mean, variance, len(values), count)


def _rank_bounds(effective: float, share: float) -> tuple[float | None, float | None]:
    """Return the shares of the sample between which a quantile lies; None is beyond the sample."""
    if effective >= _EXACT_BELOW:
        half = _Z * math.sqrt(share * (1 - share) / effective)
        return max(0.0, share - half), min(1.0, share + half)
    count = max(1, math.floor(effective))
    at_most = np.cumsum(_binomial(count, share))
    # The k-th smallest lies above the quantile with the probability that fewer than k lie below.
    low = int(np.searchsorted(at_most, _TAIL, side="right"))
    high = int(np.searchsorted(at_most, 1 - _TAIL, side="left")) + 1
    return (
        None if low == 0 else _share_of_rank(low, count),
        None if high > count else _share_of_rank(high, count),
    )


def _share_of_rank(rank: int, count: int) -> float:
    """Return where the ``rank``-th smallest of ``count`` stands, from 0 to 1."""
    return (rank - 1) / (count - 1) if count > 1 else 0.5


def _binomial(count: int, share: float) -> Floats:
    if share in (0.0, 1.0):
        certain = np.zeros(count + 1)
        certain[count if share else 0] = 1.0
        return certain
    logs = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, count + 1)))])
    hits = np.arange(count + 1)
    chances = logs[count] - logs - logs[::-1]
    chances = chances + hits * math.log(share) + (count - hits) * math.log1p(-share)
    found: Floats = np.exp(chances)
    return found


def student_t(freedom: int) -> float:
    """Return Student's t at 97.5 % for ``freedom`` degrees (1 or more), to 0.1 % of it.

    Exact for one and two; else the expansion of G. W. Hill, CACM algorithm 396 (1970).
    """
    tail = 2 * _TAIL
    if freedom == 1:
        return math.cos(tail * math.pi / 2) / math.sin(tail * math.pi / 2)
    if freedom == 2:
        return math.sqrt(2 / (tail * (2 - tail)) - 2)
    a = 1 / (freedom - 0.5)
    b = 48 / a**2
    c = ((20700 * a / b - 98) * a - 16) * a + 96.36
    d = ((94.5 / (b + c) - 3) / b + 1) * math.sqrt(a * math.pi / 2) * freedom
    y = (d * tail) ** (2 / freedom)
    if y > 0.05 + a:
        x = -_Z
        y = x**2
        if freedom < 5:
            c += 0.3 * (freedom - 4.5) * (x + 0.6)
        c = (((0.05 * d * x - 5) * x - 7) * x - 2) * x + b + c
        y = (((((0.4 * y + 6.3) * y + 36) * y + 94.5) / c - y - 3) / b + 1) * x
        y = a * y**2
        y = math.expm1(y) if y > 0.002 else 0.5 * y**2 + y
    else:
        y = (
            (
                1 / (((freedom + 6) / (freedom * y) - 0.089 * d - 0.822) * (freedom + 2) * 3)
                + 0.5 / (freedom + 4)
            )
            * y
            - 1
        ) * (freedom + 1) / (freedom + 2) + 1 / y
    return math.sqrt(freedom * y)
