"""The journey language: what stands in a spec file, before anything is filled in.

Keys are camelCase. A step is a tagged union on ``action``: the built-in actions below, or any other
name, which the action map must declare.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import (
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    JsonValue,
    StringConstraints,
    Tag,
)

from journeys.locators import Selector
from journeys.requests import SpecModel
from journeys.slo import Slo
from journeys.texts import Headers, Identifier, PathText, Statuses, TemplateText

MAX_STEPS = 200
DEFAULT_PACING_S = 3.0
DEFAULT_STEP_TIMEOUT_S = 10.0


def _object_or_text(value: Any) -> Any:
    if value is None or isinstance(value, dict | str):
        return value
    raise ValueError("expected an object with keys, or a text")


class StepSpec(SpecModel):
    """What every step may carry."""

    id: Identifier | None = None
    description: str = ""
    timeout: float = Field(default=DEFAULT_STEP_TIMEOUT_S, ge=0.01, le=600)
    """Seconds until the step has failed."""
    slos: tuple[Slo, ...] = ()

    def plain(self) -> dict[str, Any]:
        """Return what the action itself says, as it would stand in a spec."""
        return self.model_dump(
            mode="json",
            by_alias=True,
            exclude_defaults=True,
            exclude={"id", "description", "timeout", "slos"},
        )


class Navigate(StepSpec):
    """Open a page of the app."""

    action: Literal["navigate"]
    target: PathText


class Click(StepSpec):
    """Click an element."""

    action: Literal["click"]
    selector: Selector


class Type(StepSpec):
    """Put a value into a field, as the user's typing leaves it."""

    action: Literal["type"]
    selector: Selector
    value: TemplateText


class WaitForText(StepSpec):
    """Wait until a text can be seen."""

    action: Literal["waitForText"]
    text: Annotated[TemplateText, StringConstraints(min_length=1)]


class WaitFor(StepSpec):
    """Wait until an element can be seen."""

    action: Literal["waitFor"]
    selector: Selector


class ApiRequest(StepSpec):
    """Send one request from outside the page, with the user's cookies."""

    action: Literal["apiRequest"]
    target: PathText
    method: Literal["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"] = "GET"
    headers: Headers = {}
    body: Annotated[
        dict[str, JsonValue] | TemplateText | None, BeforeValidator(_object_or_text)
    ] = None
    expected_status: Statuses = ()


class DomainStep(StepSpec):
    """A step whose action the action map declares; its parameters stand beside ``action``."""

    model_config = ConfigDict(extra="allow")

    action: Identifier
    __pydantic_extra__: dict[str, JsonValue]

    @property
    def parameters(self) -> dict[str, JsonValue]:
        """The parameters by name, as they stand in the spec."""
        return dict(self.__pydantic_extra__)


BUILT_IN_ACTIONS: dict[str, type[StepSpec]] = {
    "navigate": Navigate,
    "click": Click,
    "type": Type,
    "waitForText": WaitForText,
    "waitFor": WaitFor,
    "apiRequest": ApiRequest,
}


def _kind_of_step(value: Any) -> str:
    action = value.get("action") if isinstance(value, dict) else getattr(value, "action", None)
    return action if isinstance(action, str) and action in BUILT_IN_ACTIONS else "domain"


BrowserStep = Annotated[
    Navigate | Click | Type | WaitForText | WaitFor | ApiRequest, Field(discriminator="action")
]
"""A built-in action: what a domain action's browser half is made of."""

Step = Annotated[
    Annotated[Navigate, Tag("navigate")]
    | Annotated[Click, Tag("click")]
    | Annotated[Type, Tag("type")]
    | Annotated[WaitForText, Tag("waitForText")]
    | Annotated[WaitFor, Tag("waitFor")]
    | Annotated[ApiRequest, Tag("apiRequest")]
    | Annotated[DomainStep, Tag("domain")],
    Discriminator(_kind_of_step),
]


class Journey(SpecModel):
    """One user journey."""

    id: Identifier
    description: str = ""
    pacing_seconds: float = Field(default=DEFAULT_PACING_S, ge=0.05, le=3600)
    """Seconds from the start of one interaction to the start of the next."""
    data: dict[str, JsonValue] = {}
    steps: tuple[Step, ...] = Field(min_length=1, max_length=MAX_STEPS)
    slos: tuple[Slo, ...] = ()
