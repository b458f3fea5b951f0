"""The Playwright script of a resolved journey. Pure: from models to text."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from generators.browser_steps import helpers_of, lines_of
from generators.environment import environment
from generators.literals import docstring, docstring_lines, python_literal, string_literal
from generators.options import DEFAULT_BASE_URL, ScriptOptions
from generators.python_layout import LINE_LENGTH, Argument, call
from generators.standalone import rider
from journeys.built_in_actions import BrowserStep
from journeys.resolved import ResolvedJourney, ResolvedStep
from journeys.step_base import DEFAULT_STEP_TIMEOUT_S


@dataclass(frozen=True, slots=True)
class _Step:
    id: str
    function: str
    docstring: str
    lines: tuple[str, ...]
    entry: tuple[str, ...]
    """What stands of it in the tuple of steps."""


def generate_playwright(journey: ResolvedJourney, options: ScriptOptions) -> str:
    """Return the Python of one standalone Playwright script."""
    steps = _steps(journey.steps)
    standalone = rider(frozenset(name for step in journey.steps for name in _called(step)))
    return (
        environment()
        .get_template("playwright.py.j2")
        .render(
            title=docstring_lines(
                f"{journey.id}: {journey.description or 'a user journey'}", LINE_LENGTH - 3
            ),
            journey=journey,
            steps=steps,
            options=options,
            streams=_tuple(options.streams),
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
        text = docstring(step.description.strip() or _saying(step), 4, LINE_LENGTH)
        lines = tuple(line for part in step.browser for line in lines_of(part))
        made.append(_Step(step.id, function, text, lines, _entry(step, function)))
    return made


def _called(step: ResolvedStep) -> Iterable[str]:
    return (name for part in step.browser for name in helpers_of(part))


def _entry(step: ResolvedStep, function: str) -> tuple[str, ...]:
    arguments = [Argument((string_literal(step.id),)), Argument((function,))]
    if step.timeout_s != DEFAULT_STEP_TIMEOUT_S:
        arguments.append(Argument((python_literal(step.timeout_s),), "timeout_s"))
    return tuple(call("Step", arguments, ","))


def _tuple(texts: Sequence[str]) -> str:
    """Return texts as a Python tuple, on one line."""
    return f"({', '.join(map(python_literal, texts))}{',' if len(texts) == 1 else ''})"


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
    subject = _subject(step.browser[0])
    return f"{words[:1].upper()}{words[1:]}{f': {subject}' if subject else ''}"


def _subject(step: BrowserStep) -> str:
    fields = step.plain()
    if "selector" in fields:
        fields["selector"] = getattr(step, "selector", "")
    named = ("target", "key", "selector", "url", "response", "by")
    words = [str(fields[name]) for name in named if fields.get(name)]
    return ", ".join(words) or str(fields.get("text", ""))
