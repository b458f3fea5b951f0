"""``report.md``: the run for a pull request, a job summary, or ``less``.

Text from outside is escaped so that it can make neither a table cell, nor HTML, nor a link, nor a
mention; the whole is bounded, because a pull request comment takes 65,536 characters at most.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from tabulate import tabulate

from summary import rendering
from summary.models import CellSummary, Finding, RunInfo, SloResult, Summary
from summary.rendering import difference, milliseconds, one_line, relative_link
from summary.side_by_side import JourneySides, Lane, Side, StepSides, lay_side_by_side

MAX_CHARACTERS: Final = 60_000
MAX_FINDINGS: Final = 30
MAX_FILES: Final = 20
"""Of one cell; the page links every one."""

_VERDICT_SIGNS = {"pass": "✅", "fail": "❌", "inconclusive": "❔", "invalid": "⚠️"}
_OUTCOME_SIGNS = {"ok": "✅", "failed": "❌", "invalid": "⚠️"}
_SEVERITY_SIGNS = {"error": "❌", "warning": "⚠️", "info": "ℹ️"}
_LANE_HEADERS = ("Step", "Users", "Browser", "Protocol", "Browser adds", "Errors")
_LEGEND = "p50 / p95 of an interaction; what the browser adds is the difference of the p50."

_SPECIAL = re.compile(r"([\\`*_\[\]~$#|])")
_BLOCK_START = re.compile(r"^(\d*)([-+=.)])")
# What GitHub makes links and mentions of without being asked.
_AUTOMATIC = re.compile(r"(?i)(:)(?=//)|(www)(?=\.)|(mailto|xmpp)(?=:)|(@)|\b(GH)(?=-\d)")
_PLAIN_CODE = re.compile(r"[A-Za-z0-9_.,:;=<>()%/{}?&+ -]+")
_WORD_JOINER = "\u2060"


def render_markdown(summary: Summary) -> str:
    """Return the run as GitHub-flavoured Markdown of at most :data:`MAX_CHARACTERS`."""
    journeys = lay_side_by_side(summary)
    sections: list[tuple[str, str]] = [
        ("the findings", _findings(summary.findings)),
        ("the cells", _cells(summary.cells)),
        *((f"journey {text(j.info.id)}", _journey(j)) for j in journeys),
        ("the SLOs", _slos(summary.slos)),
        ("the files", _files(summary.cells)),
    ]
    return _bounded(_head(summary), [(name, body) for name, body in sections if body])


def text(value: str, limit: int = 300) -> str:
    """Return text from outside as one line of Markdown that shows exactly that text."""
    escaped = _SPECIAL.sub(r"\\\1", one_line(value, limit))
    escaped = escaped.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _AUTOMATIC.sub(lambda match: match.group() + _WORD_JOINER, escaped)


def paragraph(value: str, limit: int = 500) -> str:
    """Return :func:`text` that is no list and no rule either where it starts a line."""
    return _BLOCK_START.sub(r"\1\\\2", text(value, limit), count=1)


def code(value: str) -> str:
    """Return ``value`` in code type where that is safe, as escaped text where it is not."""
    flat = one_line(value)
    return f"`{flat}`" if _PLAIN_CODE.fullmatch(flat) else text(flat)


def _bounded(head: str, sections: Sequence[tuple[str, str]]) -> str:
    """Join what fits, in order, and name what does not."""
    left, kept, omitted = MAX_CHARACTERS - len(head) - 2_000, [head], []
    for name, body in sections:
        if len(body) + 2 <= left:
            kept.append(body)
            left -= len(body) + 2
        else:
            omitted.append(name)
    if omitted:
        names = ", ".join(omitted[:20]) + (" and more" if len(omitted) > 20 else "")
        kept.append(f"_Left out to keep this page short: {names[:1_500]}. See report.html._")
    return "\n\n".join(kept) + "\n"


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
    meaning = rendering.VERDICT_MEANINGS[summary.verdict]
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
    lines = [_finding(finding) for finding in findings[:MAX_FINDINGS]]
    if len(findings) > MAX_FINDINGS:
        lines.append(f"- … and {len(findings) - MAX_FINDINGS} more in report.html")
    return "## Findings\n\n" + "\n".join(lines)


def _finding(finding: Finding) -> str:
    users = rendering.users(finding.users) if finding.users else ""
    where = [finding.journey, finding.executor, users, finding.step]
    place = " · ".join(text(part, 80) for part in where if part)
    said = f"{_SEVERITY_SIGNS[finding.severity]} "
    return f"- {said}{f'**{place}**: ' if place else ''}{text(finding.text)}"


def _table(headers: Sequence[str], rows: Iterable[Sequence[str]], align: str) -> str:
    """Return a GitHub table; ``align`` has one letter per column, l or r."""
    sides = {"l": "left", "r": "right"}
    cells = [list(row) for row in rows]
    return tabulate(
        cells,
        headers=list(headers),
        tablefmt="pipe",
        disable_numparse=True,
        colalign=[sides[letter] for letter in align] if cells else None,
    )


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
    return "## Cells\n\n" + _table(headers, map(_cell_row, cells), "llrlrrrl") if cells else ""


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


def _journey(journey: JourneySides) -> str:
    info = journey.info
    parts = [f"## {code(info.id)}"]
    parts += [paragraph(info.description)] if info.description.strip() else []
    parts += [f"**The spec was refused**: {text(info.fault, 1_000)}"] if info.fault else []
    rows = [_step_row(step, lane) for step in journey.steps for lane in step.lanes]
    if rows:
        parts += [_table(_LANE_HEADERS, rows, "lrrrrr"), _LEGEND]
    return "\n\n".join(parts)


def _step_row(step: StepSides, lane: Lane) -> tuple[str, ...]:
    errors = lane.browser.errors + lane.protocol.errors
    return (
        f"{step.number}. {code(step.info.id)}",
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
        for slo in sorted(slos, key=rendering.worst_slo_first)
    ]
    return "## SLOs\n\n" + _table(headers, rows, "lllrllr") if rows else ""


def _files(cells: Sequence[CellSummary]) -> str:
    lines = [
        f"- {code(cell.journey)} · {cell.executor} · {rendering.users(cell.users)}: "
        f"{_links(cell.artifacts)}"
        for cell in cells
        if cell.artifacts
    ]
    return "## Files\n\n" + "\n".join(lines) if lines else ""


def _links(paths: dict[str, str]) -> str:
    links = [_link(name, path) for name, path in paths.items()]
    if len(links) > MAX_FILES:
        links = [*links[:MAX_FILES], f"{len(links) - MAX_FILES} more in report.html"]
    return " · ".join(links)


def _link(name: str, path: str) -> str:
    url = relative_link(path)
    return f"[{text(name, 80)}]({url})" if url else text(name, 80)
