"""What is wrong with a piece of JSON, in words for the person who wrote it."""

from __future__ import annotations

from pydantic import ValidationError
from pydantic_core import ErrorDetails


def explain(error: ValidationError) -> str:
    """Return every fault of the input on one line: where it is and what is wrong there."""
    return "; ".join(_explain(detail) for detail in error.errors(include_url=False))


def is_not_json(error: ValidationError) -> bool:
    """Return whether the input could not even be read."""
    return any(detail["type"] == "json_invalid" for detail in error.errors(include_url=False))


def _explain(detail: ErrorDetails) -> str:
    where = " → ".join(str(part) for part in detail["loc"])
    what = "unknown field" if detail["type"] == "extra_forbidden" else detail["msg"]
    what = what.removeprefix("Value error, ")
    return f"{where}: {what}" if where else what
