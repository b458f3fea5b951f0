"""report.md: order, tables that hold together, links, and text that stays text."""

from __future__ import annotations

import re

import pytest

from summary.markdown_report import MAX_CHARACTERS, code, paragraph, render_markdown, text
from summary.rendering import verdict_label

LINK = re.compile(r"(?<!\\)\[[^\]]*\]\(([^)]*)\)")
PIPE = re.compile(r"(?<!\\)\|")


def tables(markdown):
    """Return each table as its lines."""
    blocks = markdown.split("\n\n")
    return [block.splitlines() for block in blocks if block.startswith("|")]


def test_verdict_is_the_first_line_and_findings_come_next(run):
    markdown = render_markdown(run)
    assert verdict_label(run.verdict) in markdown.splitlines()[0]
    sections = re.findall(r"^## (.*)$", markdown, re.MULTILINE)
    assert sections[:2] == ["Findings", "Cells"] and sections[-1] == "Files"


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
    markdown = render_markdown(run.model_copy(update={part: getattr(run, part) * 300}))
    assert len(markdown) <= MAX_CHARACTERS
    assert "in report.html" in markdown or "See report.html" in markdown
