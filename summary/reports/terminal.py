"""What ``doit run`` prints at its end: what failed, the essential numbers, verdict, report.

Plain text, no colours. Nothing is wider than asked for, except the report's path, which must
stay whole to be of use.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from summary.models import CellSummary, Finding, JourneyInfo, Summary
from summary.reports import rendering
from summary.reports.rendering import MISSING, NBSP, one_line
from summary.reports.side_by_side import JourneySides, Side, StepSides, lay_side_by_side
from summary.reports.text_table import draw, room_for_names
from tandem.models import Executor

MAX_PROBLEMS: Final = 10
MAX_FAULT_LINES: Final = 4
_NAME: Final = 20
"""The least room for a step's name."""

_Row = tuple[str, ...]


def render_terminal(summary: Summary, report_path: str, width: int) -> str:
    """Return the essentials of a run in at most ``width`` columns (40 at least)."""
    width = max(width, 40)
    journeys = lay_side_by_side(summary)
    parts = [
        _problems(summary, width),
        _table(journeys, width),
        _wrapped(_verdict(summary), width),
        f"Report: {one_line(report_path, limit=4_096)}",
    ]
    # A terminal's font may lack the narrow and the no-break space; a plain one it has.
    return "\n\n".join(part for part in parts if part).replace(NBSP, " ") + "\n"


def _problems(summary: Summary, width: int) -> str:
    """Say which cells are not ok and why, which specs were refused, then the other findings."""
    refused = {each.id for each in summary.journeys if each.fault}  # said once, not for each cell
    lines = [
        _cell_line(cell)
        for cell in summary.cells
        if cell.outcome != "ok" and cell.journey not in refused
    ]
    lines += [line for each in summary.journeys if each.fault for line in _refusal(each)]
    lines += [_finding_line(finding) for finding in _worth_saying(summary)]
    if len(lines) > MAX_PROBLEMS:
        more = len(lines) - MAX_PROBLEMS
        lines = [*lines[:MAX_PROBLEMS], f"… and {more} more in the report"]
    return "\n".join(_wrapped(line, width) for line in lines)


def _worth_saying(summary: Summary) -> list[Finding]:
    """Return the findings that say something beside the cells that are not ok.

    A warning may be why nothing could be judged; a run that passed leaves them to the page. That a
    broken cell misses its SLOs, or has no samples for them, is no news; that the pacing is not the
    journeys' own stands beside the verdict.
    """
    shown = ("error",) if summary.verdict == "pass" else ("error", "warning")
    broken = {(c.journey, c.executor, c.users) for c in summary.cells if c.outcome != "ok"}
    return [
        each
        for each in summary.findings
        if each.severity in shown
        and each.kind not in ("cell", "journey")
        and not (each.kind == "slo" and (each.journey, each.executor, each.users) in broken)
        and not (each.kind == "pacing" and not each.executor)
    ]


def _refusal(journey: JourneyInfo) -> list[str]:
    """Return what is wrong with a spec, each fault and each hint on a line of its own."""
    said = [one_line(line) for line in journey.fault.splitlines() if line.strip()]
    more = [f"  … doit validate says all {len(said)} lines"] if len(said) > MAX_FAULT_LINES else []
    first, *rest = said[:MAX_FAULT_LINES]
    return [f"refused: {one_line(journey.id, 80)}: {first}", *(f"  {line}" for line in rest), *more]


def _cell_line(cell: CellSummary) -> str:
    step = f", step {one_line(cell.step, 80)}" if cell.step else ""
    where = f"{one_line(cell.journey, 80)}, {cell.executor}, {rendering.users(cell.users)}"
    return f"{cell.outcome}: {where}{step}: {one_line(cell.reason) or 'no reason was recorded'}"


def _finding_line(finding: Finding) -> str:
    users = rendering.users(finding.users) if finding.users else ""
    step = f"step {finding.step}" if finding.step else ""
    where = [finding.journey, finding.executor, users, step]
    place = ", ".join(one_line(part, 80) for part in where if part)
    return f"{finding.kind}: {f'{place}: ' if place else ''}{one_line(finding.text)}"


def _verdict(summary: Summary) -> str:
    run, label = summary.run, rendering.verdict_label(summary.verdict)
    facts = " · ".join(one_line(fact, 60) for fact in (run.profile, run.environment, run.stamp))
    said = [f"{label} — {facts}. {rendering.overview(summary).headline}"]
    if run.narrowed:
        pairs = (f"{key}={value}" for key, value in sorted(run.narrowed.items()))
        said.append(f"Narrowed or changed by {one_line(', '.join(pairs))}.")
    if any(journey.pacing_overridden for journey in summary.journeys):
        said.append("Pacing overridden.")
    if summary.exit_code:
        meaning = rendering.exit_meaning(summary.exit_code)
        said.append(f"Exit code {summary.exit_code}{f' ({meaning})' if meaning else ''}.")
    return " ".join(said)


