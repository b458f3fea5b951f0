"""k6's CSV to samples, held against a plain reading of the same file."""

from __future__ import annotations

import csv
import gzip
from collections import Counter
from pathlib import Path
from urllib.parse import unquote

import pytest

from summary.tables.k6_samples import read_k6_samples
from summary.tables.pairs import as_pairs
from tandem.errors import ArtifactError

RECORDED = Path(__file__).parent / "recorded/k6/metrics.csv.gz"
STEPS = 5
HEADER = (
    "metric_name,timestamp,metric_value,error_code,expected_response,method,name,status,"
    "extra_tags,metadata\n"
)


def samples(path):
    return [row for table in read_k6_samples(path, 1, STEPS) for row in table.to_pylist()]


def of_kind(rows, kind):
    return [row for row in rows if row["kind"] == kind]


def lines(metric):
    with gzip.open(RECORDED, "rt", encoding="utf-8", newline="") as stream:
        return [row for row in csv.DictReader(stream) if row["metric_name"] == metric]


def made(folder, *rows, header=HEADER):
    path = folder / "metrics.csv"
    path.write_text(header + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    return path


def test_every_interaction_is_there_with_all_that_k6_said_of_it():
    found = of_kind(samples(RECORDED), "interaction")
    expected = lines("interaction")
    assert len(found) == len(expected) == 44
    for row, line in zip(found, expected, strict=True):
        tags, metadata = as_pairs(line["extra_tags"]), as_pairs(line["metadata"])
        assert row["step"] == row["name"] == tags["step"]
        assert (row["vu"], row["iteration"]) == (int(metadata["vu"]), int(metadata["iter"]))
        assert row["ok"] is (tags.get("ok") != "false")
        assert row["has_protocol"] is (tags.get("has_protocol") != "false")
        assert row["lateness_us"] == int(metadata["lateness_us"])
        assert row["overrun"] is ("overrun" in metadata)
        assert (row["error"] or "") == unquote(metadata.get("reason", ""))
        assert row["duration_us"] == round(float(line["metric_value"]) * 1000)
    assert sum(not row["ok"] for row in found) == 1
    assert {row["has_protocol"] for row in found} == {True, False}


def test_every_request_is_there_and_ends_when_k6_took_it_down():
    found = of_kind(samples(RECORDED), "request")
    expected = lines("http_req_duration")
    assert len(found) == len(expected) == 43
    for row, line in zip(found, expected, strict=True):
        assert (row["name"], row["method"]) == (line["name"], line["method"])
        assert row["status"] == (int(line["status"]) or None)
        assert row["ok"] is (line["expected_response"] == "true")
        end_us = int(row["start"].timestamp() * 1_000_000 + 0.5) + row["duration_us"]
        assert abs(end_us - int(line["timestamp"])) <= 1
    assert [row["error"] for row in found if not row["ok"]] == ["no answer (k6's error code 1220)"]


def test_iterations_are_put_together_from_their_interactions():
    found = of_kind(samples(RECORDED), "iteration")
    assert Counter((row["vu"], row["ok"]) for row in found) == {
        (1, True): 3,
        (2, True): 3,
        (3, True): 2,
        (3, False): 1,
    }


def test_plain_and_packed_are_the_same(tmp_path):
    (tmp_path / "metrics.csv").write_bytes(gzip.decompress(RECORDED.read_bytes()))
    assert samples(tmp_path / "metrics.csv") == samples(RECORDED)


def test_a_last_line_that_was_cut_off_is_left_out(tmp_path):
    whole = gzip.decompress(RECORDED.read_bytes())
    start = whole.rindex(b"\nhttp_req_duration,") + 1
    (tmp_path / "m.csv").write_bytes(whole[: start + 40])
    found = of_kind(samples(tmp_path / "m.csv"), "request")
    assert found == of_kind(samples(RECORDED), "request")[:-1]


def test_a_gzip_that_k6_could_not_close_gives_what_it_holds(tmp_path):
    packed = RECORDED.read_bytes()
    (tmp_path / "m.csv.gz").write_bytes(packed[: len(packed) // 2])
    found, whole = samples(tmp_path / "m.csv.gz"), samples(RECORDED)
    for kind in ("interaction", "request"):
        some = of_kind(found, kind)
        assert some == of_kind(whole, kind)[: len(some)]
        assert some


def test_names_may_hold_what_csv_has_to_quote(tmp_path):
    line = (
        'http_req_duration,1000000,1.5,,true,GET,"GET /a,b ""c""",200,step=a,iter=0&vu=1',
        "http_req_duration,1000001,2.5,1500,false,POST,POST /ü,503,step=b&x=y,vu=12&iter=345",
    )
    one, two = of_kind(samples(made(tmp_path, *line)), "request")
    assert (one["name"], one["status"], one["ok"]) == ('GET /a,b "c"', 200, True)
    assert (two["name"], two["error"], two["step"]) == ("POST /ü", "answered 503", "b")
    assert (two["vu"], two["iteration"]) == (12, 345)


def test_columns_may_stand_in_any_order_and_there_may_be_more(tmp_path):
    header = (
        "metric_name,scenario,metadata,extra_tags,status,name,method,expected_response,"
        "error_code,metric_value,timestamp\n"
    )
    line = "http_req_duration,s,vu=1&iter=0,step=a,200,GET /,GET,true,,1.5,1000000"
    (row,) = of_kind(samples(made(tmp_path, line, header=header)), "request")
    assert (row["name"], row["duration_us"], row["step"]) == ("GET /", 1500, "a")


def test_a_file_with_no_line_but_the_header_has_no_samples(tmp_path):
    assert samples(made(tmp_path)) == []


@pytest.mark.parametrize("content", ["", "a,b\n1,2\n", "<html>\n"])
def test_another_kind_of_file_is_refused(tmp_path, content):
    (tmp_path / "m.csv").write_text(content)
    with pytest.raises(ArtifactError, match=r"m\.csv: not a k6 CSV: its first line lacks .*name"):
        samples(tmp_path / "m.csv")


@pytest.mark.parametrize(
    "line",
    ["interaction,1,2", "http_req_duration,soon,1.5,,true,GET,GET /,200,step=a,iter=0&vu=1"],
)
def test_a_damaged_line_is_told(tmp_path, line):
    with pytest.raises(ArtifactError, match=r"metrics\.csv: cannot be read"):
        samples(made(tmp_path, line))
