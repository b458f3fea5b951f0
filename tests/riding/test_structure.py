"""Groups, rounds, pauses and optional steps in real rides, the same in both executors.

An interaction's start less its lateness is when it was due; see test_pacing.
"""

from __future__ import annotations

from functools import partial
from statistics import fmean

import pytest

from summary.tables.totals import read_k6_totals
from tests.riding.pages import pages
from tests.riding.rig import ride, side_by_side

PACING_S = 0.4
ITERATIONS = 2
CLOSE_S = {"playwright": 0.00001, "k6": 0.1}
OPEN = {"id": "open", "action": "apiRequest", "target": "/api/items/7"}
GONE = {"action": "apiRequest", "target": "/gone"}
STEPS = [
    OPEN,
    {"id": "maybe", "optional": True, **GONE},
    {"action": "pause", "seconds": 0.3},
    {
        "action": "group",
        "name": "Check out",
        "steps": [
            {
                "action": "repeat",
                "times": 2,
                "steps": [{**OPEN, "id": "save"}, {"action": "pause", "seconds": 0.2}],
            },
            {"id": "maybe-not", "optional": True, **GONE},
        ],
    },
    {"action": "pause", "seconds": 0.3},
]
FAILING = [
    {
        "action": "group",
        "id": "all",
        "steps": [
            {"action": "group", "id": "first", "steps": [OPEN]},
            {"action": "group", "id": "second", "steps": [{"id": "gone", **GONE}, GONE]},
        ],
    },
    {"action": "group", "id": "never", "steps": [GONE]},
]
DUE_S = {"open": 0, "maybe": 0.4, "save-1": 1.1, "save-2": 1.7, "maybe-not": 2.3}
WHOLE_S = 5 * PACING_S + 0.3 + 0.2 + 0.2 + 0.3


@pytest.fixture(scope="module")
def rides(tmp_path_factory):
    """With each executor: two iterations of one user, and one that fails inside of groups."""
    ways = {"sound": (STEPS, ITERATIONS), "failing": (FAILING, 1)}
    with pages() as origin:
        return side_by_side(
            {
                (name, executor): partial(
                    ride,
                    executor,
                    steps,
                    tmp_path_factory.mktemp(executor),
                    origin,
                    iterations=iterations,
                    pacing_s=PACING_S,
                )
                for name, (steps, iterations) in ways.items()
                for executor in CLOSE_S
            }
        )


@pytest.fixture(params=CLOSE_S)
def executor(request):
    return request.param


@pytest.fixture
def ridden(rides, executor):
    return rides["sound", executor]


def test_every_round_is_an_interaction_of_its_own(ridden):
    assert (ridden.result.fault, ridden.result.failures) == ("", ())
    assert [row.step for row in ridden.interactions()] == [*DUE_S] * ITERATIONS


def test_a_pause_shifts_all_that_follows(ridden, executor):
    """Also the next iteration, and also where a group or a repeat is around it."""
    rows = ridden.interactions()
    due = [(row.start_us - row.lateness_us) / 1e6 for row in rows]
    expected = [
        WHOLE_S * iteration + at for iteration in range(ITERATIONS) for at in DUE_S.values()
    ]
    for found, wanted in zip(due, expected, strict=True):
        assert abs(found - due[0] - wanted) <= CLOSE_S[executor]


def test_an_optional_step_that_fails_is_skipped(ridden):
    """It says why, has no duration, and costs the iteration nothing."""
    assert ridden.result.iterations_ok == ITERATIONS
    for row in ridden.interactions():
        if row.step.startswith("maybe"):
            assert (row.ok, row.skipped, row.duration_us) == (True, True, None)
            assert "GET /gone answered 404, expected 2xx" in row.error
        else:
            assert (row.ok, row.skipped, row.error) == (True, False, None)


def test_k6s_own_figures_know_no_skipped_step_either(rides):
    """Else they and the rows would disagree, which makes a cell invalid."""
    ridden = rides["sound", "k6"]
    told = read_k6_totals(ridden.folder / "summary.json")
    known = [row.duration_us for row in ridden.interactions() if row.duration_us is not None]
    assert len(known) == 3 * ITERATIONS
    assert told.interaction_mean_us == pytest.approx(fmean(known), abs=2)


def test_a_transaction_lasts_as_long_as_its_interactions(ridden):
    """One for each iteration, without the time that its steps were not yet due."""
    found = ridden.transactions()
    assert [row.iteration for row in found] == list(range(ITERATIONS))
    for row in found:
        steps = [each for each in ridden.interactions() if each.iteration == row.iteration]
        saved = [each for each in steps if each.step.startswith("save")]
        assert (row.name, row.step, row.ok, row.has_protocol) == ("check-out", "", True, True)
        assert row.duration_us == sum(each.duration_us for each in saved)
        assert row.start_us == saved[0].start_us


def test_a_transaction_fails_with_the_first_required_step(rides, executor):
    """And the iteration ends there; groups inside and around it have failed as well."""
    ridden = rides["failing", executor]
    assert [failure.step for failure in ridden.result.failures] == ["gone"]
    assert sorted((row.name, row.ok) for row in ridden.transactions()) == [
        *(("all", False), ("first", True), ("second", False))
    ]
