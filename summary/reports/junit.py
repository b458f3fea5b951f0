"""``junit.xml``: a suite per journey, a case per cell and per SLO.

What CI shows must never be greener than the verdict: failed is a failure, so is a regression;
invalid and inconclusive are errors, and an error that belongs to no cell and no SLO gets a case of
its own. Elements and attributes are those of Jenkins' ``junit-10.xsd``, which other CI systems read
too.
"""

from __future__ import annotations

from collections.abc import Iterable
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from summary.models import CellSummary, Finding, JourneyInfo, SloResult, Summary
from summary.reports import rendering
from summary.reports.rendering import NBSP, clean, one_line

_RUN_SUITE = "run"


def render_junit(summary: Summary) -> str:
    """Return the run as JUnit XML; times and stamps are the summary's own."""
    root = Element("testsuites", name=_words(f"tandem {summary.run.view}"))
    for journey in summary.journeys:
        _suite(root, summary, journey.id, _journey_cases(summary, journey))
    known = {journey.id for journey in summary.journeys}
    loose = [finding for finding in _own_cases(summary) if finding.journey not in known]
    if loose:
        _suite(root, summary, _RUN_SUITE, [_finding_case(finding) for finding in loose])
    _count(root, root)
    indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _suite(root: Element, summary: Summary, name: str, cases: Iterable[Element]) -> None:
    suite = SubElement(root, "testsuite", name=_words(name))
    suite.set("timestamp", _words(summary.run.started_at))
    properties = SubElement(suite, "properties")
    for key, value in _properties(summary):
        SubElement(properties, "property", name=_words(key), value=_words(value))
    for case in cases:
        case.set("classname", _words(name))
        suite.append(case)
    _count(suite, suite)


def _properties(summary: Summary) -> list[tuple[str, str]]:
    run = summary.run
    narrowed = [(f"narrowed.{key}", run.narrowed[key]) for key in sorted(run.narrowed)]
    return [
        ("stamp", run.stamp),
        ("profile", run.profile),
        ("environment", run.environment),
        ("verdict", summary.verdict),
        *narrowed,
    ]


def _count(element: Element, within: Element) -> None:
    """Write the totals of the cases below ``within`` as attributes of ``element``."""
    cases = list(within.iter("testcase"))
    element.set("tests", str(len(cases)))
    totals = {"failures": "failure", "errors": "error"}
    # What counts all suites has no attribute for what was skipped.
    totals |= {"skipped": "skipped"} if element.tag == "testsuite" else {}
    for total, child in totals.items():
        element.set(total, str(sum(case.find(child) is not None for case in cases)))
    element.set("time", f"{sum(float(case.get('time', '0')) for case in cases):.3f}")


def _journey_cases(summary: Summary, journey: JourneyInfo) -> list[Element]:
    cases = [_fault_case(journey)] if journey.fault else []
    cases += [_cell_case(cell) for cell in summary.cells if cell.journey == journey.id]
    cases += [_slo_case(slo) for slo in summary.slos if slo.journey == journey.id]
    return cases + [_finding_case(f) for f in _own_cases(summary) if f.journey == journey.id]


def _own_cases(summary: Summary) -> list[Finding]:
    """Return the errors that no cell's, SLO's or spec's case stands for."""
    covered = ("cell", "slo", "journey")
    return [f for f in summary.findings if f.severity == "error" and f.kind not in covered]


def _fault_case(journey: JourneyInfo) -> Element:
    case = _case("spec")
    _result(case, "error", "refused", journey.fault)
    return case


def _cell_case(cell: CellSummary) -> Element:
    case = _case(f"cell {cell.executor} {_users(cell.users)}", cell.duration_s)
    step = f"step {cell.step}: " if cell.step else ""
    if cell.outcome == "failed":
        _result(case, "failure", "failed", step + cell.reason)
    elif cell.outcome == "invalid":
        _result(case, "error", "invalid", step + cell.reason)
    elif cell.flaky:
        _note(case, f"flaky: ok after {rendering.plural(cell.attempts, 'attempt')}")
    return case


def _slo_case(slo: SloResult) -> Element:
    where = slo.step or "all steps"
    case = _case(f"slo {slo.threshold}, {where}, {slo.executor} {_users(slo.users)}")
    said = f"{slo.threshold}: measured {rendering.measured(slo)}"
    if slo.level == "off":
        SubElement(case, "skipped", message="the SLO is off")
    elif slo.verdict == "fail" and slo.level == "error":
        _result(case, "failure", "slo", said)
    elif slo.verdict != "pass" and slo.level == "error":
        _result(case, "error", slo.verdict, said)
    else:
        _note(case, said if slo.verdict == "pass" else f"{slo.verdict}, a warning only; {said}")
    return case


def _finding_case(finding: Finding) -> Element:
    users = _users(finding.users) if finding.users else ""
    where = [finding.kind, finding.executor, users, finding.step]
    case = _case(" ".join(part for part in where if part))
    tag = "failure" if finding.kind == "regression" else "error"
    _result(case, tag, finding.kind, finding.text)
    return case


def _case(name: str, time_s: float = 0.0) -> Element:
    return Element("testcase", name=_words(name), time=f"{time_s:.3f}")


def _result(case: Element, tag: str, kind: str, reason: str) -> None:
    """Add the failure or error; the message is one line, the body keeps every line."""
    SubElement(case, tag, message=_words(reason), type=kind).text = _text(reason)


def _note(case: Element, said: str) -> None:
    SubElement(case, "system-out").text = _text(said)


def _users(users: int) -> str:
    return rendering.users(users).replace(NBSP, " ")


def _words(value: str) -> str:
    return one_line(value).replace(NBSP, " ")


def _text(value: str) -> str:
    return clean(value).replace(NBSP, " ")
