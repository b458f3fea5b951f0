"""What changed since the last run, and sparklines over the last ones, in Markdown. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from summary.models import Summary
from summary.reports import rendering
from summary.reports.compare_words import chance, change_share, interval
from summary.reports.markdown_text import code, table, text
from summary.trend_models import FigureChange, RunComparison, StepChange, Trend
from tandem.models import Executor

MAX_CHANGES: Final = 10
MAX_POINTS: Final = 15
_BARS: Final = "▁▂▃▄▅▆▇█"
_LEAST_SPREAD: Final = 0.1
"""A share of the median: what moves less than that draws a flat line, not a mountain range."""


def sparkline(values: Sequence[float | None], usual: float = 0.0) -> str:
    """Return a bar for each value, a space for one that is missing.

    What is spread by no more than ``usual``, in the unit of the values, is drawn no higher.
    """
    known = sorted(value for value in values if value is not None)
    if not known:
        return ""
    middle = known[len(known) // 2]
    spread = max(known[-1] - known[0], _LEAST_SPREAD * middle, usual) or 1.0
    floor = min(known[0], middle - spread / 2)
    return "".join(" " if value is None else _bar((value - floor) / spread) for value in values)


def _bar(share: float) -> str:
    return _BARS[min(len(_BARS) - 1, max(0, int(share * len(_BARS))))]


class Sparklines:
    """The median of each step over the last runs and this one."""

    def __init__(self, summary: Summary, trend: Trend) -> None:
        self._runs = trend.runs[1 - MAX_POINTS :]
        self._past = [
            {(cell.journey, cell.executor, cell.users): cell.steps for cell in run.cells}
            for run in self._runs
        ]
        self._now = {
            (row.journey, row.executor, row.users, row.step): row.p50_ms
            for row in summary.series
            if row.kind == "interaction"
        }

    @property
    def legend(self) -> str:
        """What the column means."""
        runs = rendering.plural(len(self._runs), "run")
        return f" Lately: the p50 in the {runs} before and in this one, browser / protocol."

    def of(self, journey: str, step: str, users: int) -> str:
        """Return the browser's and the protocol's line; "" where there is no past."""
        lines = [self._line(journey, step, users, each) for each in ("playwright", "k6")]
        return " / ".join(line or rendering.MISSING for line in lines) if any(lines) else ""

    def _line(self, journey: str, step: str, users: int, executor: Executor) -> str:
        past = [run.get((journey, executor, users), {}).get(step) for run in self._past]
        values = [each and each[0] for each in past]
        if not any(value is not None for value in values):
            return ""
        return sparkline([*values, self._now.get((journey, executor, users, step))])


def changes(since: RunComparison) -> str:
    """Return what differs from the run before: facts, outcomes, SLOs, steps."""
    lines = [*_facts(since), *_outcomes(since), *_slos(since)]
    if since.verdict_before != since.verdict_after:
        lines.insert(0, f"verdict: {since.verdict_before} → **{since.verdict_after}**")
    shown = since.shown[:MAX_CHANGES]
    parts = [f"## What changed since {text(since.before)}"]
    parts += ["\n".join(f"- {line}" for line in lines[:20])] if lines else []
    parts += [_table(shown)] if shown else []
    parts += [chance(since)] if since.judged else []
    return "\n\n".join(parts) if len(parts) > 1 else ""


def _facts(since: RunComparison) -> Iterator[str]:
    for fact in since.facts:
        before, after = (text(value, 80) or "none" for value in (fact.before, fact.after))
        yield f"{text(fact.name, 60)}: {before} → {after}"


def _outcomes(since: RunComparison) -> Iterator[str]:
    for cell in since.cells:
        where = f"{code(cell.journey)} · {cell.executor} · {rendering.users(cell.users)}"
        yield f"{where}: {cell.before or 'not ridden'} → {cell.after or 'not ridden'}"


def _slos(since: RunComparison) -> Iterator[str]:
    for slo in since.slos:
        where = f"{code(slo.journey)} · {slo.executor} · {rendering.users(slo.users)}"
        step = f" · step {code(slo.step)}" if slo.step else ""
        yield f"{where}{step}: SLO {code(slo.threshold)} {slo.before} → {slo.after}"


def _table(steps: Sequence[StepChange]) -> str:
    rows = [
        (
            code(step.journey),
            code(step.step),
            f"{step.executor} · {rendering.users(step.users)}",
            *_figure(step.p50),
            *_figure(step.p95),
        )
        for step in steps
    ]
    headers = ("Journey", "Step", "Cell", "p50", "95 % interval", "p95", "95 % interval")
    return table(headers, rows, "lllrrrr")


def _figure(figure: FigureChange) -> tuple[str, str]:
    """Return the change and its interval; a change that is shown stands out."""
    share = change_share(figure)
    told = f"**{share}**" if figure.told in ("slower", "faster") and share else share
    bounds = interval(figure)
    return told, f"{bounds}{rendering.NBSP}ms" if bounds else ""
