"""``report.md``: the run for a pull request, a job summary, or ``less``.

The verdict stands on the first line. The whole is bounded: what did not go well gets room first,
and sections without room are named instead.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from summary.changes_models import NO_NIGHTS, Changes
from summary.models import CellSummary, ErrorSummary, Finding, RunInfo, SloResult, Summary
from summary.reports import rendering
from summary.reports.markdown_bounds import Section, bounded, foremost
from summary.reports.markdown_nights import NightSparklines, over_the_nights
from summary.reports.markdown_text import code, paragraph, table, text
from summary.reports.markdown_trend import Sparklines, changes
from summary.reports.rendering import difference, milliseconds, relative_link
from summary.reports.same_findings import SameFindings, together
from summary.reports.side_by_side import JourneySides, Lane, Side, lay_side_by_side
from summary.trend_models import Trend

MAX_FINDINGS: Final = 30
MAX_PLACES: Final = 8
"""Of findings of the same words."""
MAX_ROWS: Final = 60
"""Of the tables of cells and of SLOs."""
MAX_ERRORS: Final = 10
MAX_TELLING: Final = 30
"""Of the cells that did not go well, whose files have room before journeys."""
MAX_FILES: Final = 20
"""Of one cell; the page links every one."""

_VERDICT_SIGNS = {"pass": "✅", "fail": "❌", "inconclusive": "❔", "invalid": "⚠️"}
_OUTCOME_SIGNS = {"ok": "✅", "failed": "❌", "invalid": "⚠️"}
_SEVERITY_SIGNS = {"error": "❌", "warning": "⚠️", "info": "ℹ️"}
_LANE_HEADERS = ("Step", "Users", "Browser", "Protocol", "Browser adds", "Errors")
_LEGEND = "p50 / p95 of an interaction; what the browser adds is the difference of the p50."


def render_markdown(summary: Summary, trend: Trend, nights: Changes = NO_NIGHTS) -> str:
    """Return the run as GitHub-flavoured Markdown of bounded size.

    The lines beside each step are of the nights where there are some, else of the last runs.
    """
    journeys = lay_side_by_side(summary)
    has_past = len(nights.nights) > 1
    sparklines = NightSparklines(nights) if has_past else Sparklines(summary, trend)
    sections = [
        Section("the findings", _findings(summary.findings), 0),
        Section("what changed", changes(trend.since) if trend.since else ""),
        Section("what changed over the nights", over_the_nights(nights) if has_past else ""),
        Section("the errors", _errors(summary.errors), 0),
        Section("the cells", _cells(summary.cells)),
        *(
            Section(f"journey {text(j.info.id)}", _journey(j, sparklines), 2 + _went_well(j))
            for j in journeys
        ),
        Section("the SLOs", _slos(summary.slos)),
        _files(summary.cells),
    ]
    return bounded(_head(summary), sections)


def _went_well(journey: JourneySides) -> bool:
    return journey.verdict == "pass"


def _head(summary: Summary) -> str:
    run, label = summary.run, rendering.verdict_label(summary.verdict)
    marks = [text(run.profile, 60), text(run.environment, 60), text(run.stamp, 60)]
    marks += ["narrowed"] if run.narrowed else []
    marks += ["pacing overridden"] if any(j.pacing_overridden for j in summary.journeys) else []
    lines = [f"# {_VERDICT_SIGNS[summary.verdict]} {label} — {' · '.join(marks)}"]
    lines += [" ".join(_verdict_sentences(summary))]
    lines += _warnings(summary)
    lines += [_facts(run)]
    return "\n\n".join(lines)


def _verdict_sentences(summary: Summary) -> list[str]:
    meaning = rendering.verdict_meaning(summary)
    said = rendering.exit_meaning(summary.exit_code)
    code_said = f"Exit code {summary.exit_code}{f' ({said})' if said else ''}."
    return [meaning, rendering.overview(summary).headline, code_said]


def _warnings(summary: Summary) -> list[str]:
    lines = []
    if summary.run.narrowed:
        pairs = [f"{key}={value}" for key, value in sorted(summary.run.narrowed.items())]
        what = ", ".join(code(pair) for pair in pairs[:20])
        lines.append(f"**Narrowed or changed by {what}**: this run holds only its own cells.")
    hurried = [j for j in summary.journeys if j.pacing_overridden]
    if hurried:
        each = [f"{code(j.id)} every {rendering.seconds(j.pacing_s)}" for j in hurried[:20]]
        lines.append(f"**Pacing overridden**: {', '.join(each)}.")
    return lines


def _facts(run: RunInfo) -> str:
    tools = ", ".join(f"{text(tool, 40)} {text(run.tools[tool], 60)}" for tool in sorted(run.tools))
    app = f"app {code(run.app)}" if run.app else "app not identified"
    facts = [
        f"Target {text(run.base_url)}",
        app,
        f"started {text(rendering.moment(run.started_at))}",
        tools,
    ]
    return " · ".join(fact for fact in facts if fact)


def _findings(findings: Sequence[Finding]) -> str:
    if not findings:
        return ""
    told = together(findings)
    lines = [_finding(each) for each in told[:MAX_FINDINGS]]
    if len(told) > MAX_FINDINGS:
        lines.append(f"- … and {len(told) - MAX_FINDINGS} more in report.html")
    return "## Findings\n\n" + "\n".join(lines)


def _finding(same: SameFindings) -> str:
    places = [f"**{_place(each)}**" for each in same.places[:MAX_PLACES]]
    more = len(same.places) - len(places)
    places += [rendering.plural(more, "more place")] if more else []
    where = f"{', '.join(places)}: " if places else ""
    return f"- {_SEVERITY_SIGNS[same.severity]} {where}{text(same.text)}"


def _place(finding: Finding) -> str:
    users = rendering.users(finding.users) if finding.users else ""
    where = [finding.journey, finding.executor, users, finding.step]
    return " · ".join(text(part, 80) for part in where if part)


def _cells(cells: Sequence[CellSummary]) -> str:
    headers = (
        "Journey",
        "Executor",
        "Users",
        "Outcome",
        "Attempts",
        "Iterations ok",
        "Lateness p95",
        "Reason",
    )
    shown, others = foremost(cells, MAX_ROWS, _is_news)
    note = ""
    if others:
        said = "" if any(map(_is_news, others)) else ", all ok,"
        note = f"\n\n… and {rendering.plural(len(others), 'more cell')}{said} in report.html"
    drawn = table(headers, map(_cell_row, shown), "llrlrrrl")
    return f"## Cells\n\n{drawn}{note}" if cells else ""


def _is_news(cell: CellSummary) -> bool:
    return cell.outcome != "ok" or cell.flaky or cell.iterations_failed > 0


def _cell_row(cell: CellSummary) -> tuple[str, ...]:
    step = f"step {code(cell.step)}: " if cell.step else ""
    return (
        code(cell.journey),
        cell.executor,
        str(cell.users),
        f"{_OUTCOME_SIGNS[cell.outcome]} {rendering.outcome_label(cell)}",
        str(cell.attempts),
        f"{cell.iterations_ok} of {cell.iterations_planned}",
        milliseconds(cell.lateness_p95_ms),
        f"{step}{text(cell.reason, 160)}" if cell.reason or cell.step else "",
    )


def _errors(errors: Sequence[ErrorSummary]) -> str:
    if not errors:
        return ""
    rows = [
        (
            rendering.count(row.count),
            f"{code(row.journey)} · {row.executor} · {rendering.users(row.users)}",
            code(row.step) if row.step else "",
            "" if row.kind == "interaction" else code(row.name),
            "" if row.status is None else str(row.status),
            text(row.text, 160),
        )
        for row in sorted(errors, key=rendering.failure_rank)[:MAX_ERRORS]
    ]
    headers = ("Times", "Cell", "Step", "Where", "Status", "The first of them said")
    more = len(errors) - len(rows)
    note = (
        f"\n\n… and {rendering.plural(more, 'more kind', 'more kinds')} in report.html"
        if more
        else ""
    )
    return "## Errors\n\n" + table(headers, rows, "rlllll") + note


def _journey(journey: JourneySides, sparklines: Sparklines | NightSparklines) -> str:
    info = journey.info
    parts = [f"## {code(info.id)}"]
    parts += [paragraph(info.description)] if info.description.strip() else []
    parts += [f"**The spec was refused**: {text(info.fault, 1_000)}"] if info.fault else []
    lanes = [(step, lane) for step in journey.steps for lane in step.lanes]
    rows = [_row(f"{step.number}. {code(step.info.id)}", lane) for step, lane in lanes]
    lines = [sparklines.of(info.id, step.info.id, lane.users) for step, lane in lanes]
    groups = [(each, lane) for each in journey.groups for lane in each.lanes]
    rows += [_row(f"group {code(each.name)}", lane) for each, lane in groups]
    lines += [""] * len(groups)
    if any(lines):
        rows = [(*row, line) for row, line in zip(rows, lines, strict=True)]
        parts += [table((*_LANE_HEADERS, "Lately"), rows, "lrrrrrl"), _LEGEND + sparklines.legend]
    elif rows:
        parts += [table(_LANE_HEADERS, rows, "lrrrrr"), _LEGEND]
    return "\n\n".join(parts)


def _row(name: str, lane: Lane) -> tuple[str, ...]:
    errors = lane.browser.errors + lane.protocol.errors
    return (
        name,
        str(lane.users),
        _latency(lane.browser),
        _latency(lane.protocol),
        difference(lane.added_p50_ms),
        rendering.count(errors) if errors else "",
    )


def _latency(side: Side) -> str:
    """Return ``p50 / p95``, or why there is none."""
    if side.state != "measured":
        return f"_{side.state}_"
    both = " / ".join(
        rendering.MISSING if value is None else rendering.number(value)
        for value in (side.p50_ms, side.p95_ms)
    )
    return f"{both}{rendering.NBSP}ms{' (invalid)' if side.outcome == 'invalid' else ''}"


def _slos(slos: Sequence[SloResult]) -> str:
    headers = ("Verdict", "Journey", "Executor", "Users", "Step", "Threshold", "Measured")
    told = sorted(slos, key=rendering.worst_slo_first)
    rows = [
        (
            f"{_VERDICT_SIGNS[slo.verdict]} {rendering.slo_label(slo)}",
            code(slo.journey),
            slo.executor,
            str(slo.users),
            code(slo.step) if slo.step else "all steps",
            code(slo.threshold),
            rendering.measured(slo),
        )
        for slo in told[:MAX_ROWS]
    ]
    note = ""
    if others := told[MAX_ROWS:]:
        said = "" if any(slo.verdict != "pass" for slo in others) else ", all passed,"
        note = f"\n\n… and {rendering.plural(len(others), 'more SLO')}{said} in report.html"
    return f"## SLOs\n\n{table(headers, rows, 'lllrllr')}{note}" if rows else ""


def _files(cells: Sequence[CellSummary]) -> Section:
    """Return each cell's links; of many cells those that went wrong have room before journeys."""
    has_many = len(cells) > MAX_ROWS
    telling = [cell for cell in cells if _is_news(cell)] if has_many else []
    lines = [
        f"- {code(cell.journey)} · {cell.executor} · {rendering.users(cell.users)}: "
        f"{_links(cell.artifacts)}"
        for cell in (telling or cells)
        if cell.artifacts
    ]
    heading = "## Files of the cells that did not go well" if telling else "## Files"
    rank = 1 if telling else 4
    shown = lines[:MAX_TELLING] if telling else lines
    unlisted = len(lines) - len(shown)
    return Section("the files", heading if lines else "", rank, tuple(shown), unlisted)


def _links(paths: dict[str, str]) -> str:
    links = [_link(name, path) for name, path in paths.items()]
    if len(links) > MAX_FILES:
        links = [*links[:MAX_FILES], f"{len(links) - MAX_FILES} more in report.html"]
    return " · ".join(links)


def _link(name: str, path: str) -> str:
    url = relative_link(path)
    label = text(rendering.artifact_label(name), 80)
    return f"[{label}]({url})" if url else label
