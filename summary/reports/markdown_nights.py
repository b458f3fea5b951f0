"""The nights in Markdown: a line for each step, what changed, and where lines begin anew. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from summary.changes_models import Change, Changes
from summary.reports import change_words, rendering
from summary.reports.markdown_text import code, table, text
from summary.reports.markdown_trend import MAX_POINTS, sparkline
from tandem.models import Executor

MAX_CHANGES: Final = 8
MAX_BREAKS: Final = 4
MOST_NIGHTS: Final = 90
_ROOM: Final = 1.5
"""A line that stays in its band takes two thirds of the height."""


class NightSparklines:
    """Each step over the last nights, with what the machines did taken out."""

    def __init__(self, changes: Changes) -> None:
        self._nights = min(MAX_POINTS, len(changes.nights)) - 1
        self._lines = {
            (line.journey, line.executor, line.users, line.step): line for line in changes.series
        }

    @property
    def legend(self) -> str:
        """What the column means."""
        nights = rendering.plural(self._nights, "night")
        return (
            f" Lately: its centre in the {nights} before and in this one, as far as they are "
            "comparable, without what the machines did; browser / protocol."
        )

    def of(self, journey: str, step: str, users: int) -> str:
        """Return the browser's and the protocol's line; "" where there is no past."""
        lines = [self._line(journey, step, users, each) for each in ("playwright", "k6")]
        return " / ".join(line or rendering.MISSING for line in lines) if any(lines) else ""

    def _line(self, journey: str, step: str, users: int, executor: Executor) -> str:
        line = self._lines.get((journey, executor, users, step))
        values = line.own_ms[-MAX_POINTS:] if line else ()
        known = [at for at, value in enumerate(values) if value is not None]
        if line is None or len(known) < 2:
            return ""
        usual = line.bands[-1].high_ms - line.bands[-1].low_ms if line.bands else 0.0
        return sparkline(values[known[0] :], _ROOM * usual)


def over_the_nights(whole: Changes) -> str:
    """Return what changed over the nights, newest first; "" where nothing did."""
    changes = change_words.newest(whole, MOST_NIGHTS)
    rows = [_row(each, changes) for each in reversed(changes.changes)]
    breaks = list(_breaks(changes))
    if not rows and not breaks:
        return ""
    nights = rendering.plural(len(changes.nights), "night")
    parts = [f"## What changed over {nights}"]
    if rows:
        headers = ("Since", "What", "Change", "Where it came from", "What else changed then")
        parts += [table(headers, rows[:MAX_CHANGES], "llrll")]
    parts += ["\n".join(f"- {line}" for line in breaks)] if breaks else []
    return "\n\n".join(parts)


def _row(change: Change, changes: Changes) -> tuple[str, ...]:
    night = changes.nights[change.at].night
    what = text(change_words.what(change), 80) if not change.step else code(change.step)
    return (
        text(night, 64),
        f"{what} · {code(change.journey)}" if change.journey else what,
        f"**{change_words.size(change)}**",
        text(change_words.where(change), 300),
        "; ".join(text(each, 120) for each in change_words.beside(change, night)),
    )


def _breaks(changes: Changes) -> Iterator[str]:
    for each in change_words.breaks_of(changes, MAX_BREAKS):
        lines = f"{code(each.step)} · {code(each.journey)}" if each.step else "all lines"
        night = text(changes.nights[each.at].night, 64)
        yield f"{night}: {lines} begin{'s' if each.step else ''} anew: {text(each.why, 200)}"
