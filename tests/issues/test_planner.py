"""What a night does to issues: from hand-made nights, in milliseconds."""

from __future__ import annotations

import pytest

from summary.issues.marks import comment_marks, issue_mark
from summary.issues.models import Accepted
from summary.issues.planner import MOST_WAITING, needs_comments
from summary.issues.trackers import bounded
from tests.issues.nights import Listed, tonight, unit

SLOW = unit("regression", 24.0)
WELL = unit("pass", 0.5)


def told(tracker, number=1):
    return [mark.told for _, mark in comment_marks(tracker.held[number - 1])]


def test_a_whole_life_opened_commented_closed_reopened():
    tracker = Listed()
    assert tracker.night(tonight("n01", SLOW)) == ["open"]
    assert tracker.night(tonight("n02", SLOW)) == ["say"]
    assert tracker.night(tonight("n03", WELL)) == ["say", "close"]
    assert tracker.open == []
    assert tracker.night(tonight("n04", WELL)) == []
    assert tracker.night(tonight("n05", SLOW)) == ["say", "reopen"]
    assert tracker.night(tonight("n06", unit("improvement", -8.0))) == ["say", "close"]
    assert told(tracker) == ["still", "recovered", "returned", "recovered"]
    assert len(tracker.held) == 1


def test_one_issue_for_each_journey_step_and_metric():
    """Two units of one of them are evidence in the same issue."""
    series = unit("regression", 31.0, unit="series", executor="k6", users=10)
    tracker = Listed()
    slow = (SLOW, series, unit("regression", 20.0, metric="p95"), unit("regression", step="play"))
    assert tracker.night(tonight("n01", *slow)) == ["open", "open", "open"]
    marks = [issue_mark(issue.body) for issue in tracker.held]
    assert len({mark.key for mark in marks}) == 3
    assert [each.unit for each in marks[0].effects] == ["step", "series"]
    assert "k6, 10 users" in tracker.held[0].body


@pytest.mark.parametrize("cut_after", [0, 1])
@pytest.mark.parametrize("night", ["n01", "n02", "n03", "n05"])
def test_a_call_that_is_cut_off_and_given_again_does_nothing_twice(night, cut_after):
    """At whatever place: what is there by then is found, and the rest is done."""
    straight, cut = Listed(), Listed()
    for name, each in (("n01", SLOW), ("n02", SLOW), ("n03", WELL), ("n05", SLOW)):
        straight.night(tonight(name, each))
        if name == night:
            cut.night(tonight(name, each), cut_after=cut_after)
        cut.night(tonight(name, each))
        cut.night(tonight(name, each))
    assert told(cut) == told(straight) == ["still", "recovered", "returned"]
    assert [issue.is_open for issue in cut.held] == [True]


@pytest.mark.parametrize(
    "seen",
    [
        pytest.param([], id="not measured at all"),
        pytest.param([unit("insufficient precision", 0.1)], id="not measured well"),
        pytest.param([unit("suspect", 1.0)], id="suspect"),
        pytest.param([unit("pass", 14.0)], id="not back"),
        pytest.param([WELL.model_copy(update={"step": "other"})], id="another step"),
        pytest.param([WELL.model_copy(update={"metric": "p95"})], id="another metric"),
    ],
)
def test_what_is_no_evidence_closes_nothing(seen):
    tracker = Listed()
    tracker.night(tonight("n01", SLOW))
    assert tracker.night(tonight("n02", *seen)) == []
    assert tracker.open == [1]


def test_a_cell_that_was_invalid_hides_what_was_slow_in_it():
    """The step looks well over the cells that are left: no recovery."""
    tracker = Listed()
    tracker.night(tonight("n01", SLOW))
    assert tracker.night(tonight("n02", WELL, measured=("k6/10",))) == []
    assert tracker.night(tonight("n03", WELL, measured=("k6/10",), planned=("k6/10",))) == [
        "say",
        "close",
    ]


def test_a_step_that_is_another_one_since_says_nothing_of_the_old_one():
    """What it is held against is younger than the issue: as usual is then the slow level itself."""
    tracker = Listed()
    tracker.night(tonight("n01", SLOW))
    assert tracker.night(tonight("n40", WELL, known_from="n05")) == []


@pytest.mark.parametrize("whole", ["journey", "cell"])
@pytest.mark.parametrize(
    ("edited", "done"), [(1, ["say", "close"]), (2, []), (3, [])], ids=["one", "half", "most"]
)
def test_a_whole_journey_is_measured_by_the_steps_that_it_had(whole, edited, done):
    """A step that was added or edited since does not keep its issue for ever; half of them do."""
    name = {"journey": "shop" if whole == "journey" else "", "step": "", "unit": whole}
    tracker = Listed()
    tracker.night(tonight("n10", unit("regression", 24.0, **name)))
    known_from = {f"shop/s{number}": "n20" if number < edited else "n00" for number in range(4)}
    later = tonight("n40", unit("pass", 0.5, **name))
    assert tracker.night(later.model_copy(update={"known_from": known_from})) == done


