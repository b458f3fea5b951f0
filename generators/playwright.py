"""The Playwright script of a resolved journey. Pure: from models to text."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from generators import python_files
from generators.browser_steps import helpers_of, lines_of
from generators.browser_values import browser_values
from generators.environment import environment
from generators.literals import (
    comment_lines,
    docstring,
    docstring_lines,
    python_literal,
    python_string,
)
from generators.options import DEFAULT_BASE_URL, ScriptOptions
from generators.python_layout import INDENT, LINE_LENGTH, Argument, call
from generators.python_values import item_lines
from generators.standalone import rider
from journeys.built_in_actions import BrowserStep
from journeys.resolved import ResolvedJourney, ResolvedStep
from journeys.step_base import DEFAULT_STEP_TIMEOUT_S


@dataclass(frozen=True, slots=True)
class _Function:
    """What is done in one step, or in every round of one that is repeated."""

    name: str
    docstring: str
    lines: tuple[str, ...]


def generate_playwright(journey: ResolvedJourney, options: ScriptOptions) -> str:
    """Return the Python of one standalone Playwright script."""
    functions = _functions([*journey.login, *journey.steps])
    values = browser_values(journey)
    called = (name for step in (*journey.login, *journey.steps) for name in _called(step))
    standalone = rider(values.called.union(called))
    return (
        environment()
        .get_template("playwright.py.j2")
        .render(
            title=docstring_lines(
                f"{journey.id}: {journey.description or 'a user journey'}", LINE_LENGTH - 3
            ),
            journey=journey,
            functions=list(functions.values()),
            entries=_entries(journey, functions),
            values=values,
            files=list(python_files.stored(journey.files)),
            headers=_headers(journey),
            identity=_identity(journey, functions),
            options=options,
            streams=_tuple(options.streams),
            base_url=DEFAULT_BASE_URL,
            file_name=f"{journey.id}-u{options.users:03d}.py",
            rider_imports=standalone.imports,
            rider_body=standalone.body,
        )
    )


def _functions(steps: Sequence[ResolvedStep]) -> dict[str, _Function]:
    """Return the functions by the steps' ids, or what the ids of all rounds begin with."""
    made: dict[str, _Function] = {}
    for step in steps:
        key = step.repeats or step.id
        if key not in made:
            taken = {each.name for each in made.values()}
            text = docstring(step.description.strip() or _saying(step), 4, LINE_LENGTH)
            lines = tuple(line for part in step.browser for line in lines_of(part))
            made[key] = _Function(_function_name(key, taken), text, lines)
    return made


def _called(step: ResolvedStep) -> Iterable[str]:
    return (name for part in step.browser for name in helpers_of(part))


def _entries(journey: ResolvedJourney, functions: Mapping[str, _Function]) -> list[str]:
    """Return the lines of the tuple of steps, with a comment where a group begins."""
    lines: list[str] = []
    for index, step in enumerate(journey.steps):
        for group in journey.groups_from(step):
            lines += (f"# {line}" for line in comment_lines(str(group), LINE_LENGTH - INDENT - 2))
        is_last = index == len(journey.steps) - 1
        lines += _entry(step, functions, journey.last_pause_s if is_last else 0.0)
    return lines


def _entry(
    step: ResolvedStep, functions: Mapping[str, _Function], last_pause_s: float = 0.0
) -> list[str]:
    arguments = [
        Argument((python_string(step.id),)),
        Argument((functions[step.repeats or step.id].name,)),
        *_settings(step, last_pause_s),
    ]
    return call("Step", arguments, ",")


def _settings(step: ResolvedStep, last_pause_s: float) -> Iterable[Argument]:
    """Yield what is other than usual of a step."""
    if step.timeout_s != DEFAULT_STEP_TIMEOUT_S:
        yield Argument((python_literal(step.timeout_s),), "timeout_s")
    if step.optional:
        yield Argument(("True",), "optional")
    if step.pause_s:
        yield Argument((python_literal(step.pause_s),), "pause_s")
    if last_pause_s:
        yield Argument((python_literal(last_pause_s),), "then_pause_s")


def _identity(journey: ResolvedJourney, functions: Mapping[str, _Function]) -> list[str]:
    """Return the lines that say who the user is; none for nobody in particular."""
    lines = []
    if journey.cookies:
        lines += item_lines("cookies=", journey.cookies, 0)
    if journey.credentials:
        lines += item_lines("credentials=", journey.credentials, 0)
    if journey.login:
        steps = [line for step in journey.login for line in _entry(step, functions)]
        lines += ["login=(", *(f"{' ' * INDENT}{line}" for line in steps), "),"]
    return lines


def _headers(journey: ResolvedJourney) -> list[str]:
    """Return the items of a dict that says what every request of a page carries."""
    headers = sorted(journey.headers.items())
    return [f"{python_string(name)}: {python_string(value)}," for name, value in headers]


def _tuple(texts: Sequence[str]) -> str:
    """Return texts as a Python tuple, on one line."""
    return f"({', '.join(map(python_literal, texts))}{',' if len(texts) == 1 else ''})"


def _names_of_script() -> set[str]:
    """Return the names that a step's function must not take over."""
    return {
        "STEPS",
        "FEEDERS",
        "FILES",
        "HEADERS",
        "IDENTITY",
        "own",
        "str",
        *rider().names,
        *keyword.kwlist,
    }


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
