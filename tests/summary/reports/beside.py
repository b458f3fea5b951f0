"""What stands beside a hand-built run: shapes, intervals, and its place among published ones."""

from __future__ import annotations

import json

from summary.shape_models import CellShape, Course, Shapes, StepShape
from tests.summary.reports.builders import LATENCIES


def shapes_of(summary):
    """What a run's charts are drawn from: quantiles and a course that follow from its figures."""
    cells = []
    for each in summary.cells:
        rows = [
            row
            for row in summary.series
            if (row.journey, row.executor, row.users) == (each.journey, each.executor, each.users)
            and row.kind == "interaction"
            and (row.has_protocol or each.executor == "playwright")
        ]
        steps = tuple(_shape(row) for row in rows)
        known = {"journey": each.journey, "executor": each.executor, "users": each.users}
        cells.append(CellShape(**known, span_s=each.duration_s, steps=steps))
    return Shapes(cells=tuple(cells))


def _shape(row):
    known = row.p50_ms is not None
    course = Course(
        at_s=(1.0, 2.0, 3.0),
        count=(row.count, 0, 0),
        errors=(row.errors, 0, 0),
        p50_ms=(row.p50_ms, row.p50_ms, row.p50_ms),
        max_ms=(row.max_ms, row.p95_ms, row.p50_ms),
    )
    figures = (row.p50_ms, row.p90_ms, row.p95_ms, row.max_ms) if known else ()
    return StepShape(step=row.step, count=row.count, quantiles_ms=figures, course=course)


def with_intervals(run, share=0.05, factor=1.0):
    """The run with latencies ``factor`` times as high, each known to ``share`` of itself."""
    rows = []
    for row in run.series:
        known = {name: getattr(row, name) for name in LATENCIES if getattr(row, name) is not None}
        known = {name: value * factor for name, value in known.items()}
        bounds = {
            name: (value * (1 - share), value * (1 + share))
            for name, value in known.items()
            if name in ("p50_ms", "p95_ms")
        }
        rows.append(row.model_copy(update={**known, "intervals": bounds}))
    return run.model_copy(update={"series": tuple(rows)})


def published_in(results, run, stamp):
    """Put what is told of the run into a result directory; return the run of that stamp."""
    told = run.model_copy(update={"run": run.run.model_copy(update={"stamp": stamp})})
    folder = results / stamp
    (folder / "summary").mkdir(parents=True)
    (folder / "summary/summary-full.json").write_text(told.model_dump_json())
    cells = [{"outcome": cell.outcome, "flaky": cell.flaky} for cell in told.cells]
    record = {"stamp": stamp, "verdict": told.verdict, "exit_code": told.exit_code, "cells": cells}
    record |= {"run": told.run.model_dump(mode="json")}
    (folder / "run.json").write_text(json.dumps(record))
    (folder / "report.html").write_text("")
    return told
