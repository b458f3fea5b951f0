"""report.md: order, tables that hold together, links, and text that stays text."""

from __future__ import annotations

import re

import pytest

from summary.compare import compare
from summary.reports import markdown_report
from summary.reports.github import job_summary
from summary.reports.markdown_bounds import MAX_CHARACTERS
from summary.reports.markdown_text import code, paragraph, text
from summary.reports.markdown_trend import sparkline
from summary.reports.rendering import verdict_label
from summary.trend_models import Trend, TrendCell, TrendRun
from tests.summary.reports.beside import with_intervals
from tests.summary.reports.builders import finding, with_groups

LINK = re.compile(r"(?<!\\)\[[^\]]*\]\(([^)]*)\)")
PIPE = re.compile(r"(?<!\\)\|")


def render_markdown(run, trend=None):
    return markdown_report.render_markdown(run, trend or Trend())


def tables(markdown):
    """Return each table as its lines."""
    blocks = markdown.split("\n\n")
    return [block.splitlines() for block in blocks if block.startswith("|")]


def test_verdict_is_the_first_line_and_findings_come_next(run):
    markdown = render_markdown(run)
    assert verdict_label(run.verdict) in markdown.splitlines()[0]
    sections = re.findall(r"^## (.*)$", markdown, re.MULTILINE)
    beside = [name for name in sections if name != "Errors"]
    assert beside[:2] == ["Findings", "Cells"] and beside[-1] == "Files"


def test_every_row_of_a_table_has_as_many_cells_as_its_header(run):
    found = tables(render_markdown(run))
    assert len(found) >= 3
    for lines in found:
        assert len({len(PIPE.findall(line)) for line in lines}) == 1
        assert set(lines[1]) <= set("|:-")


def test_each_journey_that_was_ridden_has_its_table(runs):
    markdown = render_markdown(runs["nightly"])
    for journey in runs["nightly"].journeys:
        section = markdown.split(f"## `{journey.id}`")[1].split("\n## ")[0]
        steps = {line.split("`")[1] for line in tables(section)[0][2:]}
        assert steps == {step.id for step in journey.steps}


def test_links_are_relative_and_lead_to_artifacts(run):
    linked = set(LINK.findall(render_markdown(run)))
    known = {path for cell in run.cells for path in cell.artifacts.values()}
    if "<" in run.run.profile:
        assert linked == {"k6/a%20b/%3Cx%3E.csv", "javascript%3Aalert%281%29"}
    else:
        assert linked == known


def test_groups_stand_below_the_steps_of_their_journey(runs):
    markdown = render_markdown(with_groups(runs["pass"])).replace("\u00a0", " ")
    rows = [line for line in markdown.splitlines() if line.startswith("| group `find-it`")]
    assert len(rows) == 2  # of the journeys that have such a step
    assert "288 / 427 ms" in rows[0] and "+163 ms" in rows[0]
    assert "find-it" not in render_markdown(runs["pass"])


def test_k6s_own_page_is_not_taken_for_the_runs(runs):
    markdown = render_markdown(runs["pass"])
    assert r"[report.html (k6's dashboard)](k6/favorite-track/u001/report.html)" in markdown


def test_hostile_text_makes_no_html_no_link_no_mention_and_no_heading(runs):
    markdown = render_markdown(runs["hostile"])
    assert "<" not in markdown
    assert not re.search(r"@octocat|https://|www\.evil", markdown)
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f\u202a-\u202e]", markdown)
    assert "heading" not in "".join(re.findall(r"^# heading", markdown, re.MULTILINE))
    assert not re.search(r"(?<!\\)\]\(javascript:", markdown)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("a|b", r"a\|b"),
        ("a\nb\r\nc", "a b c"),
        ("`x`", r"\`x\`"),
        ("<b>&", "&lt;b&gt;&amp;"),
        ("[a](b)", r"\[a\](b)"),
        ("\\|", r"\\\|"),
        ("\x1b[31mred\x1b[0m", "red"),
    ],
)
def test_text_shows_exactly_what_it_was(value, written):
    assert text(value) == written


def test_code_is_used_only_where_nothing_can_break_out_of_it():
    assert code("GET /api/{id}") == "`GET /api/{id}`"
    assert code("a`b") == r"a\`b"
    assert "|" not in code("a|b").replace(r"\|", "")


