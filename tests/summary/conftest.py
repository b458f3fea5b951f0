"""Tables and runs from rows that are built by hand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from summary.cell_samples import CellSamples
from summary.cross_check import totals_of
from summary.summarise import CellData, Criteria, RunData
from summary.tables.samples import CellKey, as_table, read_samples, write_samples
from tests.summary.builders import journey, outcome, rows


@pytest.fixture
def table(tmp_path: Path) -> Callable:
    """Return the table of rows as it is read from its file."""

    def make(samples, users=1):
        cell = CellKey("home", "k6", users)
        write_samples(tmp_path / "t.parquet", cell, lambda: [as_table(list(samples))])
        return read_samples(tmp_path / "t.parquet")

    return make


@pytest.fixture
def run(table) -> Callable:
    """Return a run of one cell, two iterations that came through unless told otherwise."""

    def make(samples=None, *, cell=None, spec=None, default_slo="rate<=0.05", totals=None, **given):
        if samples is None:
            samples = [*rows([100, 200]), *rows([0, 0], step="look", has_protocol=False)]
        ridden = cell or outcome()
        attempt = ridden.decisive.number if ridden.decisive else 0
        measured = CellSamples.of(table(samples), attempt)
        data = CellData(
            outcome=ridden,
            samples=measured,
            totals=totals or totals_of(measured, None),
            folder="k6/home/u001",
            script="script.js",
            table_file="t.parquet",
            attempts_file="a.parquet",
        )
        return RunData(
            profile="quick",
            view="quick",
            narrowed={},
            criteria=Criteria(default_slo),
            journeys=(spec or journey(),),
            cells=(data,),
            **given,
        )

    return make
