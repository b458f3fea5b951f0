"""Findings: each says what is so where it is so."""

from __future__ import annotations

from summary.findings import find
from tests.summary.reports.builders import cell, journey


def test_a_cell_that_was_late_is_not_said_to_be_late_at_the_step_that_broke_it():
    facts = {"outcome": "failed", "reason": "no", "step": "search", "lateness_p95_ms": 900.0}
    broken = cell("favorite-track", "playwright", 1, iterations_ok=0, **facts)
    found = find([journey("favorite-track")], [broken], [], [])
    assert [(each.kind, each.step) for each in found] == [("cell", "search"), ("pacing", "")]
