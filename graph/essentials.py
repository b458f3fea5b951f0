"""What is printed of a run, kept beside the plans: to render it again loads half of Tandem."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path

from graph.freshness import read_json
from graph.sources import TERMINAL_CODE
from tandem.files import canonical_json, digest_file, digest_text, write_json

_KEPT = Path(".tandem", "essentials.json")


@dataclass(frozen=True, slots=True)
class Essentials:
    """The text for the terminal, and the code that the shell gets."""

    text: str
    exit_code: int


def essentials(results: Path, width: int) -> Essentials:
    """Return what is to be printed of a published run; rendered only when it is not on record."""
    summary = results / "summary" / "summary-full.json"
    key = _key(summary, width)
    kept = read_json(_KEPT)
    if kept.get("key") == key:
        return Essentials(**kept["essentials"])
    from summary.reports.terminal import render_terminal  # noqa: PLC0415 - what the record saves
    from summary.reports.view_files import read_summary  # noqa: PLC0415

    found = read_summary(summary)
    text = render_terminal(found, str(results / "report.html"), width).rstrip("\n")
    made = Essentials(text, found.exit_code)
    write_json(_KEPT, {"key": key, "essentials": asdict(made)})
    return made


def _key(summary: Path, width: int) -> str:
    code = [[name, Path(name).stat().st_mtime_ns] for name in TERMINAL_CODE]
    digest = digest_file(summary) if summary.exists() else ""
    return digest_text(canonical_json([str(summary), digest, width, code]))
