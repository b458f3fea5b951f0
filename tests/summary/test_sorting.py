"""Rows in order, however they come and however few fit into memory."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from summary.tables.samples import Sample, as_table
from summary.tables.sorting import in_order

SAMPLES = st.builds(
    Sample,
    attempt=st.integers(1, 2),
    vu=st.one_of(st.none(), st.integers(1, 3)),
    iteration=st.integers(0, 2),
    step=st.sampled_from(["b", "a", ""]),
    kind=st.sampled_from(["request", "interaction"]),
    name=st.sampled_from(["y", "x"]),
    start_us=st.integers(1_764_000_000_000_000, 1_764_000_000_000_020),
)


def order(row):
    return (
        row["attempt"],
        row["start"],
        row["vu"] or -1,
        row["iteration"],
        row["kind"],
        row["step"],
        row["name"],
    )


@given(rows=st.lists(SAMPLES), cut=st.integers(1, 7), piece=st.integers(1, 50))
@settings(max_examples=150)
def test_rows_come_out_in_order_whatever_fits_into_memory(rows, cut, piece):
    rows = sorted(rows, key=lambda row: row.attempt)
    given = [as_table(rows[at : at + cut]) for at in range(0, len(rows), cut)]
    tables = list(in_order(given, piece=piece))
    found = [row for table in tables for row in table.to_pylist()]
    expected = sorted((row for table in given for row in table.to_pylist()), key=order)
    assert [order(row) for row in found] == [order(row) for row in expected]
    assert all(table.num_rows == piece for table in tables[:-1])


def test_many_pieces_that_overlap_in_time_are_merged():
    """Each row arrives up to two pieces late, as those of long requests do."""
    arrivals = sorted((start + (start * 7919) % 40, start) for start in range(1, 2_000))
    rows = [
        Sample(attempt=1, vu=1, iteration=0, step="a", kind="request", name="x", start_us=start)
        for _, start in arrivals
    ]
    tables = list(in_order([as_table(rows)], piece=20))
    starts = [moment.value for table in tables for moment in table["start"]]
    assert starts == list(range(1, 2_000))
