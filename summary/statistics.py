"""Exact figures of one cell's samples: both executors go through this same code.

Latency is taken over samples that are ok, errors are counted beside it. Quantiles are linear
interpolations between the two nearest ranks (numpy's "linear", Excel's PERCENTILE.INC).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from journeys.slo import Threshold
from summary.intervals import (
    Codes,
    Floats,
    Interval,
    mean_interval,
    quantile_interval,
    share_interval,
    total_interval,
)

Flags = np.ndarray[Any, np.dtype[np.bool_]]


@dataclass(frozen=True, slots=True)
class Series:
    """The samples of one step, request or transaction of a cell."""

    step: str
    kind: str
    name: str
    has_protocol: bool
    durations_ms: Floats
    """Of the samples that are ok and have one, in order."""
    clusters: Codes
    """Which of them belong together: a number for each user (see :class:`CellSamples`)."""
    ok: Flags
    """Of all samples."""
    all_clusters: Codes
    members: int
    """Clusters of the whole cell, those that have no sample here among them."""
    known_ms: Floats
    """The duration of every sample; not a number where it has none."""
    start_ms: Codes
    """The start of every sample, since the cell's first row."""

    @property
    def count(self) -> int:
        """All samples, ok or not."""
        return len(self.ok)

    @property
    def errors(self) -> int:
        """Samples that are not ok."""
        return self.count - int(self.ok.sum())

    @property
    def skipped(self) -> int:
        """Interactions of an optional step that was skipped: ok, and without a duration."""
        return self.count - int(self._came_out().sum())

    @property
    def error_rate(self) -> float | None:
        """The share of samples that are not ok, from 0 to 1, of those that were not skipped."""
        came_out = self.count - self.skipped
        return self.errors / came_out if came_out else None

    def _came_out(self) -> Flags:
        """Return which samples say how it went: those of a skipped interaction do not."""
        if self.kind != "interaction":
            return np.ones(self.count, np.bool_)
        flags: Flags = ~(self.ok & np.isnan(self.known_ms))
        return flags

    def quantile_ms(self, share: float) -> float | None:
        """Return the latency below which ``share`` (0 to 1) of the ok samples lie."""
        if not len(self.durations_ms):
            return None
        return rounded(float(np.quantile(self.durations_ms, share)))

    def mean_ms(self) -> float | None:
        """Return the mean latency of the ok samples."""
        return rounded(float(self.durations_ms.mean())) if len(self.durations_ms) else None

    def apdex(self, target_ms: float) -> float | None:
        """Return the share of satisfied samples and half of the tolerating ones, from 0 to 1.

        Satisfied: ok within ``target_ms``; tolerating: ok within four times that
        (Apdex Alliance, Application Performance Index, 2007).
        """
        scores = self._scores(target_ms)
        return rounded(float(scores.mean())) if len(scores) else None

    def intervals(self, target_ms: float, span_s: float) -> dict[str, Interval]:
        """Return the 95 % interval of each figure that has one.

        That of the maximum has no upper bound: how long the slowest may take, no sample says.
        """
        found = {
            "count": self._count_interval(),
            "mean_ms": mean_interval(self.durations_ms, self.clusters),
            **{
                f"p{round(share * 100)}_ms": quantile_interval(
                    self.durations_ms, self.clusters, share
                )
                for share in (0.5, 0.9, 0.95, 0.99)
            },
            "max_ms": quantile_interval(self.durations_ms, self.clusters, 1.0),
            "error_rate": self._error_interval(),
            "apdex": self._apdex_interval(target_ms),
            "throughput_per_s": self._throughput_interval(span_s),
        }
        return {name: each for name, each in found.items() if each is not None}

    def measure(self, threshold: Threshold) -> float | None:
        """Return what the threshold's metric is here; None when no sample supports one."""
        match threshold.metric:
            case "rate":
                return self.error_rate
            case "count":
                return float(self.count - self.skipped) or None
            case "avg":
                return self.mean_ms()
            case "percentile":
                return self.quantile_ms((threshold.percentile or 0.0) / 100)
            case named:
                return self.quantile_ms({"min": 0.0, "med": 0.5, "max": 1.0}[named])

    def _scores(self, target_ms: float) -> Floats:
        known = ~np.isnan(self.known_ms)
        within = (self.known_ms <= target_ms) * 0.5 + (self.known_ms <= 4 * target_ms) * 0.5
        # What is not ok satisfies nobody, however fast; what has no duration says nothing.
        scores: Floats = np.where(self.ok, within, 0.0)[known | ~self.ok]
        return scores

    def _error_interval(self) -> Interval | None:
        came_out = self._came_out()
        failed = (~self.ok[came_out]).astype(np.float64)
        return share_interval(failed, self.all_clusters[came_out])

    def _apdex_interval(self, target_ms: float) -> Interval | None:
        said = ~np.isnan(self.known_ms) | ~self.ok
        return share_interval(self._scores(target_ms), self.all_clusters[said])

    def _count_interval(self) -> Interval | None:
        return total_interval(self.all_clusters, self.members)

    def _throughput_interval(self, span_s: float) -> Interval | None:
        total = self._count_interval()
        if total is None or total.high is None or span_s <= 0:
            return None
        return Interval(total.low / span_s, total.high / span_s)


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read of one vital, or of the load generator's health, over a cell."""

    kind: str
    step: str
    name: str
    unit: str
    values: Floats

    def quantile(self, share: float) -> float:
        """Return the value below which ``share`` (0 to 1) of the readings lie, in ``unit``."""
        return round(float(np.quantile(self.values, share)), 4)

    def mean(self) -> float:
        """Return the mean, in ``unit``."""
        return round(float(self.values.mean()), 4)


def rounded(value: float) -> float:
    """Return microseconds' worth of digits: what lies below was never measured."""
    return round(value, 3)


def throughput_per_s(count: int, span_s: float) -> float | None:
    """Return samples per second of the cell's span."""
    return round(count / span_s, 4) if span_s > 0 and count else None