@pytest.mark.parametrize("value", ["- item", "1. item", "# title", "+ item", "=== rule"])
def test_a_paragraph_is_no_other_block(value):
    assert paragraph(value) != value
    assert "\\" in paragraph(value)


@pytest.mark.parametrize("part", ["findings", "slos", "cells"])
def test_size_is_bounded_and_what_is_left_out_is_named(runs, part):
    run = runs["failed"]
    rows = getattr(run, part) * 300
    if part == "findings":
        rows = tuple(
            row.model_copy(update={"text": f"{row.text} {at}"}) for at, row in enumerate(rows)
        )
    markdown = render_markdown(run.model_copy(update={part: rows}))
    assert len(markdown) <= MAX_CHARACTERS
    assert "in report.html" in markdown or "See report.html" in markdown


def past(run, *factors):
    """Earlier runs in which the browser needed so many times what it needs in ``run``."""
    runs = []
    for number, factor in enumerate(factors, start=1):
        cells: dict = {}
        for row in run.series:
            if row.kind == "interaction" and row.p50_ms is not None:
                steps = cells.setdefault((row.journey, row.executor, row.users), {})
                times = factor if row.executor == "playwright" else 1
                steps[row.step] = (row.p50_ms * times, row.p95_ms * times)
        made = tuple(
            TrendCell(journey=key[0], executor=key[1], users=key[2], steps=steps)
            for key, steps in cells.items()
        )
        name = f"202611{number:02d}-022500"
        runs.append(TrendRun(name=name, verdict="pass", app="", cells=made))
    return Trend(runs=tuple(runs))


def test_sparklines_stand_beside_each_step_that_has_a_past(runs):
    markdown = render_markdown(runs["pass"], past(runs["pass"], 0.5, 0.75))
    section = markdown.split("## `play-start-stream`")[1].split("\n## ")[0]
    (row,) = (line for line in section.splitlines() if "`search`" in line)
    assert row.endswith("▁▅█ / ▅▅▅ |")
    assert "Lately: the p50 in the 2 runs before and in this one" in section
    (silent,) = (line for line in section.splitlines() if "`select-track`" in line)
    assert "▁▅█ / —" in silent
    assert "Lately" not in render_markdown(runs["pass"])


@pytest.mark.parametrize(
    ("values", "drawn"),
    [
        ([], ""),
        ([None], ""),
        ([1, None, 2], "▁ █"),
        ([100, 101, 100, 99], "▅▅▅▄"),
        ([5, 5], "▅▅"),
        ([0, 0], "▅▅"),
        ([100, 200, 150], "▁█▅"),
    ],
)
def test_a_sparkline_makes_no_mountain_of_noise(values, drawn):
    assert sparkline(values) == drawn


def test_what_changed_stands_before_the_cells_with_its_intervals(runs):
    before = with_intervals(runs["pass"])
    slower = with_intervals(runs["pass"], factor=1.25)
    since = compare(before, slower)
    markdown = render_markdown(slower, Trend(since=since))
    assert markdown.index("## What changed since 20261123-091500") < markdown.index("## Cells")
    section = markdown.split("## What changed")[1].split("\n## ")[0]
    assert "**+25\u00a0%**" in section
    assert "figures differ by more than their 95\u00a0% intervals allow for" in section
    same = render_markdown(before, Trend(since=compare(before, before)))
    assert "**+" not in same and "0 of 50 figures differ" in same


def test_errors_stand_with_what_the_first_of_them_said(runs):
    section = render_markdown(runs["nightly"]).split("## Errors")[1].split("\n## ")[0]
    row = section.strip().splitlines()[-1]
    assert [part.strip() for part in row.strip("|").split("|")] == [
        "4",
        "`play-start-stream` · k6 · 100\u00a0users",
        "`search`",
        "`GET /api/search`",
        "500",
        "the answer was 500",
    ]


