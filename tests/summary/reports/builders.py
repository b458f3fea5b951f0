"""Parts of hand-built runs: numbers are written down or follow from such."""

from __future__ import annotations

from summary.models import (
    CellSummary,
    ErrorSummary,
    Finding,
    JourneyInfo,
    ReadingSummary,
    RunInfo,
    SeriesSummary,
    SloResult,
    StepInfo,
    Summary,
)

JOURNEYS = {
    "play-start-stream": "Search for an artist, pick a track from the result and start its stream.",
    "favorite-track": "Search, listen, then put the track among the favourites and take it out.",
    "account-login": "Sign in with the form and look at the account page.",
}
# Step, action, description, browser p50 and protocol p50 at one user (None: no protocol half).
STEPS = {
    "play-start-stream": [
        ("open-home", "navigate", "Open the start page", 212.4, 38.2),
        ("search", "type", "Type the artist's name", 96.1, 41.7),
        ("wait-for-result", "waitForText", "The result list shows the track", 88.3, None),
        ("select-track", "selectTrack", "Pick the first result", 44.9, None),
        ("start-playback", "startPlayback", "Start the stream", 164.0, 92.6),
    ],
    "favorite-track": [
        ("open-home", "navigate", "Open the start page", 208.7, 37.9),
        ("search", "type", "Type the artist's name", 98.4, 42.3),
        ("start-playback", "startPlayback", "Start the stream", 171.5, 94.1),
        ("add-favorite", "favoriteToggle", "Add it to the favourites", 72.2, 33.4),
        ("remove-favorite", "favoriteToggle", "Take it out again", 69.8, 31.0),
    ],
    "account-login": [
        ("open-login", "navigate", "Open the login form", 121.6, 22.5),
        ("sign-in", "click", "Send name and password", 243.9, 134.2),
        ("open-account", "navigate", "Open the account page", 131.3, 28.8),
        ("wait-for-name", "waitForText", "The page greets by name", 0.84, None),
    ],
}
# Step to its requests: name, share of the step's latency, whether the protocol half sends it.
REQUESTS = {
    "open-home": [
        ("GET /", 0.5, True),
        ("GET /app.js", 0.3, False),
        ("GET /api/version", 0.2, True),
    ],
    "search": [("GET /api/search", 0.9, True)],
    "start-playback": [("POST /api/play", 0.3, True), ("GET /api/streams/{id}", 0.6, True)],
    "add-favorite": [("POST /api/favorites", 0.8, True)],
    "remove-favorite": [("DELETE /api/favorites", 0.8, True)],
    "open-login": [("GET /login", 0.8, True)],
    "sign-in": [("POST /login", 0.9, True)],
    "open-account": [("GET /account", 0.8, True)],
}
GROWTH = {1: 1.0, 10: 1.34, 100: 2.62}
QUICK = [("playwright", 1), ("k6", 1)]
NIGHTLY = [("playwright", 1), ("playwright", 10), ("k6", 1), ("k6", 10), ("k6", 100)]
ITERATIONS = 5
LATENCIES = ("mean_ms", "p50_ms", "p90_ms", "p95_ms", "p99_ms", "max_ms")
NOTHING_BESIDE = dict.fromkeys(("side_by_side", "growth"), ())
NO_READINGS = dict.fromkeys(("vitals", "health"), ())


def run_info(**changes):
    """A quick run of the embedded demo, changed where asked."""
    facts = {
        "stamp": "20261123-091500",
        "profile": "quick",
        "view": "quick",
        "narrowed": {},
        "environment": "local",
        "base_url": "started in the job",
        "app": "5f2c9a17",
        "tools": {"k6": "1.1.0", "playwright": "1.65.2", "chromium": "156.0.8078.79"},
        "started_at": "2026-11-23T09:15:00Z",
    }
    return RunInfo(**(facts | changes))


def journey(name, **changes):
    """One of the demo's journeys."""
    steps = tuple(
        StepInfo(id=step, action=action, description=said, has_protocol=protocol is not None)
        for step, action, said, _, protocol in STEPS[name]
    )
    facts = {"id": name, "description": JOURNEYS[name], "pacing_s": 3.0, "steps": steps}
    return JourneyInfo(**(facts | {"pacing_overridden": False, "fault": ""} | changes))


def cell(name, executor, users, **changes):
    """A cell that went well."""
    folder = f"{executor}/{name}/u{users:03d}"
    files = {
        "k6": ["metrics.csv.gz", "report.html", "summary.json"],
        "playwright": ["timings.json", "user-1.har", "trace-user-1.zip"],
    }
    artifacts = {file: f"{folder}/{file}" for file in [*files[executor], "stdout.txt"]}
    artifacts["outcome.json"] = f"{folder}/outcome.json"
    suffix = "js" if executor == "k6" else "py"
    artifacts["script"] = f"scripts/{executor}/{name}-u{users:03d}.{suffix}"
    artifacts["table"] = f"tables/{executor}-{name}-u{users:03d}.parquet"
    facts = {
        "journey": name,
        "executor": executor,
        "users": users,
        "outcome": "ok",
        "reason": "",
        "step": "",
        "attempts": 1,
        "flaky": False,
        "verdict": "pass",
        "together": "user" if users > 1 else "iteration",
        "iterations_planned": ITERATIONS * users,
        "iterations_ok": ITERATIONS * users,
        "iterations_failed": 0,
        "duration_s": ITERATIONS * len(STEPS[name]) * 3.0 + 0.4,
        "lateness_p95_ms": 0.6 * users if executor == "k6" else 2.4 * users,
        "artifacts": artifacts,
    }
    return CellSummary(**(facts | changes))


