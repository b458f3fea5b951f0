"""What all reports share: cleaning of text from outside, formats, words, and the one Environment.

Everything here is a pure function of its arguments. Text from outside (specs, pages, error
messages) is hostile until :func:`clean` or :func:`one_line` has seen it *and* the report's own
escaping has been applied; the page's Environment does both on every expression.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from journeys.slo import Threshold, parse_threshold
from summary.models import CellSummary, ErrorSummary, SeriesSummary, SloResult, Summary
from tandem.exit_codes import ExitCode
from tandem.models import Executor, Outcome, Verdict

MISSING: Final = "—"
NBSP: Final = "\u00a0"

VERDICT_LABELS: Final[dict[Verdict, str]] = {
    "pass": "Pass",
    "fail": "Fail",
    "inconclusive": "Inconclusive",
    "invalid": "Invalid",
}
OUTCOME_LABELS: Final[dict[Outcome, str]] = {"ok": "ok", "failed": "failed", "invalid": "invalid"}
EXECUTOR_LABELS: Final[dict[Executor, str]] = {"playwright": "Browser", "k6": "Protocol"}

VERDICT_MEANINGS: Final[dict[Verdict, str]] = {
    "pass": "Every cell came through and no SLO failed the run.",
    "fail": "The findings say what failed.",
    "inconclusive": "There is too little evidence to say pass or fail.",
    "invalid": "A load itself was not sound, so its numbers say nothing about the app.",
}
FAIL_MEANINGS: Final[dict[int, str]] = {
    ExitCode.JOURNEY_FAILED: "A journey failed: the findings say where, and why.",
    ExitCode.REGRESSION: "A step is slower, or fails more often, than in the nights before.",
    ExitCode.SLO_FAILED: "An SLO was missed: the findings say which, and by how much.",
}
"""What a failed run is to be told by, by its exit code."""
EXIT_MEANINGS: Final[dict[int, str]] = {
    ExitCode.TASK_FAILED: "a task failed",
    ExitCode.TASK_ERROR: "a task broke",
    ExitCode.REFUSED: "refused",
    # Shared by the verdicts invalid and inconclusive.
    ExitCode.INVALID: "not all could be judged",
    ExitCode.JOURNEY_FAILED: "a journey failed",
    ExitCode.REGRESSION: "slower than usual",
    ExitCode.SLO_FAILED: "an SLO failed",
}

# What makes the other numbers less worth believing stands first.
VERDICTS_WORST_FIRST: Final[tuple[Verdict, ...]] = ("fail", "invalid", "inconclusive", "pass")

# Playwright colours its messages; the whole sequence goes, not only its first character.
_TERMINAL_SEQUENCE = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]")
_ISO_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d(?::\d\d)?)(?:\.\d+)?(?:Z|\+00:00)")
_LINE_END = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
# Controls, characters that reorder the text around them, halves of characters, non-characters.
_UNSAFE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)


def clean(text: str) -> str:
    """Return ``text`` without control characters (shown as �), line ends as ``\\n``."""
    return _UNSAFE.sub("�", _LINE_END.sub("\n", _TERMINAL_SEQUENCE.sub("", text)))


def one_line(text: str, limit: int = 300) -> str:
    """Return :func:`clean` ``text`` on one line of at most ``limit`` characters."""
    flat = " ".join(clean(text).split())
    return flat if len(flat) <= limit else flat[: limit - 1].rstrip() + "…"


def shorten(text: str, width: int) -> str:
    """Return ``text`` on one line of at most ``width`` characters, cut in the middle."""
    flat = one_line(text, limit=10_000)
    if len(flat) <= width:
        return flat
    tail = (width - 1) // 2
    return flat[: width - 1 - tail] + "…" + flat[len(flat) - tail :]


def number(value: float) -> str:
    """Return ``value`` with three digits that count, thousands apart: 0.84, 12.3, 1 240."""
    size = abs(value)
    places = 2 if size < 9.995 else 1 if size < 99.95 else 0
    text = "0" if value == 0 else f"{size:,.{places}f}".replace(",", NBSP)
    # What rounds to nothing is neither more nor less.
    return f"−{text}" if value < 0 and text.strip("0.") else text


def milliseconds(value: float | None) -> str:
    """Return ``12.3 ms``, or a dash where nothing was measured."""
    return MISSING if value is None else f"{number(value)}{NBSP}ms"


def difference(value: float | None) -> str:
    """Return ``+12.3 ms`` or ``−12.3 ms``, or a dash where one side was not measured."""
    sign = "+" if value is not None and value >= 0.005 else ""
    return sign + milliseconds(value)


def count(value: float) -> str:
    """Return a whole number with its thousands apart."""
    return f"{value:,.0f}".replace(",", NBSP)


def rate(value: float | None) -> str:
    """Return a share from 0 to 1 in percent; one near none or all never reads as none or all."""
    if value is None:
        return MISSING
    percent = value * 100
    if 0 < percent < 0.01:
        return f"< 0.01{NBSP}%"
    if 99.99 < percent < 100:
        return f"> 99.99{NBSP}%"
    places = 0 if percent in (0, 100) else 1 if 1 <= percent <= 99.9 else 2
    return f"{percent:.{places}f}{NBSP}%"


def seconds(value: float | None) -> str:
    """Return ``3 s``, ``0.25 s`` or ``1 240 s``."""
    if value is None:
        return MISSING
    text = f"{value:.3g}" if abs(value) < 999.5 else count(value)
    return f"{text}{NBSP}s"


def users(value: int) -> str:
    """Return ``1 user`` or ``10 users``."""
    return f"{value}{NBSP}{'user' if value == 1 else 'users'}"


def plural(value: int, one: str, many: str = "") -> str:
    """Return ``1 cell`` or ``3 cells``."""
    return f"{count(value)} {one if value == 1 else many or one + 's'}"


def moment(text: str) -> str:
    """Return an ISO 8601 time in UTC as people write it; any other text as it is."""
    match = _ISO_MOMENT.fullmatch(text)
    return f"{match.group(1)} {match.group(2)} UTC" if match else text


def threshold(slo: SloResult) -> Threshold | None:
    """Return the SLO's threshold taken apart; None when it cannot be read."""
    try:
        return parse_threshold(slo.threshold)
    except ValueError:
        return None


