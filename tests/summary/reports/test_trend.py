"""Runs beside each other: comparison, trend, and the index of all results."""

from __future__ import annotations

import re

import pytest

from summary.compare import compare
from summary.models import RunInfo
from summary.reports.compare_page import render_comparison, render_comparison_text
from summary.reports.compare_words import chance, interval
from summary.reports.index_page import read_results, render_index, write_index
from summary.trend import MOST_RUNS, trend_of
from tests.summary.reports.beside import published_in, with_intervals
from tests.summary.reports.builders import run_info, slo
from tests.summary.reports.example_runs import HOSTILE

STAMPS = [f"202611{day:02d}-022500" for day in range(1, 24)]


def p50(found, step, executor):
    (change,) = (each.p50 for each in found.steps if (each.step, each.executor) == (step, executor))
    return change


@pytest.fixture
def pair(runs):
    """A run, and one in which the journey account-login takes a quarter longer."""
    before = with_intervals(runs["pass"])
    slower = with_intervals(runs["pass"], factor=1.25)
    rows = [
        other if row.journey == "account-login" else row
        for row, other in zip(before.series, slower.series, strict=True)
    ]
    return before, before.model_copy(update={"series": tuple(rows)})


def test_a_change_beyond_its_interval_is_shown_and_no_other(pair):
    found = compare(*pair)
    assert {step.journey for step in found.shown} == {"account-login"}
    change = p50(found, "sign-in", "playwright")
    # 243.9 ms by a quarter; the half widths are 5 % of each, as the sides of a right angle.
    assert (change.before_ms, change.change_ms, change.change_rate) == (243.9, 60.975, 0.25)
    half = 0.05 * 243.9 * (1 + 1.25**2) ** 0.5
    assert change.interval_ms == pytest.approx((60.975 - half, 60.975 + half), abs=0.01)
    assert change.told == "slower"
    assert compare(*pair[::-1]).shown[0].p50.told == "faster"
    # The browser stands before the protocol.
    assert [step.executor for step in found.steps[:2]] == ["playwright", "k6"]
    same = next(step for step in found.steps if step.journey == "favorite-track")
    assert same.p50.told == "no difference shown"


def test_without_intervals_nothing_is_claimed(runs):
    found = compare(runs["pass"], runs["pass"])
    assert {step.p50.told for step in found.steps} == {"too few samples"}
    assert found.judged == 0 and found.shown == ()
    assert chance(found).startswith("No figure has the samples")
    assert "0 of 0" not in render_comparison(found)


def test_a_cell_that_cannot_be_believed_is_compared_with_nothing(runs):
    run = with_intervals(runs["invalid"])
    (where,) = {(c.journey, c.executor, c.users) for c in run.cells if c.outcome == "invalid"}
    told = {
        step.p50.told
        for step in compare(run, run).steps
        if (step.journey, step.executor, step.users) == where
    }
    assert told <= {"invalid"}


def test_what_is_not_the_same_beside_the_figures_is_told(runs):
    before = runs["pass"]
    after = before.model_copy(
        update={
            "run": run_info(app="other", tools={"k6": "1.2.0"}),
            "cells": before.cells[1:],
            "slos": tuple(each.model_copy(update={"verdict": "fail"}) for each in before.slos[:1]),
        }
    )
    found = compare(before, after)
    facts = {fact.name: (fact.before, fact.after) for fact in found.facts}
    assert facts["app"] == ("5f2c9a17", "other") and facts["k6"] == ("1.1.0", "1.2.0")
    assert facts["chromium"][1] == ""
    assert [(cell.before, cell.after) for cell in found.cells] == [("ok", "")]
    assert [(each.before, each.after) for each in found.slos] == [("pass", "fail")]


@pytest.mark.parametrize("width", [40, 60, 80, 120])
def test_the_comparison_fits_the_terminal_and_starts_with_what_differs(pair, width):
    text = render_comparison_text(compare(*pair), "results/x.html", width)
    assert max(map(len, text.splitlines())) <= width
    table = text[text.index("---") :].splitlines()
    first = next(line for line in table if "%" in line)
    assert "+25 %" in first and "slower" in first
    assert "Page: results/x.html" in text


def test_the_comparison_says_how_many_differences_chance_makes(pair):
    found = compare(*pair)
    assert found.judged == 50
    assert chance(found).startswith("14 of 50 figures") and "about 2 would" in chance(found)
    assert "…" in interval(found.shown[0].p50)


