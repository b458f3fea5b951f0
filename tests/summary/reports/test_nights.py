"""The lines over the nights, on the page, in Markdown, and in the index of all results."""

from __future__ import annotations

import json

import pytest

from summary.changes_models import Band, Beside, Break, Change, Changes, NightPoint, SeriesLine
from summary.reports.change_words import newest
from summary.reports.changes_page import nights_view
from summary.reports.html_report import render_html
from summary.reports.index_page import write_index
from summary.reports.markdown_report import render_markdown
from summary.shape_models import Shapes
from summary.trend_models import Trend
from tests.summary.reports.beside import published_in
from tests.summary.reports.example_runs import HOSTILE

CELLS = [("playwright", 1), ("playwright", 10), ("k6", 1), ("k6", 10), ("k6", 100)]
STEPS = [("play-start-stream", "search"), ("favorite-track", "add-favorite")]


def line(journey, step, executor, users, nights):
    """Level 100 ms, 130 ms from the 20th night on; the first four nights not comparable."""
    measured = [100.0 + at % 3 + 30 * (at >= 20) for at in range(nights)]
    bands = (Band(first=4, last=19, low_ms=95, high_ms=107),)
    bands += (Band(first=20, last=nights - 1, low_ms=125, high_ms=137),) * (nights > 20)
    return SeriesLine(
        journey=journey,
        step=step,
        executor=executor,
        users=users,
        measured_ms=tuple(measured),
        own_ms=(None,) * 4 + tuple(measured[4:]),
        bands=bands,
    )


def change(at, journey="play-start-stream", step="search", **others):
    facts = {
        "level": "step",
        "executor": "",
        "effect_pct": 29.7,
        "sides_pct": {"playwright": 30.0, "k6": 29.4},
        "origin": "back end",
        "came_from": "back end: POST /api/play +30 % in k6 and browser",
        "beside": (Beside(night="2026-01-21", name="app", before="5f2c", after="91ab"),),
        "accepted": "",
    }
    return Change(at=at, journey=journey, step=step, **(facts | others))


def changes(nights=30, steps=STEPS, **others):
    points = [
        NightPoint(
            night=f"2026-{1 + at // 28:02d}-{1 + at % 28:02d}",
            stamp="",
            verdict="fail" if at == 20 else "pass",
            app="5f2c" if at < 20 else "91ab",
            is_comparable=at >= 4,
        )
        for at in range(nights)
    ]
    whole = {
        "nights": tuple(points),
        "series": tuple(line(*step, *cell, nights) for step in steps for cell in CELLS),
        "breaks": (Break(at=4, journey="", step="", why="cores 2 → 4"),),
        "changes": (change(20),),
    }
    return Changes(**(whole | others))


def drawn(page):
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    return page.locator(".plot.nights svg[role=img]")


def test_the_page_draws_a_line_per_series_and_says_what_changed(runs, opened):
    page, _ = opened(render_html(runs["nightly"], Shapes(), changes()), idle=True)
    assert drawn(page).count() == 4
    row = page.locator(".level-changes tbody tr")
    assert row.count() == 1
    said = row.inner_text()
    for part in ("1", "2026-01-21", "search", "+30", "POST /api/play", "app 5f2c → 91ab"):
        assert part in said
    assert "cores 2 → 4" in page.locator(".breaks").inner_text()
    labels = [each.get_attribute("aria-label") for each in drawn(page).all()]
    assert "change 1 since 2026-01-21" in labels[0]
    assert "usual 125 ms to 137 ms" in labels[0] and "begins anew on 2026-01-05" in labels[0]
    assert "change 1" not in labels[2]


def test_a_newest_night_beyond_all_others_is_drawn_over_no_other_chart(runs, opened):
    whole = changes(nights=90, changes=())
    wild = tuple(
        each.model_copy(update={"own_ms": (*each.own_ms[:-1], 90_000.0)})
        if each.users == 100
        else each
        for each in whole.series
    )
    html = render_html(runs["nightly"], Shapes(), whole.model_copy(update={"series": wild}))
    page, _ = opened(html)
    for svg in drawn(page).all():
        frame = svg.bounding_box()
        for dot in svg.locator("circle").all():
            assert dot.bounding_box()["y"] >= frame["y"]


def test_the_lines_are_filtered_by_journey_step_executor_and_users(runs, opened):
    page, _ = opened(render_html(runs["nightly"], Shapes(), changes()))
    form = page.locator(".nights-filter")
    form.get_by_label("Journey").select_option("favorite-track")
    assert drawn(page).count() == 2
    form.get_by_label("Step").select_option("search")
    assert drawn(page).count() == 0
    assert "Nothing of what is selected" in page.locator(".plot.nights").inner_text()
    form.get_by_label("Step").select_option("add-favorite")
    form.get_by_label("Browser").uncheck()
    assert drawn(page).count() == 1
    form.get_by_label("100").uncheck()
    label = drawn(page).get_attribute("aria-label")
    assert "10 users" in label and "100 users" not in label
    form.get_by_label("milliseconds").check()
    assert "100 ms" in page.locator(".plot.nights").inner_text()


def test_the_nights_can_be_used_on_a_phone_and_without_scripts(runs, opened):
    html = render_html(runs["nightly"], Shapes(), changes())
    page, _ = opened(html, 390, color_scheme="dark")
    assert drawn(page).count() == 4
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page, _ = opened(html, java_script_enabled=False)
    page.get_by_text("as a table").click()
    rows = page.get_by_role("region", name="The newest night and what is usual").locator("tbody tr")
    assert rows.count() == 10
    assert "132" in rows.first.inner_text() and "125" in rows.first.inner_text()


