"""``changes.json``: every series over the nights, what is usual of it, and where that changed.

Nights are referred to by their places in ``nights``.
"""

from __future__ import annotations

from typing import Final, Literal

from tandem.models import Executor, FrozenModel, Verdict

SCHEMA_VERSION: Final = 1
OriginKind = Literal["", "back end", "front end", "browser", "protocol"]
"""Where a change came from; empty where nothing tells."""


class NightPoint(FrozenModel):
    """One night of the line."""

    night: str
    stamp: str
    """Of its result directory; empty for an imported one."""
    verdict: Verdict
    app: str
    is_comparable: bool
    """With the newest: only such nights are held against one another."""


class Band(FrozenModel):
    """What is usual of a series in a stretch of nights of one level: 95 in 100 lie in it."""

    first: int
    last: int
    low_ms: float
    high_ms: float


class SeriesLine(FrozenModel):
    """One series over the nights: locations in milliseconds, None where there is none."""

    journey: str
    step: str
    executor: Executor
    users: int
    measured_ms: tuple[float | None, ...]
    own_ms: tuple[float | None, ...]
    """With the machine's speed of the night taken out."""
    bands: tuple[Band, ...]


class Break(FrozenModel):
    """Where a line ends and another begins, and why."""

    at: int
    """The first night of the new line."""
    journey: str
    """Empty for every line; of every step where ``step`` is empty."""
    step: str
    why: str


class Beside(FrozenModel):
    """What else became another one near a change."""

    night: str
    name: str
    before: str
    after: str


class Change(FrozenModel):
    """A change of level. Effects are in per cent of the level before; positive is slower."""

    at: int
    """The first night of the new level."""
    level: Literal["everything", "journey", "step"]
    journey: str
    step: str
    executor: str
    """Of a change that one side alone shows."""
    effect_pct: float
    sides_pct: dict[str, float]
    """Executor to what became of its side, where that is known."""
    origin: OriginKind
    came_from: str
    beside: tuple[Beside, ...]
    accepted: str
    """Why the new level is the new normal, where somebody said so."""


class Changes(FrozenModel):
    """The whole of ``changes.json``."""

    schema_version: Literal[1] = SCHEMA_VERSION
    nights: tuple[NightPoint, ...] = ()
    """Oldest first; the newest is the one of the run."""
    series: tuple[SeriesLine, ...] = ()
    breaks: tuple[Break, ...] = ()
    changes: tuple[Change, ...] = ()
    """Oldest first."""


NO_NIGHTS: Final = Changes()
"""Of a run that is held against none."""
