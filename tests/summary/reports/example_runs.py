"""Hand-built runs, each with something of its own, and one of which every text is hostile."""

from __future__ import annotations

from collections.abc import Callable

from summary.models import JourneyInfo, StepInfo, Summary
from tests.summary.reports.builders import (
    ITERATIONS,
    NIGHTLY,
    NOTHING_BESIDE,
    QUICK,
    cell,
    failure,
    finding,
    journey,
    one_series,
    reading,
    run_info,
    series,
    slo,
    whole,
    with_cell,
)


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
