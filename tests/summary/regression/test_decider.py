"""What the decider says of nights whose truth is known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from summary.regression.again import judge_confirmed, ridden_again
from summary.regression.decider import STANDARD, judge_night, replay, slow_after
from summary.regression.history import Row
from summary.regression.simulate import PROFILES, Tail, simulate
from summary.regression.units import Unit
from tests.summary.regression.worlds import NIGHTS, SINCE, of, slower, unchanged

STEP = Unit("step", "journey-1", "step-2")


def said_of(unit, judged, metric="loc"):
    (found,) = [each for each in judged if each.unit == unit and each.metric == metric]
    return found


def replayed(history, first=SINCE):
    return [(night, judged) for night, judged in replay(history) if night >= first]


def red(judged):
    return {each.unit for each in judged if each.verdict == "regression"}


def test_nights_on_which_nothing_changed_are_not_red():
    alarms = 0
    for seed in range(5):
        alarms += sum(bool(red(judged)) for _, judged in replay(unchanged(seed)))
    assert alarms <= 1, "of 160 nights that can be judged"


@pytest.mark.parametrize("seed", range(4))
def test_one_slow_night_is_a_suspect_two_are_a_regression(seed):
    nights = replayed(slower(1.3, seed=seed))
    assert said_of(STEP, nights[0][1]).verdict == "suspect"
    found = said_of(STEP, nights[1][1])
    assert found.verdict == "regression"
    assert found.nights == (SINCE, SINCE + 1)
    assert found.interval[0] < found.effect < found.interval[1]
    assert found.effect == pytest.approx(0.3, abs=0.06)
    assert found.p_adjusted < STANDARD.alpha
    assert 0.03 <= found.detectable < 0.3
    assert found.baseline == (0, SINCE + 1 - STANDARD.judged)


def test_only_what_is_slower_is_called_so():
    _, judged = replayed(slower(1.3))[3]
    blamed = {unit for unit in red(judged) if unit.step}
    assert blamed
    assert all((unit.journey, unit.step) == ("journey-1", "step-2") for unit in blamed)


def test_a_slow_night_that_passes_is_forgotten():
    nights = replayed(slower(1.3, until=SINCE + 1))
    assert said_of(STEP, nights[0][1]).verdict == "suspect"
    assert not any(red(judged) for _, judged in nights)


def test_a_regression_stays_one_until_it_is_mended():
    nights = dict(replayed(slower(1.3, until=SINCE + 6)))
    assert all(STEP in red(nights[night]) for night in range(SINCE + 1, SINCE + 6))
    assert all(STEP not in red(nights[night]) for night in range(SINCE + 6, NIGHTS))


def test_slow_nights_are_no_part_of_what_is_usual():
    history = slower(1.3, since=30)
    last = dict(replay(history))[NIGHTS - 1]
    assert said_of(STEP, last).verdict == "regression"


def test_what_is_faster_is_an_improvement():
    _, judged = replayed(slower(0.8))[1]
    found = said_of(STEP, judged)
    assert found.verdict == "improvement"
    assert found.effect == pytest.approx(-0.2, abs=0.06)


def test_a_slow_machine_is_no_regression():
    history = unchanged(profile="quiet")
    slow = history.slowed(lambda key: True, SINCE, 1.1)
    blamed = set[Unit]().union(*(red(judged) for _, judged in replayed(slow)))
    assert not [unit for unit in blamed if unit.step]


def test_too_few_nights_are_insufficient_precision_and_never_a_pass():
    judged = [each for _, judged in list(replay(unchanged()))[:20] for each in judged]
    assert judged
    assert {each.verdict for each in judged} == {"insufficient precision"}


def test_a_series_too_unsteady_for_a_useful_effect_is_insufficient_precision():
    history = unchanged()
    noisy = replace(history, loc=history.loc.copy())
    columns = [index for index, key in enumerate(history.series) if of()(key)]
    rows = np.random.default_rng(3).normal(0, 1.0, NIGHTS)
    noisy.loc[:, columns] += rows[:, None]
    assert said_of(STEP, judge_night(noisy, {})).verdict == "insufficient precision"


def test_only_p95_shows_a_slowdown_of_some():
    tail = Tail(step=1, since=SINCE, share=0.15, factor=6.0)
    history = simulate(PROFILES["quiet"], 4, nights=NIGHTS, tail=tail).history
    unit = Unit("step", "journey-0", "step-1")
    found = [
        each
        for _, judged in replayed(history)
        for each in judged
        if each.verdict == "regression" and each.unit == unit
    ]
    assert any(each.metric == "p95" for each in found)


def test_a_night_is_judged_the_same_whatever_comes_after_it():
    whole = dict(replay(slower(1.3)))
    cut = dict(replay(slower(1.3).until(SINCE + 2)))
    assert cut[SINCE + 2] == whole[SINCE + 2]


def test_series_that_are_missing_tonight_are_not_judged():
    history = unchanged()
    without = replace(history, loc=history.loc.copy())
    columns = [index for index, key in enumerate(history.series) if of()(key)]
    without.loc[-1, columns] = np.nan
    judged = judge_night(without, {})
    assert not [each for each in judged if each.unit == STEP and each.metric == "loc"]


def test_a_second_ride_confirms_in_the_same_night():
    both = simulate(PROFILES["ci"], 1, nights=NIGHTS)
    history, again = (one.slowed(of(), SINCE, 1.3) for one in (both.history, both.again))
    tonight = history.until(SINCE)
    assert STEP not in red(judge_night(tonight, {}))
    judged = judge_confirmed(tonight, again.until(SINCE), {})
    assert STEP in red(judged)
    assert said_of(STEP, judged).nights == (SINCE, SINCE)


def test_what_was_not_ridden_again_confirms_nothing():
    """The first ride is not counted twice."""
    both = simulate(PROFILES["ci"], 1, nights=NIGHTS)
    tonight = both.history.slowed(of(), SINCE, 1.3).until(SINCE)
    nothing = ridden_again(tonight, [])
    assert STEP in {each.unit for each in judge_night(tonight, {}) if each.verdict == "suspect"}
    assert not red(judge_confirmed(tonight, nothing, {}))


def test_the_cells_of_suspects_are_enough_to_confirm():
    """What is above suspicion is taken as it was in the first ride."""
    both = simulate(PROFILES["ci"], 1, nights=NIGHTS)
    history, again = (one.slowed(of(), SINCE, 1.3) for one in (both.history, both.again))
    tonight = history.until(SINCE)
    rows = [
        Row("any", key, *np.exp([again.loc[SINCE, at], again.p95[SINCE, at]]))
        for at, key in enumerate(again.series)
        if key.journey == STEP.journey
    ]
    assert STEP in red(judge_confirmed(tonight, ridden_again(tonight, rows), {}))


def test_a_second_ride_that_is_not_slow_clears():
    both = simulate(PROFILES["ci"], 1, nights=NIGHTS)
    tonight = both.history.slowed(of(), SINCE, 1.3).until(SINCE)
    assert not red(judge_confirmed(tonight, both.again.until(SINCE), {}))


def test_what_was_slow_is_remembered():
    judged = replayed(slower(1.3))[1][1]
    slow = slow_after({}, SINCE + 2, judged)
    assert slow["loc", STEP] == {SINCE, SINCE + 1, SINCE + 2}