@dataclass(frozen=True, slots=True)
class _Column:
    """One figure of the steps: of whom, with how many users, and p50 or p95."""

    executor: Executor
    users: int
    figure: int

    def of(self, step: StepSides) -> str:
        lane = next((lane for lane in step.lanes if lane.users == self.users), None)
        return _value(dict(lane.sides)[self.executor] if lane else None, self.figure)


def _table(journeys: Sequence[JourneySides], width: int) -> str:
    """Draw the most that finds room: every number of users, or the fewest, then with medians only.

    Errors, of all cells, earn their column when there are some.
    """
    fewest, others = _ridden(journeys)
    steps = [(each, step) for each in journeys for step in each.steps if step.lanes]
    if not steps or not fewest:
        return ""
    names = [(one_line(each.info.id), one_line(step.info.id)) for each, step in steps]
    longest = max(len(step) for _, step in names)
    both = [replace(each, figure=at) for each in fewest for at in (0, 1)]
    choices = [([*both, *others], longest)] if others else []
    choices += [(both, min(longest, _NAME)), (fewest, 0)]
    for columns, least in choices:
        ordered = sorted(columns, key=lambda each: (each.executor == "k6", each.users, each.figure))
        figures = [(*(each.of(step) for each in ordered), _errors(step)) for _, step in steps]
        headers = _headers(ordered)
        if not any(row[-1] for row in figures):
            figures, headers = [row[:-1] for row in figures], [row[:-1] for row in headers]
        rows = [(*name, *row) for name, row in zip(names, figures, strict=True)]
        numbers = list(zip(*(row[2:] for row in [*headers, *rows]), strict=True))
        if room_for_names(numbers, width) >= least:
            break
    table = draw(headers, rows, width, "ll" + "r" * len(numbers))
    return f"{_wrapped(_scope(ordered), width)}\n\n{table}"


def _ridden(journeys: Iterable[JourneySides]) -> tuple[list[_Column], list[_Column]]:
    """Return the medians of each executor's fewest users, and those of its other cells."""
    cells = {(cell.executor, cell.users) for journey in journeys for cell in journey.cells}
    least = {
        executor: min(users for who, users in cells if who == executor) for executor, _ in cells
    }
    fewest = [_Column(executor, users, 0) for executor, users in least.items()]
    others = [_Column(*cell, 0) for cell in cells if cell not in least.items()]
    return fewest, others


def _headers(columns: Sequence[_Column]) -> list[_Row]:
    """Return who, with how many users where that differs, and what."""
    before = [None, *columns[:-1]]
    pairs = list(zip(before, columns, strict=True))
    who = [each.executor if not old or old.executor != each.executor else "" for old, each in pairs]
    users = [
        str(each.users) if not old or replace(old, figure=each.figure) != each else ""
        for old, each in pairs
    ]
    what = [("p50", "p95")[each.figure] for each in columns]
    lines = [("journey", "step", *who, "errors"), ("", "", *what, "")]
    return [lines[0], ("", "users", *users, ""), lines[1]] if _has_many(columns) else lines


def _has_many(columns: Iterable[_Column]) -> bool:
    cells = {(each.executor, each.users) for each in columns}
    return len(cells) > len({executor for executor, _ in cells})


def _scope(columns: Sequence[_Column]) -> str:
    if _has_many(columns):
        return "Milliseconds per interaction, by executor and number of users:"
    cells = dict.fromkeys((each.executor, each.users) for each in columns)
    said = [f"{name} at {rendering.users(at)}" for name, at in cells]
    return f"Milliseconds per interaction, {' and '.join(said)}:"


def _errors(step: StepSides) -> str:
    errors = sum(side.errors for lane in step.lanes for _, side in lane.sides)
    return rendering.count(errors) if errors else ""


def _value(side: Side | None, figure: int) -> str:
    if side is None or side.state in ("browser only", "not ridden"):
        return MISSING
    if side.state != "measured":
        return {"errors only": "errors", "skipped": "skipped"}.get(side.state, "none")
    value = (side.p50_ms, side.p95_ms)[figure]
    return MISSING if value is None else rendering.number(value)


def _wrapped(said: str, width: int) -> str:
    return textwrap.fill(said, width, subsequent_indent="  ", break_on_hyphens=False)
