"""Faults of a spec, each with the field it is about, collected so that all are shown at once."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError

from journeys.documents import Document
from journeys.expressions import ExpressionError
from tandem.errors import SpecError

Field = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong, and the field it is wrong in."""

    field: Field
    message: str


class FaultsError(Exception):
    """The faults found so far."""

    def __init__(self) -> None:
        super().__init__("faults in a spec")
        self.faults: list[Fault] = []

    @classmethod
    def single(cls, field: Field, message: str) -> FaultsError:
        """Return the error of one fault."""
        error = cls()
        error.add(field, message)
        return error

    def add(self, field: Field, message: str) -> None:
        """Note one more fault."""
        self.faults.append(Fault(field, message))

    def raise_if_any(self) -> None:
        """Raise this error when a fault was noted."""
        if self.faults:
            raise self

    @contextmanager
    def below(self, field: Field) -> Iterator[None]:
        """Note the faults that the block raises, as faults of what stands below ``field``."""
        try:
            yield
        except FaultsError as error:
            for fault in error.faults:
                self.add((*field, *fault.field), fault.message)
        except ValidationError as error:
            self.add(field, "; ".join(_message(detail, ()) for detail in error.errors()))
        except ExpressionError as error:
            self.add(field, str(error))


def nearest(name: str, known: Iterable[str]) -> str:
    """Return "; did you mean 'x'?" for the nearest known name, or nothing."""
    names = list(known)
    begun = [other for other in names if len(name) > 2 and other.startswith(name)]
    found = begun or difflib.get_close_matches(name, names, n=1, cutoff=0.6)
    return f"; did you mean '{found[0]}'?" if found else ""


def faults_of(error: ValidationError, document: Document, known: Iterable[str]) -> list[Fault]:
    """Translate what pydantic found; ``known`` are the key names that may be meant."""
    names = tuple(known)
    found: dict[Fault, None] = {}
    for detail in error.errors():
        found[Fault(_field_in(document.value, detail["loc"]), _message(detail, names))] = None
    return list(found)


def spec_error(document: Document, faults: Iterable[Fault]) -> SpecError:
    """Return one error that shows every fault with its place."""
    lines = []
    for fault in faults:
        line, column = document.place(fault.field)
        lines.append(f"{document.path}:{line}:{column}: {shown(fault.field)}{fault.message}")
    return SpecError("\n".join(lines))


def shown(field: Field) -> str:
    """Return ``steps[2].selector: `` for ("steps", 2, "selector")."""
    text = "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in field)
    return f"{text.lstrip('.')}: " if text else ""


def key_names(*models: type[BaseModel]) -> list[str]:
    """Return the names that keys of the models have outside."""
    return [field.alias or name for model in models for name, field in model.model_fields.items()]


def _field_in(value: Any, location: Field) -> Field:
    """Return ``location`` without the names of union members, which no document holds."""
    field: list[str | int] = []
    for index, key in enumerate(location):
        inner = _item(value, key)
        if inner is not None:
            value = inner
        elif index < len(location) - 1 or not isinstance(value, dict):
            continue
        field.append(key)
    return tuple(field)


def _item(value: Any, key: str | int) -> Any:
    if isinstance(value, dict):
        return value.get(key)
    if isinstance(value, list) and isinstance(key, int) and key < len(value):
        return value[key]
    return None


_MESSAGES = {
    "missing": "is missing",
    "string_type": "expected a text (put it in quotes)",
    "int_type": "expected a whole number",
    "int_parsing": "expected a whole number",
    "float_type": "expected a number",
    "float_parsing": "expected a number",
    "bool_parsing": "expected true or false",
    "tuple_type": "expected a list",
    "dict_type": "expected an object with keys",
    "model_type": "expected an object with keys",
    "model_attributes_type": "expected an object with keys",
    "too_short": "must not be empty",
    "string_too_short": "must not be empty",
}


def _message(detail: Any, known: Iterable[str]) -> str:
    kind = detail["type"]
    if kind == "extra_forbidden":
        return f"is not known here{nearest(str(detail['loc'][-1]), known)}"
    if kind == "string_pattern_mismatch":
        return f"'{detail['input']}' does not match {detail['ctx']['pattern']}"
    if kind == "literal_error":
        return f"expected {detail['ctx']['expected']}, found '{detail['input']}'"
    if kind in _MESSAGES:
        return _MESSAGES[kind]
    message = str(detail["msg"]).removeprefix("Value error, ").removeprefix("Input should be ")
    return message if message.startswith("'") else message[:1].lower() + message[1:]
