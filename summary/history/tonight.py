"""A run as a night: its figures and its fingerprint. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from math import exp

import numpy as np

from executors.outcome import CellOutcome
from journeys.resolved import ResolvedJourney
from summary.history.frozen import FrozenHistory
from summary.history.records import Fingerprint, NightRecord, NightSeries
from summary.intervals import Floats
from summary.summarise import CellData, RunData
from tandem.files import canonical_json, digest_text

_TRIMMED = 0.1


def night_record(history: FrozenHistory, run: RunData, tables: dict[str, str]) -> NightRecord:
    """Return the record of a run that is not judged yet, of its cells that are ok.

    No broken cell becomes what is usual. ``tables`` are their digests.
    """
    outcomes = [cell.outcome for cell in run.cells]
    journeys = {each.id: each for each in run.journeys if isinstance(each, ResolvedJourney)}
    series: list[NightSeries] = []
    for cell in run.cells:
        journey = journeys.get(cell.outcome.journey)
        if journey is not None and cell.outcome.outcome == "ok":
            series.extend(_series(cell, journey))
    return NightRecord(
        night=history.night,
        profile=history.profile,
        stamp="",
        app=", ".join(dict.fromkeys(each.app for each in outcomes if each.app)),
        verdict="inconclusive",
        fingerprint=_fingerprint(outcomes, history.runner),
        series=tuple(series),
        tables=tables,
    )


def _series(cell: CellData, journey: ResolvedJourney) -> Iterator[NightSeries]:
    outcome = cell.outcome
    for step in journey.steps:
        if outcome.executor == "k6" and not step.has_protocol:
            continue
        rows = cell.samples.interactions(step.id)
        digest = digest_text(canonical_json([step.model_dump(mode="json"), outcome.pacing_s]))
        yield NightSeries(
            journey=journey.id,
            step=step.id,
            executor=outcome.executor,
            users=outcome.users,
            loc_ms=location_ms(rows.durations_ms),
            p95_ms=rows.quantile_ms(0.95),
            n=int(rows.count - rows.errors),
            errors=int(rows.errors),
            span_s=round(cell.samples.span_s, 3),
            digest=digest[:16],
        )


def location_ms(durations_ms: Floats) -> float | None:
    """Return the exponential of the trimmed mean of the durations' logarithms; None of nothing."""
    positive = np.sort(durations_ms[durations_ms > 0])
    if not len(positive):
        return None
    cut = int(len(positive) * _TRIMMED)
    kept = positive[cut : len(positive) - cut]
    return round(exp(float(np.log(kept).mean())), 3)


def _fingerprint(outcomes: list[CellOutcome], runner: str) -> Fingerprint | None:
    if not outcomes:
        return None
    last = max(outcomes, key=lambda each: each.ended_at)
    tools = {name: tool["version"] for each in outcomes for name, tool in each.tools.items()}
    return Fingerprint(
        environment=last.environment,
        target=last.target,
        system=last.host.system,
        machine=last.host.machine,
        processor=last.host.processor,
        cores=last.host.cores,
        memory_mb=last.host.memory_mb,
        runner=runner,
        tools=dict(sorted(tools.items())),
    )
