"""Verdicts: what is judged, and what makes a run red, green or neither."""

from __future__ import annotations

import pytest

from journeys.resolved import RefusedJourney
from summary.summarise import Criteria, stamp, summarise
from tandem.errors import SettingsError
from tandem.exit_codes import ExitCode
from tests.summary.builders import attempt, journey, outcome, rows


def verdict(summary):
    return summary.verdict, ExitCode(summary.exit_code)


def with_slos(*slos, steps=()):
    plain = journey().model_dump(mode="json", by_alias=True)
    plain["slos"] = list(slos)
    for index, slo in steps:
        plain["steps"][index]["slos"] = [slo]
    return journey(**{key: plain[key] for key in ("slos", "steps")})


def test_a_sound_run_passes(run):
    summary = summarise(run())
    assert verdict(summary) == ("pass", ExitCode.OK)
    assert [(slo.threshold, slo.measured) for slo in summary.slos] == [("rate<=0.05", 0.0)]


def test_a_missed_slo_fails_and_names_both_numbers(run):
    summary = summarise(run(spec=with_slos("p(95)<150")))
    assert verdict(summary) == ("fail", ExitCode.SLO_FAILED)
    assert summary.findings[0].text == "SLO p(95)<150 is missed: 195 ms."


@pytest.mark.parametrize(
    ("measured_ms", "said"), [(300.4, "300.4 ms"), (301, "301 ms"), (2300, "2300 ms")]
)
def test_what_misses_a_bound_is_never_said_to_be_it(run, measured_ms, said):
    """However near to it what was measured is."""
    samples = [*rows([measured_ms] * 2), *rows([0, 0], step="look", has_protocol=False)]
    summary = summarise(run(samples, spec=with_slos("max<300")))
    assert summary.findings[0].text == f"SLO max<300 is missed: {said}."


def test_what_is_missed_by_most_is_said_first(run):
    """The short form has room for fifteen findings."""
    missed = ("p(95)<150", "max<20", "count>8", "min<100")
    unsaid = {"threshold": "p(95)<1", "level": "warn"}
    samples = [*rows([100, 200]), *rows([0, 0], step="look", has_protocol=False)]
    summary = summarise(run(samples, spec=with_slos(*missed, unsaid)))
    said = [found.text.split()[1] for found in summary.findings if found.kind == "slo"]
    assert said == ["max<20", "count>8", "p(95)<150", "min<100", "p(95)<1"]


@pytest.mark.parametrize("level", ["warn", "off"])
def test_a_missed_slo_of_a_lower_level_does_not_fail(run, level):
    summary = summarise(run(spec=with_slos({"threshold": "p(95)<150", "level": level})))
    assert verdict(summary) == ("pass", ExitCode.OK)
    assert [slo.verdict for slo in summary.slos] == (["fail"] if level == "warn" else [])


@pytest.mark.parametrize("only", [{"executor": "playwright"}, {"users": 10}])
def test_an_slo_of_other_cells_is_not_judged_here(run, only):
    summary = summarise(run(spec=with_slos({"threshold": "p(95)<1", **only})))
    assert summary.slos == ()


def test_a_steps_slo_is_judged_on_that_step(run):
    summary = summarise(run(spec=with_slos(steps=[(0, "count>=2")])))
    assert [(slo.step, slo.measured, slo.verdict) for slo in summary.slos] == [("open", 2, "pass")]


GROUPS = [
    {"id": "pay", "description": "", "steps": ["open", "look"], "slos": ["p(95)<150", "rate<=0"]},
    {"id": "eyes", "description": "", "steps": ["look"], "slos": ["count>0"]},
]


def test_a_groups_slo_is_judged_on_its_transactions(run):
    samples = [
        *rows([100, 200]),
        *rows([0, 0], step="look", has_protocol=False),
        *rows([140, 145], step="", kind="transaction", name="pay"),
        *rows([0, 0], step="", kind="transaction", name="eyes", has_protocol=False),
    ]
    summary = summarise(run(samples, spec=journey(groups=GROUPS)))
    assert verdict(summary) == ("pass", ExitCode.OK)
    assert [(slo.step, slo.threshold, slo.measured) for slo in summary.slos] == [
        ("pay", "p(95)<150", 144.75),
        ("pay", "rate<=0", 0),
    ]
    (pay, eyes) = (row for row in summary.series if row.kind == "transaction")
    assert {(row.name, row.p50_ms) for row in (pay, eyes)} == {("pay", 142.5), ("eyes", None)}


def test_a_group_without_a_transaction_is_never_passed(run):
    found = verdict(summarise(run(spec=journey(groups=GROUPS))))
    assert found == ("inconclusive", ExitCode.INVALID)


def test_a_skipped_step_is_no_error_and_no_latency(run):
    skipped = {"skipped": True, "error": "not there"}
    samples = [*rows([100, None], **skipped), *rows([0, 0], step="look", has_protocol=False)]
    summary = summarise(run(samples, spec=with_slos("rate<=0", "max<=100")))
    assert verdict(summary) == ("pass", ExitCode.OK)
    row = next(row for row in summary.series if row.step == "open")
    assert (row.count, row.errors, row.skipped, row.max_ms) == (2, 0, 1, 100)


