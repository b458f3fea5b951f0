"""What a browser does for one built-in action, as the lines of a Python function. Pure."""

from __future__ import annotations

from generators import python_values
from generators.python_layout import Argument, call, fits
from generators.python_values import text_argument
from journeys.locators import Locator
from journeys.spec import ApiRequest, BrowserStep, Click, Navigate, Type, WaitFor, WaitForText


def lines_of(step: BrowserStep) -> list[str]:
    """Return the statements, not indented."""
    match step:
        case Navigate():
            return call("await user.open", [text_argument(step.target)])
        case Click():
            return _on_element(step.selector, "click")
        case Type():
            return _on_element(step.selector, "fill", text_argument(step.value))
        case WaitForText():
            found = [text_argument(step.text)]
            return call("await user.page.get_by_text", found, ".first.wait_for()")
        case WaitFor():
            return _on_element(step.selector, f"{_any_of(step.selector)}wait_for")
        case ApiRequest():
            return _api_request(step)


def _api_request(step: ApiRequest) -> list[str]:
    method, target = python_values.text(step.method), python_values.text(step.target)
    lines = ["await user.send(", f"    {method},", f"    {target},"]
    if step.headers:
        lines.append(f"    headers={python_values.value(step.headers)},")
    if step.body is not None:
        lines.append(f"    content={python_values.value(step.body)},")
    if step.expected_status:
        lines.append(f"    expected={tuple(step.expected_status)!r},")
    return [*lines, ")"]


def _any_of(selector: str | Locator) -> str:
    """Return what keeps a step from insisting that there is just one such element."""
    return "" if isinstance(selector, Locator) and selector.nth is not None else "first."


def _on_element(selector: str | Locator, method: str, *arguments: Argument) -> list[str]:
    """Return the call of an element's method, with the element in a variable if that is long."""
    (head, found, tail), before = _chain(selector)
    line = f"await {_one_line(head, found, tail)}.{method}({_joined(arguments)})"
    if not before and fits(line):
        return [line]
    if not arguments:
        return [*before, *call(f"await {head}", found, f"{tail}.{method}()")]
    named = call(f"element = {head}", found, tail)
    return [*before, *named, *call(f"await element.{method}", arguments)]


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
