"""k6's CSV to samples, held against a plain reading of the same file."""

from __future__ import annotations

import csv
import gzip
import io
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from urllib.parse import quote, unquote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from executors import lines as lines_module
from summary.tables import k6_samples
from summary.tables.k6_samples import read_k6_samples
from summary.tables.pairs import as_pairs
from summary.tables.samples import as_samples
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


def test_a_skipped_interaction_is_one_without_a_duration(tmp_path):
    """k6 writes it down under a name of its own, so that it is in none of k6's own figures."""
    line = "1000000,30,,,,,,skipped=true&step=maybe,iter=0&lateness_us=5&reason=not%20there&vu=1"
    (found,) = of_kind(samples(made(tmp_path, f"interaction_skipped,{line}")), "interaction")
    assert (found["step"], found["ok"], found["skipped"]) == ("maybe", True, True)
    assert (found["duration_us"], found["lateness_us"]) == (None, 5)
    assert (found["error"], found["start"].timestamp()) == ("not there", 0.97)


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


def pairs(known):
    """Pairs in any order, each there or not."""
    some = st.fixed_dictionaries({}, optional=known).map(dict.items).map(list)
    return some.flatmap(st.permutations).map(lambda some: "&".join(map("=".join, some)))


NUMBER = st.tuples(st.integers(0, 9), st.integers(0, 99_999)).map(
    lambda it: "0" * it[0] + str(it[1])
)
TRUE_OR_FALSE = st.sampled_from(["true", "false"])
REASON = st.text("a ü=&,%\"'", min_size=1, max_size=5).map(lambda text: quote(text, safe=""))
LINE = st.tuples(
    st.sampled_from(
        ["interaction", "http_req_duration", "http_req_durations", "interaction_failed", "vus"]
    ),
    st.integers(1_764_000_000_000_000, 1_764_000_100_000_000).map(str),
    st.one_of(
        st.floats(-1e9, 1e9).map(lambda value: f"{value:.6f}"),
        st.floats(0, 1e12).map(repr),
        st.sampled_from(["1e3", "2.5E-05", "0", "1234567.1234567", "0.0005", "-0.000000"]),
    ),
    st.sampled_from(["", "1220", "1503"]),
    st.sampled_from(["", "true", "false"]),
    st.sampled_from(["GET", "POST", ""]),
    st.text('GET /,"ü&=', max_size=8),
    st.sampled_from(["", "0", "200", "503"]),
    pairs(
        {
            "step": st.sampled_from(["a", "b-c", ""]),
            "journey": st.just("j"),
            **dict.fromkeys(("ok", "skipped", "has_protocol", "login"), TRUE_OR_FALSE),
        }
    ),
    pairs(
        {
            **dict.fromkeys(("vu", "iter", "lateness_us"), NUMBER),
            "overrun": st.just("true"),
            "reason": REASON,
        }
    ),
)


def plainly(row):
    """Return what one row says, read without haste."""
    tags, metadata = as_pairs(row["extra_tags"]), as_pairs(row["metadata"])
    number = {key: int(value) for key, value in metadata.items() if value.isdigit()}
    is_request = row["metric_name"] == "http_req_duration"
    ok = row["expected_response"] == "true" if is_request else tags.get("ok") != "false"
    duration = round(float(row["metric_value"]) * 1000)
    skipped = not is_request and tags.get("skipped") == "true"
    answer = f"answered {row['status']}"
    if not int(row["status"] or 0):
        answer = f"no answer (k6's error code {row['error_code'] or 'unknown'})"
    reason = unquote(metadata["reason"]) if "reason" in metadata else None
    return {
        "kind": "request" if is_request else "interaction",
        "vu": number.get("vu"),
        "iteration": -1 if tags.get("login") == "true" else number.get("iter"),
        "step": tags.get("step", ""),
        "name": row["name"] if is_request else tags.get("step", ""),
        "method": row["method"] if is_request else None,
        "status": int(row["status"] or 0) or None if is_request else None,
        "ok": ok,
        "skipped": skipped,
        "has_protocol": is_request or tags.get("has_protocol") != "false",
        "start_us": int(row["timestamp"]) - duration,
        "duration_us": None if skipped else duration,
        "lateness_us": None if is_request else number.get("lateness_us"),
        "overrun": None if is_request else "overrun" in metadata,
        "error": (None if ok else answer) if is_request else reason,
    }


