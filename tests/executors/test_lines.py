"""The few lines that are needed of a large file."""

from __future__ import annotations

import gzip

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from executors import lines
from executors.lines import lines_beginning_with, read_header
from tandem.errors import ArtifactError

WANTED = [b"interaction,", b"http_req_duration,", b"in"]
LINE = st.builds(
    lambda name, rest: name + rest,
    st.sampled_from(
        [
            b"interaction,",
            b"interaction_failed,",
            b"http_req_duration,",
            b"http_req_durations,",
            b"http_req_duration",
            b"http_reqs,",
            b"inter",
            b"",
        ]
    ),
    st.binary(max_size=30).map(lambda text: text.replace(b"\n", b" ")),
)


def kept(path, wanted=WANTED):
    """Return what is found for each beginning."""
    blocks = list(lines_beginning_with(path, wanted))
    return [b"".join(block[at].to_pybytes() for block in blocks) for at in range(len(wanted))]


@given(content=st.lists(LINE), cut=st.booleans(), packed=st.booleans())
@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_it_is_what_a_loop_over_the_lines_finds(tmp_path, monkeypatch, content, cut, packed):
    monkeypatch.setattr(lines, "BLOCK", 64)
    content = [line + b"\n" for line in content]
    whole = b"".join(content)
    text = whole + b"interaction,cut off" if cut else whole
    path = tmp_path / "metrics.csv"
    path.write_bytes(gzip.compress(text) if packed else text)
    for wanted, found in zip(WANTED, kept(path), strict=True):
        assert found == b"".join(line for line in content if line.startswith(wanted))


@pytest.mark.parametrize("packed", [False, True])
def test_blocks_of_full_size_lose_and_double_nothing(tmp_path, packed):
    text = b"".join(
        b"%s,%d,%s\n" % ((b"interaction" if at % 7 == 0 else b"http_reqs"), at, b"x" * (at % 90))
        for at in range(60_000)
    )
    assert len(text) > 2 * lines.BLOCK
    (tmp_path / "m.csv").write_bytes(gzip.compress(text, 1) if packed else text)
    numbers = [int(line.split(b",")[1]) for line in kept(tmp_path / "m.csv")[0].splitlines()]
    assert numbers == list(range(0, 60_000, 7))


def test_a_gzip_that_breaks_off_gives_what_it_holds(tmp_path):
    text = b"".join(b"interaction,%d\n" % at for at in range(20_000))
    packed = gzip.compress(text)
    (tmp_path / "m.csv.gz").write_bytes(packed[: len(packed) * 2 // 3])
    found = kept(tmp_path / "m.csv.gz")[0]
    assert 5_000 < found.count(b"\n") < 20_000
    assert text.startswith(found)


def test_several_gzips_in_one_file_are_one_text(tmp_path):
    (tmp_path / "m").write_bytes(
        gzip.compress(b"interaction,1\ninter") + gzip.compress(b"action,2\n")
    )
    assert kept(tmp_path / "m")[0] == b"interaction,1\ninteraction,2\n"


def test_a_damaged_gzip_is_told(tmp_path):
    packed = bytearray(gzip.compress(b"interaction,%d\n" * 2_000))
    packed[30:60] = b"\xff" * 30
    (tmp_path / "m.csv.gz").write_bytes(packed)
    with pytest.raises(ArtifactError, match=r"m\.csv\.gz: a damaged gzip"):
        kept(tmp_path / "m.csv.gz")


def test_a_line_without_an_end_that_fills_the_memory_is_told(tmp_path):
    (tmp_path / "m.csv").write_bytes(b"x" * (3 * lines.BLOCK))
    with pytest.raises(ArtifactError, match="a line of more than 1 MB"):
        kept(tmp_path / "m.csv")


def test_the_header_is_the_first_line_packed_or_not(tmp_path):
    (tmp_path / "plain").write_bytes(b"a,b\r\n1,2\n")
    (tmp_path / "packed").write_bytes(gzip.compress(b"a,b\n1,2\n"))
    (tmp_path / "empty").write_bytes(b"")
    names = ("plain", "packed", "empty")
    assert [read_header(tmp_path / name) for name in names] == [b"a,b", b"a,b", b""]
