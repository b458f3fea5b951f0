"""A slower back end shows by as much in both executors.

The quickest of a few interactions is compared, so that a busy machine does not matter. It takes the
demo's search 300 ms at least when it is told to take 300 ms.
"""

from __future__ import annotations

from functools import partial

import pytest
import yaml

from tests.riding.rig import ROOT, demo, ride, side_by_side

ACTIONS = yaml.safe_load((ROOT / "journeys/actions.yaml").read_text(encoding="utf-8"))
STEPS = [
    {"action": "navigate", "target": "/"},
    {
        "id": "search",
        "action": "type",
        "selector": "[data-testid='search-input']",
        "value": "ambient",
    },
]
SLOWER_MS = 300
EXECUTORS = ("playwright", "k6")


def quickest_ms(executor, folder, faults):
    with demo(folder / "app", faults) as origin:
        found = ride(
            executor, STEPS, folder, origin, actions=ACTIONS, iterations=6, pacing_s=0.7
        ).interactions("search")
    assert len(found) == 6
    assert all(row.ok for row in found)
    return min(row.duration_us for row in found) / 1000


@pytest.fixture(scope="module")
def found_ms(tmp_path_factory):
    """The quickest search by executor, as it is and slowed down."""
    slower = {"GET /api/search": {"latency_ms": SLOWER_MS}}
    return side_by_side(
        {
            (executor, bool(faults)): partial(
                quickest_ms, executor, tmp_path_factory.mktemp(executor), faults
            )
            for executor in EXECUTORS
            for faults in ({}, slower)
        }
    )


@pytest.mark.parametrize("executor", EXECUTORS)
def test_a_slower_search_moves_the_interaction_by_as_much(executor, found_ms):
    usual, slower = found_ms[executor, False], found_ms[executor, True]
    assert slower > SLOWER_MS
    assert slower - usual == pytest.approx(SLOWER_MS, abs=100)
