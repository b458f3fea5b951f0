"""``results/index.html``: every published run with its verdict, and how each view went."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import msgspec

from summary.places import CHANGES, HTML
from summary.publish import INDEX, LATEST, RUN_FILE
from summary.reports.changes_page import NIGHTS_SCRIPT, NightsView, nights_view
from summary.reports.page import render_page
from summary.reports.view_files import read_changes
from summary.trend import read_trend_run, stamped
from summary.trend_models import TrendRun
from tandem.files import write_text
from tandem.models import Verdict

MOST_LISTED: Final = 400
MOST_DRAWN: Final = 60
"""Runs of one view in its charts: the newest."""
_LOOKED_AT: Final = 5
"""Runs of a view in which the nights are looked for, the newest first."""


class _Cell(msgspec.Struct):
    outcome: str
    flaky: bool


class _Run(msgspec.Struct):
    profile: str
    view: str
    environment: str
    base_url: str
    app: str
    started_at: str
    narrowed: dict[str, str]


class _Record(msgspec.Struct):
    run: _Run
    verdict: Verdict
    exit_code: int
    cells: list[_Cell]


@dataclass(frozen=True, slots=True)
class Listed:
    """One run of the list."""

    name: str
    verdict: Verdict
    exit_code: int
    profile: str
    view: str
    environment: str
    app: str
    started_at: str
    narrowed: dict[str, str]
    cells: int
    cells_ok: int
    flaky: int
    has_report: bool
    kept: str
    """Which of its measurements are still there."""


@dataclass(frozen=True, slots=True)
class ViewTrend:
    """One view in one environment: its runs, oldest first."""

    view: str
    environment: str
    runs: tuple[TrendRun, ...]
    nights: NightsView | None
    """The lines over the nights, of a view that has them: as the newest of its runs knew them."""


def write_index(results: Path) -> None:
    """Write the index of all runs in ``results``; runs that cannot be read are left out."""
    write_text(results / INDEX, render_index(*read_results(results)))


def read_results(results: Path) -> tuple[list[Listed], list[ViewTrend]]:
    """Return the runs, newest first, and the views with more than one of them."""
    listed = list(_listed(results))
    views: dict[tuple[str, str], list[str]] = {}
    for run in listed:
        views.setdefault((run.view, run.environment), []).append(run.name)
    trends = []
    for (view, environment), names in views.items():
        newest = names[:MOST_DRAWN][::-1] if len(names) > 1 else []
        runs = tuple(filter(None, (read_trend_run(results / name) for name in newest)))
        nights = _nights(results, names)
        if len(runs) > 1 or nights:
            trends.append(ViewTrend(view, environment, runs if len(runs) > 1 else (), nights))
    return listed, trends


def _nights(results: Path, names: Sequence[str]) -> NightsView | None:
    for name in names[:_LOOKED_AT]:
        if found := nights_view(read_changes(results / name / CHANGES)):
            return found
    return None


def render_index(listed: Sequence[Listed], trends: Sequence[ViewTrend]) -> str:
    """Return the index as one HTML page."""
    return render_page(
        "index",
        listed[0].verdict if listed else "inconclusive",
        [_drawn(trend) for trend in trends],
        (NIGHTS_SCRIPT,) if any(trend.nights for trend in trends) else (),
        listed=listed[:MOST_LISTED],
        older=len(listed[MOST_LISTED:]),
        trends=trends,
        journeys=[_journeys(trend) for trend in trends],
        latest=LATEST,
    )


def _listed(results: Path) -> Iterator[Listed]:
    for folder in stamped(results):
        try:
            record = msgspec.json.decode((folder / RUN_FILE).read_bytes(), type=_Record)
        except (OSError, msgspec.MsgspecError):
            continue
        run = record.run
        yield Listed(
            name=folder.name,
            verdict=record.verdict,
            exit_code=record.exit_code,
            profile=run.profile,
            view=run.view,
            environment=run.environment,
            app=run.app,
            started_at=run.started_at,
            narrowed=run.narrowed,
            cells=len(record.cells),
            cells_ok=sum(cell.outcome == "ok" for cell in record.cells),
            flaky=sum(cell.flaky for cell in record.cells),
            has_report=(folder / HTML).exists(),
            kept=_kept(folder),
        )


def _kept(folder: Path) -> str:
    if not (folder / "tables" / "samples").is_dir():
        return "summary only"
    raw = any((folder / name).is_dir() and _has_raw(folder / name) for name in ("k6", "playwright"))
    return "everything" if raw else "tables"


def _has_raw(folder: Path) -> bool:
    """Tell whether a cell has more than its record."""
    return any(len(list(cell.iterdir())) > 1 for cell in folder.glob("*/u*"))


def _journeys(trend: ViewTrend) -> list[str]:
    return sorted({cell.journey for run in trend.runs for cell in run.cells})


def _drawn(trend: ViewTrend) -> dict[str, Any]:
    """Return what the charts of a view are drawn from: a line per journey and cell."""
    keys = {
        (cell.journey, cell.executor, cell.users): None for run in trend.runs for cell in run.cells
    }
    names = _journeys(trend)
    lines = []
    for key in sorted(keys, key=lambda key: (key[0], key[1] == "k6", key[2])):
        found = [_iteration_ms(run, key) for run in trend.runs]
        lines.append(
            {
                "journey": names.index(key[0]),
                "executor": key[1],
                "users": key[2],
                "p50": [each and each[0] for each in found],
                "p95": [each and each[1] for each in found],
            }
        )
    runs = [{"name": run.name, "verdict": run.verdict} for run in trend.runs]
    return {"runs": runs, "journeys": names, "lines": lines}


def _iteration_ms(run: TrendRun, key: tuple[str, str, int]) -> tuple[float, float] | None:
    """Return the medians of all steps added up, and their 95th percentiles likewise."""
    for cell in run.cells:
        if (cell.journey, cell.executor, cell.users) == key and cell.steps:
            values = list(cell.steps.values())
            return round(sum(each[0] for each in values), 2), round(
                sum(each[1] for each in values), 2
            )
    return None
