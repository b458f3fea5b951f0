"""The pure parts of the rider: the beat of a user on a fake clock, rows and messages."""

from __future__ import annotations

import asyncio
import itertools
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from generators.rider.messages import first_line
from generators.rider.recording import Interaction, Recorder, Recording
from generators.rider.schedule import Clock, Schedule, Start

PACING_S = 3.0


class FakeClock(Clock):
    """Time goes by only where somebody sleeps or works; sleeping may take too long."""

    def __init__(self, oversleeps: float = 0.0) -> None:
        super().__init__()
        self.began_us = 1_700_000_000_000_000
        self.time = 0.0
        self.oversleeps = oversleeps
        self.slept: list[float] = []

    def now(self) -> float:
        """Return the fake time."""
        return self.time

    async def sleep(self, seconds: float) -> None:
        """Let time go by at once."""
        self.slept.append(seconds)
        self.time += seconds + self.oversleeps


def ride(clock: FakeClock, work: Callable[[int], float], slots: int) -> list[tuple[float, float]]:
    """Return start and lateness of each interaction, when ``work`` says how long each takes."""
    return [(start.at, start.lateness) for start in starts(clock, work, slots)]


def starts(clock: FakeClock, work: Callable[[int], float], slots: int) -> list[Start]:
    """Return how each interaction began, when ``work`` says how long each takes."""
    schedule = Schedule(clock, 1.0, PACING_S)

    async def interactions() -> list[Start]:
        found: list[Start] = []
        for slot in range(slots):
            found.append(await schedule.wait_for(slot, clock.time))
            clock.time += work(slot)
        return found

    return asyncio.run(interactions())


@pytest.mark.parametrize("takes", [0.0, 0.5, 2.999, 3.0])
def test_interactions_start_at_even_distances(takes: float) -> None:
    """From start to start it is the pacing, whatever the app takes within it."""
    started = ride(FakeClock(), lambda _: takes, 4)
    assert started == [(pytest.approx(1.0 + 3.0 * slot), 0.0) for slot in range(4)]


def test_an_overrun_starts_the_next_at_once() -> None:
    """Its lateness is recorded, and the schedule moves by it: one is late, not all that follow."""
    started = ride(FakeClock(), lambda slot: 4.0 if slot == 1 else 0.1, 5)
    assert started == [
        (1.0, 0.0),
        (4.0, 0.0),
        (8.0, 1.0),
        (11.0, 0.0),
        (14.0, 0.0),
    ]


def test_nothing_bursts_to_catch_up() -> None:
    """After a very long overrun the beat goes on as if it began there."""
    started = ride(FakeClock(), lambda slot: 100.0 if slot == 0 else 0.0, 4)
    assert started == [(1.0, 0.0), (101.0, 97.0), (104.0, 0.0), (107.0, 0.0)]
    starts = [start for start, _ in started]
    assert all(later - earlier >= PACING_S for earlier, later in itertools.pairwise(starts))


def test_every_overrun_counts() -> None:
    """An app that is always too slow is ridden back to back, each start as late as it is."""
    started = ride(FakeClock(), lambda _: 3.5, 4)
    assert started == [(1.0, 0.0), (4.5, 0.5), (8.0, 0.5), (11.5, 0.5)]


def test_a_late_awakening_is_recorded_and_not_passed_on() -> None:
    """When the machine wakes a user late, that start is late and the next is on the beat."""
    clock = FakeClock(oversleeps=0.25)
    started = ride(clock, lambda _: 0.0, 3)
    assert started == [(1.25, 0.25), (4.25, 0.25), (7.25, 0.25)]
    assert clock.slept == [1.0, 2.75, 2.75]


def test_only_lateness_after_an_overrun_is_the_apps() -> None:
    """A start that is late although nothing was under way any more is the machine's own doing."""
    slow_app = starts(FakeClock(), lambda slot: 4.0 if slot == 1 else 0.0, 4)
    assert [start.overrun for start in slow_app] == [False, False, True, False]
    late_machine = starts(FakeClock(oversleeps=0.25), lambda _: 0.0, 4)
    assert not any(start.overrun for start in late_machine)


def test_a_machine_that_is_late_by_intervals_does_not_burst() -> None:
    """A machine that stood still for long goes on from there, and does not make up for it."""
    clock = FakeClock()

    def stall(slot: int) -> float:
        clock.oversleeps = 100.0 if slot == 0 else 0.0
        return 0.0

    assert ride(clock, stall, 4) == [(1.0, 0.0), (104.0, 100.0), (107.0, 0.0), (110.0, 0.0)]


