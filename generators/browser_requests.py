"""What a browser user does for one ``apiRequest``, as the lines of a Python function. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import JsonValue

from generators import python_files as files
from generators import python_values
from generators.literals import python_string
from generators.python_layout import INDENT, Argument, call
from generators.python_values import text_argument
from journeys.api_request import ApiRequest
from journeys.json_paths import in_jmespath
from journeys.patterns import pattern
from journeys.requests import Capture

_ANSWER = Argument(("answer",))
_USER = Argument(("user",))


def lines_of(step: ApiRequest) -> list[str]:
    """Return the statements: the request, what is asked of its answer, and what is captured."""
    checks = list(_checks(step))
    return [*_sent(step, "answer = " if checks else ""), *checks]


def helpers_of(step: ApiRequest) -> tuple[str, ...]:
    """Return the names that the statements call."""
    helpers = ["send", *files.helpers_of((step.multipart or {}).values())]
    if step.expect.json_values or any(each.json_path for each in step.capture.values()):
        helpers.append("expect_json")
    if any(each.json_path is None for each in step.capture.values()):
        helpers.append("insisted")
    return tuple(helpers)


def expect_json(values: dict[str, JsonValue]) -> list[str]:
    """Return one call for each path, in their order."""
    lines = []
    for path, value in sorted(values.items()):
        wanted = Argument((python_values.value(value),))
        lines += call("await expect_json", [_ANSWER, _path(path), wanted])
    return lines


def _sent(step: ApiRequest, assignment: str) -> list[str]:
    method, target = python_values.text(step.method), python_values.text(step.target)
    before, content = _content(step)
    lines = [f"{assignment}await send(", "    user,", f"    {method},", f"    {target},"]
    for keyword, given in content.items():
        lines += python_values.item_lines(f"{keyword}=", given, INDENT)
    if step.redirects:
        lines.append(f"    redirects={step.redirects},")
    if step.statuses:
        lines.append(f"    expected={tuple(step.statuses)!r},")
    if step.expect.text is not None:
        lines += python_values.item_lines("text=", step.expect.text, INDENT)
    return [*before, *lines, ")"]


def _content(step: ApiRequest) -> tuple[list[str], dict[str, Any]]:
    """Return what is sent, by keyword, and the statements that must stand before it."""
    given: dict[str, Any] = {"query": step.query or None, "headers": step.headers or None}
    given |= {"body": step.body, "form": step.form}
    before: list[str] = []
    if step.multipart is not None:
        before, given["multipart"] = files.with_named_files(step.multipart)
    return before, {keyword: each for keyword, each in given.items() if each is not None}


def _checks(step: ApiRequest) -> Iterator[str]:
    yield from expect_json(step.expect.json_values)
    for name, capture in sorted(step.capture.items()):
        yield from _captured(f"user.captured[{python_string(name)}] = ", capture)


def _captured(assignment: str, capture: Capture) -> list[str]:
    if capture.json_path is not None:
        return call(f"{assignment}await json_value", [_ANSWER, _path(capture.json_path)])
    if capture.regex is not None:
        wanted = Argument((python_string(pattern(capture.regex)),))
        return call(f"{assignment}await matched", [_ANSWER, wanted])
    if capture.header is not None:
        name = Argument((python_string(capture.header),))
        return call(f"{assignment}header_value", [_ANSWER, name])
    if capture.cookie is not None:
        name = Argument((python_string(capture.cookie),))
        return call(f"{assignment}await cookie_value", [_USER, _ANSWER, name])
    arguments = [_USER, _ANSWER, text_argument(capture.css or "")]
    if capture.attribute is not None:
        arguments.append(Argument((python_string(capture.attribute),)))
    return call(f"{assignment}await html_value", arguments)


def _path(path: str) -> Argument:
    return Argument((python_string(in_jmespath(path)),))
