"""What a k6 script makes anew for each iteration, and what it asks of the environment. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from generators.literals import javascript_literal, string_literal
from generators.python_values import key_of
from journeys.expressions import Reference, parse
from journeys.resolved import ResolvedJourney
from journeys.values import IterationValues, ResolvedFeeder, is_iteration_value, value_name

_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True, slots=True)
class K6Feeder:
    """One feeder as JavaScript."""

    name: str
    file: str
    rows: tuple[str, ...]
    count: int
    needed: str
    """An expression of how many unique rows a ride asks for; empty where they may repeat."""


@dataclass(frozen=True, slots=True)
class K6Values:
    """Everything of a script that is there for such values."""

    feeders: tuple[K6Feeder, ...]
    entries: tuple[str, ...]
    """The properties of the object that an iteration keeps."""
    variables: str
    """A list of the environment variables that must be set; empty for none."""
    picks: bool
    mixes: bool
    draws: bool
    encodes: bool
    """Basic authentication is made."""


def k6_values(journey: ResolvedJourney) -> K6Values:
    """Return what the script of ``journey`` needs."""
    values = journey.values
    names = sorted({name for each in journey.variables.values() for name in each})
    draws = any("${random:" in text for text in values.texts.values())
    randomly = any(each.pick == "random" for each in values.feeders.values())
    return K6Values(
        feeders=tuple(_feeder(name, each) for name, each in sorted(values.feeders.items())),
        entries=tuple(_entries(values)),
        variables=javascript_literal(names) if names else "",
        picks=bool(values.feeders),
        mixes=draws or randomly,
        draws=draws,
        encodes=bool(values.basic),
    )


def own_value(reference: Reference) -> str | None:
    """Return the expression of a value that the iteration keeps; None for another reference."""
    if not is_iteration_value(reference):
        return None
    name = value_name(reference)
    return f"own.{name}" if _IDENTIFIER.fullmatch(name) else f"own[{string_literal(name)}]"


def early_value(reference: Reference, name: str = "") -> str:
    """Return the expression of what is known when an iteration begins, for the value ``name``."""
    return _MADE[reference.namespace](reference, name)


def _entries(values: IterationValues) -> Iterator[str]:
    for name, text in sorted(values.texts.items()):
        yield f"{_key(name)}: {_text(text, name)}"
    for name, text in sorted(values.basic.items()):
        yield f"{_key(name)}: basic({_text(text, name)})"
    for name, feeder in sorted(values.feeders.items()):
        arguments = f"{javascript_literal(feeder.pick)}, {javascript_literal(feeder.per)}"
        row = f"pick(FEEDERS[{string_literal(name)}], {arguments}, {feeder.seed})"
        for column in sorted(feeder.rows[0]):
            yield f"{string_literal(f'{name}.{column}')}: {row}[{string_literal(column)}]"


def _feeder(name: str, feeder: ResolvedFeeder) -> K6Feeder:
    rows = tuple(
        "{ "
        + ", ".join(f"{_key(column)}: {_text(text, '')}" for column, text in sorted(row.items()))
        + " }"
        for row in feeder.rows
    )
    needed = "USERS" if feeder.per == "user" else "USERS * (WARMUP + ITERATIONS)"
    return K6Feeder(
        name=name,
        file=feeder.file,
        rows=rows,
        count=len(rows),
        needed=needed if feeder.pick == "unique" else "",
    )


def _text(template: str, name: str) -> str:
    parts = [_part(part, name) for part in parse(template)] or ['""']
    if not parts[0].startswith('"'):
        parts[0] = f"String({parts[0]})"
    return " + ".join(parts)


def _part(part: str | Reference, name: str) -> str:
    if isinstance(part, str):
        return string_literal(part)
    return early_value(part, name)


def _random(reference: Reference, name: str) -> str:
    least, greatest = reference.limits
    return f"draw({key_of(name)}, {least}, {greatest})"


def _key(name: str) -> str:
    if name == "__proto__":
        return '["__proto__"]'
    return name if _IDENTIFIER.fullmatch(name) else string_literal(name)


_MADE: dict[str, Callable[[Reference, str], str]] = {
    "user": lambda _reference, _name: "vu.idInTest",
    "iteration": lambda _reference, _name: "vu.iterationInScenario",
    "env": lambda reference, _name: f"__ENV.{reference.path[0]}",
    "secret": lambda reference, _name: f"__ENV.{reference.path[0]}",
    "uuid": lambda _reference, _name: "crypto.randomUUID()",
    "counter": lambda _reference, _name: "(vu.iterationInScenario * USERS + vu.idInTest)",
    "timestamp": lambda _reference, _name: "Date.now()",
    "random": _random,
}
"""An expression for what is known when an iteration begins, by its namespace."""
