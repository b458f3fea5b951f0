"""What CI systems show of a run: GitHub's annotations and summary, GitLab's widgets."""

from __future__ import annotations

import json
import re

import pytest

from summary.reports.colours import coloured, wants_colour
from summary.reports.github import MAX_EACH, job_summary, workflow_commands
from summary.reports.gitlab import browser_performance, load_performance
from summary.reports.markdown_report import render_markdown
from summary.reports.terminal import render_terminal
from summary.trend_models import Trend
from tests.summary.reports.builders import finding

LINK = re.compile(r"(?<!\\)\]\(")
COMMAND = re.compile(r"::(error|warning) title=([^:,\r\n]*)::([^\r\n]*)")


def test_annotations_are_one_line_each_whatever_the_text(run):
    for line in workflow_commands(run):
        assert COMMAND.fullmatch(line) and len(line) < 2_000


def test_a_run_that_did_not_pass_has_an_error_and_one_that_did_has_none(run):
    errors = [line for line in workflow_commands(run) if line.startswith("::error")]
    assert bool(errors) == (run.verdict != "pass")


def test_annotations_say_where_and_are_bounded(runs):
    said = finding("error", "slo", "50% slower: p(95)", ("play-start-stream", "k6", 10, "search"))
    (line,) = workflow_commands(runs["pass"].model_copy(update={"findings": (said,)}))
    where = "play-start-stream%2C k6%2C 10 users%2C search"
    assert line == f"::error title={where}::50%25 slower: p(95)"
    many = runs["failed"].model_copy(update={"findings": (said,) * 30})
    lines = workflow_commands(many)
    assert len(lines) == MAX_EACH + 1 and lines[-1].endswith("::21 more in the report.")


def test_the_jobs_summary_is_the_report_without_dead_links(run):
    markdown = render_markdown(run, Trend())
    page = job_summary(markdown)
    assert page.splitlines()[0] == markdown.splitlines()[0]
    assert "## Files" in markdown and "## Files" not in page and not LINK.search(page)
    assert len(page.encode()) < 1_000_000


def widget(report):
    """Read a load report as GitLab's widget does."""
    metrics = report["metrics"]
    checks = metrics["checks"]
    share = checks["passes"] / (checks["passes"] + checks["fails"])
    return {"Checks": share, "RPS": metrics["http_reqs"]["rate"]}


def test_gitlabs_load_report_has_the_protocols_share_that_passed_and_its_rate(runs):
    report = load_performance(runs["nightly"])
    shown = widget(report)
    assert 0.99 < shown["Checks"] < 1 and shown["RPS"] > 0
    k6 = [row for row in runs["nightly"].series if row.executor == "k6" and row.has_protocol]
    assert report["metrics"]["http_reqs"]["count"] == sum(
        row.count for row in k6 if row.kind == "request"
    )


def test_gitlabs_browser_report_has_a_subject_per_step_and_page(runs):
    report = {each["subject"]: each["metrics"] for each in browser_performance(runs["nightly"])}
    step = report["play-start-stream, search, browser, 1 user"]
    assert [(each["name"], each["value"]) for each in step] == [
        ("p50 (ms)", 96.1),
        ("p95 (ms)", 142.228),
        ("errors (%)", 0.0),
    ]
    assert report["play-start-stream, open-home, Web Vitals, 1 user"] == [
        {"name": "LCP p75 (ms)", "value": 2100.0, "desiredSize": "smaller"},
        {"name": "CLS p75", "value": 0.18, "desiredSize": "smaller"},
    ]


def test_reports_for_gitlab_are_json_of_unique_subjects_for_every_run(run):
    json.dumps(load_performance(run), allow_nan=False)
    subjects = [each["subject"] for each in browser_performance(run)]
    json.dumps(browser_performance(run), allow_nan=False)
    assert len(subjects) == len(set(subjects))


def test_what_cannot_be_believed_is_in_no_report_for_gitlab(runs):
    run = runs["invalid"]
    (cell,) = [cell for cell in run.cells if cell.outcome == "invalid"]
    name = {"k6": "protocol", "playwright": "browser"}[cell.executor]
    subjects = [each["subject"] for each in browser_performance(run)]
    assert not [each for each in subjects if each.startswith(cell.journey) and name in each]


@pytest.mark.parametrize(
    ("environment", "terminal", "wanted"),
    [
        ({}, True, True),
        ({}, False, False),
        ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, True, False),
        ({"FORCE_COLOR": "1"}, False, True),
        ({"FORCE_COLOR": "0"}, False, False),
        ({"TERM": "dumb"}, True, False),
    ],
)
def test_colours_are_for_who_wants_them(environment, terminal, wanted):
    assert wants_colour(environment, terminal) is wanted


def test_a_regression_is_red_and_what_may_be_one_is_yellow():
    said = "regression: play-start-stream, step search:\n  Slower than usual: +25 %"
    both = coloured(f"regression: search: Suspect: +30 %\n{said}\n")
    assert both.startswith("\x1b[33mregression:\x1b[0m search")
    assert "\x1b[31mregression:\x1b[0m play-start-stream" in both and both.count("\x1b[") == 4


def test_colours_change_nothing_else(run):
    text = render_terminal(run, "results/x/report.html", 80)
    painted = coloured(text)
    assert re.sub(r"\x1b\[[0-9;]*m", "", painted) == text
    assert painted.count("\x1b[") % 2 == 0 and "\x1b[1;" in painted
