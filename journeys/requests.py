"""What goes over the wire: the protocol half of a step."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import (
    ConfigDict,
    Discriminator,
    Field,
    JsonValue,
    StringConstraints,
    Tag,
    model_validator,
)
from pydantic.alias_generators import to_camel

from journeys.texts import (
    AttributeName,
    AuthName,
    Headers,
    Identifier,
    JsonPath,
    MethodText,
    PathText,
    PatternText,
    Statuses,
    TemplateText,
    WireName,
)
from journeys.uploads import FormField
from tandem.models import FrozenModel

MAX_REDIRECTS = 20


class SpecModel(FrozenModel):
    """A part of a spec: camelCase outside, snake_case inside."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=False)


class SpecFile(SpecModel):
    """The whole of a file that an author writes."""

    editor_schema: str = Field(default="", alias="$schema", exclude=True)
    """Where an editor finds the schema of this file; Tandem itself does not look there."""


class Expectation(SpecModel):
    """What a response must be. Without ``status`` any 2xx is right."""

    status: Statuses = ()
    """One status, or several of which each is right."""
    text: TemplateText | None = None
    """A text that the answer holds, in these very letters."""
    json_values: dict[JsonPath, JsonValue] = Field(default={}, alias="json")
    """The answer is JSON with the value at each path, such as ``data.items[0].id``."""


class Capture(SpecModel):
    """Where a value for later steps stands in a response: exactly one of the five.

    A value that is not there, is empty, or is an object or a list fails the step.
    """

    json_path: JsonPath | None = Field(default=None, alias="json")
    """A path of JSON, such as ``data.items[0].id`` or ``items[?name == 'x'].id | [0]``."""
    css: Annotated[TemplateText, StringConstraints(min_length=1)] | None = None
    """A CSS selector of an element in an HTML page: its ``attribute``, else its text."""
    attribute: AttributeName | None = None
    """Which attribute of the element that ``css`` finds."""
    regex: Annotated[PatternText, StringConstraints(min_length=1)] | None = None
    """A regular expression: what its first group matches, or all of it where it has no group."""
    header: WireName | None = None
    """The name of a header of the answer."""
    cookie: WireName | None = None
    """The name of a cookie that the user has for this path after the answer."""

    @model_validator(mode="after")
    def _has_one_source(self) -> Capture:
        sources = (self.json_path, self.css, self.regex, self.header, self.cookie)
        if sum(each is not None for each in sources) != 1:
            raise ValueError("a capture has exactly one of json, css, regex, header and cookie")
        if self.attribute is not None and self.css is None:
            raise ValueError("'attribute' goes with 'css' only")
        return self


class RequestParts(SpecModel):
    """What a request may carry, whoever sends it."""

    query: dict[str, TemplateText] = {}
    """Names and values behind the ``?``; percent-encoded for you."""
    headers: Headers = {}
    """Names and values, in printable ASCII."""
    auth: AuthName | None = None
    """Who the user is to the app: a name in ``[auth]`` of the settings, whose header is sent."""
    form: dict[str, TemplateText] | None = None
    """The fields of a form, as its content."""
    multipart: dict[str, FormField] | None = None
    """The fields of a form in several parts, as its content: texts and files."""
    redirects: int = Field(default=0, ge=0, le=MAX_REDIRECTS)
    """How many redirects are followed, within the app only; otherwise one is an answer."""
    expect: Expectation = Expectation()
    """What the answer must be."""
    capture: dict[Identifier, Capture] = {}
    """Values of the answer for later steps, as ``${capture.NAME}``."""


class RequestSpec(RequestParts):
    """One HTTP request. At most one of ``json``, ``form``, ``multipart`` and ``body``."""

    method: MethodText = "GET"
    """``GET``, ``POST``, ``PUT``, ``PATCH``, ``DELETE``, ``HEAD`` or ``OPTIONS``."""
    path: PathText
    """A path of the app, or a capture that holds one or a URL of the app."""
    name: TemplateText | None = None
    """What its samples are called; ``METHOD /path`` by default."""
    json_body: JsonValue = Field(default=None, alias="json")
    """Any value, sent as JSON."""
    body: TemplateText | None = None
    """A text, sent as it is."""
    only_if: Identifier | None = None
    """A boolean parameter of the action: where it is false, the request is left out."""

    @model_validator(mode="after")
    def _has_one_content(self) -> RequestSpec:
        given = (self.json_body, self.form, self.multipart, self.body)
        if sum(each is not None for each in given) > 1:
            raise ValueError("a request has at most one of json, form, multipart and body")
        return self


class ParallelRequests(SpecModel):
    """Requests that a browser would send at the same time."""

    parallel: tuple[RequestSpec, ...] = Field(min_length=1, max_length=50)
    """1 to 50 requests."""


def _kind_of_part(value: Any) -> str:
    is_parallel = (
        "parallel" in value if isinstance(value, dict) else isinstance(value, ParallelRequests)
    )
    return "ParallelRequests" if is_parallel else "RequestSpec"


ProtocolPart = Annotated[
    Annotated[RequestSpec, Tag("RequestSpec")]
    | Annotated[ParallelRequests, Tag("ParallelRequests")],
    Discriminator(_kind_of_part),
]
ProtocolHalf = tuple[ProtocolPart, ...]
