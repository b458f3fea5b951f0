"""Error rates and throughput."""

from __future__ import annotations

from dataclasses import replace
from math import comb

import numpy as np
import pytest

from summary.regression.counts import judge_counts, tail
from summary.regression.decider import STANDARD
from summary.regression.units import Unit
from tests.summary.regression.worlds import NIGHTS, SINCE, of, unchanged

STEP = Unit("step", "journey-1", "step-2")


def judged(history, index, metric="errors", unit=STEP):
    (found,) = [
        each
        for each in judge_counts(history.until(index), STANDARD)
        if each.unit == unit and each.metric == metric
    ]
    return found


def failing(share, since=SINCE):
    history = unchanged()
    changed = replace(history, errors=history.errors.copy(), count=history.count.copy())
    columns = [index for index, key in enumerate(history.series) if of()(key)]
    more = np.round(changed.count[since:, columns] * share)
    changed.errors[since:, columns] += more
    changed.count[since:, columns] -= more
    return changed


def test_errors_of_two_nights_are_a_regression_and_of_one_a_suspect():
    history = failing(0.2)
    assert judged(history, SINCE - 1).verdict == "pass"
    assert judged(history, SINCE).verdict == "suspect"
    found = judged(history, SINCE + 1)
    assert found.verdict == "regression"
    assert found.nights == (SINCE, SINCE + 1)
    assert found.interval[0] < 0.2 < found.interval[1]
    assert found.usual < 0.02
    assert found.detectable < 0.2


def test_errors_as_ever_are_none():
    found = [
        each
        for seed in range(4)
        for index in range(30, NIGHTS)
        for each in judge_counts(unchanged(seed).until(index), STANDARD)
        if each.verdict == "regression"
    ]
    assert not found


def test_fewer_errors_are_an_improvement():
    always = failing(0.2, since=0)
    history = replace(always, errors=always.errors.copy(), count=always.count.copy())
    history.errors[SINCE:], history.count[SINCE:] = (
        unchanged().errors[SINCE:],
        unchanged().count[SINCE:],
    )
    assert judged(history, SINCE + 2).verdict == "improvement"


def test_samples_that_did_not_come_are_throughput():
    history = unchanged()
    short = replace(history, count=history.count.copy())
    columns = [index for index, key in enumerate(history.series) if of()(key)]
    short.count[SINCE:, columns] = np.round(short.count[SINCE:, columns] * 0.7)
    found = judged(short, SINCE + 1, "throughput")
    assert found.verdict == "regression"
    assert found.rate == pytest.approx(0.3, abs=0.02)
    assert judged(short, SINCE + 1, "errors").verdict == "pass"


def test_few_nights_say_nothing():
    assert judged(failing(0.5, since=10), 12).verdict == "insufficient precision"


@pytest.mark.parametrize("count", [0, 1, 3, 7])
def test_the_tail_of_a_negative_binomial_with_a_whole_shape(count):
    mean, shape = 2.0, 3
    chance = shape / (shape + mean)
    below = sum(comb(k + shape - 1, k) * chance**shape * (1 - chance) ** k for k in range(count))
    assert tail(count, mean, shape) == pytest.approx(1 - below)
