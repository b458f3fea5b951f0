"""What GitLab's merge request shows: its load performance and browser performance reports. Pure.

The formats are those that GitLab's widgets read: of a load report ``checks`` and ``http_reqs`` as
k6's summary export has them; of a browser report subjects with metrics and the wanted direction.
GitLab's time to first byte is not in the tables, so it is not in the load report either: latencies
stand, for each step of both executors, in the browser report.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from summary.models import ReadingSummary, SeriesSummary, Summary
from summary.reports.rendering import NBSP, one_line, users
from summary.reports.vitals import BOUNDS

_NAMES = {"playwright": "browser", "k6": "protocol"}


def load_performance(summary: Summary) -> dict[str, Any]:
    """Return the load report: k6's interactions as checks, and its requests."""
    ridden = [cell for cell in summary.cells if cell.executor == "k6" and cell.outcome != "invalid"]
    seconds = sum(cell.duration_s for cell in ridden)
    where = {(cell.journey, cell.users) for cell in ridden}
    rows = [
        row
        for row in summary.series
        if row.executor == "k6" and (row.journey, row.users) in where and row.has_protocol
    ]
    interactions = [row for row in rows if row.kind == "interaction"]
    requests = sum(row.count for row in rows if row.kind == "request")
    failed, metrics = sum(row.errors for row in interactions), {}
    if total := sum(row.count for row in interactions):
        passed = total - failed
        metrics["checks"] = {"passes": passed, "fails": failed, "value": passed / total}
    if requests and seconds > 0:
        metrics["http_reqs"] = {"count": requests, "rate": round(requests / seconds, 3)}
    return {"metrics": metrics, "root_group": {"name": "", "path": "", "groups": {}, "checks": {}}}


def browser_performance(summary: Summary) -> list[dict[str, Any]]:
    """Return the browser report: a subject for each step of each cell, and for each page."""
    sound = {
        (cell.journey, cell.executor, cell.users)
        for cell in summary.cells
        if cell.outcome != "invalid"
    }
    steps = [
        {"subject": _subject(row, _NAMES[row.executor]), "metrics": _latency(row)}
        for row in summary.series
        if row.kind == "interaction"
        and row.p50_ms is not None
        and (row.journey, row.executor, row.users) in sound
    ]
    return steps + _pages(summary.vitals)


def _latency(row: SeriesSummary) -> list[dict[str, Any]]:
    figures = {"p50 (ms)": row.p50_ms, "p95 (ms)": row.p95_ms}
    found = [_metric(name, value) for name, value in figures.items() if value is not None]
    share = None if row.error_rate is None else row.error_rate * 100
    return [*found, _metric("errors (%)", share or 0.0)]


def _pages(vitals: Iterable[ReadingSummary]) -> list[dict[str, Any]]:
    pages: dict[str, list[dict[str, Any]]] = {}
    for each in vitals:
        if each.name in BOUNDS:
            name = f"{each.name} p75" + ("" if each.name == "CLS" else " (ms)")
            pages.setdefault(_subject(each, "Web Vitals"), []).append(_metric(name, each.p75))
    return [{"subject": subject, "metrics": metrics} for subject, metrics in pages.items()]


def _metric(name: str, value: float) -> dict[str, Any]:
    return {"name": name, "value": round(value, 3), "desiredSize": "smaller"}


def _subject(row: SeriesSummary | ReadingSummary, what: str) -> str:
    said = [one_line(row.journey, 80), one_line(row.step, 80), what, users(row.users)]
    return ", ".join(part for part in said if part).replace(NBSP, " ")
