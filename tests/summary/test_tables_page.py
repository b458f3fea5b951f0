"""docs/tables.md: its columns are those of the tables, its queries give the reports' figures."""

from __future__ import annotations

import json
import os
import re
import shutil
from pathlib import Path

import duckdb
import pytest

from executors.outcome import read_outcome, write_outcome
from summary.cell_samples import CellSamples
from summary.figures import series_of
from summary.run_record import write_run
from summary.summarise import CellData, Criteria, RunData, summarise
from summary.tables.cell_record import read_totals
from summary.tables.cell_table import build_cell_table
from summary.tables.table_kinds import KINDS, TableKind
from tests.summary.builders import journey

PAGE = Path(__file__).parents[2] / "docs/tables.md"
RECORDED = Path(__file__).parent / "recorded"
STAMP = "20261123-191053"


def columns_of(kind: TableKind) -> str:
    """The table of the page that says what a kind's columns are."""
    lines = [
        f"Version {kind.version}.",
        "",
        "| column | type | unit | null | what it is |",
        "| --- | --- | --- | --- | --- |",
    ]
    for column in kind.columns:
        known = "" if not column.nullable else "yes"
        kinds = {"dictionary": "text", "timestamp": "timestamp[us, UTC]"}
        name = str(column.type).split("<")[0].split("[")[0]
        shown = f"{kinds.get(name, name)} | {column.unit} | {known}"
        lines.append(f"| `{column.name}` | {shown} | {column.meaning} |")
    return "\n".join(lines)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_every_column_is_on_the_page_with_its_unit(kind):
    """UPDATE_SNAPSHOTS=1 writes them anew."""
    page = PAGE.read_text(encoding="utf-8")
    pattern = re.compile(rf"(<!-- {kind.name} -->\n)(.*?)(\n?<!-- end -->)", re.DOTALL)
    if os.environ.get("UPDATE_SNAPSHOTS"):
        page = pattern.sub(lambda found: found[1] + columns_of(kind) + "\n<!-- end -->", page)
        PAGE.write_text(page, encoding="utf-8")
    found = pattern.search(page)
    assert found is not None
    assert found[2] == columns_of(kind)


def blocks(language):
    return re.findall(rf"```{language}\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)


def with_a_slow_first_attempt(cell):
    """The cell's folder, as if there had been an attempt before the one that is in it."""
    outcome = read_outcome(cell / "outcome.json")
    (last,) = outcome.attempts
    timings = json.loads((cell / "timings.json").read_bytes())
    for row in timings["interactions"]:
        row["duration_us"] *= 10
    (cell / "attempt-1").mkdir()
    (cell / "attempt-1/timings.json").write_text(json.dumps(timings))
    first = last.model_copy(update={"folder": "attempt-1", "outcome": "failed", "reason": "slow"})
    attempts = (first, last.model_copy(update={"number": 2}))
    write_outcome(cell, outcome.model_copy(update={"attempts": attempts, "flaky": True}))


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    """A folder with the result of two recorded cells, and what the reports would say of them.

    The browser's needed two attempts, of which the first was ten times as slow.
    """
    folder = tmp_path_factory.mktemp("workspace")
    tables = folder / "results" / STAMP / "tables"
    expected, medians, rates, cells = {}, {}, {}, []
    shutil.copytree(RECORDED / "playwright", folder / "playwright")
    with_a_slow_first_attempt(folder / "playwright")
    for raw in (RECORDED / "k6", folder / "playwright"):
        outcome = read_outcome(raw / "outcome.json")
        name = f"{outcome.executor}-{outcome.journey}-u{outcome.users:03d}.parquet"
        samples, attempts = tables / "samples" / name, tables / "cells" / name
        build_cell_table(raw, samples, attempts)
        rows = CellSamples.read_from(samples, outcome.decisive.number)
        for row in series_of(outcome, rows, 500.0):
            if row.kind == "interaction" and row.has_protocol:
                expected[row.journey, row.executor, row.users, row.step] = row.p95_ms
                medians[row.journey, row.executor, row.users, row.step] = row.p50_ms
                rates[row.journey, row.executor, row.users, row.step] = row.error_rate
        cells.append(CellData(outcome, rows, read_totals(attempts), "", "", "", ""))
    journeys = tuple(journey(id=cell.outcome.journey) for cell in cells)
    run = RunData("quick", "quick", {}, Criteria(), journeys, tuple(cells))
    write_run(tables / "runs.parquet", summarise(run))
    (folder / "results/latest").symlink_to(STAMP)
    return folder, expected, medians, rates


@pytest.fixture
def here(workspace, monkeypatch):
    monkeypatch.chdir(workspace[0])
    return workspace[1]


def answers(sql):
    """The rows of a query, by column."""
    relation = duckdb.sql(sql)
    return [dict(zip(relation.columns, row, strict=True)) for row in relation.fetchall()]


def test_the_sql_on_the_page_runs_and_finds_something(here):
    assert here
    queries = blocks("sql")
    assert len(queries) == 6
    assert all(answers(query) for query in queries)


def test_duckdb_gives_the_figures_of_the_reports(here, workspace):
    rows = answers(blocks("sql")[0])
    found = {(r["journey"], r["executor"], r["users"], r["step"]): r["p95_ms"] for r in rows}
    assert found == pytest.approx(here, abs=0.001)
    rates = {(r["journey"], r["executor"], r["users"], r["step"]): r["error_rate"] for r in rows}
    assert rates == pytest.approx(workspace[3], abs=1e-9)
    assert 0 < max(rates.values()) < 1


def test_duckdb_gives_the_medians_of_every_run(here, workspace):
    rows = answers(next(query for query in blocks("sql") if "p50_ms" in query))
    found = {(r["journey"], r["executor"], r["users"], r["step"]): r["p50_ms"] for r in rows}
    assert {row["run"] for row in rows} == {STAMP}
    assert found == pytest.approx(workspace[2], abs=0.001)


def test_duckdb_finds_the_error_with_how_its_attempt_ended(here):
    assert here
    rows = answers(next(query for query in blocks("sql") if "cells.outcome" in query))
    assert {(row["step"], row["outcome"], row["times"]) for row in rows} == {("submit", "ok", 1)}


def test_duckdb_lists_the_runs(here):
    assert here
    (row,) = answers(next(query for query in blocks("sql") if "runs.parquet" in query))
    assert (row["run"], row["cells"], row["cells_ok"]) == ("20261123-191053", 2, 2)


def executed(text):
    names = {}
    exec(compile(text, str(PAGE), "exec"), names)  # noqa: S102 - the page's own examples
    return names["answer"]


def test_pandas_gives_the_figures_of_the_reports(here):
    answer = executed(next(text for text in blocks("python") if "pandas" in text))
    assert answer.to_dict() == pytest.approx(here, abs=0.001)


def test_polars_gives_the_figures_of_the_reports(here):
    answer = executed(next(text for text in blocks("python") if "polars" in text))
    rows = answer.iter_rows(named=True)
    found = {(r["journey"], r["executor"], r["users"], r["step"]): r["p95_ms"] for r in rows}
    assert found == pytest.approx(here, abs=0.001)
