"""What ``doit run`` prints at its end: what failed, the essential numbers, verdict, report.

Plain text, no colours. Nothing is wider than asked for, except the report's path, which must
stay whole to be of use.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
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
_HEADERS: Final[tuple[_Row, _Row]] = (
    ("journey", "step", "playwright", "", "k6", "", "errors"),
    ("", "", "p50", "p95", "p50", "p95", ""),
)


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


def _table(journeys: Sequence[JourneySides], width: int) -> str:
    browser, protocol = _smallest(journeys, "playwright"), _smallest(journeys, "k6")
    rows = [
        (
            one_line(journey.info.id),
            one_line(step.info.id),
            *_numbers(_at(step, "playwright", browser), _at(step, "k6", protocol)),
        )
        for journey in journeys
        for step in journey.steps
        if step.lanes
    ]
    if not rows:
        return ""
    columns = list(zip(*_HEADERS, *rows, strict=True))
    # Errors earn their column when there are some; where there is little room, medians must do.
    kept = columns if any(columns[6][2:]) else columns[:6]
    if room_for_names(kept[2:], width) < _NAME:
        kept = [columns[at] for at in (0, 1, 2, 4)]
    lines = list(zip(*kept, strict=True))
    align = "ll" + "r" * (len(kept) - 2)
    table = draw(lines[: len(_HEADERS)], lines[len(_HEADERS) :], width, align)
    return f"{_wrapped(_scope(browser, protocol), width)}\n\n{table}"


def _smallest(journeys: Iterable[JourneySides], executor: Executor) -> int | None:
    cells = (cell for journey in journeys for cell in journey.cells if cell.executor == executor)
    return min((cell.users for cell in cells), default=None)


def _scope(browser: int | None, protocol: int | None) -> str:
    sides = (("playwright", browser), ("k6", protocol))
    said = [f"{name} at {rendering.users(at)}" for name, at in sides if at is not None]
    return f"Milliseconds per interaction, {' and '.join(said)}:"


def _at(step: StepSides, executor: Executor, users: int | None) -> Side | None:
    lane = next((lane for lane in step.lanes if lane.users == users), None)
    return dict(lane.sides)[executor] if lane else None


def _numbers(browser: Side | None, protocol: Side | None) -> _Row:
    errors = sum(side.errors for side in (browser, protocol) if side)
    return (*_values(browser), *_values(protocol), rendering.count(errors) if errors else "")


def _values(side: Side | None) -> tuple[str, str]:
    if side is None or side.state in ("browser only", "not ridden"):
        return MISSING, MISSING
    if side.state != "measured":
        said = {"errors only": "errors", "skipped": "skipped"}.get(side.state, "none")
        return said, said
    p50, p95 = (MISSING if v is None else rendering.number(v) for v in (side.p50_ms, side.p95_ms))
    return p50, p95


def _wrapped(said: str, width: int) -> str:
    return textwrap.fill(said, width, subsequent_indent="  ", break_on_hyphens=False)
