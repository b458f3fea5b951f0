"""Hand-built runs for the report tests: numbers are written down or follow from such."""

from __future__ import annotations

from collections.abc import Callable

import pytest

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
from summary.shape_models import CellShape, Course, Shapes, StepShape

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


def failed():
    """One cell failed at its second step, one was flaky."""
    broken, shaky = ("play-start-stream", "playwright", 1), ("account-login", "k6", 1)
    reason = (
        'Timeout 3000ms exceeded: the text "Ambient Dream" never appeared.\n'
        'Call log:\n  - waiting for get_by_text("Ambient Dream")'
    )
    run = with_cell(
        whole(QUICK),
        broken,
        outcome="failed",
        reason=reason,
        step="search",
        attempts=2,
        iterations_ok=0,
        iterations_failed=ITERATIONS,
    )
    run = with_cell(run, shaky, flaky=True, attempts=2)
    said = 'No iteration came through: the text "Ambient Dream" never appeared.'
    findings = (
        finding("error", "cell", said, (*broken, "search")),
        finding("warning", "flaky", "Ok at the second attempt; both are kept.", (*shaky, "")),
        *run.findings,
    )
    dead = {"p50_ms", "mean_ms", "p90_ms", "p95_ms", "p99_ms", "max_ms", "throughput_per_s"}
    lost = dict.fromkeys(dead) | {"errors": ITERATIONS, "error_rate": 1.0}
    rows = []
    for row in run.series:
        if (row.journey, row.executor, row.users) != broken or row.step == "open-home":
            rows.append(row)
        elif row.step == "search":
            rows.append(row.model_copy(update=lost))
    slos = tuple(
        row.model_copy(update={"verdict": "inconclusive", "measured": None})
        if (row.journey, row.executor, row.users) == broken
        else row
        for row in run.slos
    )
    return run.model_copy(
        update={
            "verdict": "fail",
            "exit_code": 97,
            "findings": findings,
            "series": tuple(rows),
            "slos": slos,
        }
    )


def slo_failure():
    """Everything was ridden; one SLO fails, one only warns."""
    slow, warned = ("play-start-stream", "k6", 1), ("favorite-track", "playwright", 1)
    own = (
        slo(*slow, step="start-playback", threshold="p(95)<100", measured=137.05, verdict="fail"),
        slo(*warned, threshold="p(99)<300", measured=381.9, level="warn", verdict="fail"),
        slo(*warned, threshold="count>3", measured=25.0),
    )
    run = whole(QUICK, verdict="fail", exit_code=99)
    where = (*slow, "start-playback")
    findings = (
        finding("error", "slo", "p(95) is 137 ms; the SLO allows less than 100 ms.", where),
        finding("warning", "slo", "p(99) is 382 ms; less than 300 ms is wished.", (*warned, "")),
        *run.findings,
    )
    return run.model_copy(update={"slos": own + run.slos, "findings": findings})


def invalid():
    """The load generator itself was late: one cell says nothing."""
    where = ("favorite-track", "k6", 1)
    reason = "The generator was late: p95 lateness 1 840 ms against a pacing of 3 s."
    run = with_cell(
        whole(QUICK, verdict="invalid", exit_code=96),
        where,
        outcome="invalid",
        reason=reason,
        lateness_p95_ms=1840.2,
    )
    slos = tuple(
        row.model_copy(update={"verdict": "invalid"})
        if (row.journey, row.executor, row.users) == where
        else row
        for row in run.slos
    )
    findings = (finding("error", "cell", reason, (*where, "")), *run.findings)
    return run.model_copy(update={"slos": slos, "findings": findings})


def inconclusive():
    """Nothing was sampled for one SLO, so nobody can say whether it passes."""
    run = whole(QUICK, verdict="inconclusive", exit_code=96)
    nothing = {"measured": None, "verdict": "inconclusive"}
    where = ("account-login", "k6", 1)
    row = slo(*where, step="wait-for-name", **nothing)
    said = finding("warning", "slo", "No samples for p(95)<500.", (*where, "wait-for-name"))
    return run.model_copy(update={"slos": (*run.slos, row), "findings": (said, *run.findings)})


def narrowed():
    """One journey, one executor, hurried: a run that must not be taken for a whole one."""
    name = "play-start-stream"
    narrowing = {"journey": name, "executor": "k6", "pacing": "0.2"}
    said = "Pacing is 0.2 s instead of the journey's 3 s."
    return whole(
        QUICK,
        run=run_info(view="quick-1f0c", narrowed=narrowing),
        journeys=(journey(name, pacing_s=0.2, pacing_overridden=True),),
        cells=(cell(name, "k6", 1),),
        series=tuple(series(name, "k6", 1)),
        slos=(slo(name, "k6", 1),),
        findings=(finding("warning", "pacing", said, (name, "", 0, "")),),
    )


def nightly():
    """Three journeys times five cells, one of them flaky, a few errors at 100 users."""
    run = whole(NIGHTLY, run=run_info(profile="nightly", view="nightly", environment="ci"))
    where = ("favorite-track", "playwright", 10)
    run = with_cell(run, where, flaky=True, attempts=2)
    crowded = ("play-start-stream", "k6", 100)
    few = {"errors": 4, "error_rate": 0.008}
    rows = tuple(
        row.model_copy(update=few)
        if (row.journey, row.executor, row.users) == crowded
        and (row.step, row.name) in (("search", "search"), ("search", "GET /api/search"))
        else row
        for row in run.series
    )
    run = with_cell(run, crowded, iterations_ok=496, iterations_failed=4)
    flaky = finding("warning", "flaky", "Ok at the second attempt; both are kept.", (*where, ""))
    seen = {
        "series": rows,
        "findings": (flaky, *run.findings),
        "errors": (failure("play-start-stream", "k6", 100),),
        "vitals": (
            reading("play-start-stream", 1, "LCP", 2100.0),
            reading("play-start-stream", 1, "CLS", 0.18, unit="score"),
            reading("play-start-stream", 10, "LCP", 4100.0),
            reading("play-start-stream", 10, "jank", 12.0),
        ),
        "health": (
            reading("play-start-stream", 10, "event loop lag", 3.4, step=""),
            reading("favorite-track", 1, "cpu", 0.41, step="", unit="share"),
        ),
    }
    return run.model_copy(update=seen)


