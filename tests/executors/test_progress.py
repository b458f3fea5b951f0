"""What is told while a ride goes on: counted from recorded rows, as they come."""

from __future__ import annotations

import gzip
import io
import json
import threading
from pathlib import Path

import pytest

from executors import progress
from executors.attempt import Order
from executors.progress import Progress, RowsSoFar, Tally, in_words, progress_line
from executors.toolchain import Tool

RECORDED = Path(__file__).parents[1] / "summary" / "recorded"
FILES = {"k6": "metrics.csv", "playwright": "timings.jsonl"}
TOOL = Tool.model_construct(name="k6", path="k6")


def order(executor, users=3, iterations=3, steps=5):
    return Order(executor, Path("script"), users, iterations, 0.4, steps, TOOL)


def k6_rows():
    return gzip.decompress((RECORDED / "k6/metrics.csv.gz").read_bytes())


def browser_rows():
    """The journal that the recorded timings were once made of."""
    found = json.loads((RECORDED / "playwright/timings.json").read_bytes())
    kinds = [kind for kind, rows in found.items() if isinstance(rows, list)]
    rows = [{"kind": kind, **row} for kind in kinds for row in found[kind]]
    return "".join(f"{json.dumps(row)}\n" for row in [{"kinds": kinds}, *rows]).encode()


@pytest.mark.parametrize(
    ("executor", "rows", "expected"),
    [("k6", k6_rows, (44, 1, 9)), ("playwright", browser_rows, (36, 0, 6))],
)
@pytest.mark.parametrize("piece", [100, 5_000, 10_000_000])
def test_rows_are_counted_once_as_they_come(tmp_path, executor, rows, expected, piece):
    """Also where a look finds the half of a line."""
    so_far = RowsSoFar(order(executor), tmp_path)
    assert so_far.look() == Tally()
    content = rows()
    with (tmp_path / FILES[executor]).open("wb", buffering=0) as stream:
        for start in range(0, len(content), piece):
            stream.write(content[start : start + piece])
            tally = so_far.look()
    assert (tally.interactions, tally.errors, tally.iterations) == expected
    assert tally.p95_ms is not None


def test_what_makes_no_sense_is_passed_over(tmp_path):
    (tmp_path / "metrics.csv").write_bytes(b"interaction,1\ninteraction,1,x\ninteraction,1,2.5,\n")
    assert RowsSoFar(order("k6"), tmp_path).look().interactions == 1


@pytest.mark.parametrize(
    ("executor", "row"),
    [
        ("k6", "interaction_skipped,1,900,,,,,,skipped=true&step=a,iter=0&vu=1"),
        (
            "playwright",
            '{"kind": "interactions", "ok": true, "skipped": true, "duration_us": 900000}',
        ),
    ],
)
def test_a_skipped_step_is_ridden_and_has_no_latency(tmp_path, executor, row):
    (tmp_path / FILES[executor]).write_text(f"{row}\n")
    tally = RowsSoFar(order(executor), tmp_path).look()
    assert (tally.interactions, tally.errors, tally.p95_ms) == (1, 0, None)


def test_the_p95_is_that_of_the_latest():
    tally = Tally()
    tally.latest_ms.extend([*[10_000] * 50, *range(1, 201)])
    assert tally.p95_ms == 191


def test_a_line_says_what_is_done_and_what_is_left():
    tally = Tally(interactions=20, errors=1, iterations=4)
    tally.latest_ms.extend([30.0, 40.4])
    said = "  4/9 iterations, 20/45 interactions, 1 error, p95 40 ms, 2 s left"
    assert progress_line(order("k6"), tally, 4.4, 0.0) == said
    assert progress_line(order("k6"), tally, 4.4, 200.0) == f"{said} (3 min of the run)"
    assert progress_line(order("k6"), Tally(), 99.0, 0.0).endswith("0 errors, 0 s left")


@pytest.mark.parametrize(("seconds", "said"), [(0.4, "0 s"), (99, "99 s"), (720, "12 min")])
def test_times_are_for_people(seconds, said):
    assert in_words(seconds) == said


class Screen(io.StringIO):
    """Notes when so much was written."""

    def __init__(self, terminal, lines):
        super().__init__()
        self.terminal, self.lines = terminal, lines
        self.enough = threading.Event()

    def isatty(self):
        return self.terminal

    def write(self, text):
        super().write(text)
        if self.getvalue().count("iterations") == self.lines:
            self.enough.set()
        return len(text)


def told(tmp_path, monkeypatch, terminal):
    monkeypatch.setattr(progress, "LOOK_S", 0.01)
    monkeypatch.setattr(progress, "PLAIN_LINE_S", 0.03)
    monkeypatch.setenv("COLUMNS", "30")
    screen = Screen(terminal, lines=2)
    with Progress(screen).told(order("k6"), tmp_path):
        assert screen.enough.wait(30)
    return screen.getvalue()


def test_on_a_terminal_one_line_is_written_over_and_taken_away(tmp_path, monkeypatch):
    text = told(tmp_path, monkeypatch, terminal=True)
    first, *_, last = text.split("\r\x1b[K")
    assert (first, last) == ("", "")
    assert "\n" not in text
    assert max(map(len, text.split("\r\x1b[K"))) == 29


def test_elsewhere_lines_stay(tmp_path, monkeypatch):
    text = told(tmp_path, monkeypatch, terminal=False)
    assert "\x1b" not in text
    assert text.splitlines()[0].startswith("  0/9 iterations, 0/45 interactions, 0 errors, ")
