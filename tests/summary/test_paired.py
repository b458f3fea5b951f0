"""Two builds held against each other in rounds: simulated rides, with the noise of real ones."""

from __future__ import annotations

import numpy as np
import pytest

from summary.paired import LEAST_ROUNDS, judge_pairs
from summary.regression.history import SeriesKey
from summary.reports.paired_report import judged_report, render_markdown, render_text

KEYS = [
    SeriesKey(f"j{journey}", f"s{step}", executor, 1)
    for journey in range(3)
    for step in range(4)
    for executor in ("k6", "playwright")
]
SLOW = ("j0", "s0")
NONE: dict[str, list[str]] = {"base": [], "head": []}


def rounds(seed, slower=1.0, count=8, noise=0.03):
    """Return rounds in which the machine differs much from one to the next, and a ride a little."""
    random = np.random.default_rng(seed)
    pairs = []
    for _ in range(count):
        machine = random.normal(0, 0.3, len(KEYS))
        rides = []
        for build in ("base", "head"):
            own = random.normal(0, noise, len(KEYS)) * np.where(
                random.random(len(KEYS)) < 0.05, 5, 1
            )
            found = dict(zip(KEYS, 100 * np.exp(machine + own), strict=True))
            if build == "head":
                found = {
                    key: ms * slower if (key.journey, key.step) == SLOW else ms
                    for key, ms in found.items()
                }
            rides.append(found)
        pairs.append((rides[0], rides[1]))
    return pairs


def slower_steps(pairs):
    return {
        (each.journey, each.step) for each in judge_pairs(pairs) if each.verdict == "regression"
    }


def test_nothing_is_called_slower_when_nothing_is():
    """Of 200 comparisons four may be; the seeds are fixed, so that these are always the same."""
    assert sum(bool(slower_steps(rounds(seed))) for seed in range(200)) <= 4


@pytest.mark.parametrize(("slower", "least"), [(1.1, 35), (1.2, 40)])
def test_a_slower_step_is_found_the_same_day(slower, least):
    assert sum(slower_steps(rounds(seed, slower)) == {SLOW} for seed in range(40)) >= least - 2


def test_the_effect_is_that_which_was_put_in():
    (found,) = [
        each
        for each in judge_pairs(rounds(1, 1.5))
        if each.unit == "step" and (each.journey, each.step) == SLOW
    ]
    low, high = found.interval_pct
    assert low < 50 < high
    assert found.verdict == "regression"
    assert found.rounds == 8


def test_a_faster_step_is_an_improvement_and_no_alarm():
    report = judged_report("main", "here", 8, rounds(1, 0.7), NONE)
    assert (report.verdict, report.exit_code) == ("pass", 0)
    assert "improvement" in {each.verdict for each in report.units}


def test_few_rounds_show_nothing_and_say_so():
    pairs = rounds(1, 3.0, LEAST_ROUNDS - 1)
    report = judged_report("main", "here", 8, pairs, NONE)
    assert {each.verdict for each in report.units} == {"insufficient precision"}
    assert (report.verdict, report.exit_code) == ("inconclusive", 96)


def test_a_round_in_which_one_broke_is_left_out():
    pairs = rounds(1, 1.5)
    pairs[2] = (pairs[2][0], {})
    assert {each.rounds for each in judge_pairs(pairs)} == {7}


@pytest.mark.parametrize(
    ("failed", "verdict", "code"),
    [
        ({"base": [], "head": ["j0, k6: failed at s0: no such text"]}, "fail", 97),
        ({"base": ["x"], "head": ["x"]}, "pass", 0),
    ],
)
def test_what_breaks_in_head_alone_is_a_failure(failed, verdict, code):
    report = judged_report("main", "here", 8, rounds(1), failed)
    assert (report.verdict, report.exit_code) == (verdict, code)


def test_nothing_at_all_is_inconclusive():
    report = judged_report("main", "here", 8, [({}, {})] * 8, NONE)
    assert (report.verdict, report.units) == ("inconclusive", ())
    assert "too little was measured" in render_markdown(report)


def test_the_report_says_what_is_slower_first():
    report = judged_report("main (abc)", "a|b", 8, rounds(3, 1.4), NONE)
    text = render_markdown(report)
    first = text.splitlines()[0]
    assert first.startswith(
        "# Slower: head (a\\|b) against base (main (abc)), 8 rounds: j0, step s0"
    )
    assert "## What changed" in text
    assert report.exit_code == 98
    shown = render_text(report, 100)
    assert "all cells" in shown
    assert "regression" in shown
