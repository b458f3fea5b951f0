"""report.html: what stands on the page, what it links to, and that hostile text is inert."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from urllib.parse import unquote

import pytest

from summary.reports import html_report
from summary.reports.html_report import meter, scale_to, trace_commands
from summary.reports.markdown_report import render_markdown
from summary.reports.rendering import verdict_label
from summary.trend_models import Trend
from tests.summary.reports.beside import shapes_of
from tests.summary.reports.builders import JOURNEYS, cell, failure, reading, with_groups

SIBLINGS = {
    "report.md",
    "junit.xml",
    "run.json",
    "summary/summary.json",
    "summary/summary-full.json",
}


def render_html(run):
    return html_report.render_html(run, shapes_of(run))


class Page(HTMLParser):
    """The tags and the text of a page."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.text, self._inside = [], [], ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self._inside = tag

    def handle_data(self, data):
        if self._inside not in ("style", "script") and data.strip():
            self.text.append(" ".join(data.split()))

    def values(self, attribute):
        return [attrs[attribute] for _, attrs in self.tags if attribute in attrs]


def test_verdict_stands_before_findings_and_findings_before_journeys(run):
    page = Page(render_html(run))
    headings = [tag for tag, _ in page.tags if tag in ("h1", "h2")]
    assert headings[0] == "h1" and headings.count("h1") == 1
    verdict = page.text.index(verdict_label(run.verdict))
    findings = page.text.index("Findings")
    assert verdict < findings < page.text.index("Cells")


def test_every_artifact_is_linked_and_every_link_is_relative_or_on_the_page(run):
    page = Page(render_html(run))
    links = [href for tag, attrs in page.tags if tag == "a" for href in [attrs["href"]]]
    anchors = {href[1:] for href in links if href.startswith("#")}
    paths = {unquote(href) for href in links if not href.startswith("#")}
    known = {path for cell in run.cells for path in cell.artifacts.values()}
    left_out = {path for path in known if path.startswith("/") or ".." in path}
    assert paths == (known - left_out) | SIBLINGS
    assert not any(":" in href or href.startswith("/") for href in links)
    ids = page.values("id")
    assert anchors <= set(ids) and len(ids) == len(set(ids))


def test_page_loads_nothing_and_its_policy_forbids_it(run):
    page = Page(render_html(run))
    assert not {"img", "iframe", "object"} & {tag for tag, _ in page.tags}
    assert not page.values("src")
    policy = next(each for each in page.values("content") if each.startswith("default-src 'none'"))
    parts = [part.split() for part in policy.split("; ")]
    scripts = next(part for part in parts if part[0] == "script-src")
    assert len(scripts) == 6 and all(each.startswith("'sha256-") for each in scripts[1:])
    rest = [" ".join(part) for part in parts if part is not scripts]
    assert rest == ["default-src 'none'", "style-src 'unsafe-inline'", "img-src data:"]
    linked = [attrs["href"] for tag, attrs in page.tags if tag == "link"]
    assert all(href.startswith("data:image/svg+xml,") for href in linked)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("failed", ["failed", "errors only, no latency", "not measured", "flaky"]),
        ("invalid", ["invalid", "Invalid"]),
        ("inconclusive", ["Inconclusive"]),
        ("narrowed", ["narrowed", "Narrowed or changed", "pacing overridden", "executor=k6"]),
        ("nightly", ["browser only", "nothing sent", "100 users", "flaky"]),
        ("refused", ["The spec was refused, so nothing of it was ridden"]),
        ("slo", ["Fail (warning only)", "p(95)<100", "137 ms"]),
    ],
)
def test_page_says_it_in_words(runs, name, said):
    text = " | ".join(Page(render_html(runs[name])).text)
    assert [words for words in said if words not in text] == []


def test_both_sides_and_what_the_browser_adds_stand_in_the_row(runs):
    text = Page(render_html(runs["pass"])).text
    first = text[text.index("open-home") : text.index("search")]
    row = [word for word in first if word.endswith("ms")]
    # 212.4 and 38.2 at p50; 1.48 times as much at p95.
    expected = ["212 ms", "314 ms", "+174 ms", "p95 +258 ms", "38.2 ms", "56.5 ms"]
    assert row[:6] == expected


