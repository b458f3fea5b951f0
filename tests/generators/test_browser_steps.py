"""Each built-in action as a good engineer would write it in Playwright's Python."""

from __future__ import annotations

from typing import Any, get_args

import pytest
from pydantic import TypeAdapter

from generators.browser_steps import lines_of
from journeys.built_in_actions import BUILT_IN_ACTIONS, UI_ACTIONS, BrowserStep, UiAction

STEP: TypeAdapter[BrowserStep] = TypeAdapter(BrowserStep)


def lines(action: str, **fields: Any) -> list[str]:
    """Return the statements of a step."""
    return lines_of(STEP.validate_python({"action": action, **fields}))


@pytest.mark.parametrize(
    ("selector", "expected"),
    [
        ("#go", 'locator("#go")'),
        ({"css": "#go"}, 'locator("#go")'),
        ({"testId": "go"}, 'get_by_test_id("go")'),
        ({"role": "button"}, 'get_by_role("button")'),
        ({"role": "button", "name": "Go"}, 'get_by_role("button", name="Go")'),
        ({"label": "Name", "exact": True}, 'get_by_label("Name", exact=True)'),
        ({"placeholder": "you@x"}, 'get_by_placeholder("you@x")'),
        ({"text": "Hi ${user}"}, 'get_by_text("Hi " + str(user.number))'),
        ({"text": "Hi", "nth": 0}, 'get_by_text("Hi").first'),
        ({"text": "Hi", "nth": -1}, 'get_by_text("Hi").last'),
        ({"text": "Hi", "nth": 2}, 'get_by_text("Hi").nth(2)'),
        ({"text": "Hi", "within": "main"}, 'locator("main").get_by_text("Hi")'),
        (
            {"css": "a", "within": {"role": "list", "nth": 1, "within": {"testId": "x"}}},
            'get_by_test_id("x").get_by_role("list").nth(1).locator("a")',
        ),
    ],
)
def test_elements_are_found_as_playwright_recommends(selector: Any, expected: str) -> None:
    """On one line where it fits."""
    assert lines("click", selector=selector) == [f"await user.page.{expected}.click()"]


def test_a_long_chain_is_begun_in_a_variable() -> None:
    """Rather than broken over lines in the middle of a call."""
    selector = {"role": "button", "name": "Put it into the basket", "exact": True}
    outer = {"role": "region", "name": "Goes with it", "within": {"testId": "shop"}}
    assert lines("click", selector={**selector, "within": outer}) == [
        'part = user.page.get_by_test_id("shop").get_by_role("region", name="Goes with it")',
        'await part.get_by_role("button", name="Put it into the basket", exact=True).click()',
    ]


def test_a_long_element_has_a_variable_when_something_is_put_into_it() -> None:
    """So that each call has a line of its own."""
    text = "x" * 60
    assert lines("type", selector=f"#{text}", value=text) == [
        f'element = user.page.locator("#{text}")',
        f'await element.fill("{text}")',
    ]


def test_every_built_in_action_is_written_down() -> None:
    """Adding one to the language alone is not enough."""
    known = set(BUILT_IN_ACTIONS.values())
    assert known <= set(lines_of.registry)
    assert set(get_args(UiAction)) == set(UI_ACTIONS)


@pytest.mark.parametrize(
    ("selector", "expected"),
    [
        ("#go", 'locator("#go").first'),
        ({"text": "Go"}, 'get_by_text("Go").first'),
        ({"text": "Go", "nth": 3}, 'get_by_text("Go").nth(3)'),
    ],
)
def test_one_of_several_is_enough_to_wait_for(selector: Any, expected: str) -> None:
    """Unless a certain one is asked for."""
    assert lines("waitFor", selector=selector) == [f"await user.page.{expected}.wait_for()"]
