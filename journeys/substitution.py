"""Filling in what is known before riding: the journey's data and an action's parameters. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from pydantic import JsonValue

from journeys.environment import NOTHING_SET, JourneyEnvironment, auth_template
from journeys.expressions import Reference, Template, parse, substitute, unparse
from journeys.faults import FaultsError
from journeys.feeders import Feeder, Rows
from journeys.values import check_column, references_in, template_of_data
from tandem.wording import nearest

_TYPED_KEYS = frozenset({"json", "body"})
"""Below these keys of a request a reference alone keeps the type of what it refers to."""
_TEXT_KEYS = frozenset({"query", "headers", "form", "multipart", "capture"})
"""Below these keys of a request everything is a text, whatever it is called."""

Value = JsonValue | Template
"""Plain data, which is taken literally; or a text of a spec, which may hold references itself."""
Values = Callable[[Reference], Value | None]
"""What a reference stands for; None for one that is known only while riding."""


@dataclass(frozen=True, slots=True)
class JourneyData:
    """What ``${data.…}`` refers to: inline values, and the rows of feeders."""

    inline: Mapping[str, JsonValue]
    feeders: Mapping[str, Feeder]
    rows: Mapping[str, Rows]
    environment: JourneyEnvironment = NOTHING_SET
    """It knows ``${auth:…}`` and ``${flag:…}``."""
    auth: str = ""
    """What requests have that say nothing else; empty for none."""


def data_values(data: JourneyData) -> Values:
    """Know the journey's data; what is made anew for each iteration is known only while riding."""

    def value_of(reference: Reference) -> Value | None:
        if reference.namespace == "flag":
            return data.environment.flag(reference.path[0])
        if reference.namespace == "auth":
            name = reference.path[0]
            return auth_template(name, data.environment.auth_of_requests(name))
        if reference.namespace == "param":
            raise FaultsError.single((), f"{reference} stands outside an action map")
        if reference.namespace != "data":
            return None
        if reference.path[0] in data.feeders:
            check_column(reference, data.feeders, data.rows)
            return None
        found = _looked_up(reference, data.inline, also=data.feeders)
        return template_of_data(found, reference) if isinstance(found, str) else found

    return value_of


def record_of_data(record: JsonValue, of: str, name: str) -> Value:
    """Return a record of ``data.<of>`` as a parameter holds it."""
    if isinstance(record, str):
        reference = Reference("data", (of, name))
        return template_of_data(record, reference) or (reference,)
    if not isinstance(record, dict):
        return record
    fields: dict[str, Any] = {"": name}
    for key, value in record.items():
        if isinstance(value, str):
            reference = Reference("data", (of, name, key))
            fields[key] = template_of_data(value, reference) or (reference,)
        else:
            fields[key] = value
    return cast(Value, fields)


def param_values(parameters: Mapping[str, Value]) -> Values:
    """Know an action's parameters."""

    def value_of(reference: Reference) -> Value | None:
        return _looked_up(reference, parameters) if reference.namespace == "param" else None

    return value_of


def either(first: Values, second: Values) -> Values:
    """Know what ``first`` knows, and then what ``second`` does."""

    def value_of(reference: Reference) -> Value | None:
        value = first(reference)
        return second(reference) if value is None else value

    return value_of


def _looked_up(
    reference: Reference, values: Mapping[str, Value], also: Iterable[str] = ()
) -> Value:
    found: Any = dict(values)
    for name in reference.path:
        if isinstance(found, dict) and name in found:
            found = found[name]
        elif isinstance(found, list) and name.isdigit() and int(name) < len(found):
            found = found[int(name)]
        else:
            known = list(dict.fromkeys([*found, *also])) if isinstance(found, dict) else []
            near = nearest(name, [key for key in known if key])
            listed = f"; known are {', '.join(filter(None, known))}" if any(known) else ""
            raise FaultsError.single((), f"{reference}: there is no '{name}'{near or listed}")
        also = ()
    if isinstance(found, dict) and "" in found:
        found = found[""]
    if found is None:
        raise FaultsError.single((), f"{reference} is null")
    return cast(Value, found)


def filled(value: Any, values: Values, *, typed: bool | None = None) -> Any:
    """Return ``value`` with the references of every text in it replaced by what they stand for.

    ``typed`` says whether a reference alone keeps its type; None leaves that to the keys below.
    """
    if isinstance(value, str):
        return _filled_text(value, values, typed=bool(typed))
    if isinstance(value, dict):
        return {
            name: filled(item, values, typed=_is_typed(name) if typed is None else typed)
            for name, item in value.items()
        }
    if isinstance(value, list):
        return [filled(item, values, typed=typed) for item in value]
    return value


def _is_typed(key: str) -> bool | None:
    return True if key in _TYPED_KEYS else False if key in _TEXT_KEYS else None


def _filled_text(text: str, values: Values, *, typed: bool) -> JsonValue:
    template = parse(text)
    if typed and len(template) == 1 and isinstance(template[0], Reference):
        value = values(template[0])
        if value is not None and not isinstance(value, str | tuple):
            return _as_written(value)

    def as_template(reference: Reference) -> Template | None:
        value = values(reference)
        if isinstance(value, dict | list):
            raise FaultsError.single((), f"{reference} is not a single value")
        if value is None or isinstance(value, tuple):
            return value
        return (str(value).lower() if isinstance(value, bool) else str(value),)

    return unparse(substitute(template, as_template))


def _as_written(value: Any) -> JsonValue:
    """Return a value with the templates in it as the texts that stand for them."""
    if isinstance(value, tuple):
        return unparse(value)
    if isinstance(value, dict):
        return {name: _as_written(item) for name, item in value.items()}
    return cast(JsonValue, value)


def captures_in(value: Any) -> list[str]:
    """Return the names of the captures that the texts of ``value`` use, each once, in order."""
    used = (each for each in references_in(value) if each.namespace == "capture")
    return list(dict.fromkeys(each.path[0] for each in used))
