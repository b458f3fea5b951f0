"""The short form of a run: bounded, honest about what it leaves out, and as its schema says."""

from __future__ import annotations

import json
import os
from pathlib import Path

import jsonschema
import pytest

from summary.compact import MAX_BYTES, as_text, compact
from summary.compact_models import CELL_COLUMNS, SERIES_COLUMNS, CompactSummary
from summary.compare import compare
from summary.coverage import Coverage, coverage
from summary.models import Summary
from summary.prompt import render_prompt
from summary.shape_models import Shapes
from summary.trend_models import Trend
from tests.summary.reports.beside import shapes_of
from tests.summary.reports.builders import finding, with_skipped

SCHEMAS = Path(__file__).parents[3] / "docs/schemas"
MODELS = {
    "summary": CompactSummary,
    "summary-full": Summary,
    "coverage": Coverage,
    "shapes": Shapes,
    "trend": Trend,
}


def compact_rows(short):
    """Yield journey, step, kind, name, executor, users and values of every row."""
    for each in short.series:
        series = [(step, "interaction", step, rows) for step, rows in each.interactions.items()]
        for step, requests in each.requests.items():
            series += [(step, "request", name, rows) for name, rows in requests.items()]
        for *what, rows in series:
            for cell, values in zip(short.columns.rows, rows, strict=False):
                if values is not None:
                    yield each.journey, *what, *cell, values


@pytest.mark.parametrize("name", MODELS)
def test_the_published_schemas_are_current(name):
    """UPDATE_SNAPSHOTS=1 writes them anew."""
    schema = MODELS[name].model_json_schema(mode="serialization")
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
    text = json.dumps(schema, indent=2, ensure_ascii=False, sort_keys=True) + "\n"
    file = SCHEMAS / f"{name}.schema.json"
    if os.environ.get("UPDATE_SNAPSHOTS"):
        file.write_text(text, encoding="utf-8")
    assert file.read_text(encoding="utf-8") == text


def test_every_form_is_as_its_schema_says(run):
    short = compact(run)
    forms = {"summary": as_text(short), "summary-full": run.model_dump_json()}
    forms["coverage"] = coverage(run).model_dump_json()
    forms["trend"] = Trend(since=compare(run, run)).model_dump_json()
    forms["shapes"] = shapes_of(run).model_dump_json()
    for name, text in forms.items():
        schema = json.loads((SCHEMAS / f"{name}.schema.json").read_bytes())
        jsonschema.Draft202012Validator(schema).validate(json.loads(text))
    broken = json.loads(forms["summary"]) | {"verdict": "fine"}
    schema = json.loads((SCHEMAS / "summary.schema.json").read_bytes())
    assert not jsonschema.Draft202012Validator(schema).is_valid(broken)


def test_it_stays_within_4000_tokens_whatever_the_run(run):
    short = compact(run)
    assert len(as_text(short).encode()) <= MAX_BYTES
    assert MAX_BYTES / 1.825 <= 4_000
    assert len(render_prompt(short)) <= len(as_text(short))


def test_the_full_matrix_of_three_journeys_has_every_cell_and_every_step(runs):
    short = compact(runs["nightly"])
    assert len(short.cells) == len(runs["nightly"].cells) == 15
    steps = {each.journey: list(each.interactions) for each in short.series}
    assert steps == {j.id: [step.id for step in j.steps] for j in runs["nightly"].journeys}
    rows = len(list(compact_rows(short)))
    whole = runs["nightly"].series
    measured = [row for row in whole if row.has_protocol or row.executor == "playwright"]
    assert rows + short.left_out.series == len(measured)
    assert short.left_out.cells == short.left_out.findings == 0


def test_every_row_can_be_found_again_in_the_full_form(runs):
    full = {
        (row.journey, row.executor, row.users, row.step, row.kind, row.name): row
        for row in runs["nightly"].series
    }
    short = CompactSummary.model_validate_json(as_text(compact(runs["nightly"])))
    assert (short.columns.cells, short.columns.series) == (CELL_COLUMNS, SERIES_COLUMNS)
    for journey, step, kind, name, executor, users, values in compact_rows(short):
        row = dict(zip(short.columns.series, values, strict=True))
        found = full[journey, executor, users, step, kind, name]
        assert row["count"] == found.count
        for figure in SERIES_COLUMNS[1:]:
            assert row[figure] == pytest.approx(getattr(found, figure), rel=0.005), figure


def test_findings_come_first_and_worst_first(runs):
    plain = json.loads(as_text(compact(runs["failed"])))
    assert list(plain)[:4] == ["schema_version", "verdict", "exit_code", "findings"]
    assert plain["findings"][0].startswith(
        "error cell: play-start-stream playwright 1 user search:"
    )
    levels = [finding.split()[0] for finding in plain["findings"]]
    assert levels == sorted(levels, key=["error", "warning", "info"].index)


def test_what_does_not_fit_is_counted_and_requests_go_first(runs):
    run = runs["nightly"]
    names = [f"journey-{number}" for number in range(6)]
    many = run.model_copy(
        update={
            "series": tuple(
                row.model_copy(update={"journey": name}) for name in names for row in run.series
            )
        }
    )
    short = compact(many)
    assert len(as_text(short).encode()) <= MAX_BYTES
    assert short.left_out.series > 100
    assert {kind for _, _, kind, *_ in compact_rows(short)} == {"interaction"}