def test_groups_of_steps_have_a_table_of_their_own(runs):
    text = " ".join(Page(render_html(with_groups(runs["pass"]))).text).replace("\u00a0", " ")
    assert "Groups of steps What a user waited in all steps of a group together." in text
    assert "find-it 1 user Browser 288 ms 427 ms +163 ms" in text
    assert "Groups of steps" not in render_html(runs["pass"])


def test_nothing_is_said_to_be_added_to_an_invalid_side(runs):
    html = render_html(runs["invalid"])
    journey = html[html.index('id="journey-2"') : html.index('id="journey-3"')]
    assert "p95 +" not in journey and 'class="bar k6 invalid"' in journey


def test_a_cell_with_many_files_links_all_of_them(runs):
    run = runs["pass"]
    many = {f"shot-{at}.png": f"k6/x/attempt-1/shot-{at}.png" for at in range(40)}
    cells = (run.cells[0].model_copy(update={"artifacts": many}), *run.cells[1:])
    page = Page(render_html(run.model_copy(update={"cells": cells})))
    assert set(many.values()) <= set(page.values("href")) and "30 more files" in page.text


def test_an_empty_run_renders(runs):
    nothing = dict.fromkeys(("findings", "journeys", "cells", "series", "slos"), ())
    text = Page(render_html(runs["pass"].model_copy(update=nothing))).text
    assert "Nothing to report." in text and "No cell was ridden." in text


@pytest.mark.parametrize(
    ("longest", "end"), [(None, 1), (0, 1), (0.9, 1), (314, 400), (1000, 1000), (1001, 1250)]
)
def test_scale_ends_at_a_round_number_that_holds_everything(longest, end):
    scale = scale_to(longest)
    assert scale.end_ms == pytest.approx(end)
    assert scale.ticks[0] == 0 and scale.ticks[-1] == pytest.approx(end)
    assert 2 <= len(scale.ticks) <= 6


def test_meter_puts_a_missed_slo_behind_its_bound(runs):
    missed, *_ = runs["slo"].slos
    drawn = meter(missed)
    assert float(drawn.measured[:-1]) > float(drawn.bound[:-1])
    assert meter(missed.model_copy(update={"measured": None})) is None
    assert meter(missed.model_copy(update={"threshold": "<script>"})) is None


def draw_all(page):
    """Let every chart of the page be drawn, as printing does."""
    page.evaluate("dispatchEvent(new Event('beforeprint'))")


@pytest.mark.parametrize("width", [390, 1280])
def test_hostile_text_is_inert_in_a_browser_and_fits_a_phone(runs, opened, width):
    page, heard = opened(render_html(runs["hostile"]), width, idle=True)
    draw_all(page)
    made = "document.querySelectorAll('img, iframe, [onerror], script[src]').length"
    assert page.evaluate(made) == 0
    assert page.evaluate("document.querySelectorAll('script').length") == 6
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert len(heard) == 1


@pytest.mark.parametrize("width", [320, 390, 1280])
@pytest.mark.parametrize("name", ["nightly", "failed", "refused"])
def test_no_page_is_wider_than_its_window(runs, opened, name, width):
    page, _ = opened(render_html(runs[name]), width)
    draw_all(page)
    page.evaluate("document.querySelectorAll('details').forEach((each) => (each.open = true))")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_every_chart_is_drawn_and_says_its_figures_to_a_screen_reader(runs, opened):
    page, heard = opened(render_html(runs["nightly"]), idle=True)
    draw_all(page)
    assert page.locator("figure.chart").count() == len(JOURNEYS) * 4
    drawn = page.locator("figure.chart").evaluate_all(
        "(all) => all.map((each) => each.querySelectorAll('svg[role=img][aria-label]').length)"
    )
    # A timeline for each number of users that a browser rode with, else a panel for each step.
    assert drawn == [2, 5, 5, 5, 2, 5, 5, 5, 2, 4, 4, 4]
    said = page.locator("#journey-1 .distribution svg").first.get_attribute("aria-label")
    assert "Browser, 1 user, 5 samples, p50 212 ms, p95 314 ms" in said
    assert len(heard) == 1


