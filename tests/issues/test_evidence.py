"""From the records of nights to what is told of the last one."""

from __future__ import annotations

import functools

import pytest

from summary.history.records import NightRecord
from summary.issues.evidence import MOST_NIGHTS, NightFiles, tonight_of
from summary.issues.recovery import state_of
from summary.models import RunInfo, Summary
from summary.regressions import findings_of, judge_night_of
from tests.summary.history.nights import name_of, record
from tests.summary.history.test_history import frozen
from tests.summary.regression.worlds import NIGHTS, SINCE, slower

STEP = ("journey-1", "step-2")


@functools.cache
def night(factor: float, index: int, until: int = NIGHTS) -> NightFiles:
    """The night at ``index``: one step is slower by the factor from SINCE on, and before until."""
    table = slower(factor, until=until)
    return files([record(each, table) for each in range(index + 1)])


def files(nights: list[NightRecord]) -> NightFiles:
    history = frozen(nights[:-1])
    judged = judge_night_of(history, nights[-1])
    run = RunInfo(
        stamp="20261123-010203",
        profile="nightly",
        view="nightly",
        narrowed={},
        environment="ci",
        base_url="started in the job",
        app="r1",
        tools={},
        started_at="",
    )
    summary = Summary(
        run=run,
        verdict="pass",
        exit_code=0,
        findings=findings_of(judged),
        **dict.fromkeys(
            ("journeys", "cells", "series", "slos", "side_by_side", "growth", "vitals", "health"),
            (),
        ),
    )
    return NightFiles(judged, history, nights[-1], summary)


@pytest.fixture(scope="module")
def slow():
    return tonight_of(night(1.25, SINCE + 1), run_url="https://ci.example/7", scope="s")


def test_a_slower_step_is_told_with_its_nights(slow):
    assert {(each.key.journey, each.key.step) for each in slow.regressed} == {STEP}
    (first,) = [each for each in slow.regressed if each.key.metric == "loc"]
    assert first.key.scope == slow.scope == "s"
    assert first.main.unit == "step"
    assert first.came_from.startswith("back end: step step-2 +")
    assert len(first.points) == MOST_NIGHTS
    before, after = first.points[:-2], first.points[-2:]
    assert [each.night for each in after] == [name_of(SINCE), name_of(SINCE + 1)]
    assert max(each.value for each in before) < min(each.value for each in after)
    assert 85 < sum(each.value for each in before) / len(before) < 115
    assert set(first.cells) == {cell.split("/", 1)[1] for cell in slow.measured}
    assert f"{first.slowest[0]}/{first.slowest[1]}" in first.cells


def test_what_it_is_held_against_is_known(slow):
    first = slow.regressed[0]
    assert slow.usual_from(first.key) == name_of(0)
    assert state_of(first.key, "x", first.effects, first.cells, slow) == "regression"


def test_a_step_that_became_another_one_is_known_since_then_only():
    """Its figures of before are another step's."""
    nights = [record(index, digest="old" if index < 40 else "new") for index in range(SINCE)]
    told = tonight_of(files(nights))
    assert set(told.known_from.values()) == {name_of(40)}


def test_nights_on_which_nothing_changed_open_nothing():
    told = tonight_of(night(1.0, SINCE))
    assert told.regressed == ()
    assert told.units
