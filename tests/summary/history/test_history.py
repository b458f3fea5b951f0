"""What of the history a night is held against."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import replace
from math import isnan
from pathlib import Path

import numpy as np
import pytest

from summary.history.assemble import assemble, comparable, request_values
from summary.history.frozen import (
    FrozenHistory,
    freeze,
    night_file,
    read_frozen,
    write_frozen,
)
from summary.history.imports import imported_nights
from summary.history.records import Decision, decision_from, night_from, to_text
from summary.history.stores import open_store
from summary.night_models import InvalidCell
from summary.regressions import findings_of, judge_night_of
from tandem.errors import ArtifactError
from tests.summary.history.nights import FINGERPRINT, name_of, record
from tests.summary.regression.test_backtest import written
from tests.summary.regression.worlds import SINCE, slower, unchanged

RECORDED = Path(__file__).parents[1] / "recorded"


def frozen(nights, decisions=(), **others):
    return FrozenHistory(
        night=name_of(SINCE),
        location="history",
        profile="nightly",
        nights=tuple(nights),
        decisions=tuple(decisions),
        **others,
    )


def decided(kind, night, journey=""):
    return Decision(kind=kind, night=night, reason="r", journey=journey, decided_at="2026-11-01")


def known(table):
    return sum(not isnan(value) for value in table.loc[:-1].flat)


def test_a_record_reads_as_it_was_written():
    night = record(3)
    assert night_from(to_text(night).encode(), "x") == night
    decision = decided("accept", "2026-01-03")
    assert decision_from(to_text(decision).encode(), "x") == decision


@pytest.mark.parametrize("share", [0.1, 0.5, 0.99])
def test_half_of_a_record_is_no_night(share):
    text = to_text(record(3)).encode()
    with pytest.raises(ArtifactError, match=r"nights/a\.json: torn"):
        night_from(text[: int(len(text) * share)], "nights/a.json")


def test_a_record_that_was_altered_is_no_night():
    text = to_text(record(3)).replace('"errors": 0', '"errors": 7', 1)
    with pytest.raises(ArtifactError, match="altered"):
        night_from(text.encode(), "a.json")


def later_text(version):
    """A record of a later version, with its digest as it should be."""
    body = json.loads(to_text(record(3)))["record"] | {"schema_version": version}
    digest = hashlib.sha256(json.dumps(body, sort_keys=True, ensure_ascii=False).encode())
    return json.dumps({"sha256": digest.hexdigest(), "record": body}).encode()


def test_a_record_of_another_version_is_named():
    with pytest.raises(ArtifactError, match="of version 3; this Tandem reads 1 and 2"):
        night_from(later_text(3), "a.json")


def test_nights_of_the_first_version_read_beside_those_of_now():
    """As written by the Tandem of then: a file, not what today's code makes of it."""
    first = night_from((RECORDED / "night-version-1.json").read_bytes(), "first")
    assert (first.schema_version, first.night, first.stamp) == (1, "n01", "20261127-101500")
    (search,) = [each for each in first.series if each.step == "search"]
    assert (search.loc_ms, search.digest, search.requests) == (41.25, "8d01c40a7e2f9b13", {})
    assert first.fingerprint is not None and first.fingerprint.journeys == {}


def test_digests_of_two_versions_say_nothing_of_each_other():
    """What was another step in the nights of version 1 is left out, and no more than that."""
    was = [record(index, schema_version=1, digest="x" if index < 2 else "y") for index in range(5)]
    now = [record(index, digest="z") for index in range(5, 8)]
    table = assemble(frozen([*was, *now[:-1]]), now[-1])
    assert table.nights == tuple(map(name_of, range(2, 8)))
    assert not np.isnan(table.loc).any()


def test_only_nights_before_this_one_are_frozen_and_torn_ones_are_told(tmp_path):
    store = open_store(str(tmp_path))
    for index in (1, 2, 3):
        text = to_text(record(index)).encode()
        store.write(night_file("nightly", name_of(index)), text[:50] if index == 2 else text)
    found = freeze(store, str(tmp_path), name_of(3), "nightly")
    assert [night.night for night in found.nights] == [name_of(1)]
    assert len(found.unreadable) == 1
    assert "torn" in found.unreadable[0]
    write_frozen(tmp_path, found)
    assert read_frozen(tmp_path) == found


def test_nights_of_other_machines_are_left_out():
    others = FINGERPRINT.model_copy(update={"cores": 8})
    browser = FINGERPRINT.model_copy(update={"tools": {"k6": "1.2.0"}, "processor": "two"})
    nights = [record(0), record(1, fingerprint=others), record(2, fingerprint=browser)]
    found = comparable(frozen(nights), record(3))
    assert [night.night for night in found] == [name_of(0), name_of(2)]


