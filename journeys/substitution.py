"""Filling in what is known before riding: the journey's data and an action's parameters. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pydantic import JsonValue

from journeys.expressions import Reference, parse, references, substitute, unparse
from journeys.faults import FaultsError, nearest

_TYPED_KEYS = ("json", "body")
"""Below these keys a reference alone keeps the type of what it refers to."""

Values = Callable[[Reference], JsonValue | None]
"""What a reference stands for; None for one that is known only while riding."""


def data_values(data: Mapping[str, JsonValue]) -> Values:
    def value_of(reference: Reference) -> JsonValue | None:
        if reference.namespace == "param":
            raise FaultsError.single((), f"{reference} stands outside an action map")
        return _looked_up(reference, data) if reference.namespace == "data" else None

    return value_of


def param_values(parameters: Mapping[str, JsonValue]) -> Values:
    def value_of(reference: Reference) -> JsonValue | None:
        return _looked_up(reference, parameters) if reference.namespace == "param" else None

    return value_of


def either(first: Values, second: Values) -> Values:
    def value_of(reference: Reference) -> JsonValue | None:
        value = first(reference)
        return second(reference) if value is None else value

    return value_of


def _looked_up(reference: Reference, values: Mapping[str, JsonValue]) -> JsonValue:
    found: JsonValue = dict(values)
    for name in reference.path:
        if isinstance(found, dict) and name in found:
            found = found[name]
        elif isinstance(found, list) and name.isdigit() and int(name) < len(found):
            found = found[int(name)]
        else:
            known = found if isinstance(found, dict) else ()
            near = nearest(name, [key for key in known if key])
            raise FaultsError.single((), f"{reference}: there is no '{name}'{near}")
    if isinstance(found, dict) and "" in found:
        found = found[""]
    if found is None:
        raise FaultsError.single((), f"{reference} is null")
    return found


def filled(value: Any, values: Values, *, typed: bool = False) -> Any:
    """Return ``value`` with the references of every text in it replaced by what they stand for."""
    if isinstance(value, str):
        return _filled_text(value, values, typed=typed)
    if isinstance(value, dict):
        return {
            name: filled(item, values, typed=typed or name in _TYPED_KEYS)
            for name, item in value.items()
        }
    if isinstance(value, list):
        return [filled(item, values, typed=typed) for item in value]
    return value


def _filled_text(text: str, values: Values, *, typed: bool) -> JsonValue:
    template = parse(text)
    if typed and len(template) == 1 and isinstance(template[0], Reference):
        value = values(template[0])
        if value is not None and not isinstance(value, str):
            return value

    def as_text(reference: Reference) -> str | None:
        value = values(reference)
        if isinstance(value, dict | list):
            raise FaultsError.single((), f"{reference} is not a single value")
        return str(value).lower() if isinstance(value, bool) else _text_or_none(value)

    return unparse(substitute(template, as_text))


def _text_or_none(value: JsonValue | None) -> str | None:
    return None if value is None else str(value)


def captures_in(value: Any) -> list[str]:
    """Return the names of the captures that the texts of ``value`` use, each once, in order."""
    found: dict[str, None] = {}
    pending = [value]
    while pending:
        item = pending.pop()
        if isinstance(item, str):
            used = (each for each in references(item) if each.namespace == "capture")
            found.update((each.path[0], None) for each in used)
        elif isinstance(item, dict | list):
            pending.extend(reversed(list(item.values() if isinstance(item, dict) else item)))
    return list(found)
