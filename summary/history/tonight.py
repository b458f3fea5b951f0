"""A run as a night: its figures and its fingerprint. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from math import exp
from typing import Any

import numpy as np

from executors.outcome import CellOutcome
from journeys.expressions import references
from journeys.resolved import ResolvedJourney, ResolvedStep
from journeys.upload_files import paths_in
from journeys.values import is_iteration_value, value_name
from summary.history.frozen import FrozenHistory
from summary.history.records import Fingerprint, NightRecord, NightSeries
from summary.intervals import Floats
from summary.summarise import CellData, RunData
from tandem.files import canonical_json, digest_text

_TRIMMED = 0.1
_TELLS_ONLY = {"slos", "description"}
"""What of a step changes nothing of what is ridden."""
_WHO_IT_IS = {"login", "cookies", "credentials", "headers"}
"""What of a journey is sent in all of its steps, or before them."""
MOST_REQUESTS = 12
"""Of one step in one cell, the longest: a page of many parts is not written down part by part."""


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
        fingerprint=_fingerprint(outcomes, history.runner, journeys),
        series=tuple(series),
        tables=tables,
    )


def _series(cell: CellData, journey: ResolvedJourney) -> Iterator[NightSeries]:
    outcome, requests = cell.outcome, _requests(cell)
    for step in journey.steps:
        if outcome.executor == "k6" and not step.has_protocol:
            continue
        rows = cell.samples.interactions(step.id)
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
            digest=step_digest(step, journey, outcome.pacing_s),
            requests=requests.get(step.id, {}),
        )


def _requests(cell: CellData) -> dict[str, dict[str, float]]:
    """Return by step the location of each request that was answered, in milliseconds."""
    found: dict[str, dict[str, float]] = {}
    for series in cell.samples.series(("request",)):
        location = location_ms(series.durations_ms)
        if location is not None:
            found.setdefault(series.step, {})[series.name] = location
    return {step: _longest(each) for step, each in found.items()}


def _longest(locations: dict[str, float]) -> dict[str, float]:
    ranked = sorted(locations, key=lambda name: (-locations[name], name))
    return {name: locations[name] for name in sorted(ranked[:MOST_REQUESTS])}


def step_digest(step: ResolvedStep, journey: ResolvedJourney, pacing_s: float) -> str:
    """Return what tells the step, its data and its pacing from another; SLOs are no part of it.

    The content of the files that it hands to the app is, and so is who asks: the journey's login,
    cookies, credentials and headers.
    """
    plain = step.model_dump(mode="json", exclude=_TELLS_ONLY)
    used = {
        value_name(each)
        for text in _texts(plain)
        for each in references(text)
        if is_iteration_value(each)
    }
    values = journey.values.model_dump(mode="json")
    mine = {
        kind: {name: each for name, each in known.items() if _is_used(name, used)}
        for kind, known in values.items()
    }
    handed_over = {path: digest_text(journey.files[path]) for _, path in paths_in(step)}
    asks = journey.model_dump(mode="json", include=_WHO_IT_IS, exclude_defaults=True)
    return digest_text(canonical_json([plain, mine, pacing_s, handed_over, asks]))[:16]


def _is_used(name: str, used: set[str]) -> bool:
    """Tell whether a value, or a column of a feeder, is among those used."""
    return any(each == name or each.startswith(f"{name}.") for each in used)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (text for each in value.items() for part in each for text in _texts(part))
    elif isinstance(value, list):
        yield from (text for each in value for text in _texts(each))


def location_ms(durations_ms: Floats) -> float | None:
    """Return the exponential of the trimmed mean of the durations' logarithms; None of nothing."""
    positive = np.sort(durations_ms[durations_ms > 0])
    if not len(positive):
        return None
    cut = int(len(positive) * _TRIMMED)
    kept = positive[cut : len(positive) - cut]
    return round(exp(float(np.log(kept).mean())), 3)


def _fingerprint(
    outcomes: list[CellOutcome], runner: str, journeys: dict[str, ResolvedJourney]
) -> Fingerprint | None:
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
        journeys={
            name: _journey_digest(journey, outcomes) for name, journey in sorted(journeys.items())
        },
    )


def _journey_digest(journey: ResolvedJourney, outcomes: list[CellOutcome]) -> str:
    pacing = {each.pacing_s for each in outcomes if each.journey == journey.id}
    pacing_s = min(pacing, default=journey.pacing_s)
    steps = [[step.id, step_digest(step, journey, pacing_s)] for step in journey.steps]
    return digest_text(canonical_json(steps))[:16]
