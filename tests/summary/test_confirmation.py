"""Which cells of a night are ridden once more."""

from __future__ import annotations

import pytest

from summary.confirmation import choose, in_order
from summary.night_models import NightJudged, UnitVerdict
from tests.summary.builders import outcome


def unit(verdict="suspect", **about):
    said = {"unit": "step", "journey": "a", "step": "s", "executor": "", "users": 0, **about}
    figures = {
        "metric": "loc",
        "effect_pct": 20.0,
        "interval_pct": (10.0, 30.0),
        "p_adjusted": 0.05,
        "detectable_pct": 10.0,
        "nights": ("n",),
    }
    return UnitVerdict(verdict=verdict, **said, **figures)


def night(*units):
    return NightJudged(night="n", location="", nights=30, nights_needed=27, units=units)


def cell(journey, executor="k6", users=1, seconds=10, verdict="ok"):
    return outcome(journey=journey, executor=executor, users=users, outcome=verdict).model_copy(
        update={
            "started_at": "2026-11-23T01:00:00+00:00",
            "ended_at": f"2026-11-23T01:{seconds // 60:02d}:{seconds % 60:02d}+00:00",
        }
    )


CELLS = [
    cell("a"),
    cell("a", "playwright"),
    cell("b", seconds=30),
    cell("c", users=10, seconds=20),
    cell("c", verdict="failed", seconds=5),
]


def chosen(*units, most=5, minutes=30.0):
    suspects, control, left_out = choose(night(*units), CELLS, most, minutes)
    names = [(each.journey, each.executor, each.users) for each in suspects]
    return names, control and (control.journey, control.users), left_out


def test_a_quiet_night_rides_nothing_again():
    """An improvement and a regression that is sure already need no second look."""
    assert chosen(unit("regression"), unit("improvement"), unit("pass")) == ([], None, 0)


def test_a_suspect_s_cells_are_ridden_with_the_quickest_sound_control():
    """A broken cell is no control, and no suspect."""
    assert chosen(unit()) == ([("a", "k6", 1), ("a", "playwright", 1)], ("c", 10), 0)


@pytest.mark.parametrize(
    ("about", "expected"),
    [
        ({"unit": "journey", "step": ""}, [("a", "k6", 1), ("a", "playwright", 1)]),
        ({"unit": "series", "executor": "playwright", "users": 1}, [("a", "playwright", 1)]),
        (
            {"unit": "cell", "journey": "", "step": "", "executor": "k6", "users": 1},
            [("a", "k6", 1), ("b", "k6", 1)],
        ),
    ],
)
def test_only_what_a_suspect_is_over_is_ridden(about, expected):
    """A journey, a single series, or one kind of cell over all journeys."""
    assert chosen(unit(**about))[0] == expected


@pytest.mark.parametrize(("most", "minutes"), [(1, 30), (5, 0.2)])
def test_number_and_time_are_bounded(most, minutes):
    """What is beyond them is counted."""
    assert chosen(unit(), most=most, minutes=minutes) == ([("a", "k6", 1)], ("c", 10), 1)


def test_nothing_at_all_when_nothing_may_be():
    """A control alone would show nothing."""
    assert chosen(unit(), most=0) == ([], None, 2)


def test_the_control_is_in_the_middle():
    """What the machine does meanwhile, it does to both."""
    roles = [role for _, role in in_order(CELLS[:3], CELLS[3])]
    assert roles == ["suspect", "suspect", "control", "suspect"]
