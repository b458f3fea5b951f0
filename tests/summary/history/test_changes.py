"""Lines over the nights: what is usual, where it changed, and where nights are not comparable."""

from __future__ import annotations

import pytest

from summary.changes import changes_of
from summary.changes_models import Changes
from tests.summary.history.nights import FINGERPRINT, name_of, record
from tests.summary.history.test_history import decided, frozen
from tests.summary.regression.worlds import NIGHTS, of, slower, unchanged

SINCE = 35
STEP = ("journey-1", "step-2")


def made(table, decisions=(), **by_night):
    """What the nights of ``table`` come to; each of ``by_night`` says a fact by the night."""

    def night(index):
        return record(index, table, **{name: fact(index) for name, fact in by_night.items()})

    return changes_of(frozen(map(night, range(NIGHTS - 1)), decisions), night(NIGHTS - 1))


def machine(**facts):
    return lambda index: FINGERPRINT.model_copy(
        update={name: fact(index) for name, fact in facts.items()}
    )


def line(found, journey="journey-1", step="step-2", executor="k6", users=10):
    wanted = (journey, step, executor, users)
    (mine,) = [e for e in found.series if (e.journey, e.step, e.executor, e.users) == wanted]
    return mine


def test_a_change_has_its_night_its_size_and_what_changed_beside_it():
    found = made(
        slower(1.24, since=SINCE),
        app=lambda index: "r1" if index < SINCE else "r2",
        fingerprint=machine(tools=lambda index: {"k6": "1.1.0" if index < 10 else "1.2.0"}),
    )
    (change,) = found.changes
    assert (change.level, change.journey, change.step) == ("step", *STEP)
    assert abs(change.at - SINCE) <= 1
    assert change.effect_pct == pytest.approx(24, abs=4)
    assert set(change.sides_pct) == {"playwright", "k6"}
    assert change.origin == "back end" and "in k6" in change.came_from
    assert [(each.name, each.before, each.after) for each in change.beside] == [("app", "r1", "r2")]
    assert Changes.model_validate_json(found.model_dump_json()) == found


def test_a_change_of_one_side_is_told_as_such():
    found = made(slower(1.4, since=SINCE, executor="playwright"))
    (change,) = found.changes
    assert (change.journey, change.step, change.origin) == (*STEP, "front end")
    assert change.sides_pct["playwright"] > 30 and abs(change.sides_pct["k6"]) < 5


def test_a_slower_machine_is_no_change_of_a_step():
    slow = unchanged().slowed(lambda key: True, SINCE, 1.25)
    found = made(slow, fingerprint=machine(processor=lambda i: "one" if i < SINCE else "two"))
    (change,) = found.changes
    assert (change.level, change.journey, change.step) == ("everything", "", "")
    assert change.effect_pct == pytest.approx(25, abs=5)
    assert [(each.name, each.after) for each in change.beside] == [("processor", "two")]
    mine = line(found)
    assert len(mine.bands) == 1, "the machine is taken out of the line"


def test_nights_of_which_nothing_changed_have_no_change():
    found = made(unchanged())
    assert found.changes == () and found.breaks == ()
    inside = all_of = 0
    for each in found.series:
        (band,) = each.bands
        inside += sum(band.low_ms <= value <= band.high_ms for value in each.own_ms)
        all_of += len(each.own_ms)
    assert 0.9 < inside / all_of < 1


def test_machines_that_come_and_go_are_not_told_beside_a_change():
    def fleet(index):
        return ("one", "two", "three")[index * 7 % 3]

    found = made(slower(1.3, since=SINCE), fingerprint=machine(processor=fleet))
    assert found.changes[0].beside == ()


def test_a_line_breaks_where_nights_are_not_comparable_and_says_why():
    found = made(unchanged(), fingerprint=machine(cores=lambda index: 2 if index < 20 else 4))
    assert [(each.at, each.journey, each.why) for each in found.breaks] == [(20, "", "cores 2 → 4")]
    assert [each.is_comparable for each in found.nights] == [False] * 20 + [True] * 40
    mine = line(found)
    assert mine.own_ms[:20] == (None,) * 20 and None not in mine.own_ms[20:]
    assert None not in mine.measured_ms
    assert mine.bands[0].first == 20


def test_a_step_that_is_another_one_breaks_its_own_lines_and_no_others():
    def night(index):
        whole = record(index)
        series = tuple(
            each.model_copy(update={"digest": "new"})
            if (each.journey, each.step) == STEP and index >= 20
            else each
            for each in whole.series
        )
        return whole.model_copy(update={"series": series})

    found = changes_of(frozen(map(night, range(NIGHTS - 1))), night(NIGHTS - 1))
    (told,) = found.breaks
    assert (told.at, told.journey, told.step) == (20, *STEP)
    assert line(found).own_ms[:20] == (None,) * 20
    assert None not in line(found, step="step-1").own_ms


def test_a_journey_of_other_steps_breaks_once():
    def night(index):
        whole = record(index)
        series = tuple(
            each.model_copy(update={"digest": "new"})
            if each.journey == "journey-1" and index >= 20
            else each
            for each in whole.series
        )
        return whole.model_copy(update={"series": series})

    found = changes_of(frozen(map(night, range(25))), night(25))
    assert [(each.at, each.journey, each.step) for each in found.breaks] == [(20, "journey-1", "")]


def test_an_accepted_change_says_that_it_was():
    table = slower(1.3, since=SINCE)
    found = made(table, [decided("accept", name_of(SINCE + 1), "journey-1")])
    assert [each.accepted for each in found.changes] == ["r"]
    found = made(table, [decided("accept", name_of(SINCE + 1), "journey-2")])
    assert [each.accepted for each in found.changes] == [""]


def test_where_an_accepted_change_came_from_is_told_as_before():
    def requests(index):
        def sent(key, _):
            is_slower = (key.journey, key.step) == STEP and index >= SINCE
            return {"GET /": 13.0 if is_slower else 10.0}

        return sent

    table = slower(1.3, since=SINCE)
    (plain,) = made(table, requests=requests).changes
    accepted = [decided("accept", name_of(SINCE + 1), "journey-1")]
    (change,) = made(table, accepted, requests=requests).changes
    assert "GET /" in plain.came_from and change.came_from == plain.came_from


@pytest.mark.parametrize("before", [0, 1, 2, 5])
def test_few_nights_have_lines_and_nothing_is_claimed(before):
    found = changes_of(frozen(record(index) for index in range(before)), record(before))
    assert len(found.nights) == before + 1
    assert found.changes == () and len(found.series) == 60
    assert all(bool(each.bands) == (before + 1 >= 4) for each in found.series)


def test_a_series_that_nobody_rides_any_more_is_no_line():
    def night(index):
        whole = record(index)
        kept = tuple(each for each in whole.series if index < 50 or each.users != 100)
        return whole.model_copy(update={"series": kept})

    found = changes_of(frozen(map(night, range(NIGHTS - 1))), night(NIGHTS - 1))
    assert {each.users for each in found.series} == {1, 10}


def test_one_step_alone_is_not_taken_for_its_machine():
    def night(index):
        whole = record(index, slower(1.4, since=SINCE))
        kept = [each for each in whole.series if of()(each) and each.executor == "k6"]
        return whole.model_copy(update={"series": tuple(kept[:1])})

    found = changes_of(frozen(map(night, range(NIGHTS - 1))), night(NIGHTS - 1))
    assert any(each.effect_pct > 25 and each.step == STEP[1] for each in found.changes)
