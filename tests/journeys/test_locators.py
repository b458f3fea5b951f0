"""How elements are named in specs and matched in action maps."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pydantic import JsonValue

from journeys.locators import SELECTOR, canonical_selector
from journeys.resolved import ResolvedJourney

Loads = Callable[..., ResolvedJourney]

SAVE = "{role: button, name: Save, within: {testId: form, nth: 0}}"


def click(selector: str) -> str:
    """Return a journey of one click."""
    return f"id: a\ndata: {{n: 5}}\nsteps: [{{action: click, selector: {selector}}}]"


@pytest.mark.parametrize(
    ("selector", "name", "step_id"),
    [
        ("'#go'", "#go", "click-go"),
        ("{testId: go}", "test id 'go'", "click-go"),
        ("{role: button}", "button", "click-button"),
        (SAVE, "button 'Save' in test id 'form' number 1", "click-save"),
        ("{label: Full name, exact: true}", "label 'Full name'", "click-full-name"),
        ("{placeholder: you@x, nth: -1}", "last placeholder 'you@x'", "click-you-x"),
        ("{text: Go on, within: main}", "text 'Go on' in main", "click-go-on"),
        ("{css: '#go'}", "#go", "click-go"),
    ],
)
def test_a_locator_has_a_name_for_people(
    load: Loads, selector: str, name: str, step_id: str
) -> None:
    """And a step is called after what names its element best."""
    (step,) = load(click(selector)).steps
    (part,) = step.browser
    assert str(SELECTOR.validate_python(part.plain()["selector"])) == name
    assert step.id == step_id


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("#go", {"css": "#go"}),
        ("[data-testid='go']", {"testId": "go"}),
        ('[data-testid="go"]', {"testId": "go", "exact": False}),
        ("[data-testid=go]", {"css": "[data-testid='go']"}),
        (
            {"text": "a", "within": "[data-testid='go']"},
            {"within": {"testId": "go"}, "text": "a"},
        ),
    ],
)
def test_two_ways_to_write_a_locator_are_one(one: JsonValue, other: JsonValue) -> None:
    """A rule of the map need not care how a spec says it."""
    assert canonical_selector(one) == canonical_selector(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("[data-testid='go'] a", {"testId": "go"}),
        ("[data-testid='a'][data-testid='b']", {"testId": "a'][data-testid='b"}),
        ({"testId": "go"}, {"testId": "go", "nth": 0}),
        ({"text": "a"}, {"text": "a", "exact": True}),
        ({"text": "a"}, {"label": "a"}),
        ("go", {"testId": "go"}),
    ],
)
def test_different_locators_stay_different(one: JsonValue, other: JsonValue) -> None:
    """Nothing is taken for another element."""
    assert canonical_selector(one) != canonical_selector(other)


@pytest.mark.parametrize("said", ["\"[data-testid='go']\"", "{testId: go}"])
@pytest.mark.parametrize("asked", ["\"[data-testid='go']\"", "{testId: go}"])
def test_rules_match_either_form(load: Loads, said: str, asked: str) -> None:
    """Whichever the spec uses, and whichever the map."""
    rules = f"match: [{{action: click, when: {{selector: {asked}}}, protocol: [{{path: /x}}]}}]"
    (step,) = load(click(said), rules).steps
    assert [request.path for wave in step.protocol for request in wave] == ["/x"]


def test_a_locator_s_texts_are_templates(load: Loads) -> None:
    """Data is filled in; a rule can send what a locator says."""
    rules = """
match:
  - action: click
    protocol: [{path: /x, query: {q: "${param.selector.name}"}, json: {s: "${param.selector}"}}]
"""
    (step,) = load(click('{role: cell, name: "${data.n} ${user} $${x}"}'), rules).steps
    name = "5 ${user} $${x}"
    assert step.browser[0].plain()["selector"] == {"role": "cell", "name": name}
    request = step.protocol[0][0]
    assert request.query == {"q": name}
    assert request.json_body == {"s": {"role": "cell", "name": name}}
