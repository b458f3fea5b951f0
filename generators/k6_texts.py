"""Texts and values of a journey as JavaScript expressions. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from generators.k6_values import early_value, own_value
from generators.literals import javascript_literal, string_literal
from journeys.expressions import Reference, Template, parse
from journeys.uploads import UploadedFile

_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True, slots=True)
class Encoded:
    """A reference whose value is percent-encoded when the script runs."""

    reference: Reference


def value_of(value: Any) -> str:
    """Return JSON with templates in its texts as a JavaScript expression."""
    if isinstance(value, str):
        return text_of(parse(value))
    if isinstance(value, UploadedFile):
        return value_of(_file(value))
    if isinstance(value, dict):
        items = (f"{_key(key)}: {value_of(item)}" for key, item in sorted(value.items()))
        return "{ " + ", ".join(items) + " }" if value else "{}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(value_of(item) for item in value) + "]"
    return javascript_literal(value)


def laid_out(value: Any, indent: int, width: int) -> str:
    """Return :func:`value_of`, an object that is too long for a line on several."""
    line = value_of(value)
    if len(line) + indent <= width or not isinstance(value, dict) or not value:
        return line
    inner = " " * (indent + 2)
    items = (
        f"{_key(key)}: {laid_out(item, indent + 2, width)}" for key, item in sorted(value.items())
    )
    return "{\n" + "".join(f"{inner}{item},\n" for item in items) + " " * indent + "}"


def _file(file: UploadedFile) -> dict[str, Any]:
    """Return a file as the script's ``inParts`` takes it."""
    given = {"path": file.path, "content": file.content, "size": file.size}
    content = {name: each for name, each in given.items() if each is not None}
    return {"name": file.shown_name, "type": file.type, **content}


def captured(name: str) -> str:
    """Return the expression of a capture."""
    return (
        f"captured.{name}" if _IDENTIFIER.fullmatch(name) else f"captured[{string_literal(name)}]"
    )


def _key(name: str) -> str:
    """Return a key of an object literal, in which a plain ``__proto__`` would not be one."""
    if name == "__proto__":
        return '["__proto__"]'
    return name if _IDENTIFIER.fullmatch(name) else string_literal(name)


def text_of(template: Template | tuple[str | Reference | Encoded, ...]) -> str:
    """Return a template as a JavaScript expression that is a string."""
    parts = [_part(part) for part in template] or ['""']
    first = next(iter(template), "")
    if not isinstance(first, str) and not (isinstance(first, Reference) and own_value(first)):
        parts = [f"String({parts[0]})", *parts[1:]]
    return " + ".join(parts)


def _part(part: str | Reference | Encoded) -> str:
    if isinstance(part, str):
        return string_literal(part)
    if isinstance(part, Encoded):
        return f"encodeURIComponent({_part(part.reference)})"
    if part.namespace == "capture":
        return captured(part.path[0])
    return own_value(part) or early_value(part)
