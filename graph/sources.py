"""Which of our own files a task's result depends on: a change of theirs makes it again.

Whole packages, rather than the very modules: what is made again for nothing comes out the same, and
ends there; what is not made again would be wrong.
"""

from __future__ import annotations

from pathlib import Path

_ROOT = Path(__file__).parent.parent


def _code(*patterns: str) -> tuple[str, ...]:
    found = {path for pattern in patterns for path in _ROOT.glob(pattern) if path.is_file()}
    return tuple(sorted(str(path.relative_to(_ROOT)) for path in found))


JOURNEY_CODE = _code(
    "journeys/*.py",
    *(f"tandem/{name}.py" for name in ("auth", "errors", "exit_codes", "models", "wording")),
)
SCRIPT_CODE = (*JOURNEY_CODE, *_code("generators/**/*.py", "generators/templates/*"))
TABLE_CODE = _code(
    "summary/tables/*.py",
    "executors/cutting.py",
    "executors/lines.py",
    "executors/scratch.py",
    "generators/request_names.py",
)
SUMMARY_CODE = (
    *JOURNEY_CODE,
    *_code(
        "summary/*.py",
        "summary/tables/*.py",
        "summary/history/*.py",
        "summary/regression/*.py",
        "tandem/files.py",
    ),
)
REPORT_CODE = _code(
    "summary/reports/*.py",
    "summary/reports/templates/**/*",
    "summary/*_models.py",
    "summary/grouping.py",
    "summary/models.py",
    "summary/places.py",
    "journeys/slo.py",
)
TERMINAL_CODE = _code(
    "summary/grouping.py",
    "summary/models.py",
    "journeys/slo.py",
    *(
        f"summary/reports/{name}.py"
        for name in ("rendering", "side_by_side", "terminal", "text_table")
    ),
)
ALL_CODE = tuple(sorted({*SCRIPT_CODE, *TABLE_CODE, *SUMMARY_CODE, *REPORT_CODE}))
