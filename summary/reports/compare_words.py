"""A change between two runs in words and figures. Pure."""

from __future__ import annotations

from summary.reports import rendering
from summary.reports.rendering import NBSP
from summary.trend_models import FigureChange, RunComparison


def chance(found: RunComparison) -> str:
    """Return how many differences are shown, and how many would be by chance."""
    figures = [each for step in found.steps for each in (step.p50, step.p95)]
    if not found.judged:
        return "No figure has the samples in both runs that a difference could be told from."
    shown = sum(each.told in ("slower", "faster") for each in figures)
    return (
        f"{rendering.count(shown)} of {rendering.count(found.judged)} figures differ by more than "
        f"their 95{NBSP}% intervals allow for; "
        f"about {found.by_chance:.0f} would by chance."
    )


def change(figure: FigureChange) -> str:
    """Return ``+12.3 ms``."""
    return rendering.difference(figure.change_ms)


def change_share(figure: FigureChange) -> str:
    """Return ``+12 %``, or "" where there was nothing before."""
    if figure.change_rate is None:
        return ""
    percent = round(figure.change_rate * 100)
    sign = "+" if percent > 0 else "−" if percent < 0 else ""
    return f"{sign}{rendering.count(abs(percent))}{NBSP}%"


def interval(figure: FigureChange) -> str:
    """Return the interval of a change in milliseconds; "" where there is none."""
    if figure.interval_ms is None:
        return ""
    low, high = figure.interval_ms
    return f"{_signed(low)} … {'?' if high is None else _signed(high)}"


def _signed(value: float) -> str:
    return f"{'+' if value > 0 else ''}{rendering.number(value)}"
