"""The action map: what an action of the app's own domain means, as data.

``actions`` declares new ones (parameters, browser half, protocol half). ``match`` gives built-in
actions their protocol half: the first entry of the same ``action`` whose every other field equals
the step's wins.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, Literal, TypeVar, get_type_hints

from pydantic import (
    AfterValidator,
    Discriminator,
    Field,
    JsonValue,
    Tag,
    TypeAdapter,
    ValidationError,
    model_validator,
)
from pydantic.alias_generators import to_camel

from journeys.built_in_actions import BUILT_IN_ACTIONS, BrowserStep, UiAction
from journeys.faults import field_in, shown
from journeys.known_keys import key_names, known_keys
from journeys.locators import canonical_selector
from journeys.messages import message
from journeys.requests import ParallelRequests, ProtocolHalf, RequestSpec, SpecFile, SpecModel
from journeys.spec import STRUCTURE
from journeys.step_base import STEP_FIELDS, STEP_KEYS, StepSpec
from journeys.texts import Identifier
from journeys.uploads import canonical_files
from tandem.wording import nearest

_Part = TypeVar("_Part", bound=SpecModel)


class TextParameter(SpecModel):
    """A text, number or truth value, put in as it stands."""

    type: Literal["text", "number", "boolean"]
    """What a step gives for it."""
    default: str | int | float | bool | None = None
    """The value when a step says nothing; without it the parameter is required."""
    description: str = ""
    """For people; shown when the parameter is missing."""


class ChoiceParameter(SpecModel):
    """One of a few names; ``${param.NAME.FIELD}`` is a field of the chosen one."""

    type: Literal["choice"]
    choices: dict[Identifier, dict[Identifier, str]] = Field(min_length=1)
    """The names to choose from, each with its fields."""
    default: str | None = None
    """The name when a step says nothing; without it the parameter is required."""
    description: str = ""
    """For people; shown when the parameter is missing."""


class DataParameter(SpecModel):
    """The name of a record in the journey's ``data.<of>``; ``${param.NAME.FIELD}`` is its field."""

    type: Literal["data"]
    of: Identifier
    """Below which key of the journey's ``data`` the records stand."""
    default: str | None = None
    """The name when a step says nothing; without it the parameter is required."""
    description: str = ""
    """For people; shown when the parameter is missing."""


def _kind_of_parameter(value: Any) -> str:
    kind = value.get("type") if isinstance(value, dict) else getattr(value, "type", None)
    return kind if kind in ("choice", "data") else "text"


Parameter = Annotated[
    Annotated[TextParameter, Tag("text")]
    | Annotated[ChoiceParameter, Tag("choice")]
    | Annotated[DataParameter, Tag("data")],
    Discriminator(_kind_of_parameter),
]


def _of_a_step(parts: tuple[StepSpec, ...]) -> tuple[StepSpec, ...]:
    for index, part in enumerate(parts):
        for name in sorted(part.model_fields_set & STEP_FIELDS - {"description", "only_if"}):
            key = to_camel(name)
            raise ValueError(f"[{index}].{key}: a part of an action has none; give it to the step")
    return parts


class DomainAction(SpecModel):
    """An action of the app's domain: what the browser does, what k6 sends."""

    description: str = ""
    """One sentence for people."""
    parameters: dict[Identifier, Parameter] = {}
    """What a step may say beside ``action``, by name."""
    browser: Annotated[tuple[BrowserStep, ...], Field(min_length=1), AfterValidator(_of_a_step)]
    """What the browser does: built-in actions, one after the other."""
    protocol: ProtocolHalf = ()
    """What k6 sends: requests, one after the other, or some in ``parallel``."""

    @model_validator(mode="after")
    def _asks_for_its_own_parameters(self) -> DomainAction:
        asked = {each.only_if for each in (*self.browser, *requests_of(self.protocol))} - {None}
        for name in sorted(filter(None, asked)):
            parameter = self.parameters.get(name)
            if not isinstance(parameter, TextParameter) or parameter.type != "boolean":
                raise ValueError(f"onlyIf: '{name}' is not a parameter of the type boolean")
        if all(each.only_if is not None for each in self.browser):
            raise ValueError("browser: expected a part without onlyIf")
        return self

    def given(self, parameters: Mapping[str, Any]) -> DomainAction:
        """Return the action as it is with these parameters: without what they leave out."""

        def stays(part: StepSpec | RequestSpec) -> bool:
            return part.only_if is None or bool(parameters[part.only_if])

        browser = tuple(_for_itself(each) for each in self.browser if stays(each))
        protocol: list[RequestSpec | ParallelRequests] = []
        for wave in self.protocol:
            together = wave.parallel if isinstance(wave, ParallelRequests) else (wave,)
            left = tuple(_for_itself(each) for each in together if stays(each))
            if isinstance(wave, ParallelRequests) and left:
                protocol.append(ParallelRequests(parallel=left))
            else:
                protocol.extend(left)
        return self.model_copy(update={"browser": browser, "protocol": tuple(protocol)})


