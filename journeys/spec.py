"""The journey language: what stands in a spec file, before anything is filled in.

Keys are camelCase. A step is a tagged union on ``action``: the built-in actions below, or any other
name, which the action map must declare.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    JsonValue,
    StringConstraints,
    Tag,
)
from pydantic.alias_generators import to_camel

from journeys.expressions import parse
from journeys.slo import Slo
from tandem.models import FrozenModel

MAX_STEPS = 200
DEFAULT_PACING_S = 3.0
DEFAULT_STEP_TIMEOUT_S = 10.0

Identifier = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z0-9](?:[A-Za-z0-9_-]{0,62}[A-Za-z0-9])?$")
]
"""What names a journey or a step: safe in a file name, a tag, a task name and a URL."""


def _checked_template(text: str) -> str:
    parse(text)
    return text


def _checked_path(text: str) -> str:
    if not text.startswith("/") or text.startswith("//") or "\\" in text:
        raise ValueError(
            f"'{text}' is not a path of the app; write one that starts with a single '/', "
            "the base URL is set per environment"
        )
    return _checked_template(text)


TemplateText = Annotated[str, AfterValidator(_checked_template)]
"""A text that may hold ``${…}``."""
PathText = Annotated[str, AfterValidator(_checked_path)]
"""A path below the base URL, which may hold ``${…}``."""
Selector = Annotated[TemplateText, StringConstraints(min_length=1)]
"""A Playwright selector."""
Headers = dict[str, TemplateText]


class SpecModel(FrozenModel):
    """A part of a spec: camelCase outside, snake_case inside."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=False)


class Expectation(SpecModel):
    """What a response must be. Without ``status`` any 2xx is right."""

    status: Annotated[
        tuple[Annotated[int, Field(ge=100, le=599)], ...],
        BeforeValidator(lambda value: (value,) if isinstance(value, int) else value),
    ] = ()
    text: TemplateText | None = None


class Capture(SpecModel):
    """Where a value for later steps stands in a response: exactly one of the three.

    ``json`` is a path of names and indexes (``data.items.0.id``), ``css`` a selector in an HTML
    page (its ``attribute``, else its text), ``header`` a response header.
    """

    json_path: (
        Annotated[
            str, StringConstraints(pattern=r"^[A-Za-z_][\w-]*(?:\.(?:[A-Za-z_][\w-]*|[0-9]+))*$")
        ]
        | None
    ) = Field(default=None, alias="json")
    css: Annotated[str, StringConstraints(min_length=1)] | None = None
    attribute: str | None = None
    header: str | None = None


class RequestSpec(SpecModel):
    """One HTTP request. At most one of ``json``, ``form`` and ``body`` is its content."""

    method: TemplateText = "GET"
    path: TemplateText
    name: str | None = None
    """What its samples are called; ``METHOD /path`` by default."""
    query: dict[str, TemplateText] = {}
    headers: Headers = {}
    json_body: JsonValue = Field(default=None, alias="json")
    form: dict[str, TemplateText] | None = None
    body: TemplateText | None = None
    expect: Expectation = Expectation()
    capture: dict[Identifier, Capture] = {}


class ParallelRequests(SpecModel):
    """Requests that a browser would send at the same time."""

    parallel: tuple[RequestSpec, ...] = Field(min_length=1, max_length=50)


ProtocolHalf = tuple[RequestSpec | ParallelRequests, ...]


class StepSpec(SpecModel):
    """What every step may carry."""

    id: Identifier | None = None
    description: str = ""
    timeout: float = Field(default=DEFAULT_STEP_TIMEOUT_S, gt=0, le=600)
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
    body: dict[str, JsonValue] | TemplateText | None = None
    expected_status: Annotated[
        tuple[Annotated[int, Field(ge=100, le=599)], ...],
        BeforeValidator(lambda value: (value,) if isinstance(value, int) else value),
    ] = ()


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