def test_charts_are_drawn_without_being_looked_at_and_none_says_that_scripts_do_not_run(
    runs, opened
):
    page, _ = opened(render_html(runs["nightly"]))
    page.locator("[data-chart]:not(:has(svg))").first.wait_for(state="detached")
    assert page.evaluate("scrollY") == 0
    assert page.get_by_text("which this viewer does not let run").count() == 0
    # A screen reader meets each chart as one picture with one text, and each part under its name.
    assert page.locator("svg [aria-label]").count() == 0
    parts = "section[aria-labelledby], aside[aria-label], [role=region][aria-label]"
    names = page.locator(parts).evaluate_all(
        "(all) => all.map((each) => each.ariaLabel ?? "
        "document.getElementById(each.getAttribute('aria-labelledby')).textContent)"
    )
    assert len(set(names)) == len(names) > 10


def test_what_is_on_the_screen_is_drawn_before_anybody_waits(runs, opened):
    page, _ = opened(render_html(runs["nightly"]))
    page.add_init_script(
        "window.IntersectionObserver = class { observe() {} };window.requestIdleCallback = () => 0;"
    )
    page.set_viewport_size({"width": 1280, "height": 3000})
    page.reload()
    first, last = (page.locator(f"#journey-{at} .timeline") for at in (1, len(JOURNEYS)))
    assert (first.locator("svg").count(), last.locator("svg").count()) == (2, 0)


def test_of_one_sample_each_there_is_neither_a_distribution_nor_a_course(runs):
    run = runs["pass"]
    once = [row.model_copy(update={"count": 1}) for row in run.series]
    for series, kinds in ((run.series, 3), (tuple(once), 1)):
        page = Page(render_html(run.model_copy(update={"series": series})))
        assert len(set(page.values("data-chart"))) == kinds


def test_the_filter_hides_rows_and_charts_alike(runs, opened):
    page, _ = opened(render_html(runs["nightly"]))
    draw_all(page)
    page.uncheck("#executor-k6")
    page.uncheck("#users-1")
    draw_all(page)
    shown = page.locator("[data-executor]:visible").evaluate_all(
        "(all) => [...new Set(all.map((each) => `${each.dataset.executor} ${each.dataset.users}`))]"
    )
    assert shown == ["playwright 10"]
    panel = page.locator("#journey-1 .distribution svg").first.get_attribute("aria-label")
    assert "Browser, 10 users" in panel and "Protocol" not in panel and "1 user," not in panel
    page.uncheck("#show-journey-2")
    assert not page.locator("#journey-2").is_visible() and page.locator("#journey-1").is_visible()


def test_the_filter_hides_rows_without_scripts_too(runs, opened):
    page, _ = opened(render_html(runs["nightly"]), java_script_enabled=False)
    assert page.get_by_text("which this viewer does not let run").first.is_visible()
    page.uncheck("#executor-playwright")
    assert page.locator("[data-executor=playwright]:visible").count() == 0
    assert page.locator("[data-executor=k6]:visible").count() > 0
    # The number of users stood in the browser's row.
    row = page.locator("#journey-1 tr.k6:visible .users").first
    assert row.locator("span").bounding_box()["width"] > 20


def test_everything_is_reached_with_the_keyboard(runs, opened):
    page, _ = opened(render_html(runs["nightly"]))
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    reached = set()
    for _ in range(60):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.id || document.activeElement.tagName"))
    assert {"executor-k6", "users-100", "show-journey-3", "A", "SUMMARY"} <= reached


def test_the_full_matrix_stays_under_two_megabytes(runs):
    assert len(render_html(runs["nightly"]).encode()) < 2_000_000


def test_a_run_of_which_nothing_was_measured_has_a_page(runs, opened):
    cells = tuple(
        each.model_copy(update={"outcome": "invalid", "reason": "k6 did not start"})
        for each in runs["pass"].cells
    )
    run = runs["pass"].model_copy(update={"series": (), "cells": cells, "verdict": "invalid"})
    page, heard = opened(html_report.render_html(run, html_report.Shapes()), idle=True)
    draw_all(page)
    assert page.locator("figure.chart").count() == 0 and len(heard) == 1


