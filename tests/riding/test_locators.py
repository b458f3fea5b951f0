"""Real Chromium finds what every kind of locator means."""

from __future__ import annotations

import pytest

from tests.riding.pages import pages
from tests.riding.rig import ride

FAST_S = 0.05


@pytest.fixture(scope="module")
def origin():
    with pages() as found:
        yield found


def acted(selector, said, **step):
    """Return a step on the element, and one that sees what the page says of it."""
    return [
        {"action": "click", "selector": selector, "timeout": 3} | step,
        {"action": "waitForText", "text": said, "timeout": 3},
    ]


def typed(selector, said):
    return acted(selector, said, action="type", value="x")


FOUND = [
    *typed({"testId": "name"}, "name is x"),
    *typed({"label": "full"}, "name is x"),
    *typed({"label": "E-mail", "exact": True}, "mail is x"),
    *typed({"placeholder": "you@"}, "mail is x"),
    *typed({"css": "#mail"}, "mail is x"),
    *typed("#mail", "mail is x"),
    *acted({"role": "button", "name": "pick TWO"}, "Pick two in Second"),
    *acted({"role": "button", "nth": -1}, "Pick in Third"),
    *acted({"role": "button", "name": "Pick", "exact": True, "nth": 1}, "Pick in Second"),
    *acted({"text": "Pick two"}, "Pick two in Second"),
    *acted({"role": "button", "within": {"testId": "third"}}, "Pick in Third"),
    *acted({"role": "button", "within": "[data-testid='third']"}, "Pick in Third"),
    *acted(
        {"text": "Pick", "exact": True, "within": {"role": "listitem", "nth": 0, "within": "ul"}},
        "Pick in First",
    ),
]


MISSED = [
    ({"label": "full", "exact": True}, 'waiting for get_by_label("full", exact=True)'),
    ({"role": "button", "name": "Pick", "exact": True}, "strict mode violation"),
]
"""None, and several."""


@pytest.fixture(scope="module")
def ridden(origin, tmp_path_factory):
    """Steps on all that is found, and optional ones on what is not."""
    missed = [
        {"action": "click", "selector": selector, "timeout": 0.5, "optional": True}
        for selector, _ in MISSED
    ]
    steps = [{"action": "navigate", "target": "/form"}, *FOUND, *missed]
    return ride("playwright", steps, tmp_path_factory.mktemp("ridden"), origin, pacing_s=FAST_S)


def test_every_kind_of_locator_finds_its_element(ridden):
    assert (ridden.result.failures, ridden.result.fault) == ((), "")
    assert ridden.result.iterations_ok == 1
    found = ridden.interactions()[: 1 + len(FOUND)]
    assert not any(row.skipped for row in found)


@pytest.mark.parametrize("number", range(len(MISSED)), ids=["none", "several"])
def test_a_step_fails_that_finds_no_element_or_several(ridden, number):
    row = ridden.interactions()[1 + len(FOUND) + number]
    assert row.skipped
    assert MISSED[number][1] in row.error
