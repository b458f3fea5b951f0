"""The table of samples: written once, checked on read, older versions brought up to date."""

from __future__ import annotations

import errno
import os
import re
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from summary.tables.samples import (
    CellKey,
    Sample,
    as_samples,
    as_table,
    read_samples,
    rows_of,
    write_samples,
)
from summary.tables.table_kinds import SAMPLES
from tandem.errors import ArtifactError

RECORDED = Path(__file__).parent / "recorded"
CELL = CellKey("home", "k6", 10)
ROW = Sample(
    attempt=1,
    vu=1,
    iteration=0,
    step="open",
    kind="interaction",
    name="open",
    start_us=1_764_000_000_000_000,
    duration_us=12_345,
    lateness_us=10,
)


def written(path, rows):
    write_samples(path, CELL, lambda: [as_table(rows)])
    return read_samples(path)


def refused(path, content, whole, flips):
    """How many times the file is refused, a byte changed at each place; else it is as it was."""
    count = 0
    for at, change in flips:
        broken = bytearray(content)
        broken[at] ^= change
        path.write_bytes(broken)
        try:
            assert read_samples(path).equals(whole), (at, change)
        except ArtifactError:
            count += 1
    return count


def test_rows_come_back_in_the_order_of_their_start(tmp_path):
    rows = [replace(ROW, step=name, start_us=start) for name, start in (("late", 3), ("early", 2))]
    table = written(tmp_path / "t.parquet", rows)
    assert table["step"].to_pylist() == ["early", "late"]
    assert set(table["users"].to_pylist()) == {10}
    assert table["start"][0].value == 2


def test_rows_to_columns_and_back_are_the_same_rows(tmp_path):
    rows = [ROW, replace(ROW, start_us=ROW.start_us + 1, ok=False, error="no", vu=None, bytes=3)]
    assert as_samples(as_table(rows)) == rows
    assert as_samples(written(tmp_path / "t.parquet", rows)) == rows


def test_what_a_row_does_not_know_is_null_and_never_zero(tmp_path):
    health = Sample(
        attempt=1,
        vu=None,
        iteration=None,
        step="",
        kind="health",
        name="cpu",
        start_us=1,
        value=0.5,
    )
    (row,) = written(tmp_path / "t.parquet", [health]).to_pylist()
    unknown = ("vu", "iteration", "duration_us", "status", "bytes", "error", "lateness_us", "unit")
    assert [row[name] for name in unknown] == [None] * len(unknown)
    assert (row["value"], row["kind"]) == (0.5, "health")


def test_neither_the_order_of_rows_nor_how_they_are_cut_changes_the_bytes(tmp_path):
    steps = ("b", "a", "c")
    rows = [
        replace(ROW, start_us=at // 2, step=steps[at % 3], vu=at, error=steps[at % 2])
        for at in range(12)
    ]
    backwards = [as_table([row]) for row in reversed(rows)]
    write_samples(tmp_path / "one.parquet", CELL, lambda: [as_table(rows)])
    write_samples(tmp_path / "two.parquet", CELL, lambda: backwards)
    assert (tmp_path / "one.parquet").read_bytes() == (tmp_path / "two.parquet").read_bytes()


def test_rows_that_come_far_too_late_are_read_again_and_put_in_their_place(tmp_path):
    def rows(start, count):
        return rows_of(
            attempt=1,
            vu=np.arange(count) % 7,
            iteration=0,
            step="a",
            kind="request",
            name="GET /",
            start=np.arange(start, start + count),
        )

    in_order, reads = [rows(start, 70_000) for start in (0, 70_000, 140_000)], []

    def backwards():
        reads.append(None)
        yield from reversed(in_order)

    write_samples(tmp_path / "one.parquet", CELL, lambda: in_order)
    write_samples(tmp_path / "two.parquet", CELL, backwards)
    assert len(reads) == 2
    assert (tmp_path / "one.parquet").read_bytes() == (tmp_path / "two.parquet").read_bytes()
    assert read_samples(tmp_path / "two.parquet").num_rows == 210_000


def test_the_same_rows_leave_the_file_alone(tmp_path):
    written(tmp_path / "t.parquet", [ROW])
    before = (tmp_path / "t.parquet").stat()
    written(tmp_path / "t.parquet", [ROW])
    after = (tmp_path / "t.parquet").stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)


def test_a_table_that_cannot_be_finished_leaves_nothing_behind(tmp_path):
    def breaks():
        yield as_table([ROW])
        raise ArtifactError("the raw file is damaged")

    with pytest.raises(ArtifactError, match="damaged"):
        write_samples(tmp_path / "t.parquet", CELL, breaks)
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_told_and_leaves_the_former_table(tmp_path, monkeypatch):
    written(tmp_path / "t.parquet", [ROW])

    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ArtifactError, match="cannot be written: No space left on device"):
        write_samples(tmp_path / "t.parquet", CELL, lambda: [as_table([replace(ROW, vu=2)])])
    assert read_samples(tmp_path / "t.parquet")["vu"].to_pylist() == [1]
    assert [each.name for each in tmp_path.iterdir()] == ["t.parquet"]


def test_a_cell_without_samples_has_an_empty_table(tmp_path):
    write_samples(tmp_path / "t.parquet", CELL, list)
    assert read_samples(tmp_path / "t.parquet").num_rows == 0