def measured(slo: SloResult) -> str:
    """Return what an SLO was held against, in the unit of its threshold's metric."""
    if slo.measured is None:
        return MISSING
    parsed = threshold(slo)
    if parsed is None:
        return number(slo.measured)
    formats = {"rate": rate, "count": count}
    return formats.get(parsed.metric, milliseconds)(slo.measured)


def verdict_label(verdict: Verdict) -> str:
    """Return the verdict as a person reads it."""
    return VERDICT_LABELS[verdict]


def slo_label(slo: SloResult) -> str:
    """Return the SLO's verdict, and that it decides nothing where that is so."""
    if slo.level == "off":
        return "Off"
    label = VERDICT_LABELS[slo.verdict]
    return f"{label} (warning only)" if slo.verdict != "pass" and slo.level == "warn" else label


def worst_slo_first(slo: SloResult) -> tuple[int, int]:
    """Sort key: what decided the verdict, then what only warns, what passed, what is off."""
    if slo.level == "off":
        place = 3
    elif slo.verdict == "pass":
        place = 2
    else:
        place = 0 if slo.level == "error" else 1
    return place, VERDICTS_WORST_FIRST.index(slo.verdict)


def failure_rank(failure: ErrorSummary) -> tuple[bool, int]:
    """Sort key: the most frequent first, and what pages only complained of last."""
    return failure.kind == "message", -failure.count


def outcome_label(cell: CellSummary) -> str:
    """Return the cell's outcome; a flaky one never reads as plain ok."""
    label = OUTCOME_LABELS[cell.outcome]
    return f"{label}, flaky" if cell.flaky else label


def verdict_meaning(summary: Summary) -> str:
    """Return one sentence on why the run has its verdict."""
    meaning = VERDICT_MEANINGS[summary.verdict]
    return FAIL_MEANINGS.get(summary.exit_code, meaning) if summary.verdict == "fail" else meaning


def exit_meaning(code: int) -> str:
    """Return what an exit code says; "" for one that is not known."""
    return EXIT_MEANINGS.get(code, "")


def tick(value: float) -> str:
    """Return a mark of a scale: no more digits than it needs."""
    return count(value) if value >= 10 else f"{value:g}"


def per_second(value: float | None) -> str:
    """Return a throughput without its unit, or a dash where nothing was measured."""
    return MISSING if value is None else number(value)


def in_unit(value: float, unit: str) -> str:
    """Return a reading with its unit; a share in percent, a duration in milliseconds."""
    if unit in ("share", "ratio"):
        return rate(value)
    return f"{number(value)}{NBSP}{shorten(unit, 20)}" if unit else number(value)


def reading(vital: Any) -> str:
    """Return a vital's 75th percentile as it is usually written."""
    return f"{vital.p75:.3f}" if vital.unit in ("", "score") else in_unit(vital.p75, vital.unit)


