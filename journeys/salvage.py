"""What is left of a wrong spec without its wrong parts, to be looked at further. Pure."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any

from pydantic import TypeAdapter, ValidationError

from journeys.faults import Fault
from journeys.places import Field
from journeys.spec import Journey
from journeys.texts import Identifier

_HARMLESS = ("id", "description", "pacingSeconds", "slos", "$schema")
"""Keys of a journey that no step refers to."""
_STAND_IN = {"action": "reload"}
"""In place of a wrong step, so that every other one keeps its place."""
_ID: TypeAdapter[str] = TypeAdapter(Identifier)


def salvaged(value: Any, faults: Sequence[Fault]) -> Journey | None:
    """Return the journey without what is wrong with it; None where too little would be left.

    A wrong step is another one, which refers to nothing.
    """
    if not isinstance(value, dict):
        return None
    left = copy.deepcopy(value)
    for fault in faults:
        step = _step_of(fault.field)
        if step:
            _stand_in(left, step)
        elif not fault.field or not _taken_out(left, fault.field[0]):
            return None
    left.setdefault("id", "a")
    try:
        return Journey.model_validate(left)
    except ValidationError:
        return None


def _taken_out(journey: dict[str, Any], key: str | int) -> bool:
    """Take a key out; return whether nothing can be the worse for it."""
    journey.pop(str(key), None)
    return key in _HARMLESS or key not in {
        info.alias or name for name, info in Journey.model_fields.items()
    }


def _step_of(field: Field) -> Field:
    """Return the place of the innermost step that the field is in; nothing outside of steps."""
    end = 0
    while field[end : end + 1] == ("steps",) and isinstance(_at(field, end + 1), int):
        end += 2
    return field[:end]


def _at(field: Field, index: int) -> str | int | None:
    return field[index] if index < len(field) else None


def _stand_in(journey: dict[str, Any], place: Field) -> None:
    """Put the stand-in at a place, under the id of what is there."""
    around: Any = journey
    try:
        for key in place[:-1]:
            around = around[key]
        step = around[place[-1]]
    except (KeyError, IndexError, TypeError):
        return  # what it stood in has been replaced
    named = {"id": step["id"]} if isinstance(step, dict) and _is_id(step.get("id")) else {}
    around[place[-1]] = {**_STAND_IN, **named}


def _is_id(value: Any) -> bool:
    try:
        _ID.validate_python(value)
    except ValidationError:
        return False
    return True
