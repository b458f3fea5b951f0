"""The Playwright script of a resolved journey. Pure: from models to text."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from generators.environment import environment
from generators.literals import docstring, docstring_lines, python_literal, string_literal
from generators.options import DEFAULT_BASE_URL, ScriptOptions
from generators.standalone import rider
from journeys.expressions import Reference, parse
from journeys.resolved import ResolvedJourney, ResolvedStep
from journeys.spec import (
    DEFAULT_STEP_TIMEOUT_S,
    ApiRequest,
    BrowserStep,
    Click,
    Navigate,
    Type,
    WaitFor,
    WaitForText,
)

_LINE_LENGTH = 100


@dataclass(frozen=True, slots=True)
class _Step:
    id: str
    function: str
    docstring: str
    lines: tuple[str, ...]
    timeout_s: float


def generate_playwright(journey: ResolvedJourney, options: ScriptOptions) -> str:
    """Return the Python of one standalone Playwright script."""
    standalone = rider()
    return (
        environment()
        .get_template("playwright.py.j2")
        .render(
            title=docstring_lines(
                f"{journey.id}: {journey.description or 'a user journey'}", _LINE_LENGTH - 3
            ),
            journey=journey,
            steps=_steps(journey.steps),
            options=options,
            default_timeout_s=DEFAULT_STEP_TIMEOUT_S,
            base_url=DEFAULT_BASE_URL,
            file_name=f"{journey.id}-u{options.users:03d}.py",
            rider_imports=standalone.imports,
            rider_body=standalone.body,
        )
    )


def _steps(steps: Sequence[ResolvedStep]) -> list[_Step]:
    taken: set[str] = set()
    made = []
    for step in steps:
        function = _function_name(step.id, taken)
        taken.add(function)
        text = docstring(step.description.strip() or _saying(step), 4, _LINE_LENGTH)
        lines = tuple(line for part in step.browser for line in _lines(part))
        made.append(_Step(step.id, function, text, lines, step.timeout_s))
    return made


def _names_of_script() -> set[str]:
    """Return the names that a step's function must not take over."""
    return {"STEPS", "str", *rider().names, *keyword.kwlist}


def _function_name(step_id: str, taken: Iterable[str]) -> str:
    """Return the step's id as a Python name that nothing else in the script has."""
    name = re.sub(r"\W", "_", step_id.lower())
    if not name.isidentifier() or name in _names_of_script():
        name = f"step_{name}"
    number, candidate = 2, name
    while candidate in taken:
        candidate, number = f"{name}_{number}", number + 1
    return candidate


def _saying(step: ResolvedStep) -> str:
    """Return what a step does in plain words, for one that has no description."""
    words = re.sub(r"([a-z0-9])([A-Z])", r"\1 \2", step.action).lower()
    fields = step.browser[0].plain()
    subject = fields.get("target") or fields.get("selector") or fields.get("text") or ""
    return f"{words[:1].upper()}{words[1:]}: {subject}"


def _lines(step: BrowserStep) -> list[str]:
    match step:
        case Navigate():
            return [f"await user.open({_text(step.target)})"]
        case Click():
            return _on_element(step.selector, "click()")
        case Type():
            return _on_element(step.selector, f"fill({_text(step.value)})")
        case WaitForText():
            return [f"await user.page.get_by_text({_text(step.text)}).first.wait_for()"]
        case WaitFor():
            return _on_element(step.selector, "first.wait_for()")
        case ApiRequest():
            return _api_request(step)


def _api_request(step: ApiRequest) -> list[str]:
    lines = ["await user.send(", f"    {_text(step.method)},", f"    {_text(step.target)},"]
    if step.headers:
        lines.append(f"    headers={_value(step.headers)},")
    if step.body is not None:
        lines.append(f"    content={_value(step.body)},")
    if step.expected_status:
        lines.append(f"    expected={tuple(step.expected_status)!r},")
    return [*lines, ")"]


def _on_element(selector: str, call: str) -> list[str]:
    literal = _text(selector)
    line = f"await user.page.locator({literal}).{call}"
    if len(line) <= _LINE_LENGTH - 4:
        return [line]
    return ["await user.page.locator(", f"    {literal}", f").{call}"]


def _value(value: Any) -> str:
    """Return JSON with templates in its texts as a Python expression."""
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, dict):
        items = (f"{string_literal(key)}: {_value(item)}" for key, item in sorted(value.items()))
        return "{" + ", ".join(items) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_value(item) for item in value) + "]"
    return python_literal(value)


def _text(text: str) -> str:
    """Return a template as a Python expression that is a str."""
    parts = [_part(part) for part in parse(text)]
    return " + ".join(parts) or '""'


def _part(part: str | Reference) -> str:
    if isinstance(part, str):
        return string_literal(part)
    return {"user": "str(user.number)", "iteration": "str(user.iteration)"}[part.namespace]
