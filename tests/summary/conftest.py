"""Tables and runs from rows that are built by hand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from summary.samples import CellKey, as_table, read_samples, write_samples
from summary.summarise import CellData, RunData
from tests.summary.builders import journey, outcome, rows


@pytest.fixture
def table(tmp_path: Path) -> Callable:
    """Return the table of rows as it is read from its file."""

    def make(samples):
        write_samples(tmp_path / "t.parquet", CellKey("home", "k6", 1), [as_table(list(samples))])
        return read_samples(tmp_path / "t.parquet")

    return make


@pytest.fixture
def run(table) -> Callable:
    """Return a run of one cell, two iterations that came through unless told otherwise."""

    def make(samples=None, *, cell=None, spec=None, default_slo="rate<=0.05", **given):
        if samples is None:
            samples = [*rows([100, 200]), *rows([0, 0], step="look", has_protocol=False)]
        data = CellData(cell or outcome(), table(samples), "k6/home/u001", "script.js", "t.parquet")
        return RunData(
            profile="quick",
            view="quick",
            narrowed={},
            default_slo=default_slo,
            journeys=(spec or journey(),),
            cells=(data,),
            **given,
        )

    return make
