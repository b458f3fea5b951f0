"""Which of our own files a task's result depends on: a change of theirs makes it again."""

from __future__ import annotations

from pathlib import Path

_ROOT = Path(__file__).parent.parent


def _code(*patterns: str) -> tuple[str, ...]:
    found = {path for pattern in patterns for path in _ROOT.glob(pattern) if path.is_file()}
    return tuple(sorted(str(path.relative_to(_ROOT)) for path in found))


JOURNEY_CODE = _code("journeys/*.py")
SCRIPT_CODE = _code("generators/**/*.py", "generators/templates/*")
TABLE_CODE = _code(
    *(
        f"summary/{name}.py"
        for name in (
            "*_samples",
            "cell_record",
            "cell_table",
            "iterations",
            "memory",
            "pairs",
            "samples",
            "sorting",
            "table_files",
            "table_kinds",
            "totals",
            "transactions",
        )
    ),
    "executors/lines.py",
    "executors/scratch.py",
    "generators/request_names.py",
)
SUMMARY_CODE = _code(
    *(
        f"summary/{name}.py"
        for name in (
            "cell_errors",
            "cell_record",
            "cell_samples",
            "changes",
            "changes_models",
            "compact",
            "compare",
            "comparisons",
            "confirmation",
            "coverage",
            "cross_check",
            "figures",
            "findings",
            "history/*",
            "intervals",
            "judge",
            "memory",
            "models",
            "night_limits",
            "night_models",
            "origins",
            "places",
            "prompt",
            "publish",
            "regression/*",
            "regressions",
            "run_record",
            "run_summary",
            "samples",
            "shape_models",
            "shapes",
            "sorting",
            "statistics",
            "summarise",
            "table_files",
            "table_kinds",
            "totals",
            "trend",
            "trend_models",
        )
    ),
    "journeys/slo.py",
)
REPORT_CODE = _code(
    *(
        f"summary/{name}.py"
        for name in (
            "change_words",
            "changes_models",
            "changes_page",
            "chart_data",
            "compare_words",
            "gitlab",
            "health_table",
            "html_report",
            "junit",
            "markdown_nights",
            "markdown_report",
            "markdown_text",
            "markdown_trend",
            "models",
            "page",
            "places",
            "rendering",
            "shape_models",
            "side_by_side",
            "trend_models",
            "view_files",
            "vitals",
        )
    ),
    "summary/templates/**/*",
)
TERMINAL_CODE = _code(
    *(f"summary/{name}.py" for name in ("models", "rendering", "side_by_side", "terminal"))
)
