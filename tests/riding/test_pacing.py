"""The beat of real rides, in both executors, on an app that takes its time.

An interaction's start less its lateness is the moment at which it was due, whatever else the
machine is up to. In the browser's rows that is exact. A k6 row bears the time at which it was
written down, a moment after its end; a schedule that drifts would be off by that much a slot.
"""

from __future__ import annotations

from functools import partial
from itertools import pairwise

import pytest

from tests.riding.rig import demo, ride, side_by_side

STEPS = [
    {"id": "home", "action": "apiRequest", "target": "/api/version"},
    {"id": "search", "action": "apiRequest", "target": "/api/search?q=a"},
]
PACING_S = 1.2
USERS, WARMUP, ITERATIONS = 3, 1, 1
CLOSE_US = {"playwright": 2, "k6": 100_000}


@pytest.fixture(scope="module")
def rides(tmp_path_factory):
    """Three users on an app that answers in 400 ms: a warm-up iteration and one that counts."""
    folder = tmp_path_factory.mktemp("pacing")
    with demo(folder / "app", {"*": {"latency_ms": 400}}) as origin:
        return side_by_side(
            {
                executor: partial(
                    ride,
                    executor,
                    STEPS,
                    folder / executor,
                    origin,
                    users=USERS,
                    iterations=ITERATIONS,
                    warmup=WARMUP,
                    pacing_s=PACING_S,
                )
                for executor in CLOSE_US
            }
        )


@pytest.fixture(params=CLOSE_US)
def executor(request):
    return request.param


@pytest.fixture
def ridden(rides, executor):
    return rides[executor]


def due_us(sample):
    return sample.start_us - sample.lateness_us


def test_every_interaction_is_there_with_its_lateness(ridden):
    assert ridden.result.fault == ""
    rows = ridden.interactions()
    assert len(rows) == USERS * (WARMUP + ITERATIONS) * len(STEPS)
    assert all(row.ok and row.lateness_us is not None and row.lateness_us >= 0 for row in rows)


def test_from_start_to_start_it_is_the_pacing_whatever_the_app_takes(ridden, executor):
    """Also from one iteration to the next."""
    for user in range(1, USERS + 1):
        rows = ridden.interactions(user=user)
        assert min(row.duration_us for row in rows) > 350_000
        for one, next_one in pairwise(rows):
            assert abs(due_us(next_one) - due_us(one) - PACING_S * 1e6) <= CLOSE_US[executor]


def test_users_start_spread_over_one_interval(ridden, executor):
    first = [due_us(ridden.interactions(user=user)[0]) for user in range(1, USERS + 1)]
    assert first == sorted(first)
    for one, next_one in pairwise(first):
        assert abs(next_one - one - PACING_S * 1e6 / USERS) <= CLOSE_US[executor]


def test_warm_up_iterations_are_ridden_and_do_not_count(ridden):
    iterations = {row.iteration for row in ridden.interactions()}
    assert iterations == set(range(WARMUP + ITERATIONS))
    assert ridden.result.iterations_ok == USERS * ITERATIONS
