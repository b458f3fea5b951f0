"""What goes and what stays, and in which order."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from summary.retention import Limit, parse_limit, removals
from summary.stored_runs import StoredRun
from tandem.errors import SettingsError
from tandem.settings import retention_of

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def run(day: int, raw: int = 100, tables: int = 10, summaries: int = 1) -> StoredRun:
    return StoredRun(
        folder=Path(f"results/202611{day:02d}-020000"),
        profile="nightly",
        view="nightly",
        environment="ci",
        narrowed={},
        verdict="pass",
        exit_code=0,
        started_at="",
        sizes={"raw": raw, "tables": tables, "summaries": summaries},
    )


RUNS = [run(day) for day in (23, 22, 21, 20, 19)]


def going(runs=RUNS, *, total=None, kept=("20261123-020000",), **policy) -> list[tuple[str, str]]:
    found = removals(runs, policy, total or Limit(), kept, NOW)
    return [(each.run.name[6:8], each.layer) for each in found]


def test_layers_have_limits_of_their_own():
    assert going(raw=Limit(runs=3), tables=Limit(runs=4)) == [
        ("19", "raw"),
        ("20", "raw"),
        ("19", "tables"),
    ]


def test_age_is_that_of_the_stamp():
    assert going(raw=Limit(days=3)) == [("19", "raw"), ("20", "raw")]


def test_with_its_summaries_a_run_goes_whole():
    assert going(summaries=Limit(runs=4)) == [
        ("19", "raw"),
        ("19", "tables"),
        ("19", "summaries"),
    ]


def test_too_much_in_all_takes_raw_of_the_oldest_first_then_tables():
    assert going(total=Limit(size=555)) == []
    assert going(total=Limit(size=400)) == [("19", "raw"), ("20", "raw")]
    assert going(total=Limit(size=150)) == [
        *((day, "raw") for day in ("19", "20", "21", "22")),
        ("19", "tables"),
    ]


@pytest.mark.parametrize(
    ("size", "said"),
    [(10**7, "10 MB"), (5 * 10**8, "500 MB"), (2 * 10**9, "2 GB"), (10**12, "1 TB")],
)
def test_a_limit_of_size_is_said_as_it_is_written(size, said):
    big = [run(day, raw=2 * size) for day in (23, 22)]
    (gone, *_) = removals(big, {}, Limit(size=size), ("20261123-020000",), NOW)
    assert gone.reason == f"beyond {said} in all"
    (gone, *_) = removals(big, {"raw": Limit(size=size)}, Limit(), (), NOW)
    assert gone.reason == f"beyond {said} of raw"


def test_what_already_goes_counts_for_the_total():
    assert going(raw=Limit(runs=3), total=Limit(size=355)) == [("19", "raw"), ("20", "raw")]


def test_what_is_kept_stays_under_every_limit():
    names = {each.name for each in RUNS}
    nothing = Limit(runs=0, days=0, size=0)
    assert going(raw=nothing, tables=nothing, summaries=nothing, total=nothing, kept=names) == []


def test_a_layer_that_is_gone_is_not_named_again():
    assert going([RUNS[0], run(22, raw=0)], summaries=Limit(runs=1)) == [
        ("22", "tables"),
        ("22", "summaries"),
    ]


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("20", Limit(runs=20)),
        ("1 run", Limit(runs=1)),
        ("20runs,30days,5GB", Limit(runs=20, days=30, size=5 * 10**9)),
        (" 7 d , 1.5 gb ", Limit(days=7, size=1_500_000_000)),
    ],
)
def test_limits_are_read(text, limit):
    assert parse_limit(text) == limit


@pytest.mark.parametrize("text", ["", "x", "-1", "1.5 runs", "3 weeks", "20,", "1e3", "5 GB 3"])
def test_what_is_no_limit_is_refused_with_an_example(text):
    with pytest.raises(SettingsError) as caught:
        parse_limit(text)
    assert "20 runs, 30 days, 5 GB" in str(caught.value)


@pytest.mark.parametrize("environment", ["local", "ci", "remote"])
def test_what_is_kept_where_nothing_is_set_is_as_the_page_says(environment):
    page = Path(__file__).parents[2] / "docs/configuration.md"
    (row,) = (
        line for line in page.read_text().splitlines() if line.startswith(f"| `{environment}` | ")
    )
    cells = [cell.strip() for cell in row.strip("|").split("|")][1:5]
    kept = retention_of({"environment": environment, "env": {}, "retention": {}})
    assert list(kept.values()) == cells
    assert list(kept) == ["raw", "tables", "summaries", "total"]
    for limit in kept.values():
        assert parse_limit(limit) != Limit()
