"""The location of each step of one ride: what nights and pairs are judged by."""

from __future__ import annotations

from pathlib import Path

from executors.outcome import FILE, read_outcome
from journeys.resolved import RefusedJourney, ResolvedJourney
from summary.cell_samples import CellSamples
from summary.history.tonight import location_ms
from summary.regression.history import SeriesKey


def locations_of(
    folder: Path, table: Path, journey: ResolvedJourney | RefusedJourney
) -> dict[SeriesKey, float]:
    """Return milliseconds by step of a ride that is ok; what k6 does not send is not among them."""
    outcome = read_outcome(folder / FILE)
    if outcome.decisive is None or not isinstance(journey, ResolvedJourney):
        return {}
    samples = CellSamples.read_from(table, outcome.decisive.number)
    found: dict[SeriesKey, float] = {}
    for step in journey.steps:
        if outcome.executor == "k6" and not step.has_protocol:
            continue
        location = location_ms(samples.interactions(step.id).durations_ms)
        if location is not None:
            found[SeriesKey(journey.id, step.id, outcome.executor, outcome.users)] = location
    return found
