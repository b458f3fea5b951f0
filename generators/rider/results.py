# ruff: noqa: T201 - a script that runs on its own talks to the terminal
"""What is left of a ride: its rows in a file, and a summary on the terminal."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

from generators.rider.cell import JOURNEY
from generators.rider.recording import KINDS, Interaction, Recording
from generators.rider.ride import Ride
from generators.rider.user import Step

TIMINGS_VERSION = 2


@contextmanager
def recorded(ride: Ride, recording: Recording) -> Iterator[None]:
    """Keep every row: at once in ``timings.jsonl``, at the end in ``timings.json`` instead.

    A ride that is killed leaves the first, whose rows are the same.
    """
    if ride.out is None:
        yield
        return
    ride.out.mkdir(parents=True, exist_ok=True)
    journal = ride.out / "timings.jsonl"
    # A page may say half of a pair of characters, which nobody can write down as it is.
    with journal.open("w", encoding="utf-8", errors="replace") as recording.journal:
        kinds = [kind.KIND for kind in KINDS]
        recording.journal.write(f"{json.dumps({**head(ride), 'kinds': kinds})}\n")
        try:
            yield
        finally:
            write_timings(ride, recording)
    journal.unlink()


def head(ride: Ride) -> dict[str, Any]:
    """Return what is the same for all rows."""
    return {
        "schema_version": TIMINGS_VERSION,
        "journey": JOURNEY,
        "users": ride.users,
        "iterations": ride.iterations,
        "warmup": ride.warmup,
        "pacing_s": ride.pacing_s,
    }


def write_timings(ride: Ride, recording: Recording) -> None:
    """Write every row to ``timings.json``, whole or not at all."""
    if ride.out is None:
        return
    found = {
        **head(ride),
        "started_us": recording.started_us,
        "iterations_ok": recording.iterations_ok,
        **{kind: [asdict(row) for row in rows] for kind, rows in recording.rows.items()},
    }
    beside = ride.out / "timings.json.part"
    beside.write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8", errors="replace")
    beside.replace(ride.out / "timings.json")


def print_summary(ride: Ride, recording: Recording, steps: tuple[Step, ...]) -> None:
    """Print what a person wants to know at once: each step's times and failures."""
    planned = ride.users * ride.iterations
    print(f"{JOURNEY}: {recording.iterations_ok} of {planned} iterations came through")
    for step in steps:
        rows = [
            row
            for row in recording.rows[Interaction.KIND]
            if isinstance(row, Interaction) and row.step == step.id
        ]
        times = sorted(row.duration_us / 1000 for row in rows if row.ok and not row.skipped)
        failed = sum(not row.ok for row in rows)
        skipped = sum(row.skipped for row in rows)
        middle = f"median {times[len(times) // 2]:8.1f} ms" if times else "no time      "
        found = f"{len(times)} ok, {failed} failed" + (f", {skipped} skipped" if skipped else "")
        print(f"  {step.id:<48} {middle}  {found}")
