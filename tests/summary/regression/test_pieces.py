"""The statistics that the decider is made of."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from summary.regression import robust
from summary.regression.change_points import change_points
from summary.regression.probability import at_least, t4_quantile, t4_tail

# From tables of Student's t with 4 degrees of freedom.
TABLE = [(0.1, 1.533), (0.05, 2.132), (0.025, 2.776), (0.01, 3.747), (0.005, 4.604), (0.0005, 8.61)]

values = st.lists(st.floats(-50, 50) | st.just(float("nan")), min_size=1, max_size=12)


@pytest.mark.parametrize(("chance", "value"), TABLE)
def test_tails_stand_in_every_table(chance, value):
    assert t4_quantile(chance) == pytest.approx(value, abs=0.0006)
    assert t4_tail(np.array([value]))[0] == pytest.approx(chance, rel=0.002)
    assert t4_tail(np.array([-value]))[0] == pytest.approx(1 - chance, rel=0.002)


@given(st.floats(1e-9, 0.49))
def test_a_quantile_undoes_a_tail(chance):
    assert t4_tail(np.array([t4_quantile(chance)]))[0] == pytest.approx(chance, rel=1e-4)


def test_at_least_two_of_three():
    assert float(at_least(2, 3, np.array(0.5))) == pytest.approx(0.5)
    assert float(at_least(2, 2, np.array(0.1))) == pytest.approx(0.01)


@given(values)
def test_medians_are_of_what_there_is(column):
    known = [value for value in column if not np.isnan(value)]
    found = robust.median(np.array(column)[:, None])[0]
    assert np.isnan(found) if not known else found == pytest.approx(np.median(known))


@given(values)
def test_pulling_in_keeps_order_and_middle(column):
    array = np.array(column)[:, None]
    pulled = robust.winsorised(array)
    assert np.array_equal(np.isnan(array), np.isnan(pulled))
    known = ~np.isnan(array[:, 0])
    assert (np.abs(pulled[known]) <= np.max(np.abs(array[known]), initial=0) + 1e-9).all()


def test_a_weighted_median_goes_where_the_weight_is():
    rows = np.array([[1.0, 2.0, 9.0], [np.nan, np.nan, np.nan]])
    found = robust.weighted_median(rows, np.array([1.0, 1.0, 5.0]))
    assert found[0] == 9.0
    assert np.isnan(found[1])


def level(*stretches, seed=0, deviation=0.01):
    random = np.random.default_rng(seed)
    return np.concatenate([np.full(nights, np.log(at)) for at, nights in stretches]) + (
        random.normal(0, deviation, sum(nights for _, nights in stretches))
    )


def test_changes_of_level_are_found_with_night_and_size():
    first, second = change_points(level((100, 30), (110, 20), (90, 25)))
    assert abs(first.index - 30) <= 1
    assert first.effect == pytest.approx(0.10, abs=0.02)
    assert abs(second.index - 50) <= 1
    assert second.effect == pytest.approx(-0.18, abs=0.02)


def test_an_odd_night_and_a_gap_are_no_change():
    values = level((100, 60))
    values[20] += 1.0
    values[40:43] = np.nan
    assert change_points(values) == ()


def test_few_nights_have_no_change():
    assert change_points(level((100, 3), (200, 4))) == ()
