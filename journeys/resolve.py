"""From a spec and an action map to a resolved journey. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any, cast

from pydantic import JsonValue, TypeAdapter

from journeys.action_map import ActionMap, ChoiceParameter, DataParameter, Parameter
from journeys.api_request import ApiRequest
from journeys.built_in_actions import BUILT_IN_ACTIONS, BrowserStep
from journeys.expressions import parse
from journeys.faults import FaultsError, shown
from journeys.feeders import Rows
from journeys.known_keys import key_names
from journeys.places import Field
from journeys.requests import ParallelRequests, ProtocolHalf, RequestSpec
from journeys.resolved import ResolvedGroup, ResolvedJourney, ResolvedStep
from journeys.spec import STRUCTURE, DomainStep, Interaction, Journey
from journeys.step_base import StepSpec
from journeys.step_ids import Names, name_all
from journeys.substitution import (
    JourneyData,
    Value,
    Values,
    captures_in,
    data_values,
    either,
    filled,
    param_values,
    record_of_data,
)
from journeys.ui_actions import Navigate
from journeys.unroll import PlannedGroup, PlannedStep, unroll
from journeys.values import collect, variables
from tandem.wording import nearest

_BROWSER_STEP: TypeAdapter[BrowserStep] = TypeAdapter(BrowserStep)
_PROTOCOL: TypeAdapter[ProtocolHalf] = TypeAdapter(ProtocolHalf)
_TEXT: TypeAdapter[str] = TypeAdapter(str)

_PARAMETER_TYPES: dict[str, tuple[type, ...]] = {
    "text": (str,),
    "number": (int, float),
    "boolean": (bool,),
}
_PARAMETER_WORDS = {"text": "a text", "number": "a number", "boolean": "true or false"}


def resolve(
    journey: Journey,
    action_map: ActionMap,
    source: str,
    rows: Mapping[str, Rows] = MappingProxyType({}),
) -> ResolvedJourney:
    """Fill in data, parameters and protocol halves; raise :class:`FaultsError` with every fault.

    ``rows`` are those of the journey's feeders.
    """
    unrolled = unroll(journey)
    faults = FaultsError()
    for name in journey.feeders.keys() & journey.data.keys():
        faults.add(("feeders", name), "is the name of a value of the journey's data")
    data = JourneyData(journey.data, journey.feeders, rows)
    names = name_all(unrolled, faults)
    resolved: dict[Field, ResolvedStep] = {}
    for place, step in {each.field: each.step for each in unrolled.steps}.items():
        with faults.below(place):
            resolved[place] = _resolve_step(step, names.bases[place], data, action_map)
    faults.raise_if_any()
    steps = [_in_its_round(resolved[each.field], each, names) for each in unrolled.steps]
    _check_captures([each.field for each in unrolled.steps], steps, faults)
    faults.raise_if_any()
    return ResolvedJourney(
        id=journey.id,
        source=source,
        description=journey.description,
        pacing_s=journey.pacing_seconds,
        steps=tuple(steps),
        groups=tuple(_group(each, steps, names) for each in unrolled.groups),
        last_pause_s=unrolled.last_pause_s,
        slos=journey.slos,
        **_left_for_riding(steps, data),
    )


def _in_its_round(step: ResolvedStep, planned: PlannedStep, names: Names) -> ResolvedStep:
    """Return a step as it stands in an iteration, with the number of its round."""
    return step.model_copy(
        update={
            "id": names.of(planned.field, planned.rounds),
            "pause_s": planned.pause_s,
            "repeats": step.id if planned.rounds else "",
        }
    )


def _group(planned: PlannedGroup, steps: Sequence[ResolvedStep], names: Names) -> ResolvedGroup:
    return ResolvedGroup(
        id=names.of(planned.field, planned.rounds),
        description=planned.group.description or planned.group.name,
        steps=tuple(step.id for step in steps[planned.first : planned.end]),
        slos=planned.group.slos,
    )


def _left_for_riding(steps: Sequence[ResolvedStep], data: JourneyData) -> dict[str, Any]:
    """Return what references that are left in the steps stand for, and what they ask for."""
    plain = [step.model_dump(mode="json", include={"browser", "protocol"}) for step in steps]
    values = collect(plain, data.inline, data.feeders, data.rows)
    made = values.model_dump(mode="json", include={"texts", "feeders"})
    return {"values": values, "variables": variables([*plain, made])}


def _resolve_step(
    step: Interaction, step_id: str, data: JourneyData, action_map: ActionMap
) -> ResolvedStep:
    browser, protocol = (
        _domain_halves(step, data, action_map)
        if isinstance(step, DomainStep)
        else _built_in_halves(step, data, action_map)
    )
    return ResolvedStep(
        id=step_id,
        action=step.action,
        description=step.description,
        timeout_s=step.timeout_s,
        optional=step.optional,
        browser=browser,
        protocol=_waves(protocol),
        slos=step.slos,
    )


def _check_captures(
    places: Sequence[Field], steps: Sequence[ResolvedStep], faults: FaultsError
) -> None:
    """A capture is used only by requests of the action map, after the wave that takes it.

    What an optional step captures is known to itself alone: it may have been skipped.
    """
    captured: set[str] = set()
    unsure: set[str] = set()
    for place, step in zip(places, steps, strict=True):
        for used in captures_in([part.plain() for part in step.browser]):
            message = f"${{capture.{used}}} is known to requests of the action map only"
            faults.add(place, message)
        if step.action == "apiRequest":
            continue  # its request is the browser's, which has been looked at
        own: set[str] = set()
        for wave in step.protocol:
            for used in captures_in([request.model_dump(mode="json") for request in wave]):
                if used in unsure - captured - own:
                    message = f"${{capture.{used}}} is captured by a step that may be skipped"
                    faults.add(place, message)
                elif used not in captured | own:
                    message = f"${{capture.{used}}} is captured by no request before this one"
                    faults.add(place, message + nearest(used, captured | own))
            own.update(name for request in wave for name in request.capture)
        (unsure if step.optional else captured).update(own)


def _built_in_halves(
    step: BrowserStep, data: JourneyData, action_map: ActionMap
) -> tuple[tuple[BrowserStep, ...], ProtocolHalf]:
    faults, fields = FaultsError(), {}
    for name, value in step.plain().items():
        with faults.below((name,)):
            fields.update(filled({name: value}, data_values(data)))
    faults.raise_if_any()
    resolved = _BROWSER_STEP.validate_python(fields)
    return (resolved,), _matched_protocol(resolved, data, action_map)


def _matched_protocol(step: BrowserStep, data: JourneyData, action_map: ActionMap) -> ProtocolHalf:
    if isinstance(step, ApiRequest):
        return (_own_request(step),)
    fields = step.plain()
    for rule in action_map.match:
        if rule.matches(step.action, fields):
            values = either(param_values(_as_templates(fields)), data_values(data))
            with _in_the_map(step.action):
                return _filled_protocol(rule.protocol, values)
    return (RequestSpec(path=step.target),) if isinstance(step, Navigate) else ()


def _own_request(step: ApiRequest) -> RequestSpec:
    content = {"body": step.body} if isinstance(step.body, str) else {"json": step.body}
    return RequestSpec.model_validate(
        {
            "method": step.method,
            "path": step.target,
            "headers": step.headers,
            "expect": {"status": step.expected_status},
            **(content if step.body is not None else {}),
        }
    )


def _domain_halves(
    step: DomainStep, data: JourneyData, action_map: ActionMap
) -> tuple[tuple[BrowserStep, ...], ProtocolHalf]:
    if fault := unknown_action(step.action, action_map):
        raise FaultsError.single(("action",), fault)
    action = action_map.actions[step.action]
    parameters = _parameters(step, action.parameters, data)
    values = either(param_values(parameters), data_values(data))
    with _in_the_map(step.action):
        browser = tuple(
            _BROWSER_STEP.validate_python(filled(part.plain(), values)) for part in action.browser
        )
        return browser, _filled_protocol(action.protocol, values)


@contextmanager
def _in_the_map(action: str) -> Iterator[None]:
    """Say of faults in the block that they came up in what the action map says of ``action``."""
    faults = FaultsError()
    with faults.below(()):
        yield
    if faults.faults:
        raise FaultsError.single(
            (),
            f"in the action map, '{action}': "
            + "; ".join(f"{shown(each.field)}{each.message}" for each in faults.faults),
        )


def _as_templates(fields: Mapping[str, JsonValue]) -> dict[str, Value]:
    """Take the texts of a step for what they are: templates."""
    return {name: _as_template(value) for name, value in fields.items()}


def _as_template(value: JsonValue) -> Value:
    if isinstance(value, dict):
        return cast(Value, {name: _as_template(item) for name, item in value.items()})
    return parse(value) if isinstance(value, str) else value


def unknown_action(name: str, action_map: ActionMap) -> str:
    """Return what to say of an action that nobody declares; nothing of one that is known."""
    known = [*BUILT_IN_ACTIONS, *STRUCTURE, *action_map.actions]
    if name in known:
        return ""
    return f"'{name}' is not an action" + (
        nearest(name, known) or f"; known are {', '.join(known)}"
    )


def _parameters(
    step: DomainStep, declared: Mapping[str, Parameter], data: JourneyData
) -> dict[str, Value]:
    """Return each parameter's value: a scalar, or the record it names with the name itself."""
    faults = FaultsError()
    given = step.parameters
    for name in given:
        if name not in declared:
            known = [*declared, *key_names(StepSpec)]
            near = nearest(name, known) or f"; known are {', '.join(known)}"
            faults.add((name,), f"is not a parameter of '{step.action}'{near}")
    values: dict[str, Value] = {}
    for name, parameter in declared.items():
        with faults.below((name,)):
            values[name] = _parameter_value(parameter, given.get(name, parameter.default), data)
    faults.raise_if_any()
    return values


