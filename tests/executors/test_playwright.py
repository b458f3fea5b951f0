"""What is read of a browser's ride, also of one that was cut short."""

from __future__ import annotations

import json

import pytest

from executors.playwright import recover

HEAD = {"schema_version": 2, "journey": "home", "users": 1, "iterations": 1, "warmup": 1}
KINDS = ["interactions", "passes", "requests"]


def row(kind, **fields):
    return json.dumps({"kind": kind, **fields}) + "\n"


@pytest.fixture
def journal(tmp_path):
    rows = [
        json.dumps({**HEAD, "kinds": KINDS}) + "\n",
        row("interactions", step="open", start_us=7, ok=True),
        row("passes", iteration=0, ok=True),
        row("interactions", step="open", start_us=9, ok=True),
        row("passes", iteration=1, ok=True),
    ]
    (tmp_path / "timings.jsonl").write_text("".join(rows))
    return tmp_path / "timings.jsonl"


def recovered(journal):
    recover(journal.parent)
    assert not journal.exists()
    return json.loads((journal.parent / "timings.json").read_bytes())


def test_the_rows_of_a_killed_script_are_put_together(journal):
    found = recovered(journal)
    assert [each["start_us"] for each in found["interactions"]] == [7, 9]
    assert found["requests"] == []
    assert {**found, **HEAD} == found
    assert (found["started_us"], found["iterations_ok"]) == (7, 1)
    assert "kinds" not in found


def test_a_line_that_was_cut_off_costs_itself(journal):
    text = journal.read_text()
    journal.write_text(text[: text.rindex("passes") + 3])
    found = recovered(journal)
    assert len(found["interactions"]) == 2
    assert found["iterations_ok"] == 0


def test_a_script_that_was_killed_at_once_left_nothing(tmp_path):
    for text in ("", '{"schema_ver'):
        (tmp_path / "timings.jsonl").write_text(text)
        recover(tmp_path)
        assert not (tmp_path / "timings.json").exists()


def test_what_a_script_wrote_itself_stands(journal):
    (journal.parent / "timings.json").write_text("{}")
    recover(journal.parent)
    assert (journal.parent / "timings.json").read_text() == "{}"
