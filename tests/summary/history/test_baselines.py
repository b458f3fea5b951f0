"""Which runs stay because what is usual begins with them."""

from __future__ import annotations

import pytest

from summary.history.baselines import baseline_stamps
from summary.history.frozen import DECISIONS, MOST, night_file
from summary.history.records import Decision, to_text
from summary.history.stores import FolderStore
from tandem.errors import RefusedError
from tests.summary.history.nights import record


@pytest.fixture
def history(tmp_path):
    """A history of more nights than a night is held against."""
    store = FolderStore(tmp_path)
    first, *others = (f"n{index:03d}" for index in range(MOST + 50))
    for night in (first, *others):
        told = record(0).model_copy(update={"night": night, "stamp": f"stamp-{night}"})
        store.write(night_file("nightly", night), to_text(told).encode())
    return store


def decide(store, kind, night):
    told = Decision(kind=kind, night=night, reason="so", decided_at="2026-11-23T09:00:00+00:00")
    store.write(f"{DECISIONS}/{kind}-{night}.json", to_text(told).encode())


@pytest.mark.parametrize(
    ("kind", "night", "stamps"),
    [
        ("accept", "n002", {"stamp-n003"}),
        ("accept", "n199", set()),
        ("pin", "n002", {"stamp-n002"}),
        ("pin", "n198", {"stamp-n198"}),
        ("pin", "n999", set()),
    ],
)
def test_the_run_with_which_what_is_usual_begins_is_known(history, kind, night, stamps):
    assert baseline_stamps(history, "nightly") == set()
    decide(history, kind, night)
    assert baseline_stamps(history, "nightly") == stamps
    assert baseline_stamps(history, "another") == set()


@pytest.mark.parametrize("torn", [night_file("nightly", "n002"), f"{DECISIONS}/pin-n002.json"])
def test_what_cannot_be_read_might_be_a_baseline(history, torn):
    decide(history, "pin", "n002")
    history.write(torn, b"{")
    with pytest.raises(RefusedError, match=f"{torn}: torn"):
        baseline_stamps(history, "nightly")


def test_a_torn_night_that_nothing_begins_with_is_in_nobodys_way(history):
    decide(history, "pin", "n002")
    history.write(night_file("nightly", "n003"), b"{")
    assert baseline_stamps(history, "nightly") == {"stamp-n002"}