def one_series(where, kind, name, p50, **changes):
    """A series whose quantiles follow from its median; no median means nothing was ok."""
    executor, users = where["executor"], where["users"]
    factors = {"mean": 1.07, "p50": 1, "p90": 1.31, "p95": 1.48, "p99": 1.83, "max": 2.05}
    grown = None if p50 is None else p50 * GROWTH[users]
    latency = {
        f"{key}_ms": None if grown is None else round(grown * factor, 3)
        for key, factor in factors.items()
    }
    facts = where | latency | {"kind": kind, "name": name, "has_protocol": True}
    count = ITERATIONS * users
    facts |= {"count": count, "errors": 0, "throughput_per_s": round(count / 75.4, 4)}
    facts |= {"apdex": 1.0, "intervals": {}}
    return SeriesSummary(**(facts | {"error_rate": 0.0, "executor": executor} | changes))


def series(name, executor, users):
    """All interaction and request series of one cell that went well."""
    rows = []
    for step, _, _, browser, protocol in STEPS[name]:
        where = {"journey": name, "executor": executor, "users": users, "step": step}
        p50 = browser if executor == "playwright" else protocol
        known = {"has_protocol": protocol is not None}
        rows.append(one_series(where, "interaction", step, p50, **known))
        rows += [
            one_series(where, "request", request, p50 * share)
            for request, share, sent in REQUESTS.get(step, [])
            if executor == "playwright" or sent
        ]
    return rows


def slo(name, executor, users, **changes):
    """An SLO that passes."""
    facts = {"journey": name, "executor": executor, "users": users, "step": ""}
    facts |= {"threshold": "p(95)<500", "level": "error", "measured": 243.1, "verdict": "pass"}
    return SloResult(**(facts | changes))


def finding(severity, kind, text, where=("", "", 0, "")):
    """A finding about ``where``: journey, executor, users, step."""
    name, executor, users, step = where
    return Finding(
        severity=severity,
        kind=kind,
        journey=name,
        executor=executor,
        users=users,
        step=step,
        text=text,
    )


def whole(matrix, **changes):
    """A run of all journeys over ``matrix`` in which everything went well."""
    cells = [(name, executor, users) for name in JOURNEYS for executor, users in matrix]
    browser_only = "4 of 14 steps have no protocol half; k6 sends nothing for them."
    slos = [slo(*where) for where in cells]
    slos += [slo(*where, threshold="rate<0.01", measured=0.0) for where in cells]
    facts = {
        "run": run_info(),
        "verdict": "pass",
        "exit_code": 0,
        "findings": (finding("info", "coverage", browser_only),),
        "journeys": tuple(journey(name) for name in JOURNEYS),
        "cells": tuple(cell(*where) for where in cells),
        "series": tuple(row for where in cells for row in series(*where)),
        "slos": tuple(slos),
        **NOTHING_BESIDE,
        **NO_READINGS,
    }
    return Summary(**(facts | changes))


def with_cell(summary, where, **changes):
    """The same run with one cell changed."""
    cells = tuple(
        row.model_copy(update=changes) if (row.journey, row.executor, row.users) == where else row
        for row in summary.cells
    )
    return summary.model_copy(update={"cells": cells})


def failure(journey_id, executor, users, **changes):
    """Four failed interactions of one kind."""
    facts = {"journey": journey_id, "executor": executor, "users": users, "step": "search"}
    facts |= {"kind": "request", "name": "GET /api/search", "status": 500, "count": 4}
    facts |= {"text": "the answer was 500", "first_at_s": 12.3, "user": 3, "iteration": 0}
    return ErrorSummary(**(facts | changes))


def reading(name, users, vital, p75, **changes):
    """One vital of one page."""
    facts = {"journey": name, "executor": "playwright", "users": users, "step": "open-home"}
    facts |= {"name": vital, "unit": "ms", "count": 5, "mean": p75, "p50": p75, "p75": p75}
    return ReadingSummary(**(facts | {"p95": p75, "max": p75} | changes))


def with_skipped(run, skipped=None):
    """The run with an optional step of which k6 at 10 users skipped some, or all: None."""
    where = ("favorite-track", "k6", 10, "search", "interaction")

    def counted(row):
        if (row.journey, row.executor, row.users, row.step, row.kind) != where:
            return row
        gone = dict.fromkeys(LATENCIES) if skipped is None else {}
        return row.model_copy(update=gone | {"skipped": skipped or row.count})

    def marked(info):
        steps = (step.model_copy(update={"optional": step.id == "search"}) for step in info.steps)
        return info.model_copy(update={"steps": tuple(steps)})

    parts = {"series": map(counted, run.series), "journeys": map(marked, run.journeys)}
    return run.model_copy(update={name: tuple(each) for name, each in parts.items()})


def with_groups(run):
    """The run with a group of steps in each cell, which takes three times as long as a search."""
    rows = [
        row.model_copy(
            update={
                "kind": "transaction",
                "step": "",
                "name": "find-it",
                **{name: 3 * (getattr(row, name) or 0.0) for name in LATENCIES},
            }
        )
        for row in run.series
        if (row.kind, row.step) == ("interaction", "search")
    ]
    return run.model_copy(update={"series": (*run.series, *rows)})
