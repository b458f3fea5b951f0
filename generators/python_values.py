"""Texts and values of a journey as Python expressions. Pure."""

from __future__ import annotations

from typing import Any

from generators.literals import python_literal, string_literal
from generators.python_layout import Argument
from journeys.expressions import Reference, parse


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
        items = (f"{string_literal(key)}: {value(item)}" for key, item in sorted(found.items()))
        return "{" + ", ".join(items) + "}"
    if isinstance(found, list | tuple):
        return "[" + ", ".join(value(item) for item in found) + "]"
    return python_literal(found)


def _terms(template: str) -> tuple[str, ...]:
    return tuple(map(_part, parse(template))) or ('""',)


def _part(part: str | Reference) -> str:
    if isinstance(part, str):
        return string_literal(part)
    return {"user": "str(user.number)", "iteration": "str(user.iteration)"}[part.namespace]