def test_a_step_that_changed_begins_anew_and_others_do_not():
    before = [record(index) for index in range(5)]
    tonight = record(5)
    changed = tonight.model_copy(
        update={
            "series": tuple(
                each.model_copy(update={"digest": "new"})
                if (each.journey, each.step) == ("journey-1", "step-2")
                else each
                for each in tonight.series
            )
        }
    )
    whole, cut = assemble(frozen(before), tonight), assemble(frozen(before), changed)
    assert known(whole) - known(cut) == 5 * 5
    for column, key in enumerate(cut.series):
        if (key.journey, key.step) == ("journey-1", "step-2"):
            assert all(isnan(value) for value in cut.loc[:-1, column])


@pytest.mark.parametrize(
    ("decision", "left"),
    [
        (decided("accept", name_of(2)), 2 * 60),
        (decided("accept", name_of(2), "journey-1"), 5 * 60 - 3 * 20),
        (decided("pin", name_of(2)), 3 * 60),
    ],
)
def test_decisions_say_which_nights_are_usual(decision, left):
    nights = [record(index) for index in range(5)]
    assert known(assemble(frozen(nights, [decision]), record(5))) == left


def test_what_was_accepted_away_says_nothing_of_requests_either():
    nights = [record(index, requests=lambda *_: {"GET /": 5.0}) for index in range(6)]
    history = frozen(nights[:-1], [decided("accept", name_of(2), "journey-1")])
    keys, values = request_values(history, nights[-1], assemble(history, nights[-1]))
    for key, column in zip(keys, values.T, strict=True):
        is_mine = key.series.journey == "journey-1"
        assert list(np.isnan(column)) == [is_mine] * 3 + [False] * 3


def judged(table, index=SINCE + 1):
    history = frozen(record(each, table) for each in range(index))
    return judge_night_of(history, record(index, table))


def test_a_regression_is_told_once_with_where_to_look():
    found = findings_of(judged(slower(1.3)))
    (told,) = [each for each in found if each.severity == "error"]
    assert (told.journey, told.step, told.kind) == ("journey-1", "step-2", "regression")
    assert "Back end: step step-2" in told.text
    assert "in 2 of the last 7 nights" in told.text


def test_what_is_slow_in_the_browser_only_is_said_to_be():
    found = findings_of(judged(slower(1.5, executor="playwright")))
    texts = [each.text for each in found if each.severity == "error"]
    assert any("Front end: step step-2 +5" in text for text in texts), texts


def test_a_first_night_is_a_cold_start_and_no_alarm():
    found = judge_night_of(frozen([]), record(0))
    assert {each.verdict for each in found.units} <= {"insufficient precision"}
    (told,) = findings_of(found)
    assert told.severity == "info"
    assert "No comparable night is known yet; whether a step is slower" in told.text


def test_no_regression_says_how_small_a_slowdown_would_have_been_found():
    (told,) = [each for each in findings_of(judged(unchanged())) if each.severity == "info"]
    assert "would show within two nights" in told.text
    low, high = re.search(r"of one step: (\d+) to (\d+) %", told.text).groups()
    assert 3 <= int(low) < int(high) < 25


def test_steps_that_differ_too_much_are_named_and_never_pass():
    wild, noise = unchanged(), np.random.default_rng(3)
    columns = [key.step == "step-2" for key in wild.series]
    loc = wild.loc.copy()
    loc[:, columns] += noise.normal(0, 0.5, (len(loc), 1))
    found = judged(replace(wild, loc=loc))
    (told,) = [each for each in findings_of(found) if "Insufficient precision" in each.text]
    assert told.severity == "warning" and "journey-1 (step-2)" in told.text


def test_a_cell_that_is_not_ok_is_said_to_be_held_against_nothing():
    broken = InvalidCell(journey="journey-1", executor="k6", users=10, outcome="invalid")
    nights = [record(each) for each in range(SINCE)]
    found = judge_night_of(frozen(nights), record(SINCE), invalid=(broken,))
    texts = [each.text for each in findings_of(found) if each.severity == "warning"]
    assert any("not ok tonight (journey-1, k6, users=10)" in each for each in texts)


def test_a_cold_start_says_which_nights_are_not_held_against_it():
    small = FINGERPRINT.model_copy(update={"cores": 2, "runner": "small"})
    nights = [record(0), *(record(index, fingerprint=small) for index in (1, 2))]
    (told,) = findings_of(judge_night_of(frozen(nights), record(3)))
    assert told.text.startswith("1 comparable night is known; whether a step")
    assert told.text.endswith("2 more are of another kind (cores 2 → 4, runner small → not named).")


def test_a_night_without_any_figure_is_judged_without_a_fault():
    empty = record(5).model_copy(update={"series": ()})
    assert judge_night_of(frozen([record(1)]), empty).units == ()


def test_a_table_of_nights_is_taken_in(tmp_path):
    table = written(unchanged(), tmp_path / "nights.csv")
    nights = imported_nights(table, "nightly")
    assert [night.night for night in nights][:2] == ["000000", "000001"]
    assert json.loads(to_text(nights[0]))["record"]["fingerprint"] is None
    again = assemble(frozen(nights[:40]), record(40))
    assert again.loc[:40] == pytest.approx(unchanged().loc[:40], abs=1e-4)