def test_columns_can_be_read_alone(tmp_path):
    written(tmp_path / "t.parquet", [ROW])
    table = read_samples(tmp_path / "t.parquet", ["step", "duration_us"])
    assert table.to_pylist() == [{"step": "open", "duration_us": 12_345}]


def test_names_are_dictionaries_and_times_whole_microseconds(tmp_path):
    schema = written(tmp_path / "t.parquet", [ROW]).schema
    names = [field.name for field in schema if pa.types.is_dictionary(field.type)]
    assert names == [
        "journey", "executor", "step", "kind", "name", "method", "unit", "error",
    ]  # fmt: skip
    assert schema.field("start").type == pa.timestamp("us", tz="UTC")
    assert {schema.field(name).type for name in ("duration_us", "lateness_us")} == {pa.int64()}


def test_a_table_of_version_1_is_read_as_one_of_today(tmp_path):
    old = pq.read_table(RECORDED / "samples-version-1.parquet")
    table = read_samples(RECORDED / "samples-version-1.parquet")
    assert table.schema.equals(SAMPLES.schema, check_metadata=True)
    assert table.num_rows == old.num_rows > 0
    for name in old.schema.names:
        assert table[name].to_pylist() == old[name].to_pylist(), name
    assert table["value"].null_count == table["overrun"].null_count == table.num_rows
    some = read_samples(RECORDED / "samples-version-1.parquet", ["kind", "unit"])
    assert some.schema.names == ["kind", "unit"]


def test_a_file_of_another_kind_is_refused(tmp_path):
    (tmp_path / "t.parquet").write_bytes(b"not parquet")
    with pytest.raises(ArtifactError, match="not a readable table"):
        read_samples(tmp_path / "t.parquet")


def test_half_a_file_is_refused(tmp_path):
    shutil.copy(RECORDED / "samples-version-1.parquet", tmp_path / "t.parquet")
    whole = (tmp_path / "t.parquet").read_bytes()
    (tmp_path / "t.parquet").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ArtifactError, match="not a readable table") as raised:
        read_samples(tmp_path / "t.parquet")
    assert "makes a table below the build folder anew" in raised.value.hint


def test_a_flipped_bit_is_told_and_never_another_number(tmp_path):
    """Bytes of the data are changed in turn: the rows are the same, or the file is refused."""
    path = tmp_path / "t.parquet"
    whole = written(path, [replace(ROW, duration_us=100 * each) for each in range(20)])
    content = path.read_bytes()
    data = pq.read_metadata(path).row_group(0)
    pages = [data.column(at) for at in range(data.num_columns)]
    end = max(each.data_page_offset + each.total_compressed_size for each in pages)
    places = range(4, min(end, len(content)), 7)
    assert refused(path, content, whole, [(at, 0b0100) for at in places]) > 100


def test_a_flipped_bit_in_the_head_of_a_page_of_names_is_told(tmp_path):
    """It has no checksum of its own: rows would have names that no dictionary holds."""
    path = tmp_path / "t.parquet"
    whole = written(path, [ROW, replace(ROW, kind="request", error="no", ok=False)])
    content = path.read_bytes()
    at = SAMPLES.schema.get_field_index("error")
    start = pq.read_metadata(path).row_group(0).column(at).dictionary_page_offset
    head = range(start, start + 24)
    assert refused(path, content, whole, [(at, 1 << bit) for at in head for bit in range(8)]) > 100


def test_a_flipped_bit_in_how_many_rows_there_are_is_told(tmp_path):
    """Fewer would be read, as if there were no more: what a file says of itself has no checksum."""
    path = tmp_path / "t.parquet"
    whole = written(path, [replace(ROW, iteration=each) for each in range(20)])
    content = path.read_bytes()
    twenty = b"\x16\x28"  # Thrift's way to say so
    told = [found.start() + 1 for found in re.finditer(re.escape(twenty), content)]
    assert len(told) >= whole.num_columns + 2  # of each column, of the one group, of the file
    flipped = [(at, change) for at in told[-whole.num_columns - 2 :] for change in (0x08, 0x20)]
    assert refused(path, content, whole, flipped) == len(flipped)


@pytest.mark.parametrize(
    ("version", "hint"),
    [(b"99", "A newer Tandem"), (b"0", "makes a table"), (b"x", "makes a table")],
)
def test_another_version_is_refused_with_what_to_do(tmp_path, version, hint):
    schema = SAMPLES.schema.with_metadata({SAMPLES.version_key: version})
    pq.write_table(schema.empty_table(), tmp_path / "t.parquet")
    with pytest.raises(ArtifactError, match=f"version {version.decode()}, expected 2") as raised:
        read_samples(tmp_path / "t.parquet")
    assert hint in raised.value.hint


def test_missing_columns_are_refused_by_name(tmp_path):
    table = SAMPLES.schema.empty_table().drop(["bytes"])
    pq.write_table(table, tmp_path / "t.parquet")
    with pytest.raises(ArtifactError, match="its columns are not those of samples 2: bytes"):
        read_samples(tmp_path / "t.parquet")


def test_a_column_of_another_type_is_refused_by_name(tmp_path):
    field = SAMPLES.schema.field("users").with_type(pa.string())
    at = SAMPLES.schema.get_field_index("users")
    pq.write_table(SAMPLES.schema.set(at, field).empty_table(), tmp_path / "t.parquet")
    with pytest.raises(ArtifactError, match="column 'users' holds string, expected int32"):
        read_samples(tmp_path / "t.parquet")
