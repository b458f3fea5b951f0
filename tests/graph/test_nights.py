"""Which night a call goes on with."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from graph import nights
from tandem.errors import SettingsError
from tandem.files import write_json

BEGUN = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)
PLAN = SimpleNamespace(settings={"history": {"location": "h", "open_hours": 12.0}})


@pytest.fixture
def view(tmp_path):
    return SimpleNamespace(build=tmp_path)


@pytest.fixture
def at(monkeypatch):
    def turn(moment):
        monkeypatch.setattr(nights, "now", lambda: moment)

    turn(BEGUN)
    return turn


def begin(view, night="2026-11-23", asked=False, location="h"):
    write_json(
        nights.night_file(view),
        {"night": night, "asked": asked, "begun_at": BEGUN.isoformat(), "location": location},
    )


def finish(view, night="2026-11-23"):
    write_json(nights.remembered_file(view), {"night": night, "sha256": ""})


def test_without_a_night_one_begins(view, at):
    assert not nights.night_is_current(view, PLAN, "")


@pytest.mark.parametrize("finished", [False, True])
def test_the_same_date_is_the_same_night(view, at, finished):
    begin(view)
    if finished:
        finish(view)
    assert nights.night_is_current(view, PLAN, "")


@pytest.mark.parametrize(("hours", "goes_on"), [(1, True), (11.9, True), (12.1, False)])
def test_an_open_night_is_gone_on_with_past_midnight(view, at, hours, goes_on):
    begin(view)
    at(BEGUN + timedelta(hours=hours))
    assert nights.night_is_current(view, PLAN, "") == goes_on


def test_after_a_finished_night_the_next_date_is_another(view, at):
    begin(view)
    finish(view)
    at(BEGUN + timedelta(hours=1))
    assert not nights.night_is_current(view, PLAN, "")


def test_what_was_remembered_of_an_earlier_night_does_not_close_this_one(view, at):
    begin(view)
    finish(view, "2026-11-22")
    at(BEGUN + timedelta(hours=1))
    assert nights.night_is_current(view, PLAN, "")


def test_a_named_night_stands_as_long_as_it_is_asked_for(view, at):
    begin(view, "release-7", asked=True)
    assert nights.night_is_current(view, PLAN, "release-7")
    assert not nights.night_is_current(view, PLAN, "release-8")
    assert not nights.night_is_current(view, PLAN, "")


def test_another_history_is_another_night(view, at):
    begin(view, location="elsewhere")
    assert not nights.night_is_current(view, PLAN, "")


def test_a_name_is_a_files_name():
    assert nights.checked_night("pr-17.2") == "pr-17.2"
    for name in ("../x", "a/b", "-x", "a b", "x" * 65):
        with pytest.raises(SettingsError, match="expected a name such as"):
            nights.checked_night(name)


def test_the_record_that_changed_is_put_there_again(view):
    file = view.build / "summary" / "night.json"
    assert not nights.night_is_remembered(view)
    file.parent.mkdir()
    file.write_bytes(b"first")
    write_json(nights.remembered_file(view), nights.note_of("n", b"first"))
    assert nights.night_is_remembered(view)
    file.write_bytes(b"second")
    assert not nights.night_is_remembered(view)
