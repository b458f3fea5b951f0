"""Where the files of a run's summary are, relative to the build folder or the result directory."""

from __future__ import annotations

from typing import Final

FULL: Final = "summary/summary-full.json"
COMPACT: Final = "summary/summary.json"
PROMPT: Final = "summary/summary.md"
COVERAGE: Final = "summary/coverage.json"
TREND: Final = "summary/trend.json"
SHAPES: Final = "summary/shapes.json"
RUNS_TABLE: Final = "tables/runs.parquet"
MARKDOWN: Final = "report.md"
HTML: Final = "report.html"
JUNIT: Final = "junit.xml"
