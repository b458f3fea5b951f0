"""What pydantic found, in words for the author of a spec. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from journeys.texts import IDENTIFIER_PATTERN, NAME_OF_ATTRIBUTE, NAME_ON_THE_WIRE
from journeys.uploads import MEDIA_TYPE_PATTERN
from tandem.wording import nearest, plain_words

_PATTERNS = {
    IDENTIFIER_PATTERN: "is not a name; use at most 64 letters, digits, '-' and '_', "
    "with a letter or digit first and last",
    NAME_ON_THE_WIRE: "is not the name of a header or a cookie",
    MEDIA_TYPE_PATTERN: "is not a media type, such as image/png",
    NAME_OF_ATTRIBUTE: "is not the name of an attribute, such as href",
}
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
    return plain_words(detail)


def _unknown_key(key: str, known: list[str]) -> str:
    near = nearest(key, known)
    listed = f"; known are {', '.join(known)}" if known else ""
    return f"is not known here{near or listed}"


def _not_one_of(given: str, expected: str) -> str:
    names = expected.replace("'", "").replace(" or ", ", ").split(", ")
    near = nearest(given, names)
    if near and len(names) > _MANY:
        return f"'{given}' is not known here{near}"
    return f"'{given}' is not one of {', '.join(names)}{near}"
