"""The terminal: what failed first, verdict and path last, never wider than asked for."""

from __future__ import annotations

import re

import pytest

from summary.reports.rendering import verdict_label
from summary.reports.terminal import render_terminal
from tests.summary.reports.builders import finding

PATH = "/srv/results/20261123-091500/report.html"


@pytest.mark.parametrize("width", [40, 57, 80, 120, 200])
def test_no_line_is_wider_than_asked_for_except_the_path(run, width):
    *lines, last = render_terminal(run, PATH, width).splitlines()
    assert max(map(len, lines)) <= width
    assert last == f"Report: {PATH}"


@pytest.mark.parametrize(
    ("width", "numbers"),
    [
        (40, ["212", "38.2"]),
        (60, ["212", "314", "38.2", "56.5"]),
        (80, ["212", "314", "285", "38.2", "56.5", "51.2", "100"]),
    ],
)
def test_medians_of_every_number_of_users_stand_where_there_is_room(runs, width, numbers):
    """Else those of the fewest, with p95 or without."""
    lines = render_terminal(runs["nightly"], PATH, width).splitlines()
    row = next(line for line in lines if "open-home" in line)
    assert re.findall(r"\d[\d.]*", row) == numbers
    users = next((line.split() for line in lines if line.split()[:1] == ["users"]), None)
    assert users == (["users", "1", "10", "1", "10", "100"] if width == 80 else None)


def test_an_executor_that_did_not_ride_has_no_columns(runs):
    said = render_terminal(runs["narrowed"], PATH, 80)
    assert "k6 at 1 user:" in said and "playwright" not in said.partition("Milliseconds")[2]


def test_errors_of_all_cells_stand_beside_their_step(runs):
    for width in (60, 120):
        lines = render_terminal(runs["nightly"], PATH, width).splitlines()
        (heading,) = [line for line in lines if line.endswith("errors")]
        with_errors = [line.split() for line in lines if re.search(r"  4$", line)]
        assert heading and [line[-1] for line in with_errors] == ["4"]
        assert "search" in with_errors[0]


def test_failing_cells_come_first_with_step_and_reason(runs):
    said = render_terminal(runs["failed"], PATH, 200)
    assert said.startswith("failed: play-start-stream, playwright, 1 user, step search: Timeout")
    first = render_terminal(runs["invalid"], PATH, 200).splitlines()[0]
    assert first.startswith("invalid: favorite-track, k6, 1 user: The generator was late")


def test_a_refused_spec_is_told_once_with_its_hint_on_a_line_of_its_own(runs):
    lines = render_terminal(runs["refused"], PATH, 200).splitlines()
    assert lines[0].startswith("refused: account-login: journeys/account-login.yaml:12")
    assert lines[1] == "  Give the step a selector, or take the step out."
    cells = tuple(each.model_copy(update={"outcome": "failed"}) for each in runs["pass"].cells)
    run = runs["refused"].model_copy(update={"cells": cells})
    said = render_terminal(run, PATH, 200)
    assert (said.count("account-login,"), said.count("refused: ")) == (0, 1)


def test_the_slos_of_a_broken_cell_are_left_to_the_report(runs):
    run, said = runs["failed"], "SLO rate<=0 is missed: 50 % of the interactions failed."
    of_the_broken = finding("error", "slo", said, ("play-start-stream", "playwright", 1, ""))
    of_another = finding("error", "slo", said, ("favorite-track", "k6", 1, ""))
    run = run.model_copy(update={"findings": (of_the_broken, of_another, *run.findings)})
    lines = render_terminal(run, PATH, 200).splitlines()
    assert [line.split(":")[1].strip() for line in lines if line.startswith("slo:")] == [
        "favorite-track, k6, 1 user"
    ]


def test_an_overridden_pacing_is_told_once(runs):
    run = runs["narrowed"].model_copy(update={"verdict": "fail"})
    said = render_terminal(run, PATH, 300)
    assert (said.count("Pacing overridden."), "pacing: " in said) == (1, False)


def test_of_a_spec_with_many_faults_the_first_lines_are_told(runs):
    journeys = tuple(
        each.model_copy(update={"fault": "\n".join(f"a.yaml:{at}: wrong" for at in range(9))})
        for each in runs["pass"].journeys[:1]
    )
    said = render_terminal(runs["pass"].model_copy(update={"journeys": journeys}), PATH, 200)
    assert "  a.yaml:3: wrong\n  … doit validate says all 9 lines" in said


def test_ends_with_verdict_and_path(run):
    *_, verdict, path = render_terminal(run, PATH, 200).strip().split("\n\n")
    assert verdict.startswith(f"{verdict_label(run.verdict)} — ")
    assert path == f"Report: {PATH}"


def test_a_run_that_is_not_whole_says_so_beside_its_verdict(runs):
    verdict = render_terminal(runs["narrowed"], PATH, 300).split("\n\n")[-2]
    assert "executor=k6, journey=play-start-stream, pacing=0.2" in verdict
    assert "Pacing overridden." in verdict
    assert "1 flaky" in render_terminal(runs["nightly"], PATH, 300).split("\n\n")[-2]


def test_hostile_text_controls_no_terminal(runs):
    said = render_terminal(runs["hostile"], "/tmp/\x1b[2Jx\u202e/report.html", 80)  # noqa: S108
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", said)


def test_many_failures_are_bounded_and_counted(runs):
    run = runs["failed"]
    said = render_terminal(run.model_copy(update={"cells": run.cells[:1] * 40}), PATH, 80)
    assert "… and 31 more in the report" in said