@given(rows=st.lists(LINE, max_size=12), crlf=st.booleans(), cut=st.integers(0, 40))
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_lines_hold_they_are_read_as_a_plain_reader_does(
    tmp_path, monkeypatch, rows, crlf, cut
):
    monkeypatch.setattr(lines_module, "BLOCK", 512)
    monkeypatch.setattr(k6_samples, "_PARSED_TOGETHER", 600)
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n" if crlf else "\n").writerows(
        [HEADER.strip().split(","), *rows]
    )
    content = text.getvalue()
    if rows:
        content = content[: len(content) - cut]
    path = tmp_path / "metrics.csv"
    path.write_text(content, encoding="utf-8", newline="")
    whole = content[: content.rfind("\n") + 1]
    expected = [
        plainly(row)
        for row in csv.DictReader(io.StringIO(whole, newline=""))
        if row["metric_name"] in ("http_req_duration", "interaction")
    ]
    tables = read_k6_samples(path, 1, STEPS)
    found = [asdict(row) for table in tables for row in as_samples(table)]
    for kind in ("request", "interaction"):
        some = [row for row in expected if row["kind"] == kind]
        assert [{key: row[key] for key in some[0]} for row in of_kind(found, kind)] == some


def test_columns_may_stand_in_any_order_and_there_may_be_more(tmp_path):
    header = (
        "metric_name,scenario,metadata,extra_tags,status,name,method,expected_response,"
        "error_code,metric_value,timestamp\n"
    )
    line = "http_req_duration,s,vu=1&iter=0,step=a,200,GET /,GET,true,,1.5,1000000"
    (row,) = of_kind(samples(made(tmp_path, line, header=header)), "request")
    assert (row["name"], row["duration_us"], row["step"]) == ("GET /", 1500, "a")


def test_the_name_of_the_metric_comes_first_for_lines_are_known_by_it(tmp_path):
    """Elsewhere no line would be found, as if nothing had been measured."""
    header = HEADER.replace("metric_name,timestamp", "timestamp,metric_name")
    with pytest.raises(ArtifactError, match="first column is 'timestamp', expected 'metric_name'"):
        samples(made(tmp_path, header=header))


def test_a_file_with_no_line_but_the_header_has_no_samples(tmp_path):
    assert samples(made(tmp_path)) == []


@pytest.mark.parametrize("content", ["", "a,b\n1,2\n", "<html>\n"])
def test_another_kind_of_file_is_refused(tmp_path, content):
    (tmp_path / "m.csv").write_text(content)
    with pytest.raises(ArtifactError, match=r"m\.csv: not a k6 CSV: its first line lacks .*name"):
        samples(tmp_path / "m.csv")


@pytest.mark.parametrize(
    "line",
    [
        "interaction,1,2",
        "http_req_duration,soon,1.5,,true,GET,GET /,200,step=a,iter=0&vu=1",
        "http_req_duration,,1.5,,true,GET,GET /,200,step=a,iter=0&vu=1",
        "http_req_duration,1,,,true,GET,GET /,200,step=a,iter=0&vu=1",
        "interaction,1,inf,,,,,,step=a,iter=0&vu=1",
        "interaction,1,1.5,,,,,,step=a,iter=-1&vu=1",
        "interaction,1,1.5,,,,,,step=a,iter=0&vu=99999999999",
    ],
)
def test_a_damaged_line_is_told(tmp_path, line):
    with pytest.raises(ArtifactError, match=r"metrics\.csv: cannot be read"):
        samples(made(tmp_path, line))