def bounds(interval: tuple[float, float | None] | None) -> str:
    """Return an interval in milliseconds; "" where there is none, or one that says nothing."""
    low, high = interval or (0.0, None)
    if low <= 0 and high is None:
        return ""
    return f"{number(low)}{NBSP}–{NBSP}{'?' if high is None else number(high)}"


def figure(row: SeriesSummary, field: str, shown: str) -> str:
    """Return one figure of a series as a table shows it; without ``field`` an interval."""
    if not field:
        return bounds(row.intervals.get(shown))
    text: str = _FILTERS[shown](getattr(row, field))
    return text


def apdex(value: float | None) -> str:
    """Return an Apdex as it is usually written, with two digits."""
    return MISSING if value is None else f"{value:.2f}"


def cut(text: str, limit: int) -> str:
    """Return :func:`clean` ``text`` with its lines, ``limit`` characters at most."""
    whole = clean(text).strip()
    return whole if len(whole) <= limit else whole[: limit - 1].rstrip() + "…"


def artifact_label(name: str) -> str:
    """Return what a cell's file is called; k6's page is not to be taken for the run's."""
    return f"{name} (k6's dashboard)" if name.rpartition("/")[2] == "report.html" else name


def relative_link(path: str) -> str:
    """Return ``path`` as a relative URL, or "" for one that leaves the result directory.

    Every character with a meaning in a URL is encoded, so that neither a scheme nor a host can
    stand in a link that a report makes.
    """
    parts = path.split("/")
    if not path or path.startswith("/") or ".." in parts or "\\" in path:
        return ""
    return quote(path.encode("utf-8", "replace"), safe="/")


@dataclass(frozen=True, slots=True)
class Overview:
    """The run in a handful of figures."""

    cells: int
    cells_ok: int
    cells_failed: int
    cells_invalid: int
    flaky: int
    slos: int
    slos_pass: int
    slos_fail: int
    iterations_ok: int
    iterations_planned: int
    samples: int
    errors: int

    @property
    def headline(self) -> str:
        """One sentence that says how the cells ended and how the SLOs stand."""
        flaky = f" ({count(self.flaky)} flaky)" if self.flaky else ""
        cells = f"{count(self.cells_ok)} of {plural(self.cells, 'cell')} ok{flaky}"
        if not self.slos:
            return f"{cells}; no SLO was judged."
        return f"{cells}; {count(self.slos_pass)} of {plural(self.slos, 'SLO')} passed."


def overview(summary: Summary) -> Overview:
    """Return the run's figures; samples are interactions that say something about latency."""
    outcomes = [cell.outcome for cell in summary.cells]
    slos = [slo.verdict for slo in summary.slos if slo.level != "off"]
    interactions = [row for row in summary.series if row.kind == "interaction"]
    rows = [row for row in interactions if row.has_protocol or row.executor == "playwright"]
    return Overview(
        cells=len(outcomes),
        cells_ok=outcomes.count("ok"),
        cells_failed=outcomes.count("failed"),
        cells_invalid=outcomes.count("invalid"),
        flaky=sum(cell.flaky for cell in summary.cells),
        slos=len(slos),
        slos_pass=slos.count("pass"),
        slos_fail=slos.count("fail"),
        iterations_ok=sum(cell.iterations_ok for cell in summary.cells),
        iterations_planned=sum(cell.iterations_planned for cell in summary.cells),
        samples=sum(row.count for row in rows),
        errors=sum(row.errors for row in rows),
    )


def template_environment() -> Environment:
    """Return the Environment of every template: escaped, cleaned, and strict about names."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates", encoding="utf-8"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_finalize,
    )
    environment.filters.update(_FILTERS)
    environment.globals["executor_labels"] = EXECUTOR_LABELS
    return environment


def _finalize(value: Any) -> Any:
    return clean(value) if isinstance(value, str) and not isinstance(value, Markup) else value


_FILTERS: Final[dict[str, Any]] = {
    "number": number,
    "milliseconds": milliseconds,
    "difference": difference,
    "count": count,
    "rate": rate,
    "seconds": seconds,
    "users": users,
    "plural": plural,
    "measured": measured,
    "moment": moment,
    "verdict_label": verdict_label,
    "slo_label": slo_label,
    "outcome_label": outcome_label,
    "exit_meaning": exit_meaning,
    "tick": tick,
    "per_second": per_second,
    "artifact_label": artifact_label,
    "relative_link": relative_link,
    "one_line": one_line,
    "in_unit": in_unit,
    "reading": reading,
    "figure": figure,
    "apdex": apdex,
    "cut": cut,
}
