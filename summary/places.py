"""Where the files of a run's summary are, relative to the build folder or the result directory."""

from __future__ import annotations

from typing import Final

FULL: Final = "summary/summary-full.json"
COMPACT: Final = "summary/summary.json"
PROMPT: Final = "summary/summary.md"
COVERAGE: Final = "summary/coverage.json"
REGRESSION: Final = "summary/regression.json"
NIGHT: Final = "summary/night.json"
"""A night's record, as the history holds it."""
CHANGES: Final = "summary/changes.json"
"""The nights up to this one: lines, bands, breaks and changes."""
AGAIN: Final = "again"
"""What was ridden once more in a night, with a folder of its own for everything."""
TREND: Final = "summary/trend.json"
SHAPES: Final = "summary/shapes.json"
RUNS_TABLE: Final = "tables/runs.parquet"
MARKDOWN: Final = "report.md"
HTML: Final = "report.html"
JUNIT: Final = "junit.xml"
GITLAB_LOAD: Final = "load-performance.json"
GITLAB_BROWSER: Final = "browser-performance.json"
