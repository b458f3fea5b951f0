"""Where a change came from, in words: hand-made nights of which the truth is known."""

from __future__ import annotations

import re
from math import exp

import pytest

from summary.regressions import judge_night_of
from tests.summary.history.nights import record
from tests.summary.history.test_history import frozen
from tests.summary.regression.worlds import SINCE, slower, unchanged

STEP = ("journey-1", "step-2")
SHARED, OWN, LATE = "POST /api/play", "GET /app.js", "POST /api/x"
KNOWN_BEFORE = SINCE - 6
"""The last of the nights before those in which a change is looked for."""


def judged(table, moving, *, index=SINCE + 1, names=(SHARED, OWN), since=0, late=()):
    """Judge the night after the next to SINCE; ``moving`` requests take part in what changed.

    Requests are known since night ``since``; ``late`` are the nights in which LATE is sent.
    """
    still = unchanged()

    def requests_of(night):
        def requests(key, column):
            if (key.journey, key.step) != STEP or night < since:
                return {}
            known = [*names, LATE] if night in late else names
            sent = [name for name in known if name == SHARED or key.executor == "playwright"]
            of = {name: table if (name, key.executor) in moving else still for name in sent}
            return {name: 0.4 * exp(each.loc[night, column]) for name, each in of.items()}

        return requests

    nights = [record(each, table, requests=requests_of(each)) for each in range(index + 1)]
    found = judge_night_of(frozen(nights[:-1]), nights[-1])
    (step,) = [
        each
        for each in found.units
        if each.unit == "step" and each.metric == "loc" and (each.journey, each.step) == STEP
    ]
    assert step.verdict == "regression"
    return step


@pytest.mark.parametrize(
    ("only", "moving", "origin", "said"),
    [
        (
            {},
            {(SHARED, "k6"), (SHARED, "playwright")},
            "back end",
            r"back end: POST /api/play \+\d\d % in k6 and browser",
        ),
        (
            {},
            {(SHARED, "k6")},
            "back end",
            r"back end: POST /api/play \+\d\d % in k6, and step step-2 \+\d\d % in the browser",
        ),
        (
            {"executor": "playwright"},
            set(),
            "front end",
            r"front end: step step-2 \+\d\d % in the browser, its requests unchanged",
        ),
        (
            {"executor": "playwright"},
            {(OWN, "playwright")},
            "browser",
            r"browser: GET /app\.js \+\d\d % in the browser; k6 does not send it",
        ),
        (
            {"executor": "playwright"},
            {(SHARED, "playwright")},
            "browser",
            r"browser: POST /api/play \+\d\d % in the browser, not in k6",
        ),
        (
            {"executor": "k6"},
            {(SHARED, "k6")},
            "protocol",
            r"protocol: POST /api/play \+\d\d % in k6, unchanged in the browser",
        ),
    ],
)
def test_it_is_said_which_side_and_which_request_moved(only, moving, origin, said):
    step = judged(slower(1.5, **only), moving)
    assert step.origin == origin
    assert re.fullmatch(said, step.came_from), step.came_from


def test_nights_that_know_no_requests_tell_the_side_alone():
    step = judged(slower(1.5, executor="playwright"), set(), names=())
    assert step.came_from.startswith("front end: step step-2 +")
    assert step.came_from.endswith("% in the browser, unchanged in k6")


def test_requests_that_are_known_for_too_few_nights_are_not_spoken_of():
    step = judged(slower(1.5), {(SHARED, "k6"), (SHARED, "playwright")}, since=SINCE - 6)
    assert step.came_from.startswith("back end: step step-2 +")


ALL_LATER = range(SINCE, SINCE + 2)


@pytest.mark.parametrize(
    ("late", "origin", "said"),
    [
        (
            ALL_LATER,
            "browser",
            r"browser: [^;]* in the browser; POST /api/x is new among its longest",
        ),
        (
            [KNOWN_BEFORE, *ALL_LATER],
            "front end",
            r"front end: .* in the browser, its requests unchanged as far as they are known",
        ),
        (
            [*range(KNOWN_BEFORE - 3, KNOWN_BEFORE + 1), *ALL_LATER],
            "front end",
            r"front end: .* in the browser, its requests unchanged",
        ),
    ],
)
def test_a_request_that_is_new_is_not_said_to_be_unchanged(late, origin, said):
    step = judged(slower(1.5, executor="playwright"), set(), late=late)
    assert step.origin == origin
    assert re.fullmatch(said, step.came_from), step.came_from


def test_when_the_first_requests_are_written_down_none_of_them_is_new():
    step = judged(slower(1.5, executor="playwright"), set(), since=KNOWN_BEFORE + 1)
    assert step.came_from.endswith("% in the browser, unchanged in k6")
