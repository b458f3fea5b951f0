"""The action map: what an action of the app's own domain means, as data.

``actions`` declares new ones (parameters, browser half, protocol half). ``match`` gives built-in
actions their protocol half: the first entry of the same ``action`` whose every other field equals
the step's wins.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, JsonValue, Tag

from journeys.spec import BrowserStep, Identifier, ProtocolHalf, SpecModel


class TextParameter(SpecModel):
    """A text, number or truth value, put in as it stands."""

    type: Literal["text", "number", "boolean"]
    default: str | float | bool | None = None
    description: str = ""


class ChoiceParameter(SpecModel):
    """One of a few names; ``${param.NAME.FIELD}`` is a field of the chosen one."""

    type: Literal["choice"]
    choices: dict[Identifier, dict[Identifier, str]] = Field(min_length=1)
    default: str | None = None
    description: str = ""


class DataParameter(SpecModel):
    """The name of a record in the journey's ``data.<of>``; ``${param.NAME.FIELD}`` is its field."""

    type: Literal["data"]
    of: Identifier
    default: str | None = None
    description: str = ""


def _kind_of_parameter(value: Any) -> str:
    kind = value.get("type") if isinstance(value, dict) else value.type
    return kind if kind in ("choice", "data") else "text"


Parameter = Annotated[
    Annotated[TextParameter, Tag("text")]
    | Annotated[ChoiceParameter, Tag("choice")]
    | Annotated[DataParameter, Tag("data")],
    Discriminator(_kind_of_parameter),
]


class DomainAction(SpecModel):
    """An action of the app's domain: what the browser does, what k6 sends."""

    description: str = ""
    parameters: dict[Identifier, Parameter] = {}
    browser: tuple[BrowserStep, ...] = Field(min_length=1)
    protocol: ProtocolHalf = ()


class MatchRule(SpecModel):
    """The protocol half of a built-in action, where its fields are those of ``when``."""

    action: Literal["navigate", "click", "type", "waitForText", "waitFor"]
    when: dict[str, JsonValue] = {}
    protocol: ProtocolHalf


class ActionMap(SpecModel):
    """The whole map: the files of a workspace merged, later ones over earlier ones."""

    actions: dict[Identifier, DomainAction] = {}
    match: tuple[MatchRule, ...] = ()

    def overridden_by(self, other: ActionMap) -> ActionMap:
        """Return a map in which ``other``'s actions replace ours and its rules are asked first."""
        return ActionMap(
            actions={**self.actions, **other.actions}, match=(*other.match, *self.match)
        )
