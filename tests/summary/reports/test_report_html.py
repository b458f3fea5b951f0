"""report.html: what stands on the page, what it links to, and that hostile text is inert."""

from __future__ import annotations

import shutil
from html.parser import HTMLParser
from urllib.parse import unquote

import pytest
from playwright.sync_api import sync_playwright

from summary.html_report import meter, render_html, scale_to
from summary.rendering import verdict_label

SIBLINGS = {
    "report.md",
    "junit.xml",
    "run.json",
    "summary/summary.json",
    "summary/summary-full.json",
}


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
        if self._inside != "style" and data.strip():
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
    assert not {"script", "img", "iframe", "object", "form"} & {tag for tag, _ in page.tags}
    assert not page.values("src")
    assert "default-src 'none'; style-src 'unsafe-inline'; img-src data:" in page.values("content")
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


def test_nothing_is_said_to_be_added_to_an_invalid_side(runs):
    html = render_html(runs["invalid"])
    journey = html[html.index('id="journey-2"') : html.index('id="journey-3"')]
    assert "p95 +" not in journey and 'class="bar k6 invalid"' in journey


def test_a_cell_with_many_files_links_all_of_them(runs):
    run = runs["pass"]
    many = {f"shot-{at}.png": f"k6/x/attempt-1/shot-{at}.png" for at in range(40)}
    cells = (run.cells[0].model_copy(update={"artifacts": many}), *run.cells[1:])
    page = Page(render_html(run.model_copy(update={"cells": cells})))
    assert set(many.values()) <= set(page.values("href")) and "32 more files" in page.text


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


def test_hostile_text_is_inert_in_a_browser_and_fits_a_phone(runs, tmp_path):
    heard = []
    page_file = tmp_path / "report.html"
    page_file.write_text(render_html(runs["hostile"]), encoding="utf-8")
    installed = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=installed, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 390, "height": 800})
        page.on("console", lambda message: heard.append(message.text))
        page.on("pageerror", lambda error: heard.append(str(error)))
        page.on("dialog", lambda dialog: (heard.append(dialog.message), dialog.dismiss()))
        page.on("request", lambda request: heard.append(request.url))
        page.goto(page_file.as_uri())
        page.wait_for_load_state("networkidle")
        made = page.evaluate("document.querySelectorAll('script, img, [onerror]').length")
        width = page.evaluate("document.documentElement.scrollWidth")
        browser.close()
    asked = [said for said in heard if not said.startswith("data:image/svg+xml,")]
    assert asked == [page_file.as_uri()]
    assert made == 0 and width <= 390
