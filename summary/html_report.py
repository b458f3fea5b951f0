"""``report.html``: one self-contained page that asks nothing of any network.

The template draws; this module says how long the bars are. No script stands in the page, and its
Content-Security-Policy allows the one style sheet (by its hash) and nothing else: text that got
past the escaping could still do nothing.
"""

from __future__ import annotations

import base64
import hashlib
import math
import re
import shlex
from dataclasses import dataclass
from functools import cache
from typing import Final
from urllib.parse import quote

from jinja2 import Environment
from markupsafe import Markup

from summary import rendering
from summary.models import SloResult, Summary
from summary.rendering import clean, relative_link
from summary.side_by_side import JourneySides, Lane, Side, lay_side_by_side
from tandem.models import Executor, Verdict

_VERDICT_SHAPES: Final[dict[Verdict, tuple[str, str]]] = {
    "pass": ("#15803d", "M4.5 8.4l2.4 2.4 4.8-5.2"),
    "fail": ("#c62828", "M5.2 5.2l5.6 5.6M10.8 5.2l-5.6 5.6"),
    "inconclusive": ("#5b5fc7", "M4.6 8h6.8"),
    "invalid": ("#a16207", "M8 4.2v4.6M8 11.4v.2"),
}
_ISO_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d(?::\d\d)?)(?:\.\d+)?(?:Z|\+00:00)")
_LIMIT = re.compile(r"[<>]=?\s*(\d+(?:\.\d+)?(?:e-?\d+)?)\s*$")


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
    """An SLO's measured value and its limit, as percentages of one bar."""

    measured: str
    limit: str


@dataclass(frozen=True, slots=True)
class ErrorRow:
    """One series with errors in it."""

    journey: str
    executor: Executor
    users: int
    step: str
    name: str
    side: Side


def render_html(summary: Summary) -> str:
    """Return the run as one HTML page; the same summary gives the same bytes."""
    environment, style = _environment(), _style()
    journeys = lay_side_by_side(summary)
    return environment.get_template("report.html.j2").render(
        summary=summary,
        run=summary.run,
        overview=rendering.overview(summary),
        journeys=journeys,
        anchors={journey.info.id: f"journey-{at}" for at, journey in enumerate(journeys, 1)},
        errors=_errors(journeys),
        slos=sorted(summary.slos, key=_worst_first),
        trace=_trace(summary),
        run_files=rendering.RUN_FILES,
        icon=_icon(summary.verdict),
        shapes=_VERDICT_SHAPES,
        style=Markup(style),  # noqa: S704 - our own file, and no value is put into it
        style_hash=_hash(style),
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
    """Return the drawing of an SLO, or None where a number is missing."""
    limit = _LIMIT.search(slo.threshold)
    if limit is None or slo.measured is None:
        return None
    allowed = float(limit.group(1))
    end = max(slo.measured, allowed) * 1.15
    return Meter(_percent(slo.measured / end), _percent(allowed / end)) if end > 0 else None


def moment(text: str) -> str:
    """Return an ISO 8601 time in UTC as people write it; any other text as it is."""
    match = _ISO_MOMENT.fullmatch(text)
    return f"{match.group(1)} {match.group(2)} UTC" if match else text


def _percent(share: float) -> str:
    return f"{min(max(share, 0.0), 1.0) * 100:.2f}%"


def _errors(journeys: tuple[JourneySides, ...]) -> list[ErrorRow]:
    """Return every series with errors, the most errors first within a journey."""
    rows = []
    for journey in journeys:
        named = [(step.info.id, "", lane) for step in journey.steps for lane in step.lanes]
        named += [(request.step, request.name, lane) for request in journey.requests for lane in request.lanes]
        found = [row for at in named for row in _lane_errors(journey.info.id, *at)]
        rows += sorted(found, key=lambda row: -row.side.errors)
    return rows


def _lane_errors(journey: str, step: str, name: str, lane: Lane) -> list[ErrorRow]:
    return [
        ErrorRow(journey, executor, lane.users, step, name, side)
        for executor, side in lane.sides
        if side.errors
    ]


def _worst_first(slo: SloResult) -> tuple[bool, int]:
    order = ("fail", "invalid", "inconclusive", "pass")
    return slo.level != "error" and slo.verdict != "pass", order.index(slo.verdict)


def _trace(summary: Summary) -> str:
    """Return the path of the first trace, quoted for a shell; "PATH" when there is none."""
    paths = [path for cell in summary.cells for path in cell.artifacts.values()]
    traces = [path for path in paths if "trace" in path.rsplit("/", 1)[-1] and path.endswith(".zip")]
    usable = [path for path in traces if relative_link(path)]
    return shlex.quote(clean(usable[0])) if usable else "PATH"


def _icon(verdict: Verdict) -> str:
    """Return the page's icon, so that its tab shows the verdict, as a data URL."""
    colour, shape = _VERDICT_SHAPES[verdict]
    return "data:image/svg+xml," + quote(
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'>"
        f"<circle cx='8' cy='8' r='8' fill='{colour}'/>"
        f"<path d='{shape}' fill='none' stroke='#fff' stroke-width='2' stroke-linecap='round'/></svg>"
    )


def _hash(style: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()


@cache
def _environment() -> Environment:
    environment = rendering.template_environment()
    environment.filters |= {"scale_to": scale_to, "meter": meter, "moment": moment}
    return environment


@cache
def _style() -> str:
    return _environment().get_template("report.css").render().strip()
