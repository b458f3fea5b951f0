"""What ``summary.json`` holds; :mod:`summary.compact` makes it."""

from __future__ import annotations

from typing import Final, Literal

from tandem.models import Executor, FrozenModel, Verdict

SCHEMA_VERSION: Final = 2

CellColumn = Literal["journey", "executor", "users", "outcome", "attempts", "flaky", "verdict"]
SeriesColumn = Literal[
    "count",
    "p50_ms",
    "p95_ms",
    "p99_ms",
    "throughput_per_s",
    "error_rate",
]
CELL_COLUMNS: Final[tuple[CellColumn, ...]] = (
    "journey", "executor", "users", "outcome", "attempts", "flaky", "verdict",
)  # fmt: skip
SERIES_COLUMNS: Final[tuple[SeriesColumn, ...]] = (
    "count", "p50_ms", "p95_ms", "p99_ms", "throughput_per_s", "error_rate",
)  # fmt: skip


class CompactRun(FrozenModel):
    """What was ridden."""

    stamp: str
    profile: str
    narrowed: dict[str, str]
    environment: str
    app: str
    started_at: str
    tools: dict[str, str]


class Columns(FrozenModel):
    """What the values of each row are, in their order."""

    cells: tuple[CellColumn, ...] = CELL_COLUMNS
    series: tuple[SeriesColumn, ...] = SERIES_COLUMNS
    rows: tuple[tuple[Executor, int], ...]
    """Executor and users of a series' first row, of its second, and so on."""


Rows = tuple[tuple[int | float | None, ...] | None, ...]


class CompactJourney(FrozenModel):
    """The series of one journey, each as rows of ``columns.series`` for ``columns.rows``.

    A row is null where there is no such cell, or k6 has nothing to send; nulls at the end are left
    out.
    """

    journey: str
    interactions: dict[str, Rows]
    """By step, in the journey's order; the name of such a series is its step."""
    transactions: dict[str, Rows]
    """By name."""
    requests: dict[str, dict[str, Rows]]
    """By step, and by name."""


class LeftOut(FrozenModel):
    """How many rows of the full form are not here."""

    findings: int
    cells: int
    series: int


class CompactSummary(FrozenModel):
    """The whole of ``summary.json``."""

    schema_version: Literal[2] = SCHEMA_VERSION
    verdict: Verdict
    exit_code: int
    findings: tuple[str, ...]
    """Worst first: "severity kind: where: what"."""
    run: CompactRun
    columns: Columns
    cells: tuple[tuple[str | int | bool, ...], ...]
    """Each as ``columns.cells`` says."""
    series: tuple[CompactJourney, ...]
    left_out: LeftOut
    full: Literal["summary-full.json"] = "summary-full.json"
