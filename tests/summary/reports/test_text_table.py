"""Tables for a terminal: names whole wherever there is room, and never without their journey."""

from __future__ import annotations

import pytest

from summary.compare import compare
from summary.reports.compare_page import render_comparison_text
from summary.reports.terminal import render_terminal
from summary.reports.text_table import draw
from tests.summary.reports.beside import with_intervals
from tests.summary.reports.builders import STEPS

HEADERS = [("journey", "step", "p50")]
ROWS = [("play", "open-home", "9"), ("sign-in", "open", "12"), ("play", "search", "101")]


def test_with_room_a_group_stands_beside_the_first_of_its_rows():
    assert draw(HEADERS, [ROWS[0], ROWS[2], ROWS[1]], 80, "llr").splitlines() == [
        "journey  step       p50",
        "-------  ---------  ---",
        "play     open-home    9",
        "         search     101",
        "sign-in  open        12",
    ]


def test_without_room_it_stands_above_all_of_its_rows():
    assert draw(HEADERS, ROWS, 20, "llr").splitlines() == [
        "  step       p50",
        "  ---------  ---",
        "play",
        "  open-home    9",
        "  search     101",
        "sign-in",
        "  open        12",
    ]


def test_what_is_still_too_long_is_cut_in_the_middle():
    assert draw(HEADERS, ROWS, 12, "llr").splitlines()[3] == "  op…me    9"
    assert max(map(len, draw(HEADERS, ROWS, 12, "llr").splitlines())) <= 12


@pytest.mark.parametrize("width", [40, 60, 80, 120, 200])
def test_no_row_stands_without_its_journey(runs, width):
    """Journeys have steps of the same name: which one it is must be seen."""
    before = with_intervals(runs["pass"])
    said = render_comparison_text(compare(before, with_intervals(before, factor=2)), "x", width)
    for text in (said, render_terminal(runs["pass"], "x", width)):
        assert all(name in text for name in STEPS)
    assert "start-playback" in said and "wait-for-result" in said
