"""The table of samples: written once, checked on read."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from summary.samples import SCHEMA, Sample, read_samples, write_samples
from tandem.errors import ArtifactError


def sample(**given):
    row = {
        "attempt": 1,
        "vu": 1,
        "iteration": 0,
        "step": "open",
        "kind": "interaction",
        "name": "open",
        "method": None,
        "status": None,
        "ok": True,
        "has_protocol": True,
        "start_us": 1_764_000_000_000_000,
        "duration_us": 12_345,
        "lateness_us": 10,
        "bytes": None,
        "error": None,
    }
    return Sample(**(row | given))


def test_rows_come_back_in_the_order_of_their_start(tmp_path):
    rows = [sample(step=name, start_us=start) for name, start in (("late", 3), ("early", 2))]
    write_samples(tmp_path / "t.parquet", "home", "k6", 10, rows)
    table = read_samples(tmp_path / "t.parquet")
    assert table["step"].to_pylist() == ["early", "late"]
    assert set(table["users"].to_pylist()) == {10}
    assert table["start"][0].value == 2


def test_the_order_in_which_rows_arrive_does_not_matter(tmp_path):
    rows = [sample(vu=vu, iteration=number) for vu in (1, 2) for number in (0, 1)]
    write_samples(tmp_path / "one.parquet", "home", "k6", 2, rows)
    write_samples(tmp_path / "two.parquet", "home", "k6", 2, reversed(rows))
    assert (tmp_path / "one.parquet").read_bytes() == (tmp_path / "two.parquet").read_bytes()


def test_a_cell_without_samples_has_an_empty_table(tmp_path):
    write_samples(tmp_path / "t.parquet", "home", "k6", 1, [])
    assert read_samples(tmp_path / "t.parquet").num_rows == 0


def test_a_file_of_another_kind_is_refused(tmp_path):
    (tmp_path / "t.parquet").write_bytes(b"not parquet")
    with pytest.raises(ArtifactError, match="not a readable table"):
        read_samples(tmp_path / "t.parquet")


def test_another_version_is_refused_with_what_to_do(tmp_path):
    schema = SCHEMA.with_metadata({b"tandem.samples.version": b"99"})
    pq.write_table(schema.empty_table(), tmp_path / "t.parquet")
    with pytest.raises(ArtifactError, match="samples of version 99, expected 1"):
        read_samples(tmp_path / "t.parquet")


def test_missing_columns_are_refused(tmp_path):
    table = pa.table({"journey": ["home"]}).replace_schema_metadata(SCHEMA.metadata)
    pq.write_table(table, tmp_path / "t.parquet")
    with pytest.raises(ArtifactError, match="its columns are not those"):
        read_samples(tmp_path / "t.parquet")
