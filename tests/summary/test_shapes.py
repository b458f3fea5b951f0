"""Shapes and failures: what a report draws and quotes is what the rows hold."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from summary.cell_samples import MOST_FAILURES, CellSamples
from summary.figures import errors_of
from summary.reports.page import as_json
from summary.reports.rendering import failure_rank
from summary.reports.vitals import Vital
from summary.shapes import QUANTILES, SLICES, shapes
from tests.summary.builders import START_US, outcome, rows


def shape_of(samples):
    (cell,) = shapes([(outcome(), samples)]).cells
    return cell


@pytest.fixture
def samples(table):
    """Return a cell's samples from rows."""
    return lambda made, users=1: CellSamples.of(table(made, users), 1)


def test_few_samples_are_all_there_and_in_order(samples):
    (step,) = shape_of(samples(rows([300, 100, 200]))).steps
    assert (step.step, step.count, step.quantiles_ms) == ("open", 3, (100, 200, 300))


def test_many_samples_are_their_quantiles_from_least_to_greatest(samples):
    durations = [float(each) for each in range(1, 1002)]
    (step,) = shape_of(samples(rows(durations))).steps
    assert len(step.quantiles_ms) == QUANTILES
    assert step.quantiles_ms[0] == 1 and step.quantiles_ms[-1] == 1001
    assert step.quantiles_ms[50] == np.median(durations)


def test_the_course_holds_the_median_and_the_slowest_of_each_part(samples):
    # Two samples at each moment, 3 s apart: a slow and a fast one, and slower in the second half.
    fast, slow = [10] * 20 + [30] * 20, [20] * 20 + [90] * 20
    course = shape_of(samples([*rows(fast), *rows(slow)])).steps[0].course
    assert len(course.at_s) <= SLICES and sum(course.count) == 80
    assert course.p50_ms[0] == 15 and course.p50_ms[-1] == 60
    assert course.max_ms[0] == 20 and course.max_ms[-1] == 90
    assert list(course.at_s) == sorted(course.at_s) and course.at_s[-1] < 40 * 3


def test_a_part_in_which_everything_failed_has_no_latency(samples):
    course = shape_of(samples(rows([5, 6], ok=False))).steps[0].course
    assert course.p50_ms == (None, None) and course.errors == (1, 1)


def test_warm_up_and_steps_without_a_protocol_half_have_no_shape(samples):
    silent = rows([0, 0], step="look", has_protocol=False)
    warm = [dataclasses.replace(each, warmup=True) for each in rows([1], step="warm")]
    cell = shape_of(samples([*warm, *rows([100, 200]), *silent]))
    assert [step.step for step in cell.steps] == ["open"]


def test_a_cell_without_samples_has_no_steps(samples):
    assert shape_of(samples([])).steps == ()


def failed(text, *, at=0, vu=1, **changes):
    """One failed request."""
    (row,) = rows([10], ok=False)
    facts = {"kind": "request", "name": "GET /", "status": 500, "error": text, "vu": vu}
    return dataclasses.replace(row, start_us=START_US + at * 1_000_000, **(facts | changes))


def test_failures_that_differ_in_numbers_only_are_one_with_the_first_as_example(samples):
    made = samples(
        [
            *rows([100]),
            failed("port 4711 refused", at=3, vu=2),
            failed("port 99 refused", at=1, vu=7),
            failed("port 99 refused", at=5, status=None),
            failed("warm", at=6, warmup=True),
        ],
        users=10,
    )
    most, other = errors_of(outcome(), made)
    assert (most.count, most.text, most.user, most.first_at_s) == (2, "port 99 refused", 7, 1.0)
    assert (other.count, other.status) == (1, None)


def test_failures_of_one_cell_are_bounded(samples):
    made = samples([failed("x" * at, at=at) for at in range(1, 90)])
    assert len(list(errors_of(outcome(), made))) == MOST_FAILURES


def test_what_a_page_complained_of_comes_after_what_failed(samples):
    """Pages complain a lot; a failure is never left out for it."""
    loud = {"kind": "message", "name": "page error", "status": None}
    made = samples([failed("x is undefined", **loud), failed("x is undefined", **loud, at=1)])
    assert [(each.kind, each.count) for each in errors_of(outcome(), made)] == [("message", 2)]
    both = samples([failed("x is undefined", **loud, at=at) for at in range(9)] + [failed("no")])
    found = list(errors_of(outcome(), both))
    assert [each.text for each in found] == ["no", "x is undefined"]
    found.reverse()
    assert [each.text for each in sorted(found, key=failure_rank)] == ["no", "x is undefined"]


@pytest.mark.parametrize(
    ("name", "p75", "rating"),
    [
        ("LCP", 2500, "good"),
        ("LCP", 2500.1, "needs improvement"),
        ("INP", 500, "needs improvement"),
        ("INP", 501, "poor"),
        ("CLS", 0.26, "poor"),
        ("TTFB", 800, "good"),
        ("long task", 9e9, ""),
    ],
)
def test_vitals_are_rated_at_the_published_thresholds(name, p75, rating):
    assert Vital(name, p75, "ms", 1).rating == rating


def test_what_charts_are_drawn_from_can_end_no_element():
    said = as_json({"step": "</script><!--<script>&\u2028"})
    assert not set("<>&\u2028") & set(said)
