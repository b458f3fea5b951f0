"""Faults of a spec, each with the field it is about, collected so that all are shown at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError

from journeys.documents import Document
from journeys.expressions import ExpressionError
from journeys.known_keys import known_keys
from journeys.messages import message
from journeys.places import Field
from tandem.errors import SpecError


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
        """Note one more fault, unless it is known already."""
        fault = Fault(field, message)
        if fault not in self.faults:
            self.faults.append(fault)

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
            for detail in error.errors():
                names = [part for part in detail["loc"] if isinstance(part, str)]
                self.add((*field, *names[-1:]), message(detail))
        except ExpressionError as error:
            self.add(field, str(error))


def faults_of(error: ValidationError, document: Document, model: type[BaseModel]) -> list[Fault]:
    """Translate what pydantic found in a document of ``model``."""
    details = error.errors()
    places = [detail["loc"] for detail in details]
    found: dict[Fault, None] = {}
    for detail in details:
        location = detail["loc"]
        if detail["type"] == "too_short" and any(
            location == other[: len(location)] != other for other in places
        ):
            continue  # its items are there, and have faults of their own
        field = field_in(document.value, location, is_missing=detail["type"] == "missing")
        if detail["type"].startswith("union_tag"):
            field = (*field, "action")
        found[Fault(field, message(detail, known_keys(model, location)))] = None
    return list(found)


def spec_error(document: Document, faults: Iterable[Fault]) -> SpecError:
    """Return one error that shows every fault with its place, from top to bottom."""
    places = document.places()
    found = sorted(
        ((places.place(fault.field), fault) for fault in faults), key=lambda each: each[0]
    )
    return SpecError(
        "\n".join(
            f"{document.path}:{line}:{column}: {shown(fault.field)}{fault.message}"
            for (line, column), fault in found
        )
    )


def shown(field: Field) -> str:
    """Return ``steps[2].selector: `` for ("steps", 2, "selector")."""
    text = "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in field)
    return f"{text.lstrip('.')}: " if text else ""


def field_in(value: Any, location: Field, *, is_missing: bool) -> Field:
    """Return ``location`` without the names of union members, which no document holds."""
    field: list[str | int] = []
    for index, key in enumerate(location):
        inner = _item(value, key)
        if inner is not None:
            value = inner
        elif isinstance(value, dict) and key in value:
            value = None  # the key is there and has no value
        elif index < len(location) - 1 or not isinstance(value, dict) or not is_missing:
            continue
        field.append(key)
    return tuple(field)


def _item(value: Any, key: str | int) -> Any:
    if isinstance(value, dict):
        return value.get(key)
    if isinstance(value, list) and isinstance(key, int) and key < len(value):
        return value[key]
    return None