def test_three_hundred_journeys_take_no_more_than_one(runs):
    """Journeys of which nothing finds room are not named either."""
    run, names = runs["nightly"], [f"journey-{number}" for number in range(300)]
    rows = [row for row in run.series if row.journey == "play-start-stream"]
    narrowed = run.run.model_copy(update={"narrowed": {"journey": ",".join(names)}})
    cells, series = (
        tuple(row.model_copy(update={"journey": name}) for name in names for row in of_one)
        for of_one in (run.cells[:1], rows)
    )
    cells = (*cells[:-1], cells[-1].model_copy(update={"outcome": "failed", "verdict": "fail"}))
    many = run.model_copy(update={"run": narrowed, "cells": cells, "series": series})
    short = compact(many)
    assert 5_000 < len(as_text(short).encode()) <= MAX_BYTES
    assert len(render_prompt(short).encode()) <= MAX_BYTES
    assert short.left_out.cells == 300 - len(short.cells) > 0
    assert short.run.narrowed["journey"].startswith("journey-0,journey-1,")
    assert [cell[0] for cell in short.cells][:: len(short.cells) - 1] == [
        "journey-0",
        "journey-299",
    ]


@pytest.mark.parametrize("text", ["環境之夢", "🎵", '"\\', "\x01"], ids=ascii)
def test_neither_other_letters_nor_what_json_has_to_escape_takes_more(runs, text):
    """A character of three bytes is a token or two, as an escaped one is."""
    run = runs["nightly"]
    said = (finding("error", "cell", f"It shows {500 * text}."),) * 30
    short = compact(run.model_copy(update={"findings": said}))
    assert len(as_text(short).encode()) <= MAX_BYTES
    assert all(len(json.dumps(each, ensure_ascii=False).encode()) <= 200 for each in short.findings)
    assert short.findings[0].startswith("error cell: It shows")
    assert short.findings[0].endswith("…")
    assert short.left_out.findings == 15
    assert len(short.cells) == len(run.cells)


def test_a_failing_request_is_kept_before_a_slow_one(runs):
    run = runs["nightly"]
    requests = [row for row in run.series if row.kind == "request"]
    quick = min(requests, key=lambda row: row.p95_ms or 0)
    failing = quick.model_copy(update={"errors": 1, "error_rate": 0.2})
    steps = [row for row in run.series if row.kind == "interaction"]
    padding = [
        row.model_copy(update={"name": f"GET /{number}", "p95_ms": 9_000.0})
        for number in range(40)
        for row in requests[:5]
    ]
    short = compact(run.model_copy(update={"series": (*steps, *padding, failing)}))
    assert quick.name in {name for _, _, kind, name, *_ in compact_rows(short) if kind == "request"}
    assert short.left_out.series > 0


def test_the_prompt_says_the_same(runs):
    said = render_prompt(compact(runs["failed"]))
    assert said.startswith("# Performance run 20261123-091500: fail, exit code 97")
    assert "- error cell: play-start-stream playwright 1 user search: No iteration" in said
    assert "## play-start-stream" in said


def test_coverage_says_what_each_step_came_to(runs):
    found = coverage(runs["failed"])
    states = {
        (journey.journey, step.step, cell.executor): cell.state
        for journey in found.journeys
        for step in journey.step
        for cell in step.cells
    }
    assert states["play-start-stream", "open-home", "playwright"] == "measured"
    assert states["play-start-stream", "search", "playwright"] == "errors only"
    after = [state for key, state in states.items() if key[0] == "play-start-stream"]
    assert "not reached" in after
    assert "no protocol half" in states.values()
    (favorite,) = [each for each in found.journeys if each.journey == "favorite-track"]
    assert favorite.steps == favorite.steps_ridden == len(favorite.step)
    assert favorite.steps_with_protocol == sum(step.has_protocol for step in favorite.step)


def test_coverage_says_what_was_optional_and_skipped(runs):
    run = with_skipped(runs["nightly"], skipped=2)
    (journey,) = [each for each in coverage(run).journeys if each.journey == "favorite-track"]
    (step,) = [each for each in journey.step if each.step == "search"]
    assert (step.optional, journey.steps_optional, journey.steps_skipped) == (True, 1, 1)
    (cell,) = [each for each in step.cells if each.executor == "k6" and each.users == 10]
    assert (cell.state, cell.skipped, cell.measured) == ("measured", 2, cell.ridden - 2)
    assert journey.steps_measured == journey.steps


def test_coverage_never_calls_a_step_measured_that_was_skipped_each_time(runs):
    (journey,) = [
        each
        for each in coverage(with_skipped(runs["nightly"])).journeys
        if each.journey == "favorite-track"
    ]
    (step,) = [each for each in journey.step if each.step == "search"]
    states = {(cell.executor, cell.users): (cell.state, cell.measured) for cell in step.cells}
    assert states["k6", 10] == ("skipped", 0)
    assert states["k6", 1][0] == "measured"
    assert journey.steps_measured == journey.steps - 1


def test_the_page_about_it_says_what_the_columns_are(runs):
    page = (SCHEMAS.parent / "summary.md").read_text(encoding="utf-8")
    columns = json.loads(as_text(compact(runs["nightly"])))["columns"]
    for name, value in columns.items():
        assert f'"{name}":{json.dumps(value, separators=(",", ":"))}' in page
    assert f"{MAX_BYTES:,} bytes" in page
