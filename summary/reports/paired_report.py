"""What came of holding two builds against each other, for people and for programs. Pure."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from typing import Final, Literal

from tabulate import tabulate

from summary.paired import LEAST_ROUNDS, PairedUnit, Round, judge_pairs
from summary.reports.markdown_text import text
from summary.reports.rendering import one_line, plural, shorten
from tandem.exit_codes import ExitCode
from tandem.models import FrozenModel

AbVerdict = Literal["pass", "regression", "fail", "inconclusive"]
MOST_TOLD: Final = 20


class AbReport(FrozenModel):
    """``ab.json``: base against head."""

    schema_version: Literal[1] = 1
    base: str
    head: str
    rounds_asked: int
    rounds: int
    verdict: AbVerdict
    exit_code: int
    units: tuple[PairedUnit, ...]
    """The steps over all their cells first, the surest first in each kind."""
    failed: dict[str, tuple[str, ...]]
    """Rides that broke, by build."""

    @property
    def verdict_line(self) -> str:
        """The whole of it in one sentence."""
        slower = [each for each in self.units if each.verdict == "regression"]
        against = f"head ({self.head}) against base ({self.base}), {plural(self.rounds, 'round')}"
        match self.verdict:
            case "fail":
                return f"Fail: {against}: {plural(len(self.failed['head']), 'ride')} of head broke."
            case "regression":
                worst = max(slower, key=lambda each: each.effect_pct)
                return f"Slower: {against}: {_name(worst)} {worst.effect_pct:+.1f} %" + (
                    f" and {len(slower) - 1} more." if len(slower) > 1 else "."
                )
            case "inconclusive":
                return f"Inconclusive: {against}: too little was measured of both."
            case _:
                return f"Pass: {against}: nothing is slower."


def judged_report(
    base: str,
    head: str,
    rounds: int,
    pairs: Sequence[tuple[Round, Round]],
    failed: Mapping[str, Sequence[str]],
) -> AbReport:
    """Judge the rounds. What breaks in head alone is a failure; in both nothing can be told."""
    units = sorted(judge_pairs(pairs), key=lambda each: (each.unit != "step", each.p_adjusted))
    verdict, code = _verdict(units, failed)
    return AbReport(
        base=base,
        head=head,
        rounds_asked=rounds,
        rounds=len(pairs),
        verdict=verdict,
        exit_code=int(code),
        units=tuple(units),
        failed={name: tuple(dict.fromkeys(whys)) for name, whys in failed.items()},
    )


def _verdict(
    units: Sequence[PairedUnit], failed: Mapping[str, Sequence[str]]
) -> tuple[AbVerdict, ExitCode]:
    if len(failed["head"]) > len(failed["base"]):
        return "fail", ExitCode.JOURNEY_FAILED
    if any(each.verdict == "regression" for each in units):
        return "regression", ExitCode.REGRESSION
    if not any(each.rounds >= LEAST_ROUNDS for each in units):
        return "inconclusive", ExitCode.INVALID
    return "pass", ExitCode.OK


def _name(each: PairedUnit) -> str:
    where = f" ({each.executor}, {plural(each.users, 'user')})" if each.executor else ""
    return f"{one_line(each.journey, 60)}, step {one_line(each.step, 60)}{where}"


def _row(each: PairedUnit) -> list[str]:
    low, high = each.interval_pct
    return [
        one_line(each.journey, 60),
        one_line(each.step, 60),
        f"{each.executor}, {each.users}" if each.executor else "all cells",
        "" if each.base_ms is None else f"{each.base_ms:g}",
        "" if each.head_ms is None else f"{each.head_ms:g}",
        f"{each.effect_pct:+.1f} %",
        f"{low:+.1f} to {high:+.1f}",
        f"{each.detectable_pct:.0f} %",
        {"pass": "=", "insufficient precision": "?"}.get(each.verdict, each.verdict),
    ]


_HEAD: Final = ["journey", "step", "where", "base ms", "head ms", "head", "95 %", "shows", ""]


def render_markdown(report: AbReport) -> str:
    """Return the report for a pull request: the verdict, what changed, then all steps."""
    changed = [each for each in report.units if each.verdict in ("regression", "improvement")]
    steps = [each for each in report.units if each.unit == "step"]
    parts = [f"# {text(report.verdict_line, 600)}"]
    parts += _broken(report)
    if changed:
        parts.append("## What changed\n\n" + _table(changed[:MOST_TOLD], "github"))
    parts.append("## Every step, over all its cells\n\n" + _table(steps[: 3 * MOST_TOLD], "github"))
    parts.append(
        "*head*: how much longer than base, in rounds in which both were ridden right after each "
        "other; *shows*: the smallest slowdown that so many rounds would have shown; "
        "*?*: more than a quarter would have stayed unseen."
    )
    return "\n\n".join(parts) + "\n"


def _broken(report: AbReport) -> list[str]:
    lines = [f"- {name}: {text(why)}" for name, whys in report.failed.items() for why in whys]
    if (more := len(lines) - MOST_TOLD) > 0:
        lines = [*lines[:MOST_TOLD], f"- … and {more} more"]
    return ["\n".join(lines)] if lines else []


def render_text(report: AbReport, width: int) -> str:
    """Return the report for a terminal."""
    steps = [each for each in report.units if each.unit == "step"]
    found = [each for each in report.units if each.unit == "series" and each.verdict[0] in "ri"]
    rows = [[shorten(cell, 24) for cell in _row(each)] for each in (*steps, *found)]
    table = tabulate(rows, headers=_HEAD, tablefmt="simple", disable_numparse=True)
    told = [f"{name}: {one_line(why)}" for name, whys in report.failed.items() for why in whys]
    parts = [table, "\n".join(told), textwrap.fill(report.verdict_line, max(40, width))]
    return "\n\n".join(part for part in parts if part)


def _table(units: Sequence[PairedUnit], form: str) -> str:
    rows = [[text(cell) for cell in _row(each)] for each in units]
    return tabulate(rows, headers=_HEAD, tablefmt=form, disable_numparse=True)
