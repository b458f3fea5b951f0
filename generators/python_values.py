"""Texts and values of a journey as Python expressions. Pure."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import Any

from generators.literals import python_literal, python_string
from generators.python_layout import INDENT, Argument, fits
from journeys.expressions import FROM_ENVIRONMENT, Reference, parse
from journeys.values import is_iteration_value, value_name


@dataclass(frozen=True, slots=True)
class Expression:
    """Python that stands among the values of JSON as it is."""

    text: str


def text(template: str) -> str:
    """Return a template as a Python expression that is a str."""
    return " + ".join(_terms(template))


def text_argument(template: str, keyword: str = "") -> Argument:
    """Return a template as an argument that is a str."""
    return Argument(_terms(template), keyword)


def value(found: Any) -> str:
    """Return JSON with templates in its texts as a Python expression."""
    if isinstance(found, str):
        return text(found)
    if isinstance(found, dict):
        items = (f"{python_string(key)}: {value(item)}" for key, item in sorted(found.items()))
        return "{" + ", ".join(items) + "}"
    if isinstance(found, Expression):
        return found.text
    if isinstance(found, list | tuple):
        return "[" + ", ".join(value(item) for item in found) + "]"
    return python_literal(found)


def item_lines(label: str, found: Any, indent: int) -> list[str]:
    """Return ``label`` and JSON as an item of a call or a literal, on as many lines as it needs."""
    margin = " " * indent
    line = f"{margin}{label}{value(found)},"
    if fits(line) or not isinstance(found, dict | list | tuple) or not found:
        return [line]
    if isinstance(found, dict):
        inner = [(f"{python_string(key)}: ", item) for key, item in sorted(found.items())]
    else:
        inner = [("", item) for item in found]
    opened, closed = "{}" if isinstance(found, dict) else "[]"
    lines = [each for head, item in inner for each in item_lines(head, item, indent + INDENT)]
    return [f"{margin}{label}{opened}", *lines, f"{margin}{closed},"]


def _terms(template: str) -> tuple[str, ...]:
    return tuple(map(_part, parse(template))) or ('""',)


def _part(part: str | Reference) -> str:
    if isinstance(part, str):
        return python_string(part)
    if part.namespace == "capture":
        return f"user.captured[{python_string(part.path[0])}]"
    if is_iteration_value(part):
        return f"own(user)[{python_string(value_name(part))}]"
    return early_value(part, "")


def early_value(reference: Reference, name: str) -> str:
    """Return the expression of what is known when an iteration begins, for the value ``name``."""
    if reference.namespace == "random":
        least, greatest = reference.limits
        return f"str(draw(user, {key_of(name)}, {least}, {greatest}))"
    if reference.namespace in FROM_ENVIRONMENT:
        return f"variable({python_string(reference.path[0])})"
    return _EARLY[reference.namespace]


def key_of(name: str) -> int:
    """Return the number that tells the random draws of one value from those of another."""
    return zlib.crc32(name.encode("utf-8")) & 0x7FFFFFFF


_EARLY = {
    "user": "str(user.number)",
    "iteration": "str(user.iteration)",
    "uuid": "new_uuid()",
    "counter": "str(user.iteration * user.users + user.number)",
    "timestamp": "milliseconds()",
}
