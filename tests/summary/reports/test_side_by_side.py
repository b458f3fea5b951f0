"""Browser and protocol side by side: which lane says what, and what the browser adds."""

from __future__ import annotations

import pytest

from summary.reports.side_by_side import lay_side_by_side
from tests.summary.reports.builders import finding, with_cell, with_groups, with_skipped


def lane(run, journey, step, users=1):
    sides = next(each for each in lay_side_by_side(run) if each.info.id == journey)
    found = next(each for each in sides.steps if each.info.id == step)
    return next(each for each in found.lanes if each.users == users)


def test_what_the_browser_adds_is_the_difference_of_both_sides(runs):
    both = lane(runs["pass"], "play-start-stream", "open-home")
    assert both.added_p50_ms == pytest.approx(212.4 - 38.2)
    assert both.added_p95_ms == pytest.approx((212.4 - 38.2) * 1.48, abs=0.01)


@pytest.mark.parametrize(
    ("name", "step", "browser", "protocol"),
    [
        ("pass", "search", "measured", "measured"),
        ("pass", "select-track", "measured", "browser only"),
        ("failed", "search", "errors only", "measured"),
        ("failed", "start-playback", "not measured", "measured"),
        ("narrowed", "search", "not ridden", "measured"),
        ("narrowed", "select-track", "not ridden", "browser only"),
    ],
)
def test_a_side_says_why_it_has_no_latency(runs, name, step, browser, protocol):
    found = lane(runs[name], "play-start-stream", step)
    assert (found.browser.state, found.protocol.state) == (browser, protocol)


def test_an_optional_step_that_was_skipped_each_time_has_no_errors_and_no_latency(runs):
    found = lane(with_skipped(runs["nightly"]), "favorite-track", "search", users=10)
    assert (found.protocol.state, found.protocol.errors) == ("skipped", 0)
    assert found.browser.state == "measured" and found.added_p50_ms is None


def test_nothing_is_added_to_an_invalid_side(runs):
    found = lane(runs["invalid"], "favorite-track", "search")
    assert found.protocol.p50_ms and found.added_p50_ms is None


def test_a_lane_in_which_nobody_could_measure_is_left_out(runs):
    journey = lay_side_by_side(runs["nightly"])[0]
    users = {step.info.id: [lane.users for lane in step.lanes] for step in journey.steps}
    assert users["search"] == [1, 10, 100] and users["select-track"] == [1, 10]


def test_requests_belong_to_their_step_and_strays_are_not_lost(runs):
    run = runs["pass"]
    journey = lay_side_by_side(run)[0]
    names = [request.name for request in journey.requests_of("open-home")]
    assert sorted(names) == ["GET /", "GET /api/version", "GET /app.js"]
    script = next(each for each in journey.requests if each.name == "GET /app.js")
    assert script.lanes[0].protocol.state == "browser only"
    row = next(row for row in run.series if row.kind == "request")
    stray = row.model_copy(update={"step": "gone"})
    journey = lay_side_by_side(run.model_copy(update={"series": (*run.series, stray)}))[0]
    assert [request.step for request in journey.stray_requests] == ["gone"]


@pytest.mark.parametrize(
    ("name", "journey", "verdict"),
    [
        ("pass", "play-start-stream", "pass"),
        ("failed", "play-start-stream", "fail"),
        ("invalid", "favorite-track", "invalid"),
        ("inconclusive", "account-login", "inconclusive"),
        ("refused", "account-login", "fail"),
        ("slo", "favorite-track", "pass"),
    ],
)
def test_a_journey_is_as_good_as_the_worst_of_it(runs, name, journey, verdict):
    found = {each.info.id: each.verdict for each in lay_side_by_side(runs[name])}
    assert found[journey] == verdict


def test_a_journey_is_no_better_than_the_nights_and_the_checks_of_its_numbers_say(runs):
    run, name = runs["pass"], "favorite-track"
    slower = finding("error", "regression", "Slower than usual", (name, "", 0, "search"))
    suspect = finding("warning", "regression", "Suspect", ("play-start-stream", "", 0, "search"))
    run = run.model_copy(update={"findings": (slower, suspect)})
    found = {each.info.id: each.verdict for each in lay_side_by_side(run)}
    assert (found[name], found["play-start-stream"]) == ("fail", "pass")
    run = with_cell(runs["pass"], ("account-login", "k6", 1), verdict="invalid")
    assert [each.verdict for each in lay_side_by_side(run)] == ["pass", "pass", "invalid"]


@pytest.mark.parametrize(("name", "grows"), [("nightly", True), ("pass", False)])
def test_only_what_was_ridden_with_several_numbers_of_users_grows(runs, name, grows):
    assert [each.grows for each in lay_side_by_side(runs[name])] == [grows] * 3


def test_an_executor_with_ten_users_and_another_with_one_make_no_growth(runs):
    run = runs["nightly"]
    kept = (("playwright", 1), ("k6", 10))
    parts = {
        part: tuple(row for row in getattr(run, part) if (row.executor, row.users) in kept)
        for part in ("cells", "series", "slos")
    }
    journey = lay_side_by_side(run.model_copy(update=parts))[0]
    assert (journey.users, journey.grows, journey.executors) == (
        (1, 10),
        False,
        ("playwright", "k6"),
    )


def test_groups_are_laid_side_by_side_on_a_scale_of_their_own(runs):
    alone, journey = (
        lay_side_by_side(run)[0] for run in (runs["nightly"], with_groups(runs["nightly"]))
    )
    (group,) = journey.groups
    assert [lane.users for lane in group.lanes] == [1, 10, 100]
    assert group.lanes[0].added_p50_ms == pytest.approx(3 * (96.1 - 41.7))
    assert journey.longest_ms == alone.longest_ms < journey.longest_group_ms
    assert journey.requests == alone.requests and journey.steps == alone.steps


class Counted(tuple):
    """Rows that know how often all of them were gone through."""

    times = 0

    def __iter__(self):
        self.times += 1
        return super().__iter__()


def test_all_rows_are_gone_through_once_not_once_for_each_journey(runs):
    """Of a thousand journeys that took longer than to judge them."""
    run = runs["nightly"]
    parts = {name: Counted(getattr(run, name)) for name in ("cells", "series", "slos", "findings")}
    sides = lay_side_by_side(run.model_copy(update=parts))
    assert len(sides) > 1
    assert {name: part.times for name, part in parts.items()} == dict.fromkeys(parts, 1)
