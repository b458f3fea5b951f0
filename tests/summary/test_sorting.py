"""Rows in order, however they come and however few fit into memory."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from summary.tables.samples import Sample, as_table
from summary.tables.sorting import OutOfOrderError, in_order, in_order_by_files

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
SIZES = st.integers(1, 50)


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


@given(rows=st.lists(SAMPLES), cut=st.integers(1, 7), size=SIZES, piece=SIZES)
@settings(max_examples=150)
def test_rows_come_out_in_order_whatever_fits_into_memory(rows, cut, size, piece):
    rows = sorted(rows, key=lambda row: row.attempt)
    given = [as_table(rows[at : at + cut]) for at in range(0, len(rows), cut)]
    tables = list(in_order_by_files(given, size, piece))
    found = [row for table in tables for row in table.to_pylist()]
    expected = sorted((row for table in given for row in table.to_pylist()), key=order)
    assert [order(row) for row in found] == [order(row) for row in expected]
    assert all(table.num_rows == size for table in tables[:-1])
    in_memory = in_order(given, size, piece)
    if len(rows) <= piece:
        assert list(in_memory) == tables
    else:
        with contextlib.suppress(OutOfOrderError):
            assert list(in_memory) == tables


def late(lateness):
    """Each row arrives up to ``lateness`` rows late, as those of long requests do."""
    arrivals = sorted((start + (start * 7919) % lateness, start) for start in range(1, 2_000))
    rows = [
        Sample(attempt=1, vu=1, iteration=0, step="a", kind="request", name="x", start_us=start)
        for _, start in arrivals
    ]
    return [as_table(rows[at : at + 7]) for at in range(0, len(rows), 7)]


@pytest.mark.parametrize(
    ("merged", "lateness"), [(in_order, 19), (in_order_by_files, 19), (in_order_by_files, 300)]
)
def test_many_pieces_that_overlap_in_time_are_merged(merged, lateness):
    starts = [
        moment.value for table in merged(late(lateness), piece=20) for moment in table["start"]
    ]
    assert starts == list(range(1, 2_000))


def test_a_row_of_the_whole_time_in_the_first_piece_is_put_where_it_belongs():
    """As the readings of the load generator's health are."""
    far = Sample(
        attempt=1, vu=None, iteration=None, step="", kind="health", name="x", start_us=1_500
    )
    tables = list(in_order([as_table([far]), *late(19)], piece=20))
    rows = [row for table in tables for row in table.to_pylist()]
    assert [row["kind"] for row in rows].index("health") in (1_499, 1_500)
    assert len(rows) == 2_000


def test_rows_that_come_too_late_are_told():
    given_out = []
    with pytest.raises(OutOfOrderError):
        given_out.extend(in_order(late(300), piece=20))
    starts = [moment.value for table in given_out for moment in table["start"]]
    assert starts == sorted(starts)


def test_one_row_that_comes_after_all_others_is_told():
    first = Sample(attempt=1, vu=1, iteration=0, step="", kind="iteration", name="x", start_us=1)
    with pytest.raises(OutOfOrderError):
        list(in_order([*late(19), as_table([first])], piece=20))