def test_the_page_of_a_comparison_is_inert_and_complete(runs, pair, opened):
    page, _ = opened(render_comparison(compare(*pair)), idle=True)
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator(".changes svg[role=img]").count() == 3
    assert page.get_by_text("slower", exact=True).first.is_visible()
    hidden = "Math.max(...[...document.querySelectorAll('.scrolling')].map(WIDER))"
    assert page.evaluate(hidden.replace("WIDER", "e => e.scrollWidth - e.clientWidth")) == 0
    hostile = runs["hostile"].model_copy(update={"slos": (slo(HOSTILE, "k6", 1, step=HOSTILE),)})
    worse = with_intervals(runs["hostile"], factor=2)
    page, _ = opened(render_comparison(compare(with_intervals(hostile), worse)), 390)
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.evaluate("document.querySelectorAll('img, [onerror]').length") == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_trend_holds_earlier_runs_of_the_same_view_only(runs, tmp_path):
    run = with_intervals(runs["pass"])
    for stamp in STAMPS[:3]:
        published_in(tmp_path, run, stamp)
    other = run.model_copy(update={"run": run.run.model_copy(update={"view": "nightly"})})
    published_in(tmp_path, other, "20261104-000000")
    (tmp_path / "20261105-000000").mkdir()
    (tmp_path / "20261106-000000/summary").mkdir(parents=True)
    (tmp_path / "20261106-000000/run.json").write_text("{")
    now = published_in(tmp_path, run, "20261110-000000")
    published_in(tmp_path, run, "20261111-000000")
    trend = trend_of(now, tmp_path)
    assert [each.name for each in trend.runs] == STAMPS[:3]
    assert trend.since is not None and trend.since.before == STAMPS[2]
    assert trend.runs[0].cells[0].steps["open-home"] == pytest.approx((212.4, 314.352))


def test_a_trend_is_bounded_and_of_nothing_empty(runs, tmp_path):
    assert trend_of(runs["pass"], tmp_path / "none").runs == ()
    for number in range(MOST_RUNS + 5):
        published_in(tmp_path, runs["pass"], f"20200101-0000{number:02d}")
    trend = trend_of(runs["pass"], tmp_path)
    assert len(trend.runs) == MOST_RUNS and trend.runs[-1].name == f"20200101-0000{MOST_RUNS + 4}"


def test_the_index_lists_every_run_newest_first_and_draws_its_views(runs, tmp_path, opened):
    for stamp in STAMPS[:4]:
        published_in(tmp_path, runs["pass"], stamp)
    published_in(tmp_path, runs["failed"], "20261105-000000")
    published_in(tmp_path, runs["pass"], "20261105-000000-2")
    write_index(tmp_path)
    html = (tmp_path / "index.html").read_text()
    page, _ = opened(html, idle=True)
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    names = page.locator("#runs th[scope=row] a").all_inner_texts()
    assert names == ["20261105-000000-2", "20261105-000000", *STAMPS[:4][::-1]]
    assert page.locator(".strip li").count() == 6
    assert page.locator(".strip li").nth(4).inner_text().strip() == "20261105-000000: Fail"
    assert page.locator(".trend svg[role=img]").count() == 6
    assert page.locator("#runs tbody tr").nth(1).get_by_text("a journey failed").is_visible()
    assert page.locator("nav a").evaluate_all("(all) => all.map((each) => each.hash)") == [
        "#view-0",
        "#runs",
    ]
    links = set(re.findall(r'href="([^"#]*)"', html))
    assert {f"{name}/report.html" for name in names} <= links
    assert not any(link.startswith(("/", "http")) for link in links)


def test_the_index_of_nothing_and_of_hostile_runs(runs, tmp_path, opened):
    page, _ = opened(render_index([], []))
    assert page.get_by_text("Nothing was published here yet.").is_visible()
    for stamp in STAMPS[:2]:
        published_in(tmp_path, runs["hostile"], stamp)
    page, _ = opened(render_index(*read_results(tmp_path)), 390)
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.evaluate("document.querySelectorAll('img, [onerror]').length") == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_index_stays_small_with_years_of_runs(runs, tmp_path):
    for day in range(450):
        published_in(
            tmp_path, runs["pass"], f"2025{day // 28 % 12 + 1:02d}{day % 28 + 1:02d}-{day:06d}"
        )
    listed, trends = read_results(tmp_path)
    assert len(listed) == 450 and len(trends[0].runs) == 60
    html = render_index(listed, trends)
    assert len(html.encode()) < 2_000_000 and "50 older runs in this folder" in html
    assert isinstance(runs["pass"].run, RunInfo)
