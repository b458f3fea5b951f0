"""What a job on GitHub shows: annotations of the findings, and the report as the job's summary.

GitHub keeps ten errors and ten warnings of a step, and a summary of one megabyte.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from summary.models import Finding, Summary
from summary.reports.rendering import NBSP, one_line, users, verdict_label

MAX_EACH: Final = 9
"""Of errors and of warnings; the tenth says how many more there are."""
_LEVELS: Final = {"error": "error", "warning": "warning"}
_FILES: Final = re.compile(r"\n## Files[^\n]*\n.*?(?=\n_Left out |\Z)", re.DOTALL)


def workflow_commands(summary: Summary) -> list[str]:
    """Return the workflow commands that annotate a run: its errors and warnings, worst first."""
    lines = []
    for severity, level in _LEVELS.items():
        found = [each for each in summary.findings if each.severity == severity]
        lines += [_command(level, _title(each), each.text) for each in found[:MAX_EACH]]
        if more := len(found) - MAX_EACH:
            lines += [_command(level, "Tandem", f"{more} more in the report.")] if more > 0 else []
    if summary.verdict != "pass" and not any(line.startswith("::error") for line in lines):
        said = f"The run is {verdict_label(summary.verdict).lower()}."
        lines.insert(0, _command("error", "Tandem", said))
    return lines


def job_summary(markdown: str) -> str:
    """Return ``report.md`` for a job's page: without its files, whose links lead nowhere there."""
    return _FILES.sub("", markdown).rstrip() + "\n"


def _title(finding: Finding) -> str:
    at = users(finding.users) if finding.users else ""
    where = [finding.journey, finding.executor, at, finding.step]
    return ", ".join(_pieces(where)) or "Tandem"


def _pieces(parts: Iterable[str]) -> Iterator[str]:
    yield from (one_line(part, 80).replace(NBSP, " ") for part in parts if part)


def _command(level: str, title: str, said: str) -> str:
    """Return one workflow command; what has a meaning in one is encoded."""
    return f"::{level} title={_property(title)}::{_data(one_line(said, 500))}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
