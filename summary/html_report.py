"""``report.html``: one self-contained page that asks nothing of any network.

The templates draw; this module says how long the bars are and in which order things stand. No
script is in the page and its Content-Security-Policy allows none: text that got past the escaping
could still do nothing.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache

from jinja2 import Environment

from summary import rendering
from summary.models import SeriesSummary, SloResult, Summary
from summary.side_by_side import lay_side_by_side


@dataclass(frozen=True, slots=True)
class Scale:
    """A common scale from zero: every bar of a journey is drawn against the same one."""

    end_ms: float
    ticks: tuple[float, ...]

    def share(self, value: float | None) -> str:
        """Return how far ``value`` reaches, as a CSS percentage; nothing measured reaches 0."""
        return _percent((value or 0) / self.end_ms)


@dataclass(frozen=True, slots=True)
class Meter:
    """An SLO's measured value and its bound, as CSS percentages of one bar."""

    measured: str
    bound: str


def render_html(summary: Summary) -> str:
    """Return the run as one HTML page; the same summary gives the same bytes."""
    journeys = lay_side_by_side(summary)
    return (
        _environment()
        .get_template("report.html.j2")
        .render(
            summary=summary,
            run=summary.run,
            overview=rendering.overview(summary),
            meaning=rendering.VERDICT_MEANINGS[summary.verdict],
            journeys=journeys,
            anchors={journey.info.id: f"journey-{at}" for at, journey in enumerate(journeys, 1)},
            slos=sorted(summary.slos, key=rendering.worst_slo_first),
            errors=_errors(summary.series),
        )
    )


def scale_to(longest: float | None) -> Scale:
    """Return the scale with the least round end that holds ``longest`` milliseconds."""
    if not longest or longest <= 0:
        return Scale(1.0, (0.0, 1.0))
    power = 10.0 ** math.floor(math.log10(longest))
    steps = (power * factor for factor in (0.2, 0.25, 0.5, 1.0, 2.0, 2.5, 5.0))
    # Five marks at most: more of them crowd a phone.
    step = next(step for step in steps if longest <= step * 5)
    marks = math.ceil(round(longest / step, 9))
    return Scale(step * marks, tuple(step * mark for mark in range(marks + 1)))


def meter(slo: SloResult) -> Meter | None:
    """Return the drawing of an SLO, or None where there is nothing to draw."""
    threshold = rendering.threshold(slo)
    if threshold is None or slo.measured is None:
        return None
    end = max(slo.measured, threshold.bound) * 1.15
    if end <= 0:
        return None
    return Meter(_percent(slo.measured / end), _percent(threshold.bound / end))


def _percent(share: float) -> str:
    return f"{min(max(share, 0.0), 1.0) * 100:.2f}%"


def _errors(series: tuple[SeriesSummary, ...]) -> list[SeriesSummary]:
    """Return the series with errors in them, the most errors first."""
    return sorted((row for row in series if row.errors), key=lambda row: -row.errors)


@cache
def _environment() -> Environment:
    environment = rendering.template_environment()
    environment.filters.update(scale_to=scale_to, meter=meter)
    return environment
