"""Confidence intervals: that they hold what they say, and that users are what counts."""

from __future__ import annotations

import math

import numpy as np
import pytest

from summary.intervals import (
    mean_interval,
    quantile_interval,
    share_interval,
    student_t,
    total_interval,
)

ROUNDS = 300


def drawn(generator, users, each, alike):
    """Latencies (ms) of users; ``alike`` is the share of the spread that lies between them."""
    between = np.repeat(generator.normal(0, math.sqrt(alike), users), each)
    within = generator.normal(0, math.sqrt(1 - alike), users * each)
    return np.exp(0.5 * (between + within)) * 100


# An exact log-normal distribution of median 100 and a spread of 0.5.
TRUTH = {
    "mean": 100 * math.exp(0.125),
    "p50": 100.0,
    "p95": 100 * math.exp(0.5 * 1.6448536),
    "share": 0.5,
}
P99 = 100 * math.exp(0.5 * 2.3263479)


def intervals(values, users):
    order = np.argsort(values)
    return {
        "mean": mean_interval(values, users),
        "p50": quantile_interval(values[order], users[order], 0.5),
        "p95": quantile_interval(values[order], users[order], 0.95),
        "share": share_interval((values > 100).astype(float), users),
    }


@pytest.mark.parametrize(("users", "each"), [(10, 3), (10, 20), (100, 5)])
@pytest.mark.parametrize("alike", [0.0, 0.5])
def test_nineteen_in_twenty_hold_the_truth(users, each, alike):
    """Also with few users, and with users that differ; the numbers are drawn the same each time."""
    generator = np.random.default_rng(20261123)
    held = dict.fromkeys(TRUTH, 0)
    numbers = np.repeat(np.arange(users), each)
    for _ in range(ROUNDS):
        for name, found in intervals(drawn(generator, users, each, alike), numbers).items():
            high = math.inf if found.high is None else found.high
            held[name] += found.low <= TRUTH[name] <= high
    assert {name: count / ROUNDS >= 0.9 for name, count in held.items()} == dict.fromkeys(
        TRUTH, True
    )


def test_alike_samples_of_one_user_say_no_more_than_one():
    """A hundred samples of ten users who differ are held for ten."""
    generator = np.random.default_rng(1)
    users = np.arange(10)
    once = drawn(generator, 10, 1, 1.0)
    one, many = intervals(once, users), intervals(np.repeat(once, 10), np.repeat(users, 10))
    for name in ("mean", "share"):
        assert many[name].low == pytest.approx(one[name].low)
        assert many[name].high == pytest.approx(one[name].high)


def test_a_quantile_that_the_samples_cannot_bound_above_is_not_bounded():
    values, users = np.arange(20.0), np.arange(20)
    assert quantile_interval(values, users, 0.95).high is None
    assert quantile_interval(values, users, 0.5).high == pytest.approx(14, abs=1.5)
    assert quantile_interval(values[:3], users[:3], 0.5).low == 0.0


def test_the_median_of_many_independent_samples_is_bounded_by_binomial_ranks():
    """R's DescTools::MedianCI(method="exact") gives ranks 40 and 61 for 100 samples."""
    found = quantile_interval(np.arange(1.0, 101.0), np.arange(100), 0.5)
    # Student's t for 99 degrees takes two of the hundred samples away.
    assert (found.low, found.high) == (pytest.approx(39.8, abs=0.7), pytest.approx(61.2, abs=0.7))


def test_the_slowest_of_few_samples_bounds_no_percentile_from_below():
    """Three users of five samples count for two: the second is not the slowest of fifteen."""
    generator = np.random.default_rng(20261128)
    users, held = np.repeat(np.arange(3), 5), 0
    for _ in range(ROUNDS):
        values = drawn(generator, 3, 5, 0.0)
        order = np.argsort(values)
        held += quantile_interval(values[order], users[order], 0.99).low <= P99
    assert held / ROUNDS >= 0.95


def test_no_error_in_few_samples_is_no_proof_that_there_are_none():
    found = share_interval(np.zeros(30), np.arange(30))
    assert found.low == 0
    assert 0.1 < found.high < 0.15


def test_one_user_alone_bounds_nothing():
    values, users = np.arange(5.0), np.zeros(5, np.int64)
    assert set(intervals(values, users).values()) == {None}
    assert total_interval(users, 1) is None


def test_how_many_there_are_is_as_certain_as_users_are_alike():
    same = total_interval(np.repeat(np.arange(10), 3), 10)
    assert (same.low, same.high) == (30, 30)
    different = total_interval(np.repeat(np.arange(4), [1, 2, 3, 4]), 4)
    half = 3.18245 * math.sqrt(4 * 5 / 3)  # Student's t times the spread of 1, 2, 3 and 4
    assert (different.low, different.high) == pytest.approx((10 - half, 10 + half), abs=1e-3)


@pytest.mark.parametrize(
    ("freedom", "expected"),
    [(1, 12.7062), (2, 4.3027), (3, 3.1824), (4, 2.7764), (9, 2.2622), (29, 2.0452), (99, 1.9842)],
)
def test_students_t_is_that_of_the_tables(freedom, expected):
    assert student_t(freedom) == pytest.approx(expected, abs=1e-4)