def test_an_error_stands_with_its_example(runs):
    text = " ".join(Page(render_html(runs["nightly"])).text)
    example = "4 × play-start-stream k6, 100 users step search request GET /api/search status 500"
    assert f"{example} first 12.3 s into the cell, user 3, iteration 0 the answer was 500" in text


def test_an_error_before_the_first_iteration_is_of_logging_in(runs):
    errors = [each.model_copy(update={"iteration": -1}) for each in runs["nightly"].errors]
    run = runs["nightly"].model_copy(update={"errors": tuple(errors)})
    text = " ".join(Page(render_html(run)).text)
    assert "into the cell, user 3, logging in the answer was 500" in text
    assert "iteration -1" not in text


def test_an_error_leads_to_what_the_browser_kept_of_it(runs):
    run, folder = runs["failed"], "playwright/play-start-stream/u001/"
    names = ["failure-user001-iteration002-search.png", "trace-user001-iteration002-search.zip"]
    artifacts = {name: folder + name for name in names}
    cells = (run.cells[0].model_copy(update={"artifacts": artifacts}), *run.cells[1:])
    assert (cells[0].journey, cells[0].executor) == ("play-start-stream", "playwright")
    seen = {"kind": "interaction", "user": 1, "iteration": 2}
    errors = (failure("play-start-stream", "playwright", 1, **seen),)
    html = render_html(run.model_copy(update={"cells": cells, "errors": errors}))
    section = html[html.index('id="errors"') : html.index('id="slos"')]
    assert f'<a href="{folder}{names[0]}">picture of the page</a>' in section
    assert f"playwright show-trace {folder}{names[1]}" in section
    other = failure("play-start-stream", "playwright", 1, **seen | {"iteration": 3})
    html = render_html(run.model_copy(update={"cells": cells, "errors": (other,)}))
    section = html[html.index('id="errors"') : html.index('id="slos"')]
    assert "picture of" not in section and "show-trace" not in section


def test_what_was_kept_of_a_failure_stands_once_however_many_kinds_of_error_it_made(runs, opened):
    run, folder = runs["failed"], "playwright/play-start-stream/u001/"
    about = "user001-iteration002-search"
    names = [f"failure-{about}.png", f"failure-{about}.txt", f"trace-{about}.zip"]
    artifacts = {name: folder + name for name in names}
    cells = (run.cells[0].model_copy(update={"artifacts": artifacts}), *run.cells[1:])
    seen = {"user": 1, "iteration": 2}
    errors = [
        failure("play-start-stream", "playwright", 1, kind=kind, **seen)
        for kind in ("interaction", "request", "message")
    ]
    html = render_html(run.model_copy(update={"cells": cells, "errors": tuple(errors)}))
    section = html[html.index('id="errors"') : html.index('id="slos"')]
    assert section.count("iteration 2</span>") == 3
    assert section.count("picture of the page") == section.count("Look at the trace") == 1
    page, _ = opened(html)
    lines = page.locator(".failures .files li").evaluate_all(
        "(all) => all.map((each) => getComputedStyle(each).borderTopWidth)"
    )
    assert lines == ["0px", "0px"]


def test_vitals_are_rated_by_their_75th_percentile(runs):
    page = Page(render_html(runs["nightly"]))
    text = " | ".join(page.text)
    assert "2 100 ms | , good" in text
    assert "0.180 | , needs improvement" in text
    assert "4 100 ms | , poor" in text
    assert "12.0 ms | ," not in text


def test_a_cells_readings_of_the_load_generator_stand_in_one_row_in_their_unit(runs):
    row = {"name": "favorite-track", "users": 1, "step": ""}
    readings = (
        reading(**row, vital="machine_cpu", p75=0.41, unit="share", max=0.5),
        reading(**row, vital="executor_processes", p75=14.0, unit="processes"),
        reading(**row, vital="of another make", p75=3.4),
        reading("play-start-stream", 10, "machine_cpu", 1.0, step="", unit="share"),
    )
    run = runs["nightly"].model_copy(update={"health": readings})
    text = " | ".join(Page(render_html(run)).text)
    assert "Cell | Machine busy | Processes | of another make | " in text
    assert "favorite-track | playwright, 1 user | 41.0 % | 50.0 % | 14 | 3.40 ms | " in text
    assert "play-start-stream | playwright, 10 users | 100 % | " in text