def refused():
    """One spec was refused; the others were ridden."""
    name = "account-login"
    fault = (
        "journeys/account-login.yaml:12: steps[1].selector: expected text, found nothing.\n"
        "Give the step a selector, or take the step out."
    )
    run = whole(QUICK, verdict="fail", exit_code=97)
    journeys = [journey(name, steps=(), fault=fault) if j.id == name else j for j in run.journeys]
    said = finding("error", "journey", "The spec was refused.", (name, "", 0, ""))
    kept = {
        part: tuple(row for row in getattr(run, part) if row.journey != name)
        for part in ("cells", "series", "slos")
    }
    changes = {"journeys": tuple(journeys), "findings": (said, *run.findings)}
    return run.model_copy(update=kept | changes)


HOSTILE = (
    "</script><script>alert(1)</script><img src=x onerror=alert(1)> | `code` **bold** "
    "[link](javascript:alert(1)) @octocat https://evil.example/ www.evil.example #1\n# heading\n"
    "\x00\x07\x1b[31mred\x1b[0m \u202etxt.exe ]]> & \"quoted\" 'single'"
)


def hostile():
    """Every text that comes from outside does its worst."""
    name = "play-start-stream"
    step = StepInfo(id=HOSTILE, action=HOSTILE, description=HOSTILE, has_protocol=True)
    where = {"journey": HOSTILE, "executor": "k6", "users": 1, "step": HOSTILE}
    artifacts = {
        HOSTILE: "k6/a b/<x>.csv",
        "absolute": "/etc/passwd",
        "upwards": "../../secret",
        "scheme": "javascript:alert(1)",
        "host": "//evil.example/x",
    }
    known = cell(name, "k6", 1)
    broken = {"journey": HOSTILE, "outcome": "failed", "reason": HOSTILE, "step": HOSTILE}
    return Summary(
        run=run_info(
            profile=HOSTILE,
            narrowed={HOSTILE: HOSTILE},
            base_url=HOSTILE,
            app=HOSTILE,
            tools={HOSTILE: HOSTILE},
        ),
        verdict="fail",
        exit_code=97,
        **NOTHING_BESIDE,
        findings=(finding("error", "check", HOSTILE, (HOSTILE, HOSTILE, 1, HOSTILE)),),
        journeys=(
            JourneyInfo(
                id=HOSTILE,
                description=HOSTILE,
                pacing_s=3.0,
                pacing_overridden=True,
                steps=(step,),
                fault=HOSTILE,
            ),
        ),
        cells=(known.model_copy(update=broken | {"artifacts": artifacts}),),
        series=(
            one_series(where, "interaction", HOSTILE, 12.3),
            one_series(where, "request", HOSTILE, 12.3, errors=1),
        ),
        slos=(slo(HOSTILE, "k6", 1, step=HOSTILE, threshold=HOSTILE, verdict="fail"),),
        errors=(failure(HOSTILE, "k6", 1, step=HOSTILE, name=HOSTILE, text=HOSTILE),),
        vitals=(reading(HOSTILE, 1, HOSTILE, 1.0, step=HOSTILE, unit=HOSTILE),),
        health=(reading(HOSTILE, 1, HOSTILE, 1.0, step=HOSTILE, unit=HOSTILE, executor="k6"),),
    )


def shapes_of(summary):
    """What a run's charts are drawn from: quantiles and a course that follow from its figures."""
    cells = []
    for each in summary.cells:
        rows = [
            row
            for row in summary.series
            if (row.journey, row.executor, row.users) == (each.journey, each.executor, each.users)
            and row.kind == "interaction"
            and (row.has_protocol or each.executor == "playwright")
        ]
        steps = tuple(_shape(row) for row in rows)
        known = {"journey": each.journey, "executor": each.executor, "users": each.users}
        cells.append(CellShape(**known, span_s=each.duration_s, steps=steps))
    return Shapes(cells=tuple(cells))


def _shape(row):
    known = row.p50_ms is not None
    course = Course(
        at_s=(1.0, 2.0, 3.0),
        count=(row.count, 0, 0),
        errors=(row.errors, 0, 0),
        p50_ms=(row.p50_ms, row.p50_ms, row.p50_ms),
        max_ms=(row.max_ms, row.p95_ms, row.p50_ms),
    )
    figures = (row.p50_ms, row.p90_ms, row.p95_ms, row.max_ms) if known else ()
    return StepShape(step=row.step, count=row.count, quantiles_ms=figures, course=course)


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


RUNS: dict[str, Callable[[], Summary]] = {
    "pass": lambda: whole(QUICK),
    "failed": failed,
    "slo": slo_failure,
    "invalid": invalid,
    "inconclusive": inconclusive,
    "narrowed": narrowed,
    "nightly": nightly,
    "refused": refused,
    "hostile": hostile,
}


@pytest.fixture(scope="session")
def runs() -> dict[str, Summary]:
    """Every hand-built run by its name."""
    return {name: build() for name, build in RUNS.items()}


@pytest.fixture(params=list(RUNS))
def run(request, runs) -> Summary:
    """One hand-built run after the other."""
    return runs[request.param]