def test_skipped_slots_are_waited_for() -> None:
    """When an iteration ends early the next one keeps the beat."""
    clock = FakeClock()
    schedule = Schedule(clock, 1.0, PACING_S)
    asyncio.run(schedule.wait_for(0, 0.0))
    assert asyncio.run(schedule.wait_for(5, 1.5)) == Start(16.0, 0.0, overrun=False)
    assert clock.time == 16.0


def test_the_next_due_time_is_known() -> None:
    """Also after an overrun has moved the schedule."""
    clock = FakeClock()
    schedule = Schedule(clock, 1.0, PACING_S)
    assert [schedule.due(slot) for slot in range(3)] == [1.0, 4.0, 7.0]
    clock.time = 6.0
    assert asyncio.run(schedule.wait_for(1, 6.0)) == Start(6.0, 2.0, overrun=True)
    assert schedule.due(2) == 9.0


def test_a_clock_goes_on_and_knows_when_it_began(monkeypatch: pytest.MonkeyPatch) -> None:
    """It counts on the monotonic clock; the wall clock is read once."""
    monkeypatch.setattr("time.monotonic", lambda: 100.0)
    monkeypatch.setattr("time.time_ns", lambda: 5_000_000_999)
    clock = Clock()
    monkeypatch.setattr("time.monotonic", lambda: 102.5)
    monkeypatch.setattr("time.time_ns", lambda: 0)
    assert clock.now() == 2.5
    assert clock.stamp_us(2.5) == 5_000_000 + 2_500_000


def test_rows_bear_their_place_in_the_journey() -> None:
    """User, iteration and step stand in each row as they were when it began."""
    recording = Recording()
    recorder = Recorder(7, FakeClock(), recording)
    recorder.iteration, recorder.step = 2, "search"
    row = recorder.request("GET", "/a", "fetch", 1.5)
    recorder.step = "other"
    recorder.interaction(Start(1.0, 0.5, overrun=True), 2.25, "")
    recorder.interaction(Start(3.0, 0.0, overrun=False), 3.0, "broken")
    assert (row.user, row.iteration, row.step) == (7, 2, "search")
    assert row.start_us == 1_700_000_001_500_000
    first, second = recording.rows["interactions"]
    assert isinstance(first, Interaction) and isinstance(second, Interaction)
    assert (first.user, first.iteration, first.step) == (7, 2, "other")
    assert (first.start_us, first.duration_us, first.lateness_us) == (
        1_700_000_001_000_000,
        1_250_000,
        500_000,
    )
    assert (first.overrun, second.overrun) == (True, False)
    assert (first.ok, first.error) == (True, "")
    assert (second.ok, second.error) == (False, "broken")


def test_a_moment_belongs_to_the_step_that_had_begun() -> None:
    """What a page reports late is told the place in which it happened."""
    recorder = Recorder(1, FakeClock(), Recording())
    recorder.enter("open", 1.0)
    recorder.enter("search", 4.0)
    recorder.iteration = 1
    recorder.enter("open", 7.0)
    assert [recorder.place(at) for at in (0.5, 1.0, 3.9, 4.0, 6.9, 7.0, 99.0)] == [
        (0, "open"),
        (0, "open"),
        (0, "open"),
        (0, "search"),
        (0, "search"),
        (1, "open"),
        (1, "open"),
    ]


def test_the_generators_do_not_import_playwright() -> None:
    """Making scripts costs no import of what only riding needs."""
    code = "import sys, generators.scripts; print('playwright' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    assert done.stdout.strip() == "False"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("broken\n  twice", "broken twice"),
        ("", "not done in time"),
        (
            'Timeout 5000ms exceeded.\nCall log:\n  - waiting for locator("#go")\n  - more',
            'Timeout 5000ms exceeded; waiting for locator("#go")',
        ),
        ("Target closed\nCall log:\n  - something else", "Target closed"),
        ("╔═══╗\n║ No screen. ║\n╚═══╝", "No screen"),
        ("x" * 600, "x" * 500),
    ],
)
def test_a_failure_is_told_on_one_line(text: str, expected: str) -> None:
    """What happened and what was waited for, without the rest of the browser's log."""
    assert first_line(Exception(text)) == expected
