"""Two runs beside each other, for the browser and for the terminal. Pure."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from typing import Any, Final

from summary.reports import rendering
from summary.reports.compare_words import chance, change, change_share, interval
from summary.reports.page import render_page
from summary.reports.rendering import NBSP, one_line
from summary.reports.text_table import draw, room_for_names
from summary.trend_models import FigureChange, RunComparison, StepChange, Told

_SHORT: Final[dict[Told, str]] = {
    "slower": "slower",
    "faster": "faster",
    "no difference shown": "=",
    "too few samples": "?",
    "invalid": "invalid",
}
_NAME: Final = 20
"""The least room for a step's name."""
CAUTION: Final = (
    "An interval covers which users and iterations happened to be ridden, not what differs between "
    "two runs whatever the app does, such as a busy machine."
)


def render_comparison(found: RunComparison) -> str:
    """Return the comparison as one HTML page."""
    return render_page(
        "compare",
        found.verdict_after,
        _drawn(found.steps),
        found=found,
        caution=CAUTION,
        chance=chance(found),
        change=change,
        share=change_share,
        interval=interval,
    )


def render_comparison_text(found: RunComparison, page: str, width: int) -> str:
    """Return the comparison for a terminal, in at most ``width`` columns."""
    width = max(width, 40)
    parts = [
        textwrap.fill(
            f"{found.before} ({found.verdict_before}) and {found.after} ({found.verdict_after})",
            width,
        ),
        "\n".join(
            textwrap.fill(line, width, subsequent_indent="  ") for line in _differences(found)
        ),
        _table(found, width),
        textwrap.fill(f"{chance(found)} {CAUTION}", width),
        f"Page: {page}",
    ]
    return "\n\n".join(part for part in parts if part).replace(NBSP, " ") + "\n"


def _differences(found: RunComparison) -> Iterator[str]:
    for fact in found.facts:
        yield f"{one_line(fact.name, 60)}: {_or_none(fact.before)} -> {_or_none(fact.after)}"
    for cell in found.cells:
        where = f"{one_line(cell.journey, 60)}, {cell.executor}, {rendering.users(cell.users)}"
        yield f"{where}: {cell.before or 'not ridden'} -> {cell.after or 'not ridden'}"
    for slo in found.slos:
        where = f"{one_line(slo.journey, 60)}, {slo.executor}, {rendering.users(slo.users)}"
        step = f", step {one_line(slo.step, 60)}" if slo.step else ""
        yield f"{where}{step}: SLO {one_line(slo.threshold, 60)} {slo.before} -> {slo.after}"


def _or_none(value: str) -> str:
    return one_line(value, 100) or "none"


def _table(found: RunComparison, width: int) -> str:
    """Draw p50 of every step: the widest columns that fit, what differs first."""
    shown = list(found.shown)
    steps = shown + [step for step in found.steps if step not in shown]
    rows = [
        (
            one_line(step.journey),
            one_line(step.step),
            f"{'b' if step.executor == 'playwright' else 'p'}{step.users}",
            rendering.number(step.p50.before_ms),
            rendering.number(step.p50.after_ms),
            change_share(step.p50),
            interval(step.p50),
            _SHORT[step.p50.told],
        )
        for step in steps
    ]
    if not rows:
        return "No step was measured in both runs."
    headers = ("journey", "step", "cell", "before", "after", "change", "95 % interval", "")
    columns = list(zip(headers, *rows, strict=True))
    # Where names would be cut, the change and what it shows must do.
    for least in ("95 % interval", "before", "after"):
        if room_for_names(columns[2:], width) < min(_NAME, max(map(len, columns[1]))):
            columns = [column for column in columns if column[0] != least]
    names, *told = zip(*columns, strict=True)
    align = "".join("l" if name in ("journey", "step", "cell", "") else "r" for name in names)
    legend = textwrap.fill(
        "Medians in milliseconds. Cell: b browser, p protocol, and its users. "
        "= no difference shown, ? too few samples.",
        width,
    )
    return f"{legend}\n\n{draw([names], told, width, align)}"


def _drawn(steps: Sequence[StepChange]) -> list[dict[str, Any]]:
    return [
        {
            "journey": one_line(step.journey, 80),
            "step": one_line(step.step, 80),
            "executor": step.executor,
            "users": step.users,
            "before": step.p50.before_ms,
            "change": step.p50.change_rate,
            "low": _share(step.p50, 0),
            "high": _share(step.p50, 1),
            "told": step.p50.told,
        }
        for step in steps
        if step.p50.change_rate is not None
    ]


def _share(figure: FigureChange, bound: int) -> float | None:
    """Return a bound of the change's interval over what was before."""
    value = figure.interval_ms[bound] if figure.interval_ms else None
    return None if value is None else round(value / figure.before_ms, 4)
