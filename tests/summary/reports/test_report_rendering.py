"""Formats, cleaning, links; and the same bytes whatever the process."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from summary.reports import rendering
from summary.reports.html_report import render_html
from summary.reports.junit import render_junit
from summary.reports.markdown_report import render_markdown
from summary.reports.terminal import render_terminal
from summary.trend_models import Trend
from tests.summary.reports.beside import shapes_of

ROOT = Path(__file__).parents[3]
RENDER_ALL = """
import hashlib, json, sys
from summary.reports.html_report import render_html
from summary.reports.junit import render_junit
from summary.reports.markdown_report import render_markdown
from summary.models import Summary
from summary.shape_models import Shapes
from summary.reports.terminal import render_terminal
from summary.trend_models import Trend
for run, shapes in json.load(sys.stdin):
    run = Summary.model_validate(run)
    said = [render_html(run, Shapes.model_validate(shapes))]
    said += [render_markdown(run, Trend()), render_junit(run), render_terminal(run, "x", 80)]
    print(hashlib.sha256("".join(said).encode()).hexdigest())
"""


def digest(run):
    said = [render_html(run, shapes_of(run))]
    said += [render_markdown(run, Trend()), render_junit(run), render_terminal(run, "x", 80)]
    return hashlib.sha256("".join(said).encode()).hexdigest()


def test_same_bytes_again_and_in_a_process_with_another_hash_seed_zone_and_locale(runs):
    here = [digest(run) for run in runs.values()]
    assert here == [digest(run) for run in runs.values()]
    other = subprocess.run(
        [sys.executable, "-c", RENDER_ALL],
        input=json.dumps(
            [
                [run.model_dump(mode="json"), shapes_of(run).model_dump(mode="json")]
                for run in runs.values()
            ]
        ),
        env=os.environ | {"PYTHONHASHSEED": "4711", "TZ": "Asia/Tokyo", "LC_ALL": "tr_TR.UTF-8"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert other.stdout.split() == here


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (0, "0"),
        (0.84, "0.84"),
        (9.999, "10.0"),
        (99.96, "100"),
        (1240, "1 240"),
        (-3.2, "−3.20"),
        (-0.001, "0.00"),
    ],
)
def test_numbers_have_three_digits_that_count(value, written):
    assert rendering.number(value).replace(rendering.NBSP, " ") == written


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, "—"),
        (0, "0 %"),
        (1, "100 %"),
        (0.00001, "< 0.01 %"),
        (0.008, "0.80 %"),
        (0.99996, "> 99.99 %"),
        (0.9994, "99.94 %"),
    ],
)
def test_a_share_never_reads_as_none_or_all_of_it_when_it_is_not(value, written):
    assert rendering.rate(value).replace(rendering.NBSP, " ") == written


@pytest.mark.parametrize(
    "path", ["", "/etc/passwd", "../up", "a/../../b", "//evil.example/x", "a\\b"]
)
def test_a_path_out_of_the_result_directory_is_no_link(path):
    assert rendering.relative_link(path) == ""


def test_a_link_can_hold_neither_scheme_nor_query():
    assert rendering.relative_link("javascript:alert(1)") == "javascript%3Aalert%281%29"
    assert rendering.relative_link("a b/#x?y") == "a%20b/%23x%3Fy"


def test_clean_text_has_no_controls_and_no_reordering():
    assert rendering.clean("a\x1b[31mb\x1b[0m\x07\u202ec\r\nd\ud800") == "ab��c\nd�"


def test_slos_stand_in_the_order_in_which_they_matter(runs):
    slos = runs["slo"].slos
    off = slos[2].model_copy(update={"level": "off", "verdict": "fail"})
    ordered = sorted((off, *slos[::-1]), key=rendering.worst_slo_first)
    labels = [rendering.slo_label(slo) for slo in ordered]
    assert labels[:3] == ["Fail", "Fail (warning only)", "Pass"] and labels[-1] == "Off"


def test_measured_has_the_unit_of_its_metric(runs):
    slo = runs["pass"].slos[0]
    values = {"p(95)<500": "243 ms", "rate<=0": "1.2 %", "count>0": "25"}
    measured = {"p(95)<500": 243.1, "rate<=0": 0.012, "count>0": 25.0}
    for threshold, written in values.items():
        changed = slo.model_copy(update={"threshold": threshold, "measured": measured[threshold]})
        assert rendering.measured(changed).replace(rendering.NBSP, " ") == written


@pytest.mark.parametrize(
    ("interval", "shown"),
    [
        (None, ""),
        ((0.0, None), ""),
        ((5.0, None), "5.00 – ?"),
        ((0.0, 7.25), "0 – 7.25"),
        ((5.0, 120.4), "5.00 – 120"),
    ],
)
def test_an_interval_that_says_nothing_is_not_shown(interval, shown):
    assert rendering.bounds(interval).replace("\u00a0", " ") == shown
