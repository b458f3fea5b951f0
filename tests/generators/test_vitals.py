"""Web Vitals from what a page reports."""

from __future__ import annotations

from typing import Any

import pytest

from generators.rider.vitals import Measured, reactions, vitals


def shift(at: float, value: float) -> dict[str, Any]:
    return {"type": "layout-shift", "at": at, "value": value}


def reaction(at: float, value: float, number: int, kind: str = "event") -> dict[str, Any]:
    return {"type": kind, "at": at, "value": value, "id": number}


def paint(at: float, name: str = "first-contentful-paint") -> dict[str, Any]:
    return {"type": "paint", "at": at, "name": name}


def largest(at: float) -> dict[str, Any]:
    return {"type": "largest-contentful-paint", "at": at}


PAINTED = paint(1.0)


def cls(*shifts: dict[str, Any]) -> float:
    (found,) = [each for each in reactions([PAINTED, *shifts]) if each.name == "CLS"]
    return found.value


def inp(*entries: dict[str, Any]) -> Measured | None:
    return next((each for each in reactions(entries) if each.name == "INP"), None)


def test_the_first_paint_and_the_last_of_the_largest_count() -> None:
    """The first paint of anything is not the first of content."""
    entries = [paint(5, "first-paint"), paint(9), largest(9), largest(30)]
    assert list(vitals(entries)) == [Measured("FCP", 9, 9), Measured("LCP", 30, 30)]


def test_the_first_byte_comes_from_the_navigation() -> None:
    """A document without one, such as about:blank, has none."""
    assert list(vitals([{"type": "navigation", "at": 0, "phases": {"ttfb": 12.5}}])) == [
        Measured("TTFB", 12.5, 12.5)
    ]
    assert list(vitals([{"type": "navigation", "at": 0, "phases": {"ttfb": 0}}])) == []


def test_what_is_painted_while_nobody_can_see_it_does_not_count() -> None:
    """A page in the background paints when it likes."""
    hidden = {"type": "hidden", "at": 20}
    painted = [paint(10), largest(11), largest(30)]
    assert [each.value for each in vitals([hidden, *painted])] == [10, 11]
    assert list(vitals([hidden, paint(25), largest(30)])) == []


@pytest.mark.parametrize(
    ("shifts", "worst"),
    [
        ([], 0.0),
        ([(100, 0.1)], 0.1),
        ([(100, 0.1), (1099, 0.1)], 0.2),
        ([(100, 0.1), (1100, 0.1)], 0.1),
        ([(100, 0.1), (200, 0.1), (2000, 0.3)], 0.3),
        ([(0, 0.1), (900, 0.1), (1800, 0.1), (2700, 0.1), (3600, 0.1), (4500, 0.1)], 0.6),
        ([*((at * 900, 0.1) for at in range(6)), (5399, 0.1)], 0.6),
        ([(100, 0.0), (1050, 0.1)], 0.1),
    ],
)
def test_layout_shifts_add_up_within_a_window(shifts: list[Any], worst: float) -> None:
    """A pause of a second ends a window, and so does its fifth second."""
    assert cls(*(shift(at, value) for at, value in shifts)) == pytest.approx(worst)


def test_a_window_is_where_it_began() -> None:
    """So that the step can be told."""
    found = list(reactions([PAINTED, shift(100, 0.1), shift(2000, 0.2), shift(2500, 0.2)]))
    assert found == [Measured("CLS", 0.4, 2000)]


def test_a_document_that_was_never_painted_has_no_shift_at_all() -> None:
    """Not even none."""
    assert list(reactions([{"type": "hidden", "at": 1}])) == []


def test_the_slowest_interaction_counts_once_whatever_events_it_had() -> None:
    """The events of one click share a number; those of no interaction have none."""
    found = inp(reaction(1, 40, 7), reaction(2, 64, 7), reaction(9, 48, 8), reaction(20, 500, 0))
    assert found == Measured("INP", 64, 2)
    assert inp(reaction(20, 500, 0)) is None


def test_a_first_input_counts_however_short() -> None:
    """Events below 16 ms are reported of the first input only."""
    assert inp(reaction(3, 8, 5, "first-input")) == Measured("INP", 8, 3)


def test_of_many_interactions_one_in_fifty_may_be_slow() -> None:
    """The slowest of 50 is left out, the two slowest of 100."""
    many = [reaction(at, 20 + at, at) for at in range(1, 101)]
    assert [found.value for found in map(inp_of, (many[:49], many[:50], many))] == [69, 69, 118]


def inp_of(entries: list[dict[str, Any]]) -> Measured:
    found = inp(*entries)
    assert found is not None
    return found
