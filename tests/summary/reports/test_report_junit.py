"""junit.xml: parses, counts agree, and never looks greener than the verdict."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from summary.reports.junit import render_junit
from tests.summary.reports.builders import finding


def parsed(run):
    return ElementTree.fromstring(render_junit(run))  # noqa: S314 - our own output


def test_counts_agree_with_the_cases(run):
    root = parsed(run)
    for element in (root, *root):
        cases = list(element.iter("testcase"))
        assert int(element.get("tests")) == len(cases)
        for total, child in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            found = [case for case in cases if case.find(child) is not None]
            assert int(element.get(total, len(found))) == len(found)


# What Jenkins' junit-10.xsd allows: an element's attributes, and those that it must have.
TOTALS = {"name", "tests", "failures", "errors", "time"}
ALLOWED = {
    "testsuites": (TOTALS, set()),
    "testsuite": (
        TOTALS | {"skipped", "timestamp", "hostname", "id", "package"},
        {"name", "tests", "failures", "errors"},
    ),
    "properties": (set(), set()),
    "property": ({"name", "value"}, {"name", "value"}),
    "testcase": ({"name", "classname", "time"}, {"name"}),
    "failure": ({"type", "message"}, set()),
    "error": ({"type", "message"}, set()),
    "skipped": ({"type", "message"}, set()),
    "system-out": (set(), set()),
}
WITHIN = {
    "testsuites": {"testsuite"},
    "testsuite": {"properties", "testcase"},
    "properties": {"property"},
    "testcase": {"failure", "error", "skipped", "system-out"},
}


def test_elements_and_attributes_are_those_that_jenkins_allows(run):
    """A plugin of Jenkins refuses a file that its schema does not know."""
    for element in parsed(run).iter():
        allowed, needed = ALLOWED[element.tag]
        assert needed <= set(element.attrib) <= allowed, element.tag
        assert {child.tag for child in element} <= WITHIN.get(element.tag, set())
        assert re.fullmatch(r"\d+\.\d{3}", element.get("time", "0.000"))


def test_a_step_that_is_slower_than_usual_is_a_failure(runs):
    slower = finding(
        "error", "regression", "Slower than usual", ("favorite-track", "", 0, "search")
    )
    run = runs["pass"].model_copy(update={"verdict": "fail", "findings": (slower,)})
    root = parsed(run)
    assert (root.get("failures"), root.get("errors")) == ("1", "0")
    (case,) = [case for case in root.iter("testcase") if case.find("failure") is not None]
    assert (case.get("classname"), case.get("name")) == ("favorite-track", "regression search")


def test_a_suite_per_journey_and_a_case_per_cell_and_slo(runs):
    for name in ("pass", "nightly", "slo", "refused"):
        run = runs[name]
        root = parsed(run)
        assert [suite.get("name") for suite in root] == [journey.id for journey in run.journeys]
        refused = sum(bool(journey.fault) for journey in run.journeys)
        assert int(root.get("tests")) == len(run.cells) + len(run.slos) + refused


def test_red_exactly_when_the_verdict_is_not_pass(run):
    root = parsed(run)
    bad = int(root.get("failures")) + int(root.get("errors"))
    assert (bad > 0) == (run.verdict != "pass")


@pytest.mark.parametrize(
    ("name", "failures", "errors"),
    [
        ("pass", 0, 0),
        ("failed", 1, 2),
        ("slo", 1, 0),
        ("invalid", 0, 3),
        ("inconclusive", 0, 1),
        ("refused", 0, 1),
    ],
)
def test_failed_is_a_failure_and_what_says_nothing_is_an_error(runs, name, failures, errors):
    root = parsed(runs[name])
    assert (root.get("failures"), root.get("errors")) == (str(failures), str(errors))


def test_a_failure_names_step_and_reason_and_a_flaky_cell_its_attempts(runs):
    root = parsed(runs["failed"])
    (failure,) = root.iter("failure")
    assert failure.get("message").startswith("step search: Timeout 3000ms exceeded")
    assert failure.text.count("\n") == 2
    assert "flaky: ok after 2 attempts" in [note.text for note in root.iter("system-out")]


def test_hostile_text_is_valid_xml_without_controls(runs):
    xml = render_junit(runs["hostile"])
    assert not any(ord(letter) < 32 and letter != "\n" for letter in xml)
    assert "\u202e" not in xml and "<script>" not in xml
    assert "<script>alert(1)</script>" in parsed(runs["hostile"])[0].get("name")
