"""How a script finds elements, and the statements that do something with one. Pure."""

from __future__ import annotations

from generators.python_layout import Argument, call, fits
from generators.python_values import text_argument
from journeys.locators import Locator


def any_of(selector: str | Locator) -> str:
    """Return what keeps a step from insisting that there is just one such element."""
    return "" if isinstance(selector, Locator) and selector.nth is not None else "first."


def acted_on(selector: str | Locator, method: str, *arguments: Argument) -> list[str]:
    """Return the call of an element's method, with the element in a variable if that is long."""
    (head, found, tail), before = _chain(selector)
    line = f"await {_one_line(head, found, tail)}.{method}({_joined(arguments)})"
    if not before and fits(line):
        return [line]
    if not arguments:
        return [*before, *call(f"await {head}", found, f"{tail}.{method}()")]
    named = call(f"element = {head}", found, tail)
    return [*before, *named, *call(f"await element.{method}", arguments)]


def expected_of(selector: str | Locator, method: str, *arguments: Argument) -> list[str]:
    """Return the statement that insists on something of an element, until the step's timeout."""
    (head, found, tail), before = _chain(selector)
    given = (*arguments, Argument(("user.timeout_ms",), "timeout"))
    line = f"await expect({_one_line(head, found, tail)}).{method}({_joined(given)})"
    if not before and fits(line):
        return [line]
    named = call(f"element = {head}", found, tail)
    return [*before, *named, *call(f"await expect(element).{method}", given)]


def called_with(head: str, selector: str | Locator, *more: str) -> list[str]:
    """Return the call of a helper with the user, an element, and ``more`` variables."""
    (locator, found, tail), before = _chain(selector)
    line = f"{head}(user, {', '.join([_one_line(locator, found, tail), *more])})"
    if not before and fits(line):
        return [line]
    named = call(f"element = {locator}", found, tail)
    arguments = [Argument((each,)) for each in ("user", "element", *more)]
    return [*before, *named, *call(head, arguments)]


_Link = tuple[str, list[Argument], str]
"""The last call of a chain: what is called, with what, and what follows it."""


def _chain(selector: str | Locator) -> tuple[_Link, list[str]]:
    """Return the call that finds the element, and statements that must stand before it.

    A chain that is too long for a line is begun in a variable.
    """
    if isinstance(selector, str):
        return ("user.page.locator", [text_argument(selector)], ""), []
    name, arguments = _finder(selector)
    tail = _position(selector)
    if selector.within is None:
        return (f"user.page.{name}", arguments, tail), []
    outer, before = _chain(selector.within)
    whole = f"{_one_line(*outer)}.{name}"
    if not before and fits(f"await {whole}({_joined(arguments)}){tail}.wait_for()"):
        return (whole, arguments, tail), []
    head, found, outer_tail = outer
    named = call(f"part = {head}", found, outer_tail)
    return (f"part.{name}", arguments, tail), [*before, *named]


def _one_line(head: str, arguments: list[Argument], tail: str) -> str:
    return f"{head}({_joined(arguments)}){tail}"


def _joined(arguments: list[Argument] | tuple[Argument, ...]) -> str:
    return ", ".join(argument.text for argument in arguments)


def _finder(locator: Locator) -> tuple[str, list[Argument]]:
    """Return Playwright's method for such a locator, and its arguments."""
    exact = [Argument(("True",), "exact")] if locator.exact else []
    if locator.role is not None:
        name = [text_argument(locator.name, "name")] if locator.name is not None else []
        return "get_by_role", [text_argument(locator.role), *name, *exact]
    method = {
        "testId": "get_by_test_id",
        "label": "get_by_label",
        "placeholder": "get_by_placeholder",
        "text": "get_by_text",
        "css": "locator",
    }[locator.kind]
    return method, [text_argument(locator.subject), *exact]


def _position(locator: Locator) -> str:
    if locator.nth is None:
        return ""
    return {0: ".first", -1: ".last"}.get(locator.nth, f".nth({locator.nth})")