def test_one_good_night_that_could_be_chance_needs_another():
    """Its interval holds what it was: said so once, closed by the next one like it."""
    tracker, vague = Listed(), unit("pass", 5.0, reach=25.0)
    tracker.night(tonight("n01", SLOW))
    assert tracker.night(tonight("n02", vague)) == ["say"]
    assert tracker.night(tonight("n02", vague)) == []
    assert tracker.open == [1]
    assert tracker.night(tonight("n03", vague)) == ["say", "close"]
    tracker.night(tonight("n04", SLOW))
    assert tracker.night(tonight("n05", vague)) == ["say"]
    tracker.night(tonight("n06", SLOW))
    assert tracker.night(tonight("n07", vague)) == ["say"], "not two in a row"
    assert tracker.open == [1]


def test_single_series_only_advise_where_the_step_is_judged():
    series = unit("regression", 31.0, unit="series", executor="k6", users=10)
    unsteady = series.model_copy(update={"verdict": "insufficient precision"})
    tracker = Listed()
    tracker.night(tonight("n01", SLOW, series))
    assert tracker.night(tonight("n02", WELL, unsteady)) == ["say", "close"]


def test_what_was_accepted_is_closed_with_its_reason():
    tracker = Listed()
    tracker.night(tonight("n01", SLOW))
    decided = {"reason": "two more tables", "decided_at": "2026-11-23T10:00:00+00:00"}
    tracker.accepted = [
        Accepted(journey="other", **decided),
        Accepted(journey="", **decided | {"decided_at": "2026-11-22T10:00:00+00:00"}),
    ]
    assert tracker.night(tonight("n02", unit("insufficient precision"))) == []
    tracker.accepted += [Accepted(journey="shop", **decided)]
    assert tracker.night(tonight("n02", unit("insufficient precision"))) == ["say", "close"]
    assert "two more tables" in tracker.held[0].comments[-1].body
    assert tracker.night(tonight("n02", SLOW)) == [], "judged before it was accepted"


def test_a_return_after_an_accepted_level_stays_open():
    """The decision was about the level before."""
    tracker = Listed()
    tracker.night(tonight("n01", SLOW))
    tracker.accepted = [
        Accepted(journey="", reason="new tables", decided_at="2026-11-23T09:01:30+00:00")
    ]
    tracker.night(tonight("n02"))
    assert tracker.open == []
    assert tracker.night(tonight("n40", SLOW)) == ["say", "reopen"]
    assert tracker.night(tonight("n41", SLOW)) == ["say"]
    assert tracker.open == [1]


def test_usual_that_begins_with_a_slow_night_accepts_it():
    tracker = Listed()
    tracker.night(tonight("n05", SLOW))
    pin = {"journey": "", "reason": "pinned", "decided_at": "2026-11-24T00:00:00+00:00"}
    tracker.accepted = [Accepted(begins="n03", **pin)]
    assert tracker.night(tonight("n06", SLOW)) == ["say"]
    assert tracker.open == [1]
    tracker.accepted = [Accepted(begins="n05", **pin)]
    tracker.night(tonight("n07"))
    assert tracker.open == []


def many(count, verdict="regression", effect=20.0):
    return [unit(verdict, effect, step=f"s{number:02d}") for number in range(count)]


def test_at_most_a_few_a_night_and_one_issue_for_the_rest():
    tracker = Listed(most=2)
    assert tracker.night(tonight("n01", *many(5))) == ["open", "open", "open"]
    rest = tracker.held[2]
    assert issue_mark(rest.body).key == "rest"
    assert [each.key.step for each in issue_mark(rest.body).waiting] == ["s02", "s03", "s04"]
    assert "shop, step s02" in rest.body
    assert tracker.night(tonight("n01", *many(5))) == [], "the same night again"
    assert tracker.night(tonight("n02", *many(5))) == ["say", "say", "open", "open", "edit"]
    assert [each.key.step for each in issue_mark(tracker.held[2].body).waiting] == ["s04"]
    assert tracker.night(tonight("n03", *many(5, "pass", 0.0)))[-2:] == ["edit", "close"]
    assert tracker.open == []
    assert tracker.night(tonight("n04", *many(9))) == [
        *["say", "reopen"] * 2,
        "edit",
        "reopen",
    ]


