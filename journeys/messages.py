"""What pydantic found, in words for the author of a spec. Pure."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Any

from journeys.texts import IDENTIFIER_PATTERN, JSON_PATH_PATTERN

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
_PATTERNS = {
    IDENTIFIER_PATTERN: "is not a name; use at most 64 letters, digits, '-' and '_', "
    "with a letter or digit first and last",
    JSON_PATH_PATTERN: "is not a path such as data.items.0.id",
}
_NOT_YET = {
    "auth": "is not supported yet; log in with the journey's own steps, whose cookies are sent"
}
"""Keys that one would look for, and what to do without them."""


_MANY = 12
"""So many names are listed only when none of them is near."""


def message(detail: Any, known: Iterable[str] = ()) -> str:
    """Return what one of pydantic's errors means; ``known`` are the keys that may be meant."""
    kind, given, context = detail["type"], detail["input"], detail.get("ctx", {})
    if given is None and kind.endswith("_type"):
        return "has no value" if detail["loc"] else "the file is empty"
    if kind == "extra_forbidden":
        return _unknown_key(str(detail["loc"][-1]), list(known))
    if kind == "string_pattern_mismatch":
        return f"'{given}' {_PATTERNS[context['pattern']]}"
    if kind in ("literal_error", "union_tag_invalid"):
        return _not_one_of(
            str(context.get("tag", given)), context.get("expected", context.get("expected_tags"))
        )
    if kind == "too_long":
        return f"has {context['actual_length']} items, expected at most {context['max_length']}"
    return _MESSAGES.get(kind) or _in_pydantics_words(detail)


def nearest(name: str, known: Iterable[str]) -> str:
    """Return "; did you mean 'x'?" for the nearest known name, or nothing."""
    names = sorted(known)
    folded = {other.lower(): other for other in reversed(names)}
    begun = [other for other in names if len(name) > 2 and other.startswith(name)]
    close = difflib.get_close_matches(name.lower(), folded, n=1, cutoff=0.6)
    found = begun or [folded[other] for other in close]
    return f"; did you mean '{found[0]}'?" if found else ""


def _in_pydantics_words(detail: Any) -> str:
    kind, given = detail["type"], detail["input"]
    text = str(detail["msg"]).removeprefix("Value error, ").replace("Input should be", "must be")
    if kind.startswith(("greater_than", "less_than", "finite")):
        text += f", found {given}"
    return text if text.startswith("'") else text[:1].lower() + text[1:]


def _unknown_key(key: str, known: list[str]) -> str:
    if key in _NOT_YET:
        return _NOT_YET[key]
    near = nearest(key, known)
    listed = f"; known are {', '.join(known)}" if known else ""
    return f"is not known here{near or listed}"


def _not_one_of(given: str, expected: str) -> str:
    names = expected.replace("'", "").replace(" or ", ", ").split(", ")
    near = nearest(given, names)
    if near and len(names) > _MANY:
        return f"'{given}' is not known here{near}"
    return f"'{given}' is not one of {', '.join(names)}{near}"
