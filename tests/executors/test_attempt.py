"""When an attempt is ok, failed or invalid."""

from __future__ import annotations

import pytest

from executors.attempt import Failure, Result, cleared, judge

NOT_THERE = Failure("pick", "no such element")
TOO_LATE = Failure("play", "no answer in time")


def result(ok=10, failures=(), fault="", exit_code=0):
    return Result(exit_code=exit_code, iterations_ok=ok, failures=tuple(failures), fault=fault)


def test_every_iteration_through_is_ok():
    judged = judge(result(), planned=10, max_failed=0.0, app_gone="")
    assert (judged.outcome, judged.reason, judged.iterations_failed) == ("ok", "", 0)


def test_failures_up_to_the_limit_are_rows_and_no_outcome():
    judged = judge(result(ok=95, failures=[NOT_THERE] * 5), 100, max_failed=0.05, app_gone="")
    assert (judged.outcome, judged.iterations_failed) == ("ok", 5)


def test_failures_over_the_limit_name_the_step_that_failed_most():
    failures = [TOO_LATE, *[NOT_THERE] * 5]
    judged = judge(result(ok=94, failures=failures), 100, max_failed=0.05, app_gone="")
    assert (judged.outcome, judged.step) == ("failed", "pick")
    assert judged.reason == "6 of 100 iterations failed: no such element"


def test_a_single_iteration_is_told_without_counting():
    judged = judge(result(ok=0, failures=[TOO_LATE]), 1, max_failed=0.0, app_gone="")
    assert (judged.outcome, judged.reason) == ("failed", "no answer in time")


def test_no_iteration_through_is_failed_whatever_the_limit():
    assert judge(result(ok=0), 10, max_failed=1.0, app_gone="").outcome == "failed"


def test_an_executor_that_went_wrong_without_failures_is_invalid():
    judged = judge(result(ok=0, fault="k6 crashed"), 10, max_failed=0.05, app_gone="")
    assert (judged.outcome, judged.reason) == ("invalid", "k6 crashed")


def test_a_ride_that_a_slow_app_kept_from_its_end_has_failed():
    """It is the app's doing, and no fault of the executor's: k6 leaves iterations out then."""
    slow = Result(exit_code=143, iterations_ok=4, failures=(), fault="too long", overran=True)
    judged = judge(slow, 10, max_failed=0.5, app_gone="")
    assert (judged.outcome, judged.reason) == ("failed", "6 of 10 iterations failed: too long")


def test_an_executor_that_went_wrong_is_never_ok():
    judged = judge(result(ok=10, fault="was stopped"), 10, max_failed=1.0, app_gone="")
    assert judged.outcome == "invalid"


def test_an_app_that_went_away_is_named_before_its_symptoms():
    judged = judge(result(ok=0, failures=[TOO_LATE]), 1, 0.0, app_gone="the app ended")
    assert judged.reason == "the app ended; no answer in time"


@pytest.mark.parametrize("kept", ["PATH", "HOME", "MY_K6", "NO_PROXY"])
def test_clearing_takes_only_what_begins_so(kept):
    given = {kept: "1", "K6_VUS": "100", "BASE_URL": "x"}
    assert cleared(given, ("K6_", "BASE_URL"), guarded=True) == {kept: "1"}


@pytest.mark.parametrize("name", ["HTTP_PROXY", "https_proxy", "All_Proxy"])
def test_a_guarded_ride_knows_of_no_proxy(name):
    assert cleared({name: "http://proxy"}, (), guarded=True) == {}
    assert cleared({name: "http://proxy"}, (), guarded=False) == {name: "http://proxy"}
