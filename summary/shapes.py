"""The samples of a run's cells to the shapes of their latency. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import numpy as np

from executors.outcome import CellOutcome
from summary.cell_samples import CellSamples
from summary.shape_models import CellShape, Course, Milliseconds, Shapes, StepShape
from summary.statistics import Series

QUANTILES: Final = 101
"""At most so many points tell a distribution: its least, each hundredth, its greatest."""
SLICES: Final = 32
"""Into so many parts of equal length the time of a cell is cut."""


def shapes(cells: Iterable[tuple[CellOutcome, CellSamples]]) -> Shapes:
    """Return the shapes of every cell's interactions; steps without a protocol half have none."""
    return Shapes(cells=tuple(_cell(outcome, samples) for outcome, samples in cells))


def _cell(outcome: CellOutcome, samples: CellSamples) -> CellShape:
    return CellShape(
        journey=outcome.journey,
        executor=outcome.executor,
        users=outcome.users,
        span_s=round(samples.span_s, 3),
        steps=tuple(_steps(samples)),
    )


def _steps(samples: CellSamples) -> Iterator[StepShape]:
    for series in samples.series():
        if series.kind == "interaction" and series.has_protocol:
            yield StepShape(
                step=series.step,
                count=series.count,
                quantiles_ms=_quantiles(series),
                course=_course(series, samples.first_ms, samples.span_s),
            )


def _quantiles(series: Series) -> Milliseconds:
    values = series.durations_ms
    if len(values) > QUANTILES:
        values = np.quantile(values, np.linspace(0, 1, QUANTILES))
    return tuple(_short(value) for value in values)


def _course(series: Series, first_ms: int, span_s: float) -> Course:
    length_ms = max(span_s * 1000 / SLICES, 1.0)
    part = np.clip(((series.start_ms - first_ms) / length_ms).astype(np.int64), 0, SLICES - 1)
    there = np.unique(part)
    p50: list[float | None] = []
    slowest: list[float | None] = []
    for each in there:
        known = series.known_ms[(part == each) & series.ok]
        known = known[~np.isnan(known)]
        p50.append(_short(float(np.median(known))) if len(known) else None)
        slowest.append(_short(float(known.max())) if len(known) else None)
    return Course(
        at_s=tuple(round((int(each) + 0.5) * length_ms / 1000, 2) for each in there),
        count=tuple(np.bincount(part, minlength=SLICES)[there].tolist()),
        errors=tuple(np.bincount(part[~series.ok], minlength=SLICES)[there].tolist()),
        p50_ms=tuple(p50),
        max_ms=tuple(slowest),
    )


def _short(value: float) -> float:
    """Return what can be seen in a drawing: four digits that count."""
    return float(f"{value:.4g}")
