"""The nights as a line that GitHub and GitLab draw (Mermaid), and as one of characters. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from summary.issues.models import Metric, Point
from summary.reports.markdown_trend import sparkline

_WHAT: Final[dict[Metric, str]] = {
    "loc": "duration, % of usual",
    "p95": "95th percentile, % of usual",
    "errors": "failed samples, %",
    "throughput": "samples, % of usual",
}
_MARGIN: Final = 0.1


def chart(metric: Metric, points: Sequence[Point]) -> str:
    """Return a Mermaid chart of the nights, in its code fence; "" for fewer than two."""
    if len(points) < 2:
        return ""
    values = [point.value for point in points]
    low, high = min(values), max(values)
    reach = (high - low) * _MARGIN or 1.0
    first, last = _label(points[0].night), _label(points[-1].night)
    return "\n".join(
        [
            "```mermaid",
            "xychart-beta",
            f'    x-axis "nights {first} to {last}" 1 --> {len(points)}',
            f'    y-axis "{_WHAT[metric]}" {max(0.0, low - reach):.1f} --> {high + reach:.1f}',
            "    line [" + ", ".join(f"{value:g}" for value in values) + "]",
            "```",
        ]
    )


def line(points: Sequence[Point]) -> str:
    """Return the nights as one line of characters; "" for fewer than two."""
    return sparkline([point.value for point in points]) if len(points) > 1 else ""


def _label(night: str) -> str:
    """Return the night's name without what could end its quotes."""
    return "".join(each if each.isalnum() or each in "._-" else " " for each in night[:64])
