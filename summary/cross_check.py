"""What the tools counted, held against what the rows say: a difference is a fault of ours. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from executors.outcome import CellOutcome
from summary.models import Finding
from summary.totals import Totals

_ROUNDING_US: Final = 2
"""Rows hold whole microseconds, k6 has nanoseconds; a quantile lies between two of them."""


def check_totals(outcome: CellOutcome, table: pa.Table, told: Totals) -> Iterator[Finding]:
    """Yield a finding when tool and rows disagree about the attempt that the cell is judged by.

    k6 and the rows are of the same samples, so that a difference makes the cell's numbers
    worthless. The browser's HAR is a record of its own, and only of one user: a difference is a
    warning.
    """
    if outcome.decisive is None:
        return
    ours = asdict(totals_of(table, outcome.decisive.number, told.user))
    differing = [
        f"{name.removesuffix('_us').replace('_', ' ')} {value} against {ours[name]}"
        for name, value in asdict(told).items()
        if value is not None and not _agree(name, value, ours[name])
    ]
    if differing:
        is_k6 = outcome.executor == "k6"
        source = "k6's own summary" if is_k6 else f"The HAR of user {told.user}"
        yield Finding(
            severity="error" if is_k6 else "warning",
            kind="check",
            journey=outcome.journey,
            executor=outcome.executor,
            users=outcome.users,
            step="",
            text=f"{source} and the table disagree: {', '.join(differing[:4])}.",
        )


def totals_of(table: pa.Table, attempt: int, user: int | None) -> Totals:
    """Return the totals of an attempt's rows: warm-up and errors among them, as tools count."""
    rows = table.filter(pc.equal(table["attempt"], attempt))
    if user is not None:
        rows = rows.filter(pc.equal(rows["vu"], user))
    requests = rows.filter(pc.equal(rows["kind"], "request"))
    interactions = rows.filter(pc.equal(rows["kind"], "interaction"))
    return Totals(
        user=user,
        requests=requests.num_rows,
        requests_failed=requests.num_rows - (pc.sum(requests["ok"]).as_py() or 0),
        **_durations("request", requests),
        **_durations("interaction", interactions),
    )


def _durations(what: str, rows: pa.Table) -> dict[str, int]:
    durations = rows["duration_us"].drop_null().to_numpy()
    if not len(durations):
        return {}
    figures = {f"p{share}": np.quantile(durations, share / 100) for share in (50, 90, 95)}
    figures |= {"mean": durations.mean(), "max": durations.max()}
    return {f"{what}_{name}_us": round(float(value)) for name, value in figures.items()}


def _agree(name: str, told: int, ours: int | None) -> bool:
    if not name.endswith("_us"):
        return told == (ours or 0)
    return ours is not None and abs(told - ours) <= _ROUNDING_US
