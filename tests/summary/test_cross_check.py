"""What the tools counted, and what the rows say: on recorded rides, and on changed ones."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from executors.outcome import read_outcome
from summary.cell_samples import CellSamples
from summary.cross_check import check_totals, totals_of
from summary.summarise import summarise
from summary.tables.cell_record import read_totals, write_cell
from summary.tables.cell_table import build_cell_table
from summary.tables.totals import Totals, read_har_totals, read_k6_totals
from tandem.errors import ArtifactError
from tandem.exit_codes import ExitCode

RECORDED = Path(__file__).parent / "recorded"


@pytest.fixture(params=["k6", "playwright"])
def cell(request, tmp_path):
    """A recorded cell: outcome, samples, totals."""
    return built(request.param, tmp_path)


def built(executor, tmp_path):
    folder = RECORDED / executor
    build_cell_table(folder, tmp_path / "s.parquet", tmp_path / "c.parquet")
    samples = CellSamples.read_from(tmp_path / "s.parquet", 1)
    return read_outcome(folder / "outcome.json"), samples, read_totals(tmp_path / "c.parquet")


def test_tool_and_rows_agree_on_a_real_ride(cell):
    outcome, samples, told = cell
    assert told.requests > 20
    assert list(check_totals(outcome, samples, told)) == []


def test_k6s_own_totals_are_those_of_its_summary(tmp_path):
    _, samples, told = built("k6", tmp_path)
    metrics = json.loads((RECORDED / "k6/summary.json").read_bytes())["metrics"]
    assert told.requests == metrics["http_reqs"]["count"] == 43
    assert told.requests_failed == metrics["http_req_failed"]["passes"] == 1
    assert told.request_p95_us == round(metrics["http_req_duration"]["p(95)"] * 1000)
    ours = totals_of(samples, None)
    assert abs(ours.request_p95_us - told.request_p95_us) <= 2
    assert abs(ours.interaction_mean_us - told.interaction_mean_us) <= 2


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"requests": 44}, "requests 44 against 43"),
        ({"requests_failed": 0}, "requests failed 0 against 1"),
        ({"request_p95_us": 1_000_000}, "request p95 1000000 against"),
    ],
)
def test_a_difference_to_k6_is_an_error_that_makes_the_run_invalid(tmp_path, run, change, said):
    outcome, samples, told = built("k6", tmp_path)
    (found,) = check_totals(outcome, samples, replace(told, **change))
    assert (found.severity, found.kind) == ("error", "check")
    assert said in found.text
    summary = summarise(run(totals=Totals(requests=7)))
    assert (summary.verdict, summary.exit_code) == ("invalid", ExitCode.INVALID)
    assert summary.cells[0].verdict == "invalid"
    assert (
        summary.findings[0].text == "k6's own summary and the table disagree: requests 7 against 0."
    )


def test_a_difference_to_the_har_is_a_warning(tmp_path):
    outcome, samples, told = built("playwright", tmp_path)
    assert told == Totals(user=1, requests=24)
    (found,) = check_totals(outcome, samples, replace(told, requests=25))
    assert (found.severity, found.kind) == ("warning", "check")
    assert found.text == "The HAR of user 1 and the table disagree: requests 25 against 24."


def test_what_a_step_sends_from_outside_the_page_is_in_no_har_and_is_counted(tmp_path):
    folder = shutil.copytree(RECORDED / "playwright", tmp_path / "cell")
    timings = json.loads((folder / "timings.json").read_bytes())
    sent = next(row for row in timings["requests"] if row["user"] == 1)
    beside = [{**sent, "resource": "api"}, {**sent, "resource": "api", "user": 2}]
    timings["requests"] += beside
    (folder / "timings.json").write_text(json.dumps(timings))
    build_cell_table(folder, tmp_path / "s.parquet", tmp_path / "c.parquet")
    told = read_totals(tmp_path / "c.parquet")
    assert told == Totals(user=1, requests=25)
    samples = CellSamples.read_from(tmp_path / "s.parquet", 1)
    assert list(check_totals(read_outcome(folder / "outcome.json"), samples, told)) == []


def test_a_sound_cell_of_which_k6_told_nothing_is_warned_of(tmp_path):
    folder = tmp_path / "cell"
    shutil.copytree(RECORDED / "k6", folder)
    (folder / "summary.json").write_text("{")
    outcome = read_outcome(folder / "outcome.json")
    write_cell(tmp_path / "c.parquet", folder, outcome)
    told = read_totals(tmp_path / "c.parquet")
    assert told == Totals()
    build_cell_table(folder, tmp_path / "s.parquet", tmp_path / "c.parquet")
    samples = CellSamples.read_from(tmp_path / "s.parquet", 1)
    (found,) = check_totals(outcome, samples, told)
    assert (found.severity, found.kind) == ("warning", "check")
    assert found.text == "k6 left no totals of its own that the rows could be held against."
    broken = outcome.model_copy(update={"outcome": "failed"})
    assert list(check_totals(broken, samples, told)) == []


@pytest.mark.parametrize("content", [b"", b"{}", b'{"log": {"entries": [{"respo', b"[]"])
def test_half_a_file_is_told(tmp_path, content):
    (tmp_path / "f").write_bytes(content)
    with pytest.raises(ArtifactError, match="f: not a k6 summary"):
        read_k6_totals(tmp_path / "f")
    timings, har = (RECORDED / "playwright" / name for name in ("timings.json", "user001.har"))
    with pytest.raises(ArtifactError, match="f: not a HAR"):
        read_har_totals(tmp_path / "f", timings, 1)
    with pytest.raises(ArtifactError, match="f: not a script's timings"):
        read_har_totals(har, tmp_path / "f", 1)
