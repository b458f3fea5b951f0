"""``trend.json``: the runs before this one that can be laid beside it, and what differs since.

It is made when a run is judged, from what is published by then, and kept with it: rendering the run
again later tells the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec
from pydantic import ValidationError

from summary.compare import compare
from summary.models import Summary
from summary.places import FULL, TREND
from summary.publish import RUN_FILE
from summary.stamps import is_stamped, published_at, stamp_of
from summary.trend_models import RunComparison, Trend, TrendCell, TrendRun
from tandem.files import write_text
from tandem.models import Executor, Verdict

MOST_RUNS: Final = 30
MOST_CHANGES: Final = 50


class _Run(msgspec.Struct):
    view: str
    environment: str
    base_url: str
    app: str


class _Record(msgspec.Struct):
    run: _Run


class _Series(msgspec.Struct):
    journey: str
    executor: Executor
    users: int
    step: str
    kind: str
    p50_ms: float | None
    p95_ms: float | None


class _Told(msgspec.Struct):
    run: _Run
    verdict: Verdict
    series: list[_Series]


def write_trend(folder: Path, summary: Summary, results: Path) -> None:
    """Write the trend of the run in ``folder``."""
    trend = trend_of(summary, results)
    write_text(folder / TREND, trend.model_dump_json() + "\n")


def trend_of(summary: Summary, results: Path, most: int = MOST_RUNS) -> Trend:
    """Return the runs published in ``results`` before this one; what cannot be read is left out."""
    earlier = []
    for folder in stamped(results):
        if stamp_of(folder.name) < summary.run.stamp and _is_like(folder, summary):
            run = read_trend_run(folder)
            earlier += [run] if run else []
        if len(earlier) == most:
            break
    return Trend(runs=tuple(reversed(earlier)), since=_since(summary, results, earlier[:1]))


def stamped(results: Path) -> Iterator[Path]:
    """Yield every result directory, newest first."""
    if results.is_dir():
        names = (each.name for each in results.iterdir() if is_stamped(each.name))
        yield from (results / name for name in sorted(names, key=published_at, reverse=True))


def read_trend_run(folder: Path) -> TrendRun | None:
    """Return what a trend needs of a published run; None when it cannot be read."""
    try:
        told = msgspec.json.decode((folder / FULL).read_bytes(), type=_Told)
    except (OSError, msgspec.MsgspecError):
        return None
    cells: dict[tuple[str, Executor, int], dict[str, tuple[float, float]]] = {}
    for row in told.series:
        if row.kind == "interaction" and row.p50_ms is not None and row.p95_ms is not None:
            steps = cells.setdefault((row.journey, row.executor, row.users), {})
            steps[row.step] = (row.p50_ms, row.p95_ms)
    return TrendRun(
        name=folder.name,
        verdict=told.verdict,
        app=told.run.app,
        cells=tuple(
            TrendCell(journey=key[0], executor=key[1], users=key[2], steps=steps)
            for key, steps in cells.items()
        ),
    )


def _is_like(folder: Path, summary: Summary) -> bool:
    try:
        run = msgspec.json.decode((folder / RUN_FILE).read_bytes(), type=_Record).run
    except (OSError, msgspec.MsgspecError):
        return False
    mine = summary.run
    return (run.view, run.environment, run.base_url) == (
        mine.view,
        mine.environment,
        mine.base_url,
    )


def _since(summary: Summary, results: Path, newest: list[TrendRun]) -> RunComparison | None:
    for run in newest:
        try:
            before = Summary.model_validate_json((results / run.name / FULL).read_bytes())
        except (OSError, ValidationError):
            return None
        found = compare(before, summary)
        return found.model_copy(update={"steps": found.shown[:MOST_CHANGES]})
    return None