def _parameter_value(parameter: Parameter, value: JsonValue, data: JourneyData) -> Value:
    if value is None:
        raise FaultsError.single((), f"is missing{_described(parameter)}")
    if isinstance(parameter, ChoiceParameter):
        return _record(value, parameter.choices, "is not one of the choices")
    if isinstance(parameter, DataParameter):
        records = data.inline.get(parameter.of)
        known = records if isinstance(records, dict) else {}
        _record(value, known, f"is not a record of the journey's data.{parameter.of}")
        return record_of_data(known[str(value)], parameter.of, str(value))
    if type(value) not in _PARAMETER_TYPES[parameter.type]:
        expected = _PARAMETER_WORDS[parameter.type]
        raise FaultsError.single((), f"expected {expected}, found {json.dumps(value)}")
    if isinstance(value, str):
        return parse(_TEXT.validate_python(filled(value, data_values(data))))
    return value


def _described(parameter: Parameter) -> str:
    return f" ({parameter.description.rstrip('.')})" if parameter.description else ""


def _record(value: JsonValue, records: Mapping[str, Any], complaint: str) -> JsonValue:
    record = records.get(value) if isinstance(value, str) else None
    if record is None:
        known = f"known are {', '.join(records)}" if records else "there is none"
        near = nearest(str(value), records)
        raise FaultsError.single((), f"'{value}' {complaint}{near}; {known}")
    return {**record, "": value} if isinstance(record, dict) else record


def _filled_protocol(protocol: ProtocolHalf, values: Values) -> ProtocolHalf:
    plain = _PROTOCOL.dump_python(protocol, mode="json", by_alias=True, exclude_defaults=True)
    return _PROTOCOL.validate_python(filled(plain, values))


def _waves(protocol: ProtocolHalf) -> tuple[tuple[RequestSpec, ...], ...]:
    return tuple(
        part.parallel if isinstance(part, ParallelRequests) else (part,) for part in protocol
    )
