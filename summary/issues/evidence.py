"""From a judged night to what is told of it: one entry for each thing that is slower. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from summary.history.assemble import assemble
from summary.history.frozen import FrozenHistory
from summary.history.records import NightRecord, NightSeries
from summary.issues.models import Key, Metric, Point, Regressed, Tonight
from summary.models import CellSummary, Summary
from summary.night_models import NightJudged, UnitVerdict
from summary.regression.history import Array, History, SeriesKey

MOST_NIGHTS: Final = 30
"""In a chart."""
_BREADTH: Final = {"step": 0, "journey": 0, "cell": 0, "series": 1}


@dataclass(frozen=True, slots=True)
class NightFiles:
    """What a night left in its build folder."""

    judged: NightJudged
    history: FrozenHistory
    record: NightRecord
    summary: Summary


def tonight_of(files: NightFiles, *, run_url: str = "", scope: str = "") -> Tonight:
    """Return what is to be told of a night."""
    judged, record, run = files.judged, files.record, files.summary.run
    table = assemble(files.history, record)
    found: dict[Key, list[UnitVerdict]] = {}
    for each in judged.units:
        if each.verdict == "regression":
            key = Key(journey=each.journey, step=each.step, metric=each.metric, scope=scope)
            found.setdefault(key, []).append(each)
    regressed = [_regressed(key, units, files, table) for key, units in found.items()]
    return Tonight(
        night=judged.night,
        stamp=run.stamp,
        app=run.app,
        run_url=run_url,
        scope=scope,
        regressed=tuple(sorted(regressed, key=_surest_first)),
        units=judged.units,
        measured=_cells(record.series),
        planned=_cells(files.summary.cells),
        known_from=_known_from(table),
    )


def _cells(found: Iterable[NightSeries] | Iterable[CellSummary]) -> tuple[str, ...]:
    return tuple(sorted({f"{each.journey}/{each.executor}/{each.users}" for each in found}))


def _known_from(table: History) -> dict[str, str]:
    found: dict[str, str] = {}
    for column, key in enumerate(table.series):
        there = np.flatnonzero(~np.isnan(table.loc[:, column]))
        if len(there):
            name, night = f"{key.journey}/{key.step}", str(table.nights[there[0]])
            found[name] = min(found.get(name, night), night)
    return found


def _surest_first(each: Regressed) -> tuple[float, float, str, str, str]:
    main, key = each.main, each.key
    return main.p_adjusted, -main.effect_pct, key.journey, key.step, key.metric


def _regressed(
    key: Key, units: Iterable[UnitVerdict], files: NightFiles, table: History
) -> Regressed:
    ordered = sorted(units, key=lambda each: (_BREADTH[each.unit], each.p_adjusted))
    cells = {
        f"{each.executor}/{each.users}"
        for each in files.record.series
        if _concerns(ordered, each.journey, each.step, each.executor, each.users)
    }
    return Regressed(
        key=key,
        units=tuple(ordered),
        cells=tuple(sorted(cells)),
        came_from=ordered[0].came_from,
        points=_points(key.metric, table, _columns(table.series, ordered), ordered[0].nights),
        slowest=_slowest(key, files.judged.units, files.record),
    )


def _concerns(units: Iterable[UnitVerdict], *names: Any) -> bool:
    """Tell whether a series is one that the units are over; a unit leaves empty what it is over."""
    journey, step, executor, users = names
    return any(
        each.journey in ("", journey)
        and each.step in ("", step)
        and each.executor in ("", executor)
        and each.users in (0, users)
        for each in units
    )


def _columns(series: Sequence[SeriesKey], units: Sequence[UnitVerdict]) -> list[int]:
    widest = [each for each in units if _BREADTH[each.unit] == _BREADTH[units[0].unit]]
    return [index for index, key in enumerate(series) if _concerns(widest, *key)]


def _slowest(key: Key, units: Iterable[UnitVerdict], record: NightRecord) -> tuple[str, int] | None:
    """Return the cell in which it shows most; the first that measured it, if none is judged."""
    single = [
        each
        for each in units
        if each.unit == "series"
        and each.metric == key.metric
        and key.journey in ("", each.journey)
        and key.step in ("", each.step)
    ]
    if single:
        worst = max(single, key=lambda each: each.effect_pct)
        return worst.executor, worst.users
    of = [each for each in record.series if key.journey in ("", each.journey)]
    return (of[0].executor, of[0].users) if of else None


def _points(
    metric: Metric, table: History, columns: list[int], slow: Sequence[str]
) -> tuple[Point, ...]:
    """Return the last nights of these series, as one line: per cent of usual, or that failed."""
    values = _line(metric, table, columns, {str(night) for night in slow})
    pairs = zip(table.nights[-MOST_NIGHTS:], values[-MOST_NIGHTS:], strict=True)
    return tuple(
        Point(night=str(night), value=round(float(value), 1))
        for night, value in pairs
        if np.isfinite(value)
    )


def _line(metric: Metric, table: History, columns: list[int], slow: set[str]) -> Array:
    known = np.array([str(night) not in slow for night in table.nights])
    known = known if known.any() else ~known
    if metric == "errors":
        failed = np.nansum(table.errors[:, columns], axis=1)
        whole = np.nansum(table.count[:, columns], axis=1) + failed
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(100 * failed / whole)
    if metric == "throughput":
        done = np.nansum(table.count[:, columns], axis=1)
        done += np.nansum(table.errors[:, columns], axis=1)
        return np.asarray(100 * done / max(float(np.median(done[known])), 1.0))
    logs = (table.loc if metric == "loc" else table.p95)[:, columns]
    usual = [_middle(logs[known, column]) for column in range(logs.shape[1])]
    return np.asarray(100 * np.exp([_middle(row - usual) for row in logs]))


def _middle(values: Array) -> float:
    there = values[~np.isnan(values)]
    return float(np.median(there)) if len(there) else float("nan")