def _for_itself(part: _Part) -> _Part:
    return part.model_copy(update={"only_if": None})


def requests_of(protocol: ProtocolHalf) -> list[RequestSpec]:
    """Return all requests of a protocol half, those in parallel too."""
    return [
        each
        for part in protocol
        for each in (part.parallel if isinstance(part, ParallelRequests) else (part,))
    ]


def matched_fields(action: str) -> list[str]:
    """Return the fields of a built-in action that a rule can ask for."""
    common = {"action", *STEP_KEYS}
    return [name for name in key_names(BUILT_IN_ACTIONS[action]) if name not in common]


@cache
def _field_of(action: str, name: str) -> TypeAdapter[Any]:
    """Return what reads the field of a built-in action that has this name outside."""
    model = BUILT_IN_ACTIONS[action]
    inside = next(each for each, field in model.model_fields.items() if field.alias == name)
    return TypeAdapter(get_type_hints(model, include_extras=True)[inside])


def _fault(action: str, name: str, value: JsonValue, error: ValidationError) -> str:
    """Return what is wrong with a value that a rule asks for."""
    detail = error.errors()[0]
    known = known_keys(BUILT_IN_ACTIONS[action], (name, *detail["loc"]))
    field = field_in({name: value}, (name, *detail["loc"]), is_missing=False)
    return f"{shown(('when', *field))}{message(detail, known)}"


def _as_it_is(value: Any) -> Any:
    return value


_CANONICAL: dict[str, Callable[[Any], Any]] = {
    "selector": canonical_selector,
    "file": canonical_files,
}
"""Of fields that can be written in several ways."""


class MatchRule(SpecModel):
    """The protocol half of a built-in action, where its fields are those of ``when``."""

    action: UiAction
    """Which built-in action it is about."""
    when: dict[str, JsonValue] = {}
    """Fields of the step, each with the value that it must have."""
    protocol: ProtocolHalf
    """What k6 sends: requests, one after the other, or some in ``parallel``."""

    @model_validator(mode="after")
    def _asks_for_fields_of_the_action(self) -> MatchRule:
        fields = matched_fields(self.action)
        for name, value in self.when.items():
            if name not in fields:
                near = nearest(name, fields)
                raise ValueError(
                    f"when.{name}: is not a field of '{self.action}'{near}; "
                    f"known are {', '.join(fields)}"
                )
            try:
                _field_of(self.action, name).validate_python(value)
            except ValidationError as error:
                raise ValueError(_fault(self.action, name, value, error)) from error
        if any(each.only_if is not None for each in requests_of(self.protocol)):
            raise ValueError("protocol: 'onlyIf' is for parts of an action that has parameters")
        return self

    def matches(self, action: str, fields: Mapping[str, Any]) -> bool:
        """Tell whether the rule is about a step of ``action`` with these ``fields``."""
        return self.action == action and all(
            _CANONICAL.get(name, _as_it_is)(fields.get(name))
            == _CANONICAL.get(name, _as_it_is)(value)
            for name, value in self.when.items()
        )


def _without_built_ins(actions: dict[str, DomainAction]) -> dict[str, DomainAction]:
    for name in actions:
        if name in BUILT_IN_ACTIONS or name in STRUCTURE:
            raise ValueError(
                f"'{name}' is a built-in action; give it a protocol half below 'match', "
                "or declare an action of another name"
            )
    return actions


class ActionMap(SpecFile):
    """The whole map: the files of a workspace merged, later ones over earlier ones."""

    actions: Annotated[dict[Identifier, DomainAction], AfterValidator(_without_built_ins)] = {}
    """The actions of the app's own domain, by name."""
    match: tuple[MatchRule, ...] = ()
    """What k6 sends for built-in actions: the first rule that is about a step wins."""

    def overridden_by(self, other: ActionMap) -> ActionMap:
        """Return a map in which ``other``'s actions replace ours and its rules are asked first."""
        return ActionMap(
            actions={**self.actions, **other.actions}, match=(*other.match, *self.match)
        )


@dataclass(frozen=True, slots=True)
class MapPlaces:
    """Where the files of a map say things, as ``file:line``."""

    actions: Mapping[str, str]
    """By the action's name."""
    rules: tuple[str, ...]
    """In the order of :attr:`ActionMap.match`."""