@pytest.mark.parametrize("name", ["step-", "<->" * 40, "ö" * 2000], ids=["short", "signs", "long"])
def test_what_waits_is_known_again_however_much_it_is(name):
    """A body is cut where services would refuse it: the mark has to be before that."""
    units = [
        unit("regression", 20.0, step=f"{name}{number:03d}", unit=over, users=users)
        for number in range(150)
        for over, users in (("step", 0), *(("series", users) for users in range(1, 12)))
    ]
    tracker = Listed(most=0)
    assert tracker.night(tonight("n01", *units)) == ["open"]
    body = tracker.held[0].body
    tracker.change(1, body=bounded(body))
    assert issue_mark(tracker.held[0].body) == issue_mark(body)
    waiting = issue_mark(body).waiting
    assert 10 <= len(waiting) <= MOST_WAITING
    assert (len(waiting) == MOST_WAITING) == (name == "step-")
    assert {each.unit for one in waiting for each in one.effects} == {"step"}
    assert tracker.night(tonight("n02", *units)) == []
    assert tracker.night(tonight("n03", *many(1, "pass", 0.0))) == []
    assert tracker.open == [1]


def test_what_waits_and_is_not_measured_goes_on_waiting():
    tracker = Listed(most=0)
    tracker.night(tonight("n01", *many(2)))
    assert tracker.night(tonight("n02", *many(1))) == []
    assert len(issue_mark(tracker.held[0].body).waiting) == 2
    tracker.night(tonight("n03", *many(1, "pass", 0.0)))
    assert [each.key.step for each in issue_mark(tracker.held[0].body).waiting] == ["s01"]
    assert tracker.open == [1]


def test_of_issues_that_are_there_twice_the_oldest_stays():
    tracker = Listed()
    tracker.night(tonight("n01", SLOW))
    tracker.add(tracker.held[0].title, tracker.held[0].body)
    tracker.add(tracker.held[0].title, tracker.held[0].body)
    assert tracker.night(tonight("n02", SLOW)) == ["say", "close", "say", "close", "say"]
    assert tracker.open == [1]
    assert "#1" in tracker.held[2].comments[-1].body
    assert tracker.night(tonight("n03", SLOW)) == ["say"]


def test_an_issue_that_somebody_muted_is_left_alone():
    tracker = Listed()
    tracker.night(tonight("n01", SLOW))
    tracker.change(1, is_muted=True)
    assert tracker.night(tonight("n02", SLOW)) == []
    assert tracker.night(tonight("n03", WELL)) == []
    tracker.change(1, is_open=False)
    assert tracker.night(tonight("n04", SLOW)) == []


def test_one_that_somebody_closed_is_opened_by_the_next_slow_night_not_by_the_same():
    tracker = Listed()
    tracker.night(tonight("n01", SLOW))
    tracker.change(1, is_open=False)
    assert tracker.night(tonight("n01", SLOW)) == []
    assert tracker.night(tonight("n02", SLOW)) == ["say", "reopen"]


def test_what_others_write_is_no_mark_of_ours():
    """Anybody may comment: a mark counts from whoever opened the issue only."""
    tracker = Listed()
    tracker.night(tonight("n01", SLOW))
    tracker.night(tonight("n02", SLOW))
    forged = tracker.held[0].comments[0].body.replace("n02", "n03")
    tracker.say(1, forged, author="somebody")
    assert tracker.night(tonight("n03", SLOW)) == ["say"]
    tracker.add("An issue of somebody's", "no mark at all")
    tracker.add("A broken mark", '<!-- tandem-issue {"key": 7} -->')
    tracker.add("A mark about nothing", '<!-- tandem-issue {"key": "x", "night": "n01"} -->')
    assert tracker.night(tonight("n04", WELL)) == ["say", "close"]
    assert tracker.open == [2, 3, 4]


def test_nights_of_two_environments_in_one_repository_keep_apart():
    """What is well in staging says nothing of production; the rest has an issue for each, too."""
    tracker = Listed(most=1)
    slow = tonight("n01", *many(2))
    tracker.night(slow)
    keys = [each.key.model_copy(update={"scope": "staging"}) for each in slow.regressed]
    regressed = [
        each.model_copy(update={"key": key}) for each, key in zip(slow.regressed, keys, strict=True)
    ]
    staging = {"scope": "staging", "regressed": tuple(regressed)}
    tracker.night(slow.model_copy(update=staging))
    assert [issue.title.startswith("(staging) ") for issue in tracker.held] == [0, 0, 1, 1]
    well = tonight("n02", *many(2, "pass", 0.0))
    tracker.night(well.model_copy(update={"scope": "staging"}))
    assert tracker.open == [1, 2]
    tracker.night(well)
    assert tracker.open == []


def test_comments_are_asked_for_where_they_matter_only():
    """Years of closed issues cost no request each."""
    tracker = Listed()
    tracker.night(tonight("n01", SLOW, unit("regression", 20.0, step="play")))
    tracker.night(tonight("n02", WELL, unit("pass", step="play")))
    assert tracker.open == []
    assert needs_comments(tracker.held, tonight("n03", SLOW)) == [1]
    assert needs_comments(tracker.held, tonight("n03")) == []
