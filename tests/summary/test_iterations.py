"""Iterations from their interactions."""

from __future__ import annotations

from summary.tables.iterations import Iterations
from summary.tables.samples import Sample, as_table


def interaction(vu, iteration, start, duration=10, ok=True):
    return Sample(
        attempt=1,
        vu=vu,
        iteration=iteration,
        step="a",
        kind="interaction",
        name="a",
        start_us=start,
        duration_us=duration,
        ok=ok,
    )


def found(tables):
    rows = [row for table in tables for row in table.to_pylist()]
    keys = ("vu", "iteration", "ok", "duration_us")
    return sorted(tuple(row[key] for key in keys) for row in rows)


def test_one_lasts_from_its_first_start_to_its_last_end():
    iterations = Iterations(1, steps=2)
    rows = [interaction(1, 0, 100), interaction(1, 0, 150, 30)]
    assert found([iterations.add(as_table(rows)), iterations.rest()]) == [(1, 0, True, 80)]


def test_how_the_interactions_are_cut_changes_nothing():
    rows = [
        interaction(vu, number, 1000 * number + 100 * step, ok=(vu, number, step) != (2, 1, 1))
        for number in range(4)
        for step in range(3)
        for vu in (1, 2)
    ]
    whole, pieces = Iterations(1, steps=3), Iterations(1, steps=3)
    expected = found([whole.add(as_table(rows)), whole.rest()])
    apart = [pieces.add(as_table([row])) for row in rows]
    assert found([*apart, pieces.rest()]) == expected
    assert [row[2] for row in expected if row[0] == 2] == [True, False, True, True]


def test_one_is_over_when_the_users_next_one_begins():
    iterations = Iterations(1, steps=1)
    rows = [interaction(1, 0, 0), interaction(2, 0, 0), interaction(1, 1, 50)]
    assert found([iterations.add(as_table(rows))]) == [(1, 0, True, 10)]
    assert found([iterations.rest()]) == [(1, 1, True, 10), (2, 0, True, 10)]


def test_what_belongs_to_no_user_or_no_iteration_is_part_of_none():
    iterations = Iterations(1, steps=1)
    rows = [interaction(1, None, 0), interaction(1, 0, 5), interaction(None, 0, 9)]
    assert found([iterations.add(as_table(rows)), iterations.rest()]) == [(1, 0, True, 10)]
    assert found([iterations.add(as_table(rows[:1]))]) == []


def test_one_that_lacks_steps_is_not_ok():
    iterations = Iterations(1, steps=2)
    iterations.add(as_table([interaction(1, 0, 0)]))
    assert found([iterations.rest()]) == [(1, 0, False, 10)]


def test_no_interaction_no_iteration():
    iterations = Iterations(1, steps=2)
    assert found([iterations.add(as_table([])), iterations.rest()]) == []
