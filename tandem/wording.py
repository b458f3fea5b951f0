"""Words for people: what pydantic found in a file, the name that was meant, so many. Pure."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Any

_MESSAGES = {
    "missing": "is missing",
    "union_tag_not_found": "is missing",
    "string_type": "expected a text (put it in quotes)",
    "int_type": "expected a whole number",
    "int_parsing": "expected a whole number",
    "int_from_float": "expected a whole number",
    "float_type": "expected a number",
    "float_parsing": "expected a number",
    "bool_type": "expected true or false",
    "bool_parsing": "expected true or false",
    "tuple_type": "expected a list",
    "dict_type": "expected an object with keys",
    "model_type": "expected an object with keys",
    "model_attributes_type": "expected an object with keys",
    "too_short": "must not be empty",
    "string_too_short": "must not be empty",
}


def plain_words(detail: Any) -> str:
    """Return what one of pydantic's errors means, where nothing else is known of the file."""
    kind, given = detail["type"], detail["input"]
    if kind in _MESSAGES:
        return _MESSAGES[kind]
    text = str(detail["msg"]).removeprefix("Value error, ").replace("Input should be", "must be")
    if kind.startswith(("greater_than", "less_than", "finite")):
        text += f", found {given}"
    return text if text.startswith("'") else text[:1].lower() + text[1:]


def nearest(name: str, known: Iterable[str]) -> str:
    """Return "; did you mean 'x'?" for the nearest known name, or nothing."""
    names = sorted(known)
    folded = {other.lower(): other for other in reversed(names)}
    begun = [other for other in names if len(name) > 2 and other.startswith(name)]
    close = difflib.get_close_matches(name.lower(), folded, n=1, cutoff=0.6)
    found = begun or [folded[other] for other in close]
    return f"; did you mean '{found[0]}'?" if found else ""


def counted(number: int, thing: str) -> str:
    """Return "1 step", "2 steps"."""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"
