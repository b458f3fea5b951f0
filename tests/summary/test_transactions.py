"""Transactions from the interactions of their groups."""

from __future__ import annotations

from summary.tables.samples import Sample, as_samples, as_table
from summary.tables.transactions import Transactions

GROUPS = {"pay": ("a", "b"), "all": ("a", "b", "c")}


def row(step, start, duration=10, **fields):
    known = {"attempt": 1, "vu": 1, "iteration": 0, "kind": "interaction", "name": step}
    return Sample(step=step, start_us=start, duration_us=duration, **{**known, **fields})


def found(*tables):
    rows = [each for table in tables for each in as_samples(table)]
    return sorted((each.name, each.vu, each.iteration, each.duration_us, each.ok) for each in rows)


def test_one_lasts_as_long_as_its_interactions_and_begins_with_the_first():
    transactions = Transactions(3, GROUPS)
    rows = [row("a", 100, 10), row("b", 500, 20), row("c", 900, 30), row("d", 950)]
    (everything, pay) = sorted(
        as_samples(transactions.add(as_table(rows))), key=lambda each: each.name
    )
    assert (everything.duration_us, everything.start_us) == (60, 100)
    assert (pay.duration_us, pay.start_us) == (30, 100)
    assert (pay.attempt, pay.kind, pay.step, pay.ok, pay.has_protocol) == (
        *(3, "transaction", "", True, True),
    )
    assert found(transactions.rest()) == []


def test_how_the_rows_are_cut_changes_nothing():
    rows = [
        row(step, 1000 * iteration + start, vu=vu, iteration=iteration, ok=(vu, step) != (2, "b"))
        for iteration in range(3)
        for start, step in enumerate(("a", "b", "c"))
        for vu in (1, 2)
        if (vu, step) != (2, "c")
    ]
    whole, pieces = Transactions(1, GROUPS), Transactions(1, GROUPS)
    expected = found(whole.add(as_table(rows)), whole.rest())
    assert found(*(pieces.add(as_table([each])) for each in rows), pieces.rest()) == expected
    assert len(expected) == 12
    assert {each[1]: each[4] for each in expected} == {1: True, 2: False}


def test_what_is_over_is_not_kept():
    """Whole, or with the step that fails: memory is bounded by what is under way."""
    transactions = Transactions(1, {"pay": ("a", "b")})
    assert found(transactions.add(as_table([row("a", 0), row("b", 1)]))) == [
        ("pay", 1, 0, 20, True)
    ]
    failed = [row("a", 5, iteration=1, ok=False)]
    assert found(transactions.add(as_table(failed))) == [("pay", 1, 1, 10, False)]
    assert found(transactions.rest()) == []


def test_one_that_was_broken_off_is_not_ok():
    transactions = Transactions(1, {"pay": ("a", "b")})
    transactions.add(as_table([row("a", 0)]))
    assert found(transactions.rest()) == [("pay", 1, 0, 10, False)]


def test_a_skipped_step_fails_nothing_and_takes_no_time():
    transactions = Transactions(1, {"pay": ("a", "b")})
    rows = [row("a", 0), row("b", 20, None, skipped=True, error="not there")]
    assert found(transactions.add(as_table(rows))) == [("pay", 1, 0, 10, True)]


def test_only_interactions_count():
    transactions = Transactions(1, {"pay": ("a",)})
    rows = [row("a", 0, kind="request", name="GET /"), row("a", 0, kind="vital", name="LCP")]
    assert found(transactions.add(as_table(rows)), transactions.rest()) == []


def test_one_without_any_protocol_half_says_so():
    transactions = Transactions(1, {"pay": ("a", "b")})
    rows = [row("a", 0, 0, has_protocol=False), row("b", 1, 0, has_protocol=False)]
    (found_row,) = as_samples(transactions.add(as_table(rows)))
    assert (found_row.has_protocol, found_row.duration_us) == (False, 0)


def test_without_groups_there_are_none():
    transactions = Transactions(1, {})
    assert found(transactions.add(as_table([row("a", 0)])), transactions.rest()) == []
