"""The samples of one cell to the figures of its series, vitals and health. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, cast

from executors.outcome import CellOutcome
from summary.cell_samples import CellSamples
from summary.intervals import Interval
from summary.models import Bounds, ErrorSummary, ReadingSummary, SeriesSummary
from summary.statistics import Series, throughput_per_s

_QUANTILES = {"p50_ms": 0.5, "p90_ms": 0.9, "p95_ms": 0.95, "p99_ms": 0.99, "max_ms": 1.0}


def series_of(
    outcome: CellOutcome, samples: CellSamples, apdex_target_ms: float
) -> Iterator[SeriesSummary]:
    """Yield every series of the cell."""
    for series in samples.series():
        figures = (
            _figures(series, apdex_target_ms, samples.span_s) if series.has_protocol else _NONE
        )
        yield SeriesSummary(
            journey=outcome.journey,
            executor=outcome.executor,
            users=outcome.users,
            step=series.step,
            kind=cast(Literal["interaction", "request", "transaction"], series.kind),
            name=series.name,
            has_protocol=series.has_protocol,
            count=series.count,
            errors=series.errors,
            skipped=series.skipped,
            **figures,
        )


def readings_of(
    outcome: CellOutcome, samples: CellSamples, kind: Literal["vital", "health"]
) -> Iterator[ReadingSummary]:
    """Yield what was read of each vital, or of the load generator's health."""
    for reading in samples.readings(kind):
        yield ReadingSummary(
            journey=outcome.journey,
            executor=outcome.executor,
            users=outcome.users,
            step=reading.step,
            name=reading.name,
            unit=reading.unit,
            count=len(reading.values),
            mean=reading.mean(),
            **{f"p{share}": reading.quantile(share / 100) for share in (50, 75, 95)},
            max=reading.quantile(1.0),
        )


def errors_of(outcome: CellOutcome, samples: CellSamples) -> Iterator[ErrorSummary]:
    """Yield what failed in the cell, the most frequent first."""
    for each in samples.failures:
        since_us = each.start_us - samples.origin_us
        yield ErrorSummary(
            journey=outcome.journey,
            executor=outcome.executor,
            users=outcome.users,
            step=each.step,
            kind=cast(Literal["interaction", "request", "transaction", "message"], each.kind),
            name=each.name,
            status=each.status,
            text=each.text,
            count=each.count,
            first_at_s=round(max(0.0, since_us / 1e6 - samples.first_ms / 1000), 3),
            user=each.user,
            iteration=each.iteration,
        )


_NONE: dict[str, Any] = {
    **dict.fromkeys(("mean_ms", *_QUANTILES, "throughput_per_s", "error_rate", "apdex")),
    "intervals": {},
}
"""A step that k6 has nothing to send for is counted, and in no figure."""


def _figures(series: Series, apdex_target_ms: float, span_s: float) -> dict[str, Any]:
    intervals = series.intervals(apdex_target_ms, span_s)
    return {
        "mean_ms": series.mean_ms(),
        **{name: series.quantile_ms(share) for name, share in _QUANTILES.items()},
        "throughput_per_s": throughput_per_s(series.count, span_s),
        "error_rate": series.error_rate,
        "apdex": series.apdex(apdex_target_ms),
        "intervals": {name: _bounds(each) for name, each in intervals.items()},
    }


def _bounds(interval: Interval) -> Bounds:
    return round(interval.low, 4), None if interval.high is None else round(interval.high, 4)
