"""``summary.md``: the short form of a run as Markdown, for a prompt. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from summary.compact_models import CompactSummary


def render_prompt(short: CompactSummary) -> str:
    """Return what ``summary.json`` says as Markdown of about the same length."""
    run = short.run
    ridden = {"profile": run.profile, "environment": run.environment, "app": run.app}
    ridden |= run.tools | run.narrowed
    parts = [
        f"# Performance run {run.stamp}: {short.verdict}, exit code {short.exit_code}",
        ", ".join(f"{_text(name)} {_text(value)}" for name, value in ridden.items()),
        "## Findings, worst first",
        "\n".join(f"- {_text(finding)}" for finding in short.findings) or "None.",
        "## Cells",
        _table(short.columns.cells, short.cells),
        *_series(short),
    ]
    left = [f"{count} {name}" for name, count in short.left_out if count]
    if left:
        parts.append(f"Left out: {', '.join(left)}; {short.full} has them.")
    return "\n\n".join(parts) + "\n"


def _series(short: CompactSummary) -> Iterator[str]:
    cells = [f"{executor} {users}" for executor, users in short.columns.rows]
    yield f"Below, each cell of a table holds: {' '.join(short.columns.series)}."
    for journey in short.series:
        named = [*journey.interactions.items(), *journey.transactions.items()]
        for step, requests in journey.requests.items():
            named += [(f"{step}: {name}", rows) for name, rows in requests.items()]
        lines = [(name, *(_figures(row) for row in rows)) for name, rows in named]
        yield f"## {_text(journey.journey)}"
        yield _table(("step or request", *cells), lines)


def _figures(row: tuple[int | float | None, ...] | None) -> str:
    return "" if row is None else " ".join("-" if each is None else f"{each:g}" for each in row)


def _table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = ["|".join(columns), "|".join("-" for _ in columns)]
    lines += ["|".join(_text(value) for value in row) for row in rows]
    return "\n".join(lines)


def _text(value: object) -> str:
    """Return one line without what would end a cell of a table."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else " ".join(str(value).replace("|", "¦").split())