def test_a_trace_is_opened_by_a_command_that_a_shell_takes_as_it_is():
    files = {
        "trace-user001.zip": "playwright/it's/u001/trace-user001.zip",
        "outside": "../trace-user001.zip",
        "user001.har": "playwright/a/user001.har",
    }
    assert trace_commands(cell("favorite-track", "playwright", 1, artifacts=files)) == [
        "playwright show-trace 'playwright/it'\"'\"'s/u001/trace-user001.zip'"
    ]


def test_findings_of_the_same_words_are_one(runs):
    said = [
        each.model_copy(update={"journey": name, "severity": "warning", "kind": "pacing"})
        for name in JOURNEYS
        for each in runs["failed"].findings[:1]
    ]
    html = render_html(runs["pass"].model_copy(update={"findings": tuple(said)}))
    assert html.count('<li class="warning">') == 1
    assert all(f'<a href="#journey-{at}">' in html for at in (1, 2, 3))


def test_what_pages_complained_of_comes_after_what_failed(runs):
    """However often they did, and with a word on it."""
    said = {"kind": "message", "name": "page error", "status": None, "text": "x is no function"}
    failed = failure("play-start-stream", "playwright", 1, count=1)
    loud = failure("play-start-stream", "playwright", 1, **said, count=900)
    html = render_html(runs["failed"].model_copy(update={"errors": (loud, failed)}))
    section = html[html.index('id="errors"') :]
    assert section.index(failed.text) < section.index(loud.text)
    assert "What pages only complained of comes last" in section
    alone = render_html(runs["failed"].model_copy(update={"errors": (failed,)}))
    assert "What pages only complained of" not in alone


def narrowed_to(run, executor, users, journey=None):
    """Only these cells of the run, and what was measured in them."""
    parts = {
        part: tuple(
            row
            for row in getattr(run, part)
            if (row.executor, row.users) == (executor, users) and journey in (None, row.journey)
        )
        for part in ("cells", "series", "slos")
    }
    journeys = tuple(each for each in run.journeys if journey in (None, each.id))
    return run.model_copy(update={**parts, "journeys": journeys})


def test_a_run_of_one_cell_has_no_filter_and_speaks_of_no_other_executor(runs, opened):
    run = narrowed_to(runs["nightly"], "k6", 1, "play-start-stream")
    html = render_html(run)
    page = Page(html)
    assert "form" not in {tag for tag, _ in page.tags}
    legend = html[html.index('class="legend"') :].partition("</p>")[0]
    assert "Protocol" in legend and "Browser" not in legend
    shown, _ = opened(html)
    draw_all(shown)
    numbers = shown.locator(".timeline svg text").all_text_contents()
    assert "41.7" in numbers and not any("/" in each for each in numbers)


def test_a_page_leads_to_its_parts_however_few_journeys_there_are(runs):
    run = narrowed_to(runs["nightly"], "k6", 1, "play-start-stream")
    links = {attrs["href"] for tag, attrs in Page(render_html(run)).tags if tag == "a"}
    assert {"#journey-1", "#slos", "#cells", "#facts"} <= links


def test_growth_is_drawn_of_steps_that_were_ridden_with_several_numbers_of_users(runs, opened):
    run = runs["nightly"]
    known = [row for row in run.series if (row.executor, row.users) != ("playwright", 10)]
    cells = [cell for cell in run.cells if (cell.executor, cell.users) != ("playwright", 10)]
    run = run.model_copy(update={"series": tuple(known), "cells": tuple(cells)})
    page, _ = opened(render_html(run))
    draw_all(page)
    drawn = page.locator("#journey-1 .growth h4").all_text_contents()
    assert drawn == ["open-home", "search", "start-playback"]  # two steps have no protocol half
    page.uncheck("#users-1")
    page.uncheck("#users-10")
    draw_all(page)
    assert "needs two numbers of users" in page.locator("#journey-1 .growth").inner_text()


