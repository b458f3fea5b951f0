"""The numbers that the decider is set to. docs/regression.md says what they were measured to do."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import log
from typing import Final, Literal

from summary.regression.units import UnitKind

Metric = Literal["loc", "p95"]
METRICS: Final[tuple[Metric, ...]] = ("loc", "p95")


@dataclass(frozen=True, slots=True)
class Gate:
    """How sure is sure enough."""

    alpha: float = 0.02
    """Adjusted p below which a change is one."""
    same_night: float = 0.02
    """Of alpha, for a suspect that was ridden again in its own night."""
    least_effect: float = log(1.03)
    """A change that is smaller, as a logarithm, is none that matters."""
    useful_effect: float = log(1.25)
    """A unit in which not even this could be found has insufficient precision."""
    judged: int = 7
    """Nights, tonight the last of them, in which a change is looked for."""
    baseline: int = 56
    """Nights before those, at most, that say what is usual."""
    least_baseline: int = 21
    """Nights without which nothing can be said."""
    windows: tuple[tuple[int, int], ...] = ((2, 2), (2, 3), (3, 5), (4, 7))
    """Slow nights, of the last so many."""
    prior_nights: float = 8.0
    """So many nights' worth of evidence says that a unit is as steady as others of its kind."""
    least_deviation: float = 0.01
    """Nothing is steadier than this from night to night, whatever a short baseline says."""
    shares: dict[UnitKind, float] = field(
        default_factory=lambda: {"step": 0.75, "journey": 0.1, "cell": 0.05, "series": 0.1}
    )
    """Of the false alarms that alpha allows, by kind of unit."""
    metric_shares: dict[Metric, float] = field(default_factory=lambda: {"loc": 0.8, "p95": 0.2})
    """And by metric."""
