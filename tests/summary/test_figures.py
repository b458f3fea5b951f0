"""The figures of a cell's series, and which samples they are of."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from summary.cell_samples import CellSamples
from summary.figures import readings_of, series_of
from summary.tables.samples import Sample
from tests.summary.builders import START_US, outcome, rows

TARGET_MS = 500.0


def figures(table, samples, **cell):
    rows = table(samples, cell.get("users", 1))
    found = series_of(outcome(**cell), CellSamples.of(rows, 1), TARGET_MS)
    return {(row.kind, row.step, row.name): row for row in found}


def of_users(durations):
    """One interaction of each user, and ten of the last one."""
    for user, duration in enumerate(durations, start=1):
        (row,) = rows([duration])
        yield replace(row, vu=user)


def test_apdex_counts_the_satisfied_and_half_of_the_tolerating(table):
    samples = [*rows([100, 500, 501, 2000, 2001]), *rows([1], ok=False)]
    row = figures(table, samples)["interaction", "open", "open"]
    assert row.apdex == pytest.approx((2 + 2 * 0.5) / 6, abs=0.001)


def test_every_figure_has_an_interval_around_it(table):
    samples = list(of_users(range(100, 1100, 10)))
    row = figures(table, samples, users=100)["interaction", "open", "open"]
    quantiles = {"p50_ms", "p90_ms", "p95_ms", "p99_ms", "max_ms"}
    others = {"count", "mean_ms", "error_rate", "apdex", "throughput_per_s"}
    assert set(row.intervals) == quantiles | others
    for name, (low, high) in row.intervals.items():
        assert low <= getattr(row, name)
        assert high is None or getattr(row, name) <= high
    assert row.intervals["p99_ms"][1] is None
    assert row.intervals["max_ms"] == (row.max_ms, None)


def test_one_users_samples_belong_together_and_one_user_has_iterations(table):
    many = CellSamples.of(table(list(of_users([1, 2])), users=2), 1)
    alone = CellSamples.of(table(list(rows([1, 2, 3]))), 1)
    assert (many.together, alone.together) == ("user", "iteration")
    assert figures(table, rows([100, 200, 300]))["interaction", "open", "open"].intervals["mean_ms"]
    assert figures(table, rows([100]))["interaction", "open", "open"].intervals == {}


def test_users_who_never_came_to_a_step_make_its_count_uncertain(table):
    """Three of a hundred came: with the next hundred it may be none, or six."""
    everybody = list(of_users(range(100, 200)))
    few = [
        replace(row, step="look", name="look", start_us=row.start_us + 1) for row in everybody[:3]
    ]
    found = figures(table, [*everybody, *few], users=100)
    assert found["interaction", "open", "open"].intervals["count"] == (100, 100)
    low, high = found["interaction", "look", "look"].intervals["count"]
    assert (low, high) == (0, pytest.approx(6.4, abs=0.1))
    assert found["interaction", "look", "look"].intervals["throughput_per_s"][0] == 0


def test_no_interval_begins_below_zero(table):
    """Of two iterations that differ so much Student's t leaves everything open."""
    row = figures(table, rows([1, 1000]))["interaction", "open", "open"]
    assert row.intervals["mean_ms"][0] == 0
    assert min(low for low, _ in row.intervals.values()) == 0


def test_warm_up_is_in_no_figure(table):
    samples = [*rows([100, 200]), *(replace(row, warmup=True) for row in rows([9000]))]
    row = figures(table, samples)["interaction", "open", "open"]
    assert (row.count, row.max_ms) == (2, 200)


def test_a_step_without_a_protocol_half_is_counted_and_in_no_figure(table):
    samples = rows([0, 0], step="look", has_protocol=False)
    row = figures(table, samples)["interaction", "look", "look"]
    nothing = (row.mean_ms, row.p50_ms, row.throughput_per_s, row.error_rate, row.apdex)
    assert (row.count, row.has_protocol, row.intervals) == (2, False, {})
    assert nothing == (None, None, None, None, None)


def test_a_request_that_was_let_go_of_is_counted_and_has_no_latency(table):
    (request,) = rows([100])
    request = replace(request, kind="request", name="GET /", step="open")
    samples = [request, replace(request, duration_us=None, iteration=1)]
    row = figures(table, samples)["request", "open", "GET /"]
    assert (row.count, row.errors, row.p50_ms, row.max_ms) == (2, 0, 100, 100)


def test_vitals_and_health_have_figures_in_their_own_units(table):
    def reading(kind, name, at, **given):
        return Sample(1, 1, at, "", kind=kind, name=name, start_us=START_US + at, **given)

    samples = [
        *rows([100]),
        *(reading("vital", "LCP", at, duration_us=1000 * at) for at in range(5)),
        *(reading("vital", "CLS", at, value=at / 10, unit="score") for at in range(5)),
        reading("health", "cpu", 1, value=0.5, unit="share"),
    ]
    cell = CellSamples.of(table(samples), 1)
    vitals = {row.name: row for row in readings_of(outcome(), cell, "vital")}
    assert (vitals["LCP"].unit, vitals["LCP"].p75, vitals["LCP"].count) == ("ms", 3.0, 5)
    assert (vitals["CLS"].unit, vitals["CLS"].p50, vitals["CLS"].max) == ("score", 0.2, 0.4)
    (health,) = readings_of(outcome(), cell, "health")
    assert (health.name, health.mean, health.unit) == ("cpu", 0.5, "share")
    assert {key[0] for key in figures(table, samples)} == {"interaction"}


def test_transactions_are_found_by_their_name(table):
    (row,) = rows([100])
    named = [
        replace(row, kind="transaction", step="", name=name, duration_us=us)
        for name, us in (("buy", 1000), ("look", 3000))
    ]
    cell = CellSamples.of(table([row, *named]), 1)
    assert cell.transactions("buy").durations_ms.tolist() == [1.0]
    assert cell.transactions("none").count == 0
    assert figures(table, named)["transaction", "", "look"].p50_ms == 3.0


def test_a_table_of_version_1_gives_its_figures():
    recorded = Path(__file__).parent / "recorded/samples-version-1.parquet"
    found = {row.name: row for row in CellSamples.read_from(recorded, 1).series()}
    assert found["navigate-home"].quantile_ms(0.5) == 9.976
    assert found["GET /api/search"].count == 1
    assert list(CellSamples.read_from(recorded, 2).series()) == []