def test_of_two_samples_no_outline_is_drawn(runs, opened):
    """Which would say more of where latency lies than is known."""
    html = {}
    for many in (2, 3):
        shapes = shapes_of(runs["pass"])
        cells = tuple(
            cell.model_copy(
                update={
                    "steps": tuple(
                        step.model_copy(update={"quantiles_ms": step.quantiles_ms[:many]})
                        for step in cell.steps
                    )
                }
            )
            for cell in shapes.cells
        )
        html[many] = html_report.render_html(
            runs["pass"], shapes.model_copy(update={"cells": cells})
        )
    outlines = {}
    for many, text in html.items():
        page, _ = opened(text)
        draw_all(page)
        panel = page.locator("#journey-1 .distribution svg").first
        assert panel.locator("circle").count() == 2 * many
        outlines[many] = panel.locator("[data-mark=area] path").count()
    assert outlines == {2: 0, 3: 2}


@pytest.mark.parametrize(
    ("code", "said"),
    [(97, "A journey failed"), (98, "slower, or fails more"), (99, "SLO was missed")],
)
def test_the_first_sentence_says_why_a_run_failed(runs, code, said):
    run = runs["failed"].model_copy(update={"exit_code": code})
    lead = render_html(run).split('class="lead">')[1].partition("</p>")[0]
    assert said in lead and said in render_markdown(run, Trend()).split("\n\n")[1]


def test_nobody_who_wants_less_motion_is_scrolled_past_the_page(runs, opened):
    for motion, scrolled in (("reduce", "auto"), ("no-preference", "smooth")):
        page, _ = opened(render_html(runs["pass"]), reduced_motion=motion)
        style = "getComputedStyle(document.documentElement).scrollBehavior"
        assert page.evaluate(style) == scrolled


def test_a_timeline_alone_has_the_whole_width_of_the_paper(runs, opened):
    page, _ = opened(render_html(runs["pass"]))
    draw_all(page)
    page.emulate_media(media="print")
    plot, drawn = (
        page.locator(f"#journey-1 .timeline{part}").first.bounding_box() for part in ("", " svg")
    )
    assert drawn["width"] > 0.9 * plot["width"]


def test_a_command_is_copied_or_the_button_says_that_it_may_not(runs, opened):
    html = render_html(runs["nightly"])
    for answer, said in (("resolve", "copied"), ("reject", "not allowed here")):
        page, _ = opened(html)
        page.evaluate(f"void (navigator.clipboard.writeText = () => Promise.{answer}())")
        button = page.get_by_role("button", name="copy").first
        element = button.element_handle()
        button.click()
        page.wait_for_function("([each, said]) => each.textContent === said", arg=[element, said])


def test_without_a_clipboard_there_is_no_button(runs, opened):
    page, _ = opened(render_html(runs["nightly"]))
    page.add_init_script("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    page.reload()
    assert page.get_by_role("button", name="copy").count() == 0


def test_all_figures_stand_cell_by_cell_in_the_order_of_the_journeys_steps(runs):
    html = render_html(with_groups(runs["pass"]))
    table = html[html.index("All figures of play-start-stream") :].partition("</table>")[0]
    rows = re.findall(r"<td>(playwright|k6)</td>.*?<th[^>]*>(.*?)</th>", table)
    browser = [name for executor, name in rows if executor == "playwright"]
    assert browser[:6] == [
        "open-home",
        "GET /",
        "GET /api/version",
        "GET /app.js",
        "search",
        "GET /api/search",
    ]
    assert browser[-1] == "find-it" and [executor for executor, _ in rows][-1] == "k6"


def test_where_scripts_run_no_rule_asks_the_root_what_is_within_it(runs, opened):
    """A browser would ask anew at every change of the page: seconds, with twenty journeys."""
    page, _ = opened(render_html(runs["nightly"]))
    rules = page.evaluate(
        "[...document.styleSheets].flatMap((sheet) => [...sheet.cssRules])"
        ".map((rule) => rule.selectorText ?? '').filter((rule) => /:root.*:has/.test(rule))"
    )
    assert rules and all(rule.startswith(":root:not(.scripted):has(") for rule in rules)
    assert page.evaluate("document.documentElement.className") == "scripted"
    page.uncheck("#users-10")
    assert page.evaluate("document.documentElement.className") == "scripted off-users-10"
    page.check("#users-10")
    assert page.locator("#journey-1 [data-users='10']").first.is_visible()
