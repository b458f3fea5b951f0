"""What is said when somebody decides where usual begins."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from graph import nightly
from summary.history.baselines import baseline_stamps
from summary.history.frozen import night_file
from summary.history.records import to_text
from summary.history.stores import open_store
from tests.summary.history.nights import record

VIEW = SimpleNamespace(name="nightly")


@pytest.fixture
def plan(tmp_path):
    """A plan whose history holds three nights."""
    location = str(tmp_path / "history")
    for number in range(3):
        night = record(number)
        open_store(location).write(night_file("nightly", night.night), to_text(night).encode())
    return SimpleNamespace(settings={"history": {"location": location}})


def baselines(plan):
    """The runs with which usual begins."""
    return baseline_stamps(open_store(plan.settings["history"]["location"]), VIEW.name)


@pytest.mark.parametrize(("journey", "of"), [("", ""), ("search", " of search")])
def test_the_newest_night_is_the_first_of_the_level_that_is_accepted(plan, capsys, journey, of):
    assert nightly.accept_baseline(plan, VIEW, "reads two tables more", journey) is None
    before, newest = (record(number).night for number in (1, 2))
    assert capsys.readouterr().out.splitlines() == [
        f"What was usual{of} until {before} is past: {newest} is the first night of the new level.",
        f"Until 27 of its nights are known, nothing{of} is called slower.",
    ]
    assert baselines(plan) == {record(2).stamp}


def test_a_night_is_pinned_by_its_name_too(plan, capsys):
    night = record(1).night
    assert nightly.pin_baseline(plan, VIEW, night, "", "") is None
    assert capsys.readouterr().out == f"What is usual begins with {night}.\n"
    assert baselines(plan) == {record(1).stamp}


@pytest.mark.parametrize(
    ("run", "said"),
    [
        ("", "baseline_pin needs the run with which usual begins"),
        ("latest", "run=latest: no night of that stamp or name"),
    ],
)
def test_what_is_pinned_has_to_be_a_night(plan, run, said):
    fault = nightly.pin_baseline(plan, VIEW, run, "", "")
    assert fault is not None
    assert said in fault.get_msg()
    assert fault.exit_code == 3
    assert "`doit history` lists" in fault.get_msg()
