"""From a spec and an action map to a resolved journey. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, cast

from pydantic import JsonValue, TypeAdapter

from journeys.action_map import ActionMap, ChoiceParameter, DataParameter, Parameter
from journeys.api_request import ApiRequest
from journeys.built_in_actions import BUILT_IN_ACTIONS, BrowserStep
from journeys.captures import check_captures
from journeys.environment import NOTHING_SET, JourneyEnvironment, UserAuth, with_environment
from journeys.expressions import parse
from journeys.faults import FaultsError, shown
from journeys.feeders import Rows
from journeys.known_keys import key_names
from journeys.login import named_as_login, told_of, with_login
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
    data_values,
    either,
    filled,
    param_values,
    record_of_data,
)
from journeys.ui_actions import Navigate
from journeys.unroll import PlannedGroup, PlannedStep, Unrolled, unroll
from journeys.upload_files import paths_in
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


@dataclass(frozen=True, slots=True)
class Beside:
    """What a journey is resolved with, beside the action map."""

    rows: Mapping[str, Rows] = field(default_factory=dict)
    """Of the feeders, by their names."""
    environment: JourneyEnvironment = NOTHING_SET
    files: Mapping[str, str] = field(default_factory=dict)
    """Of uploads, by their paths, in base64."""
    login: Journey | None = None
    """The journey that logs in, when the journey's auth asks for one."""
    is_whole: bool = True
    """Otherwise others stand in for wrong steps: who captures what cannot be said."""


_NOTHING_BESIDE = Beside()


def resolve(
    journey: Journey,
    action_map: ActionMap,
    source: str,
    beside: Beside = _NOTHING_BESIDE,
) -> ResolvedJourney:
    """Fill in data, parameters and protocol halves; raise :class:`FaultsError` with every fault."""
    environment, login = beside.environment, beside.login
    faults, user = FaultsError(), UserAuth()
    with faults.below(("auth",)):
        user = environment.auth_of_user(journey.auth) if journey.auth else user
    journey = with_login(journey, login)
    for name in journey.feeders.keys() & journey.data.keys():
        faults.add(("feeders", name), "is the name of a value of the journey's data")
    data = JourneyData(journey.data, journey.feeders, beside.rows, environment, user.of_requests)
    before = _login_steps(login, data, action_map) if login else []
    unrolled = unroll(journey, environment, faults)
    names = name_all(unrolled, faults)
    steps = _steps(unrolled, names, data, action_map, faults)
    places: list[Field] = [("auth",)] * len(before) + [each.field for each in unrolled.steps]
    if beside.is_whole:
        check_captures(places, [*before, *steps], faults)
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
        headers=environment.headers,
        login=tuple(before),
        cookies=user.cookies,
        credentials=user.credentials,
        files={path: beside.files[path] for path in _uploads([*before, *steps])},
        **_left_for_riding([*before, *steps], data, user),
    )


def _uploads(steps: Sequence[ResolvedStep]) -> list[str]:
    return sorted({path for step in steps for _, path in paths_in(step)})


def _steps(
    unrolled: Unrolled,
    names: Names,
    data: JourneyData,
    action_map: ActionMap,
    faults: FaultsError,
) -> list[ResolvedStep]:
    """Return the steps of an iteration; each spec of a step is resolved once."""
    resolved: dict[Field, ResolvedStep] = {}
    for place, step in {each.field: each.step for each in unrolled.steps}.items():
        with faults.below(place):
            resolved[place] = _resolve_step(step, names.bases[place], data, action_map)
    faults.raise_if_any()
    return [_in_its_round(resolved[each.field], each, names) for each in unrolled.steps]


def _login_steps(login: Journey, data: JourneyData, action_map: ActionMap) -> list[ResolvedStep]:
    faults = FaultsError()
    data = replace(data, auth="")
    try:
        unrolled = unroll(login, data.environment, faults)
        steps = _steps(unrolled, name_all(unrolled, faults), data, action_map, faults)
        faults.raise_if_any()
    except FaultsError as error:
        raise told_of(login, error) from error
    return [named_as_login(step) for step in steps]


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


def _left_for_riding(
    steps: Sequence[ResolvedStep], data: JourneyData, user: UserAuth
) -> dict[str, Any]:
    """Return what references that are left in the steps stand for, and what they ask for."""
    plain: list[Any] = [
        step.model_dump(mode="json", include={"browser", "protocol"}, exclude_defaults=True)
        for step in steps
    ]
    plain += [user.cookies, user.credentials]
    values = collect(plain, data.inline, data.feeders, data.rows, data.environment)
    made = values.model_dump(mode="json", include={"texts", "basic", "feeders"})
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


def _built_in_halves(
    step: BrowserStep, data: JourneyData, action_map: ActionMap
) -> tuple[tuple[BrowserStep, ...], ProtocolHalf]:
    faults, fields = FaultsError(), {}
    said = step.plain()
    if isinstance(step, ApiRequest):
        said = with_environment(said, data.environment, data.auth)
    for name, value in said.items():
        with faults.below((name,)):
            fields.update(filled({name: value}, data_values(data)))
    faults.raise_if_any()
    resolved = _BROWSER_STEP.validate_python(fields)
    return (resolved,), _matched_protocol(resolved, data, action_map)


def _matched_protocol(step: BrowserStep, data: JourneyData, action_map: ActionMap) -> ProtocolHalf:
    if isinstance(step, ApiRequest):
        return (step.request,)
    fields = step.plain()
    for rule in action_map.match:
        if rule.matches(step.action, fields):
            values = either(param_values(_as_templates(fields)), data_values(data))
            with _in_the_map(step.action):
                return _filled_protocol(rule.protocol, values, data)
    if not isinstance(step, Navigate):
        return ()
    return _filled_protocol((RequestSpec(path=step.target),), data_values(data), data)


def _domain_halves(
    step: DomainStep, data: JourneyData, action_map: ActionMap
) -> tuple[tuple[BrowserStep, ...], ProtocolHalf]:
    if fault := unknown_action(step.action, action_map):
        raise FaultsError.single(("action",), fault)
    action = action_map.actions[step.action]
    parameters = _parameters(step, action.parameters, data)
    action = action.given(parameters)
    values = either(param_values(parameters), data_values(data))
    with _in_the_map(step.action):
        browser = tuple(_filled_part(part, values, data) for part in action.browser)
        return browser, _filled_protocol(action.protocol, values, data)


def _filled_part(part: BrowserStep, values: Values, data: JourneyData) -> BrowserStep:
    plain = part.plain()
    if isinstance(part, ApiRequest):
        plain = with_environment(plain, data.environment, data.auth)
    return _BROWSER_STEP.validate_python(filled(plain, values))


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


def _filled_protocol(protocol: ProtocolHalf, values: Values, data: JourneyData) -> ProtocolHalf:
    plain = _PROTOCOL.dump_python(protocol, mode="json", by_alias=True, exclude_defaults=True)
    said = with_environment(plain, data.environment, data.auth)
    return _PROTOCOL.validate_python(filled(said, values))


def _waves(protocol: ProtocolHalf) -> tuple[tuple[RequestSpec, ...], ...]:
    return tuple(
        part.parallel if isinstance(part, ParallelRequests) else (part,) for part in protocol
    )
