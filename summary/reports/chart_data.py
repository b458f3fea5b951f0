"""What the charts of a run's page are drawn from. Pure.

Steps and cells are referred to by their places, so that a long name is written once.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from summary.models import SeriesSummary, Summary
from summary.reports.rendering import one_line
from summary.reports.side_by_side import JourneySides
from summary.shape_models import CellShape, Shapes, StepShape
from tandem.models import Executor

_EXECUTORS: tuple[Executor, ...] = ("playwright", "k6")
_NO_SHAPES = CellShape(journey="", executor="k6", users=0, span_s=0.0, steps=())


def chart_data(
    summary: Summary, journeys: Iterable[JourneySides], shapes: Shapes
) -> list[dict[str, Any]]:
    """Return for each journey its steps, its cells, and what was measured of each in each."""
    drawn = {(cell.journey, cell.executor, cell.users): cell for cell in shapes.cells}
    series = {
        (row.journey, row.executor, row.users, row.step): row
        for row in summary.series
        if row.kind == "interaction"
    }
    return [_journey(journey, series, drawn) for journey in journeys]


def _journey(
    journey: JourneySides,
    series: dict[tuple[str, Executor, int, str], SeriesSummary],
    drawn: dict[tuple[str, Executor, int], CellShape],
) -> dict[str, Any]:
    name, steps = journey.info.id, journey.info.steps
    cells = sorted(journey.cells, key=lambda cell: (_EXECUTORS.index(cell.executor), cell.users))
    return {
        "steps": [one_line(step.id, 80) for step in steps],
        "cells": [
            {
                "executor": cell.executor,
                "users": cell.users,
                "sound": cell.outcome != "invalid",
                "seconds": drawn.get((name, cell.executor, cell.users), _NO_SHAPES).span_s,
            }
            for cell in cells
        ],
        "measured": [
            _measured(at, place, row, drawn.get((name, cell.executor, cell.users), _NO_SHAPES))
            for place, cell in enumerate(cells)
            for at, step in enumerate(steps)
            if (row := series.get((name, cell.executor, cell.users, step.id))) is not None
            and row.count
            and (row.has_protocol or cell.executor == "playwright")
        ],
    }


def _measured(step: int, cell: int, row: SeriesSummary, shape: CellShape) -> dict[str, Any]:
    found: dict[str, Any] = {
        "step": step,
        "cell": cell,
        "count": row.count,
        "errors": row.errors,
        "p50": row.p50_ms,
        "p95": row.p95_ms,
        "max": row.max_ms,
    }
    for each in shape.steps:
        if each.step == row.step:
            found |= _drawing(each)
    return found


def _drawing(shape: StepShape) -> dict[str, Any]:
    course = shape.course
    return {
        "quantiles": shape.quantiles_ms,
        "at": course.at_s,
        "middle": course.p50_ms,
        "slowest": course.max_ms,
        "failed": course.errors,
    }
