"""Why a cell cannot be ridden, as far as it is known before anything is started."""

from __future__ import annotations

import os
from collections.abc import Iterator

from executors.redaction.values import MIN_LENGTH
from graph.plan import Cell
from journeys.resolved import RefusedJourney, ResolvedJourney


def refusal_of(cell: Cell, journey: ResolvedJourney | RefusedJourney) -> str:
    """Return why the cell cannot be ridden; empty when nothing is known against it."""
    if isinstance(journey, RefusedJourney):
        return journey.fault
    missing = sorted(
        f"{kind}:{name}"
        for kind, names in journey.variables.items()
        for name in names
        if not os.environ.get(name)
    )
    if missing:
        return f"{journey.source}: not set in the environment: {', '.join(missing)}"
    short = sorted(
        name for name in journey.variables.get("secret", ()) if len(os.environ[name]) < MIN_LENGTH
    )
    if short:
        return (
            f"{journey.source}: shorter than {MIN_LENGTH} characters: {', '.join(short)}; "
            "so short a secret cannot be told from other text, and would stay in artifacts"
        )
    return next(_too_few_rows(cell, journey), "")


def _too_few_rows(cell: Cell, journey: ResolvedJourney) -> Iterator[str]:
    """Yield each feeder whose unique rows run out before the cell's last iteration."""
    for name, feeder in sorted(journey.values.feeders.items()):
        rounds = 1 if feeder.per == "user" else cell.warmup + cell.iterations
        needed = cell.users * rounds
        if feeder.pick == "unique" and needed > len(feeder.rows):
            yield (
                f"{journey.source}: feeders.{name}: {feeder.file} has {len(feeder.rows)} rows; "
                f"{needed} unique ones are needed, one for each {feeder.per}"
            )
