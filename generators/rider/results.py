# ruff: noqa: T201 - a script that runs on its own talks to the terminal
"""What is left of a ride: its rows in a file, and a summary on the terminal."""

from __future__ import annotations

import json
from dataclasses import asdict

from generators.rider.cell import JOURNEY
from generators.rider.recording import Recording
from generators.rider.ride import Ride
from generators.rider.user import Step


def write_timings(ride: Ride, recording: Recording) -> None:
    """Write every row to ``timings.json``, whole or not at all."""
    if ride.out is None:
        return
    timings = {
        "schema_version": 1,
        "journey": JOURNEY,
        "users": ride.users,
        "iterations": ride.iterations,
        "warmup": ride.warmup,
        "pacing_s": ride.pacing_s,
        **asdict(recording),
    }
    beside = ride.out / "timings.json.part"
    beside.write_text(json.dumps(timings, ensure_ascii=False), encoding="utf-8")
    beside.replace(ride.out / "timings.json")


def print_summary(ride: Ride, recording: Recording, steps: tuple[Step, ...]) -> None:
    """Print what a person wants to know at once: each step's times and failures."""
    planned = ride.users * ride.iterations
    print(f"{JOURNEY}: {recording.iterations_ok} of {planned} iterations came through")
    for step in steps:
        rows = [row for row in recording.interactions if row.step == step.id]
        times = sorted(row.duration_us / 1000 for row in rows if row.ok)
        failed = sum(not row.ok for row in rows)
        middle = f"median {times[len(times) // 2]:8.1f} ms" if times else "no time      "
        print(f"  {step.id:<48} {middle}  {len(times)} ok, {failed} failed")