def test_hostile_names_stay_texts(runs, opened):
    whole = changes(
        steps=[(HOSTILE, HOSTILE)],
        breaks=(Break(at=4, journey=HOSTILE, step=HOSTILE, why=HOSTILE),),
        changes=(change(20, HOSTILE, HOSTILE, came_from=HOSTILE, accepted=HOSTILE),),
    )
    page, _ = opened(render_html(runs["nightly"], Shapes(), whole), 390)
    assert drawn(page).count() == 2
    assert page.evaluate("document.querySelectorAll('img, [onerror]').length") == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    told = render_markdown(runs["nightly"], Trend(), whole)
    assert "<script" not in told and "<img" not in told


def test_a_night_alone_has_no_lines(runs):
    first = changes(nights=1, changes=(), breaks=())
    assert nights_view(first) is None
    assert 'id="nights"' not in render_html(runs["nightly"], Shapes(), first)
    assert "over" not in render_markdown(runs["nightly"], Trend(), first).partition("## Cells")[0]


def test_only_the_newest_nights_are_drawn_with_what_belongs_to_them():
    found = newest(changes(nights=30), most=15)
    assert [found.nights[0].night, len(found.nights)] == ["2026-01-16", 15]
    assert [each.at for each in found.changes] == [5] and found.breaks == ()
    assert [(band.first, band.last) for band in found.series[0].bands] == [(0, 4), (5, 14)]
    assert len(found.series[0].own_ms) == 15


def test_many_lines_show_fewer_nights():
    steps = [(f"journey-{number // 4}", f"step-{number % 4}") for number in range(80)]
    view = nights_view(changes(nights=100, steps=steps))
    assert view is not None and view.nights == 30
    assert len(view.data) < 400_000


def test_many_steps_begin_with_the_journey_that_changed_last():
    steps = [(name, f"step-{number}") for name in ("a", "b") for number in range(8)]
    view = nights_view(changes(steps=steps, changes=(change(20, "b", "step-1"),)))
    assert view is not None and view.chosen == "b"


def test_many_steps_begin_with_the_journey_that_is_far_off_tonight():
    steps = [(name, f"step-{number}") for name in ("a", "b") for number in range(8)]
    whole = changes(steps=steps, changes=(change(20, "b", "step-1"),))
    slow = whole.series[3].model_copy(update={"own_ms": (*whole.series[3].own_ms[:-1], 200.0)})
    series = (*whole.series[:3], slow, *whole.series[4:])
    view = nights_view(whole.model_copy(update={"series": series}))
    assert view is not None and view.chosen == "a"
    assert [each.is_beyond for each in view.series[:5]] == [False] * 3 + [True, False]


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (change(20), "back end: POST /api/play +30 % in k6 and browser"),
        (change(20, came_from=""), "browser +30 %, protocol +29 %"),
        (change(20, "", "", level="everything", sides_pct={}), "doit run ab base=REVISION"),
    ],
)
def test_markdown_says_what_changed_over_the_nights(runs, found, said):
    told = render_markdown(runs["nightly"], Trend(), changes(changes=(found,)))
    section = told.partition("## What changed over 30 nights")[2].partition("\n## ")[0]
    assert said in section.replace("\N{NO-BREAK SPACE}", " ") and "2026-01-21" in section
    assert "all lines begin anew: cores 2 → 4" in section


def test_markdown_draws_the_nights_beside_each_step(runs):
    told = render_markdown(runs["nightly"], Trend(), changes())
    (row,) = [each for each in told.splitlines() if "`search`" in each and "|      10 |" in each][
        :1
    ]
    browser, k6 = row.split("|")[-2].strip().split(" / ")
    assert len(browser) == len(k6) == 15 and browser[:5].count("▁") >= 3 and browser[-1] >= "▆"
    assert "in the 14 nights before" in told


def test_a_line_within_what_is_usual_draws_no_mountains(runs):
    calm = changes(nights=20, changes=())
    told = render_markdown(runs["nightly"], Trend(), calm)
    (row,) = [each for each in told.splitlines() if "`search`" in each and "|      10 |" in each][
        :1
    ]
    assert not set(row.split("|")[-2]) & set("▁█")


def test_the_index_draws_the_nights_although_their_runs_are_gone(runs, tmp_path, opened):
    run = runs["nightly"]
    published_in(tmp_path, run, "20260130-022500")
    told = tmp_path / "20260130-022500/summary/changes.json"
    told.write_text(changes().model_dump_json(), encoding="utf-8")
    write_index(tmp_path)
    page, _ = opened((tmp_path / "index.html").read_text(encoding="utf-8"))
    assert drawn(page).count() == 4
    assert page.locator(".strip li").count() == 0
    told.write_text(json.dumps({"schema_version": 99}), encoding="utf-8")
    write_index(tmp_path)
    assert "Over the nights" not in (tmp_path / "index.html").read_text(encoding="utf-8")


def test_the_nights_of_a_full_matrix_keep_the_page_small(runs):
    steps = [(f"journey-{number // 4}", f"step-{number % 4}") for number in range(12)]
    whole = changes(nights=150, steps=steps)
    with_nights = render_html(runs["nightly"], Shapes(), whole)
    without = render_html(runs["nightly"], Shapes())
    assert len(with_nights.encode()) - len(without.encode()) < 130_000
