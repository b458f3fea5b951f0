"""What is said of a night that was held against the nights before it: ``regression.json``."""

from __future__ import annotations

from typing import Literal

from summary.changes_models import OriginKind
from tandem.models import Executor, FrozenModel, Outcome

NightVerdict = Literal["pass", "suspect", "regression", "improvement", "insufficient precision"]


class UnitVerdict(FrozenModel):
    """What is said of one unit and metric. Effects are in per cent; of rates, in points."""

    unit: Literal["step", "journey", "cell", "series"]
    journey: str
    step: str
    executor: str
    users: int
    metric: Literal["loc", "p95", "errors", "throughput"]
    verdict: NightVerdict
    effect_pct: float
    interval_pct: tuple[float, float]
    p_adjusted: float
    detectable_pct: float
    nights: tuple[str, ...]
    """Those that it rests on."""
    origin: OriginKind = ""
    """Where a change came from, as far as the sides and the requests of the step tell."""
    came_from: str = ""
    """The same in words: "back end: POST /api/play +24 % in k6 and browser"."""


class InvalidCell(FrozenModel):
    """A cell that is not ok tonight: its series are invalid, nothing can be said of them."""

    journey: str
    executor: Executor
    users: int
    outcome: Outcome


class NightJudged(FrozenModel):
    """``regression.json``: everything that was judged, and against what."""

    schema_version: Literal[1] = 1
    night: str
    location: str
    nights: int
    """Comparable ones before this."""
    nights_needed: int
    """Before anything can be said."""
    units: tuple[UnitVerdict, ...]
    again: tuple[str, ...] = ()
    """The cells that were ridden once more, as ``journey/executor/users``."""
    unreadable: tuple[str, ...] = ()
    incomparable: dict[str, int] = {}
    """Why nights before this are not comparable with it, and how many are so for that."""
    invalid: tuple[InvalidCell, ...] = ()
    """Those of which tonight says nothing."""
