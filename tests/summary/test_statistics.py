"""Exact figures from rows."""

from __future__ import annotations

import statistics

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from journeys.slo import parse_threshold
from summary.cell_samples import CellSamples
from tests.summary.builders import rows

MILLISECONDS = st.lists(st.integers(1, 10_000_000).map(lambda us: us / 1000), min_size=2)


def test_quantiles_lie_between_the_two_nearest_ranks(table):
    series = CellSamples.of(table(rows([100, 200, 300, 400])), 1).interactions("open")
    assert series.quantile_ms(0.5) == 250
    assert series.quantile_ms(0.95) == pytest.approx(385)
    assert series.quantile_ms(1.0) == 400
    assert series.mean_ms() == 250


@given(durations=MILLISECONDS)
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_quantiles_agree_with_those_of_the_standard_library(table, durations):
    series = CellSamples.of(table(rows(durations)), 1).interactions("open")
    expected = statistics.quantiles(durations, n=20, method="inclusive")
    assert series.quantile_ms(0.95) == pytest.approx(expected[18], abs=0.001)
    assert series.quantile_ms(0.5) == pytest.approx(statistics.median(durations), abs=0.001)


def test_errors_are_counted_beside_the_latency_and_not_in_it(table):
    samples = [*rows([100]), *rows([9000], ok=False)]
    series = CellSamples.of(table(samples), 1).interactions("open")
    assert (series.count, series.errors, series.error_rate) == (2, 1, 0.5)
    assert series.quantile_ms(0.99) == 100


def test_only_the_attempt_that_counts_is_looked_at(table):
    samples = [*rows([9000], attempt=1, ok=False), *rows([100], attempt=2)]
    series = CellSamples.of(table(samples), 2).interactions("open")
    assert (series.count, series.errors) == (1, 0)


def test_a_step_without_a_protocol_half_is_in_no_figure_of_the_whole(table):
    samples = [*rows([100]), *rows([0], step="look", has_protocol=False)]
    assert CellSamples.of(table(samples), 1).interactions().count == 1


def test_nothing_measured_is_none_and_never_zero(table):
    series = CellSamples.of(table([]), 1).interactions("open")
    measured = [series.measure(parse_threshold(text)) for text in THRESHOLDS]
    assert measured == [None] * len(THRESHOLDS)


def test_what_was_skipped_says_nothing_of_errors_nor_keeps_an_objective(table):
    skipped = [*rows([None, None, None], skipped=True)]
    series = CellSamples.of(table([*skipped, *rows([100]), *rows([1], ok=False)]), 1)
    some = series.interactions("open")
    assert (some.count, some.skipped, some.error_rate) == (5, 3, 0.5)
    assert some.measure(parse_threshold("count>0")) == 2
    none = CellSamples.of(table(skipped), 1).interactions("open")
    assert (none.count, none.skipped, none.error_rate) == (3, 3, None)
    assert [none.measure(parse_threshold(text)) for text in THRESHOLDS] == [None] * len(THRESHOLDS)
    assert none.intervals(500.0, 9.0).keys() == {"count", "throughput_per_s"}


THRESHOLDS = ("p(95)<1", "avg<1", "med<1", "min<1", "max<1", "rate<1", "count>1")


@pytest.mark.parametrize(
    ("text", "expected"),
    list(zip(THRESHOLDS, (290, 200, 200, 100, 300, 0.25, 4), strict=True)),
)
def test_each_metric_of_a_threshold(table, text, expected):
    samples = [*rows([100, 200, 300]), *rows([1], ok=False)]
    series = CellSamples.of(table(samples), 1).interactions("open")
    assert series.measure(parse_threshold(text)) == pytest.approx(expected)
