"""Cells and their samples, built by hand: every number is written down or follows from one."""

from __future__ import annotations

from executors.outcome import Attempt, CellOutcome, Host
from journeys.resolved import ResolvedJourney
from summary.tables.samples import Sample

START_US = 1_764_000_000_000_000
HOST = Host(system="Linux 6", machine="x86_64", processor="", cores=2, memory_mb=1, python="3.11")


def journey(**given):
    """Two steps; k6 has nothing to send for the second."""
    plain = {
        "id": "home",
        "source": "journeys/home.yaml",
        "description": "",
        "pacing_s": 3.0,
        "steps": [
            {
                "id": "open",
                "action": "navigate",
                "description": "",
                "timeout_s": 10.0,
                "browser": [{"action": "navigate", "target": "/"}],
                "protocol": [[{"path": "/"}]],
                "slos": [],
            },
            {
                "id": "look",
                "action": "waitForText",
                "description": "",
                "timeout_s": 10.0,
                "browser": [{"action": "waitForText", "text": "Hello"}],
                "protocol": [],
                "slos": [],
            },
        ],
        "slos": [],
    }
    return ResolvedJourney.model_validate(plain | given)


def attempt(number=1, **given):
    return Attempt(
        **{
            "number": number,
            "outcome": "ok",
            "reason": "",
            "step": "",
            "exit_code": 0,
            "iterations_ok": 2,
            "iterations_failed": 0,
            "started_at": "2026-11-23T09:00:00.000000Z",
            "ended_at": "2026-11-23T09:00:10.000000Z",
            "folder": ".",
        }
        | given
    )


def outcome(**given):
    return CellOutcome(
        **{
            "journey": "home",
            "executor": "k6",
            "users": 1,
            "iterations": 2,
            "pacing_s": 3.0,
            "outcome": "ok",
            "reason": "",
            "step": "",
            "flaky": False,
            "attempts": (attempt(),),
            "inputs": {},
            "tools": {"k6": {"version": "1.1.0", "sha256": "00"}},
            "environment": "local",
            "target": "started in the job",
            "app": "abc",
            "host": HOST,
            "started_at": "2026-11-23T09:00:00.000000Z",
            "ended_at": "2026-11-23T09:00:10.000000Z",
            "artifacts": (),
        }
        | given
    )


def rows(durations_ms, *, step="open", attempt=1, ok=True, **fields):
    """One interaction (or whatever ``fields`` say) per duration, 3 s apart."""
    for index, duration in enumerate(durations_ms):
        yield Sample(
            attempt=attempt,
            vu=1,
            iteration=index,
            step=step,
            start_us=START_US + index * 3_000_000,
            duration_us=None if duration is None else round(duration * 1000),
            lateness_us=0,
            ok=ok,
            **{"kind": "interaction", "name": step, "error": None if ok else "broken", **fields},
        )