def test_hostile_runs_before_make_no_mark_up(runs):
    hostile = runs["hostile"]
    since = compare(with_intervals(hostile), with_intervals(hostile, factor=2))
    since = since.model_copy(update={"before": hostile.run.profile})
    markdown = render_markdown(hostile, Trend(since=since, runs=past(hostile, 1).runs))
    assert "<" not in markdown and not re.search(r"@octocat|https://|www\.evil", markdown)
    for lines in tables(markdown):
        assert len({len(PIPE.findall(line)) for line in lines}) == 1


def of_many_journeys(run, number):
    """The run with its journeys over and over, each under a name of its own."""
    parts = ("journeys", "cells", "series", "slos")
    found = {part: [] for part in parts}
    for at in range(number):
        source = run.journeys[at % len(run.journeys)].id
        name = {"journey": f"{source}-{at:02d}"}
        for part in parts[1:]:
            mine = (row for row in getattr(run, part) if row.journey == source)
            found[part] += [row.model_copy(update=name) for row in mine]
        whole = run.journeys[at % len(run.journeys)]
        found["journeys"].append(whole.model_copy(update={"id": name["journey"]}))
    return run.model_copy(update={part: tuple(rows) for part, rows in found.items()})


def test_of_many_journeys_those_that_did_not_go_well_get_room_first(runs):
    run = of_many_journeys(runs["nightly"], 50)
    last = run.journeys[-1].id
    bad = {"outcome": "failed", "verdict": "fail", "reason": "the app is gone"}
    good = {"flaky": False, "iterations_failed": 0}
    cells = tuple(
        cell.model_copy(update=bad if cell.journey == last else good) for cell in run.cells
    )
    run = run.model_copy(update={"cells": cells, "verdict": "fail", "exit_code": 97})
    markdown = render_markdown(run)
    assert len(markdown) <= MAX_CHARACTERS
    assert f"## `{last}`" in markdown and "journey favorite-track-37" in markdown
    assert "… and 440 more SLOs, all passed, in report.html" in markdown
    assert re.search(r"… and \d+ more cells, all ok, in report.html", markdown)
    table = next(lines for lines in tables(markdown) if "Lateness" in lines[0])
    assert sum(f"`{last}`" in line for line in table) == 5
    files = markdown.split("## Files of the cells that did not go well")[1]
    assert "## Files" not in job_summary(markdown) and "_Left out" in job_summary(markdown)
    assert files.count("[script]") == 5 and "u100/metrics.csv.gz" in files


def test_files_get_what_room_is_left_and_the_others_are_counted(runs):
    run = runs["nightly"]
    many = {f"shot-{at}.png": f"k6/x/{'y' * 400}/shot-{at}.png" for at in range(20)}
    cells = tuple(cell.model_copy(update={"artifacts": many}) for cell in run.cells)
    markdown = render_markdown(run.model_copy(update={"cells": cells}))
    assert len(markdown) <= MAX_CHARACTERS
    assert re.search(r"\n- … and \d+ more cells in report\.html\n", markdown)


@pytest.mark.parametrize(
    ("cells", "outcome", "listed", "counted"),
    [(45, "ok", 45, ""), (70, "ok", 70, ""), (70, "failed", 30, "- … and 40 more cells")],
)
def test_no_cell_s_files_are_left_out_in_silence(runs, cells, outcome, listed, counted):
    one = (
        runs["pass"]
        .cells[0]
        .model_copy(
            update={"outcome": outcome, "flaky": False, "artifacts": {"script": "scripts/k6/a.js"}}
        )
    )
    many = tuple(one.model_copy(update={"journey": f"journey-{at}"}) for at in range(cells))
    markdown = render_markdown(runs["pass"].model_copy(update={"cells": many}))
    files = markdown.partition("## Files")[2]
    assert files.count("[script]") == listed
    assert "".join(re.findall(r"^- … and \d+ more cells?", files, re.MULTILINE)) == counted


def test_findings_of_the_same_words_are_one_line_with_their_places(runs):
    said = "Ridden at an overridden pacing of 1 s."
    hurried = [finding("warning", "pacing", said, (f"journey-{at}", "", 0, "")) for at in range(10)]
    run = runs["pass"].model_copy(update={"findings": tuple(hurried)})
    (line,) = [line for line in render_markdown(run).splitlines() if said in line]
    assert line.startswith("- ⚠️ **journey-0**, **journey-1**, ")
    assert line.endswith(f"**journey-7**, 2 more places: {said}")
