"""What is told of a run beside others: ``trend.json``, and the comparison of two runs."""

from __future__ import annotations

from typing import Final, Literal

from summary.models import Bounds
from tandem.models import Executor, FrozenModel, Verdict

SCHEMA_VERSION: Final = 1
Told = Literal["slower", "faster", "no difference shown", "too few samples", "invalid"]


class FigureChange(FrozenModel):
    """One quantile in both runs, in milliseconds."""

    before_ms: float
    after_ms: float
    change_ms: float
    interval_ms: Bounds | None
    """Of the change, at 95 %."""
    change_rate: float | None
    """The change over what it was before; None where that was nothing."""
    told: Told


class StepChange(FrozenModel):
    """One step in one cell, in both runs."""

    journey: str
    executor: Executor
    users: int
    step: str
    p50: FigureChange
    p95: FigureChange
    errors_before: int
    errors_after: int
    count_before: int
    count_after: int

    @property
    def shown_rate(self) -> float:
        """The greater of its changes that are shown, over what was before; 0 without one."""
        shown = [each for each in (self.p50, self.p95) if each.told in ("slower", "faster")]
        return max((abs(each.change_rate or 0.0) for each in shown), default=0.0)


class CellChange(FrozenModel):
    """A cell that is in one run only, or came out otherwise."""

    journey: str
    executor: Executor
    users: int
    before: str
    """Its outcome; empty where that run has no such cell."""
    after: str


class SloChange(FrozenModel):
    """An SLO that was judged otherwise."""

    journey: str
    executor: Executor
    users: int
    step: str
    threshold: str
    before: Verdict
    after: Verdict
    measured_before: float | None
    measured_after: float | None


class FactChange(FrozenModel):
    """Something about the runs themselves that differs, such as the version of a tool."""

    name: str
    before: str
    after: str


class RunComparison(FrozenModel):
    """What differs from one run to another."""

    before: str
    """The stamp."""
    after: str
    verdict_before: Verdict
    verdict_after: Verdict
    facts: tuple[FactChange, ...]
    cells: tuple[CellChange, ...]
    slos: tuple[SloChange, ...]
    steps: tuple[StepChange, ...]
    """What both runs measured, as the journeys have it in order; in ``trend.json`` only what is
    shown to differ, the greatest change first."""
    judged: int
    """How many quantiles were held against each other with enough samples to say something."""

    @property
    def shown(self) -> tuple[StepChange, ...]:
        """The steps of which a difference is shown, the greatest relative one first."""
        found = [step for step in self.steps if step.shown_rate]
        return tuple(sorted(found, key=lambda step: -step.shown_rate))

    @property
    def by_chance(self) -> float:
        """How many differences would be shown if nothing differed at all."""
        return 0.05 * self.judged


class TrendCell(FrozenModel):
    """One cell of an earlier run."""

    journey: str
    executor: Executor
    users: int
    steps: dict[str, tuple[float, float]]
    """Step to p50 and p95 of its interactions, in milliseconds."""


class TrendRun(FrozenModel):
    """One earlier run."""

    name: str
    """Of its result directory: the stamp, with a suffix if it has one."""
    verdict: Verdict
    app: str
    cells: tuple[TrendCell, ...]


class Trend(FrozenModel):
    """The whole of ``trend.json``."""

    schema_version: Literal[1] = SCHEMA_VERSION
    runs: tuple[TrendRun, ...] = ()
    """Oldest first, the newest thirty: those of the same view, environment and target."""
    since: RunComparison | None = None
    """What differs from the newest of them; None without one."""
