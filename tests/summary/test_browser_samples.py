"""A Playwright script's timings to samples."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from summary.tables.browser_samples import read_browser_samples
from tandem.errors import ArtifactError

RECORDED = Path(__file__).parent / "recorded/playwright/timings.json"
STEPS = 6


def samples(path):
    return [row for table in read_browser_samples(path, 1, STEPS) for row in table.to_pylist()]


def requests(tmp_path, **changes):
    """The first recorded request, changed, as it comes out."""
    timings = json.loads(RECORDED.read_bytes())
    timings["requests"] = [timings["requests"][0] | changes]
    (tmp_path / "timings.json").write_text(json.dumps(timings))
    (row,) = [row for row in samples(tmp_path / "timings.json") if row["kind"] == "request"]
    return row


def test_every_row_of_the_script_is_there():
    raw = json.loads(RECORDED.read_bytes())
    found = samples(RECORDED)
    counts = Counter(row["kind"] for row in found)
    assert counts == {
        "interaction": 36,
        "request": len(raw["requests"]),
        "iteration": 6,
        "vital": len(raw["vitals"]),
        "navigation": sum(len(row["phases"]) for row in raw["navigations"]),
        "resource": len(raw["resources"]),
        "health": len(raw["lags"]),
    }
    durations = [row["duration_us"] for row in found if row["kind"] == "interaction"]
    assert durations == [row["duration_us"] for row in raw["interactions"]]


def test_vitals_keep_their_step_and_belong_to_a_user():
    found = [row for row in samples(RECORDED) if row["kind"] == "vital"]
    assert {row["name"] for row in found} == {"TTFB", "FCP", "LCP", "CLS", "INP"}
    assert {row["unit"] for row in found if row["name"] == "CLS"} == {"score"}
    assert {row["step"] for row in found if row["name"] == "FCP"} == {"navigate-home"}
    assert {(row["vu"], row["duration_us"]) for row in found} == {(1, None), (2, None)}


def test_requests_have_the_names_that_k6_gives_them():
    names = {row["name"] for row in samples(RECORDED) if row["kind"] == "request"}
    assert {"GET /", "GET /api/search", "POST /api/play", "GET /api/streams/:id"} <= names


def test_what_the_page_itself_timed_has_its_step():
    found = samples(RECORDED)
    load = [row for row in found if (row["kind"], row["name"]) == ("navigation", "load")]
    assert {(row["step"], row["unit"]) for row in load} == {("navigate-home", "ms")}
    assert all(row["value"] > 0 and row["duration_us"] is None for row in load)
    style = [row for row in found if row["name"] == "GET /static/app.css"]
    (resource,) = {row["step"] for row in style if row["kind"] == "resource"}
    assert resource == "navigate-home"
    assert all(row["value"] * 1000 <= row["duration_us"] for row in style if row["value"])


@pytest.mark.parametrize(
    ("source", "level", "ok"),
    [("console", "warning", True), ("console", "error", False), ("page", "error", False)],
)
def test_what_a_page_complains_of_is_a_row(tmp_path, source, level, ok):
    timings = json.loads(RECORDED.read_bytes())
    place = {"user": 2, "iteration": 1, "step": "play", "at_us": 5}
    said = {"source": source, "level": level, "text": "no x", "url": "http://127.0.0.1/"}
    timings["messages"] = [{**place, **said}]
    (tmp_path / "timings.json").write_text(json.dumps(timings))
    (row,) = [row for row in samples(tmp_path / "timings.json") if row["kind"] == "message"]
    assert (row["vu"], row["iteration"], row["step"]) == (2, 1, "play")
    assert (row["name"], row["ok"], row["error"]) == (f"{source} {level}", ok, "no x")
    assert (row["duration_us"], row["value"]) == (None, None)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        (
            {"ended": "failed", "error": "net::ERR_CONNECTION_REFUSED", "status": 0},
            "net::ERR_CONNECTION_REFUSED",
        ),
        ({"status": 503}, "answered 503"),
    ],
)
def test_what_the_app_failed_to_answer_is_an_error(tmp_path, changes, error):
    row = requests(tmp_path, **changes)
    assert (row["ok"], row["error"]) == (False, error)


@pytest.mark.parametrize(
    "changes",
    [
        {"ended": "dropped", "status": 0},
        {"ended": "dropped", "stream": True, "status": 206},
        {"ended": "open", "stream": True},
        {"ended": "open", "status": 0},
    ],
)
def test_what_the_page_let_go_of_is_neither_an_error_nor_a_latency(tmp_path, changes):
    row = requests(tmp_path, **changes)
    assert (row["ok"], row["error"], row["duration_us"]) == (True, None, None)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"schema_version": 1}'])
def test_another_kind_of_file_is_refused(tmp_path, text):
    (tmp_path / "timings.json").write_text(text)
    with pytest.raises(ArtifactError, match="not a script's timings"):
        samples(tmp_path / "timings.json")


def test_another_version_is_refused(tmp_path):
    text = RECORDED.read_text().replace('"schema_version": 2', '"schema_version": 9')
    (tmp_path / "timings.json").write_text(text)
    with pytest.raises(ArtifactError, match="timings of version 9, expected 2"):
        samples(tmp_path / "timings.json")
