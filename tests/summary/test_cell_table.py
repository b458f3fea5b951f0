"""One cell's folder to its tables: what of it may be damaged, and what may not."""

from __future__ import annotations

import gzip
import shutil
from pathlib import Path

import pytest

from executors.outcome import read_outcome, write_outcome
from summary.tables.cell_table import build_cell_table
from summary.tables.samples import read_samples
from summary.tables.table_files import read_table
from summary.tables.table_kinds import CELLS
from tandem.errors import ArtifactError

RECORDED = Path(__file__).parent / "recorded/k6"
DAMAGED = {
    "nothing was written": b"",
    "not even the first line": gzip.compress(b"metric_name,times"),
    "bytes changed": gzip.compress(b"metric_name\n" * 9)[:20] + b"x" * 40,
}


def recorded_cell(folder, outcome, metrics):
    """A recorded cell that came out so, with other rows of k6's."""
    shutil.copytree(RECORDED, folder)
    (folder / "metrics.csv.gz").write_bytes(metrics)
    found = read_outcome(folder / "outcome.json")
    attempts = tuple(each.model_copy(update={"outcome": outcome}) for each in found.attempts)
    write_outcome(folder, found.model_copy(update={"outcome": outcome, "attempts": attempts}))
    return folder


def build(folder):
    """Its samples, and its attempts."""
    samples, attempts = folder / "samples.parquet", folder / "attempts.parquet"
    build_cell_table(folder, samples, attempts)
    return read_samples(samples), read_table(attempts, CELLS)


@pytest.mark.parametrize("metrics", DAMAGED.values(), ids=DAMAGED)
def test_what_an_invalid_attempt_could_not_write_down_costs_no_other_cell(tmp_path, metrics):
    """As on a full disk: its reason is on record, and the run is told of."""
    samples, attempts = build(recorded_cell(tmp_path / "cell", "invalid", metrics))
    assert samples.num_rows == 0
    assert attempts["outcome"].to_pylist() == ["invalid"]


@pytest.mark.parametrize("metrics", DAMAGED.values(), ids=DAMAGED)
def test_what_was_damaged_since_is_told_with_what_to_do(tmp_path, metrics):
    with pytest.raises(ArtifactError, match=r"metrics\.csv\.gz") as raised:
        build(recorded_cell(tmp_path / "cell", "ok", metrics))
    assert raised.value.hint == f"Remove {tmp_path / 'cell'}: the cell is then ridden again."
