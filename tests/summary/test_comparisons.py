"""Browser beside protocol, and few users beside many."""

from __future__ import annotations

import pytest

from summary.comparisons import growth, lay_beside
from summary.models import CellSummary, SeriesSummary


def cell(executor, users, outcome="ok"):
    return CellSummary(
        journey="home",
        executor=executor,
        users=users,
        outcome=outcome,
        reason="",
        step="",
        attempts=1,
        flaky=False,
        verdict="pass",
        iterations_planned=1,
        iterations_ok=1,
        iterations_failed=0,
        duration_s=1.0,
        lateness_p95_ms=None,
        together="user",
        artifacts={},
    )


def series(executor, users, p50, **given):
    facts = dict.fromkeys(
        ("mean_ms", "p90_ms", "p99_ms", "max_ms", "throughput_per_s", "error_rate", "apdex")
    )
    facts |= {"step": "open", "kind": "interaction", "name": "open", "has_protocol": True}
    facts |= {"count": 5, "errors": 0, "p95_ms": None if p50 is None else 2 * p50, "intervals": {}}
    return SeriesSummary(
        journey="home", executor=executor, users=users, p50_ms=p50, **(facts | given)
    )


CELLS = [cell("playwright", 1), cell("k6", 1), cell("k6", 10), cell("k6", 100)]


def test_what_the_browser_adds_is_the_difference_at_the_same_users():
    rows = [series("playwright", 1, 50.0), series("k6", 1, 20.0), series("k6", 10, 30.0)]
    (found,) = lay_beside(CELLS, rows)
    assert (found.users, found.browser_adds_p50_ms, found.browser_adds_p95_ms) == (1, 30.0, 60.0)
    assert found.browser_adds_p50_interval_ms is None


def test_the_interval_of_the_difference_is_that_of_both_sides():
    browser = series("playwright", 1, 50.0, intervals={"p50_ms": (47.0, 54.0)})
    protocol = series("k6", 1, 20.0, intervals={"p50_ms": (17.0, 24.0)})
    (found,) = lay_beside(CELLS, [browser, protocol])
    # Three and four, four and three: five each way.
    assert found.browser_adds_p50_interval_ms == pytest.approx((25.0, 35.0))
    open_ended = series("playwright", 1, 50.0, intervals={"p50_ms": (47.0, None)})
    (found,) = lay_beside(CELLS, [open_ended, protocol])
    assert found.browser_adds_p50_interval_ms == pytest.approx((25.0, None))


@pytest.mark.parametrize(
    ("cells", "rows"),
    [
        (CELLS, [series("playwright", 1, 50.0), series("k6", 1, None)]),
        (CELLS, [series("playwright", 1, 50.0), series("k6", 10, 20.0)]),
        (CELLS, [series("k6", 1, 20.0)]),
        (
            [cell("playwright", 1), cell("k6", 1, "invalid")],
            [series("playwright", 1, 50.0), series("k6", 1, 20.0)],
        ),
    ],
    ids=["no latency", "other users", "one side", "an invalid cell"],
)
def test_without_two_sound_sides_nothing_is_said(cells, rows):
    assert list(lay_beside(cells, rows)) == []


def test_growth_is_from_the_fewest_to_the_most_users():
    rows = [series("k6", 100, 60.0), series("k6", 1, 20.0), series("k6", 10, 30.0)]
    (found,) = growth(CELLS, [*rows, series("playwright", 1, 50.0)])
    assert (found.users, found.p50_ms) == ((1, 10, 100), (20.0, 30.0, 60.0))
    assert (found.p50_factor, found.p95_factor) == (3.0, 3.0)
