"""What the tools counted, held against what the rows say: a difference is a fault of ours. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Final, Literal

import numpy as np

from executors.outcome import CellOutcome
from summary.cell_samples import CellSamples
from summary.intervals import Codes
from summary.models import Finding
from summary.tables.totals import Totals

_ROUNDING_US: Final = 2
"""Rows hold whole microseconds, k6 has nanoseconds; a quantile lies between two of them."""


def check_totals(outcome: CellOutcome, samples: CellSamples, told: Totals) -> Iterator[Finding]:
    """Yield a finding when tool and rows disagree about the attempt that the cell is judged by.

    k6 and the rows are of the same samples, so that a difference makes the cell's numbers
    worthless. The browser's HAR is a record of its own, and only of one user: a difference is a
    warning. So is a sound k6 cell of which k6 told nothing: its rows were held against nothing.
    """
    if outcome.decisive is None:
        return
    if told.requests is None and outcome.executor == "k6" and outcome.outcome == "ok":
        text = "k6 left no totals of its own that the rows could be held against."
        yield _finding(outcome, "warning", text)
    ours = asdict(totals_of(samples, told.user))
    differing = [
        f"{name.removesuffix('_us').replace('_', ' ')} {value} against {ours[name]}"
        for name, value in asdict(told).items()
        if value is not None and not _agree(name, value, ours[name])
    ]
    if differing:
        is_k6 = outcome.executor == "k6"
        source = "k6's own summary" if is_k6 else f"The HAR of user {told.user}"
        text = f"{source} and the table disagree: {', '.join(differing[:4])}."
        yield _finding(outcome, "error" if is_k6 else "warning", text)


def check_counts(
    outcome: CellOutcome, samples: CellSamples, steps: Iterable[str]
) -> Iterator[Finding]:
    """Yield an error for each of ``steps`` that left fewer rows than iterations came through."""
    came_through = outcome.decisive.iterations_ok if outcome.decisive else 0
    counts = samples.counts("interaction")
    for step in steps:
        count = counts.get(step, 0)
        if count < came_through:
            text = (
                f"{came_through} iterations came through, but only {count} interactions of this "
                "step were recorded: the numbers of this cell cannot be believed."
            )
            yield _finding(outcome, "error", text, step)


def _finding(
    outcome: CellOutcome, severity: Literal["error", "warning"], text: str, step: str = ""
) -> Finding:
    return Finding(
        severity=severity,
        kind="check",
        journey=outcome.journey,
        executor=outcome.executor,
        users=outcome.users,
        step=step,
        text=text,
    )


def totals_of(samples: CellSamples, user: int | None) -> Totals:
    """Return the totals of an attempt's rows: warm-up and errors among them, as tools count."""
    ok, requests_us = samples.whole("request", user)
    _, interactions_us = samples.whole("interaction", user)
    return Totals(
        user=user,
        requests=len(ok),
        requests_failed=len(ok) - int(ok.sum()),
        **_durations("request", requests_us),
        **_durations("interaction", interactions_us),
    )


def _durations(what: str, durations_us: Codes) -> dict[str, int]:
    if not len(durations_us):
        return {}
    figures = {f"p{share}": np.quantile(durations_us, share / 100) for share in (50, 90, 95)}
    figures |= {"mean": durations_us.mean(), "max": durations_us.max()}
    return {f"{what}_{name}_us": round(float(value)) for name, value in figures.items()}


def _agree(name: str, told: int, ours: int | None) -> bool:
    if not name.endswith("_us"):
        return told == (ours or 0)
    return ours is not None and abs(told - ours) <= _ROUNDING_US