def test_k6_is_not_judged_on_a_step_that_only_a_browser_has(run):
    summary = summarise(run(spec=with_slos(steps=[(1, "p(95)<1")])))
    assert summary.slos == ()


def test_without_samples_an_slo_is_never_passed(run):
    cell = outcome(attempts=(attempt(iterations_ok=0),))
    summary = summarise(run([], cell=cell, spec=with_slos("p(95)<500")))
    assert verdict(summary) == ("inconclusive", ExitCode.INVALID)


def test_a_failed_cell_fails_the_run_before_anything_else(run):
    broken = attempt(outcome="failed", iterations_ok=1, iterations_failed=1)
    cell = outcome(outcome="failed", reason="no such text", step="look", attempts=(broken,))
    summary = summarise(run(cell=cell, spec=with_slos("p(95)<1")))
    assert verdict(summary) == ("fail", ExitCode.JOURNEY_FAILED)
    assert (summary.findings[0].step, summary.findings[0].text) == ("look", "no such text")


def test_an_invalid_cell_is_neither_green_nor_red(run):
    sick = attempt(outcome="invalid", iterations_ok=0)
    cell = outcome(outcome="invalid", reason="k6 crashed", attempts=(sick,))
    assert verdict(summarise(run(cell=cell))) == ("invalid", ExitCode.INVALID)


@pytest.mark.parametrize("threshold", ["p(95)<1", "p(95)<500"])
def test_no_slo_of_an_invalid_cell_is_kept_or_missed(run, threshold):
    """A generator that was starved makes any app slow."""
    sick = attempt(outcome="invalid", iterations_ok=2)
    cell = outcome(outcome="invalid", reason="the load generator was starved", attempts=(sick,))
    summary = summarise(run(cell=cell, spec=with_slos(threshold)))
    assert verdict(summary) == ("invalid", ExitCode.INVALID)
    assert [(slo.measured, slo.verdict) for slo in summary.slos] == [(195, "invalid")]
    assert [each.kind for each in summary.findings] == ["cell", "coverage"]


def test_no_slo_is_missed_by_rows_that_a_check_refutes(run):
    samples = [*rows([100]), *rows([0, 0], step="look", has_protocol=False)]
    summary = summarise(run(samples, spec=with_slos("p(95)<1")))
    assert verdict(summary) == ("invalid", ExitCode.INVALID)
    assert [slo.verdict for slo in summary.slos] == ["invalid"]
    assert [each.kind for each in summary.findings] == ["check", "coverage"]


def test_a_flaky_cell_passes_and_is_never_plain_ok(run):
    tries = (attempt(1, outcome="failed", folder="attempts/1"), attempt(2))
    samples = [
        *rows([100, 200], attempt=2),
        *rows([0, 0], attempt=2, step="look", has_protocol=False),
    ]
    summary = summarise(run(samples, cell=outcome(flaky=True, attempts=tries)))
    assert verdict(summary) == ("pass", ExitCode.OK)
    assert [found.kind for found in summary.findings] == ["flaky", "coverage"]


def test_iterations_that_left_no_rows_make_the_run_invalid(run):
    samples = [*rows([100]), *rows([0, 0], step="look", has_protocol=False)]
    summary = summarise(run(samples))
    assert verdict(summary) == ("invalid", ExitCode.INVALID)
    assert summary.findings[0].kind == "check"


def test_a_step_without_a_protocol_half_has_a_count_and_no_latency(run):
    silent = next(row for row in summarise(run()).series if row.step == "look")
    assert (silent.count, silent.p50_ms, silent.has_protocol) == (2, None, False)


def test_a_refused_spec_is_a_finding_with_its_fault(run):
    refused = RefusedJourney(id="home", source="journeys/home.yaml", fault="home.yaml:3: no")
    cell = outcome(outcome="failed", reason="home.yaml:3: no", attempts=())
    summary = summarise(run([], cell=cell, spec=refused))
    assert verdict(summary) == ("fail", ExitCode.JOURNEY_FAILED)
    assert [each.kind for each in summary.findings if "home.yaml:3: no" in each.text] == ["journey"]


def test_an_overridden_pacing_is_said(run):
    summary = summarise(run(cell=outcome(pacing_s=0.5)))
    assert summary.journeys[0].pacing_overridden
    assert any("overridden pacing of 0.5 s" in found.text for found in summary.findings)


def test_a_run_of_nothing_is_not_green(run):
    nothing = run()
    nothing = type(nothing)(
        profile="quick", view="quick", narrowed={}, criteria=Criteria(), journeys=(), cells=()
    )
    assert summarise(nothing).verdict == "inconclusive"


def test_the_stamp_is_the_start_of_the_newest_load():
    cells = [outcome(started_at=f"2026-11-23T09:00:0{second}.000000Z") for second in (5, 7, 6)]
    assert stamp(cells, None) == "20261123-090007"
    assert stamp(cells, "0") == "19700101-000000"


def test_an_unusable_source_date_epoch_is_told():
    with pytest.raises(SettingsError, match="SOURCE_DATE_EPOCH=soon"):
        stamp([], "soon")
