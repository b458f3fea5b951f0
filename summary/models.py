"""``summary-full.json``: what a run measured and what it is judged to be.

Units stand in the names: ``_ms`` milliseconds, ``_s`` seconds, ``_per_s`` per second, ``_rate`` a
share from 0 to 1, ``_us`` microseconds. A quantity that no sample supports is ``None``, never zero.
:mod:`summary.compact` makes the short form of it.
"""

from __future__ import annotations

from typing import Final, Literal

from tandem.models import Executor, FrozenModel, Level, Outcome, Verdict

SCHEMA_VERSION: Final = 2

Bounds = tuple[float, float | None]
"""A 95 % confidence interval; None where the samples are too few to bound it above."""


class RunInfo(FrozenModel):
    """What was ridden, where, and with what."""

    stamp: str
    """YYYYMMDD-HHMMSS, UTC: the start of the newest load (or SOURCE_DATE_EPOCH)."""
    profile: str
    view: str
    """The build folder's name: the profile, or the profile with what narrows it."""
    narrowed: dict[str, str]
    """The name=value arguments that narrow or change the run; empty for a whole one."""
    environment: str
    base_url: str
    """The target's origin, or "started in the job"."""
    app: str
    """Short digest, version or value that identifies the app under test."""
    tools: dict[str, str]
    """Tool name to version, such as {"k6": "1.1.0", "chromium": "156.0.8078.79"}."""
    started_at: str
    """UTC, ISO 8601, the start of the oldest load."""
    apdex_target_ms: float = 500.0
    """A sample within it satisfies, one within four times that is tolerated."""


class StepInfo(FrozenModel):
    """One step of a journey, as both executors know it."""

    id: str
    action: str
    description: str
    has_protocol: bool
    optional: bool = False
    """It may fail: then it is skipped, and the iteration goes on."""


class JourneyInfo(FrozenModel):
    """One journey of the run, its steps in their order."""

    id: str
    description: str
    pacing_s: float
    """Start to start between interactions, in this run."""
    pacing_overridden: bool
    steps: tuple[StepInfo, ...]
    fault: str
    """Why the spec was refused; empty for a sound one."""


class CellSummary(FrozenModel):
    """One journey × executor × users: how its ride ended."""

    journey: str
    executor: Executor
    users: int
    outcome: Outcome
    reason: str
    """Why it is not ok; empty when it is."""
    step: str
    """The step that broke it, where one did."""
    attempts: int
    flaky: bool
    verdict: Verdict
    """The worst that its outcome, its SLOs of level error and the checks of its numbers say."""
    iterations_planned: int
    iterations_ok: int
    iterations_failed: int
    duration_s: float
    lateness_p95_ms: float | None
    """How late interactions started against their schedule."""
    together: Literal["user", "iteration"]
    """Whose samples belong together in the intervals: an iteration's where there is one user."""
    artifacts: dict[str, str]
    """Name to path, relative to the result directory."""


class SeriesSummary(FrozenModel):
    """The samples of one (journey, executor, users, step, request or transaction)."""

    journey: str
    executor: Executor
    users: int
    step: str
    kind: Literal["interaction", "request", "transaction"]
    name: str
    """The step's id for an interaction; "METHOD /path" for a request."""
    has_protocol: bool
    count: int
    """All samples; latency is taken over those that are ok."""
    errors: int
    skipped: int = 0
    """Of an optional step: samples that are neither errors nor have a latency."""
    mean_ms: float | None
    p50_ms: float | None
    p90_ms: float | None
    p95_ms: float | None
    p99_ms: float | None
    max_ms: float | None
    throughput_per_s: float | None
    error_rate: float | None
    apdex: float | None
    """From 0 to 1, with ``run.apdex_target_ms``."""
    intervals: dict[str, Bounds]
    """Name of a figure above to its interval."""


class ReadingSummary(FrozenModel):
    """One vital of the page, or one reading of the load generator's health, over a cell."""

    journey: str
    executor: Executor
    users: int
    step: str
    name: str
    unit: str
    count: int
    mean: float
    p50: float
    p75: float
    p95: float
    max: float


class ErrorSummary(FrozenModel):
    """Samples of a cell that failed in the same way, with the first of them."""

    journey: str
    executor: Executor
    users: int
    step: str
    kind: Literal["interaction", "request", "transaction", "message"]
    name: str
    status: int | None
    """Of a request; None where no answer came."""
    text: str
    """What was said of the first; others may differ in numbers."""
    count: int
    first_at_s: float
    """Since the cell's first sample that counts."""
    user: int | None
    """From 1."""
    iteration: int | None
    """From 0."""


class SideBySide(FrozenModel):
    """One step at one number of users: what the browser adds to the protocol."""

    journey: str
    step: str
    users: int
    browser_p50_ms: float
    protocol_p50_ms: float
    browser_adds_p50_ms: float
    browser_adds_p50_interval_ms: Bounds | None
    browser_p95_ms: float
    protocol_p95_ms: float
    browser_adds_p95_ms: float
    browser_adds_p95_interval_ms: Bounds | None


class Growth(FrozenModel):
    """One step from the fewest to the most users."""

    journey: str
    executor: Executor
    step: str
    users: tuple[int, ...]
    p50_ms: tuple[float, ...]
    p95_ms: tuple[float, ...]
    p50_factor: float | None
    """The last over the first."""
    p95_factor: float | None


class SloResult(FrozenModel):
    """One threshold, held against one selection of samples."""

    journey: str
    executor: Executor
    users: int
    step: str
    """Empty: all interactions of the cell."""
    threshold: str
    """As k6 users write it: p(95)<500, rate<0.01, count>0."""
    level: Level
    measured: float | None
    """Milliseconds, a rate or a count, as the threshold's metric says; None without samples."""
    verdict: Verdict


class Finding(FrozenModel):
    """One thing the reader should know, worst first."""

    severity: Literal["error", "warning", "info"]
    kind: Literal[
        "journey", "cell", "slo", "regression", "flaky", "pacing", "coverage", "check", "redaction"
    ]
    journey: str
    executor: str
    users: int
    """0 where no single cell is meant."""
    step: str
    text: str
    """One sentence for a person, without Markdown."""


class Summary(FrozenModel):
    """The whole of ``summary-full.json``."""

    schema_version: Literal[2] = SCHEMA_VERSION
    run: RunInfo
    verdict: Verdict
    exit_code: int
    findings: tuple[Finding, ...]
    journeys: tuple[JourneyInfo, ...]
    cells: tuple[CellSummary, ...]
    series: tuple[SeriesSummary, ...]
    slos: tuple[SloResult, ...]
    side_by_side: tuple[SideBySide, ...]
    growth: tuple[Growth, ...]
    vitals: tuple[ReadingSummary, ...]
    health: tuple[ReadingSummary, ...]
    errors: tuple[ErrorSummary, ...] = ()
    """The most frequent of each cell, as the cells are in order."""
