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
    JSON_PATH_PATTERN,
    Headers,
    Identifier,
    MethodText,
    PathText,
    Statuses,
    TemplateText,
)
from tandem.models import FrozenModel


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
    text: TemplateText | None = None


class Capture(SpecModel):
    """Where a value for later steps stands in a response: exactly one of the three.

    ``json`` is a path of names and indexes (``data.items.0.id``), ``css`` a selector in an HTML
    page (its ``attribute``, else its text), ``header`` a response header.
    """

    json_path: Annotated[str, StringConstraints(pattern=JSON_PATH_PATTERN)] | None = Field(
        default=None, alias="json"
    )
    css: Annotated[TemplateText, StringConstraints(min_length=1)] | None = None
    attribute: Annotated[str, StringConstraints(min_length=1)] | None = None
    header: Annotated[str, StringConstraints(min_length=1)] | None = None

    @model_validator(mode="after")
    def _has_one_source(self) -> Capture:
        if sum(each is not None for each in (self.json_path, self.css, self.header)) != 1:
            raise ValueError("a capture has exactly one of json, css and header")
        if self.attribute is not None and self.css is None:
            raise ValueError("'attribute' goes with 'css' only")
        return self


class RequestSpec(SpecModel):
    """One HTTP request. At most one of ``json``, ``form`` and ``body`` is its content."""

    method: MethodText = "GET"
    path: PathText
    name: TemplateText | None = None
    """What its samples are called; ``METHOD /path`` by default."""
    query: dict[str, TemplateText] = {}
    headers: Headers = {}
    json_body: JsonValue = Field(default=None, alias="json")
    form: dict[str, TemplateText] | None = None
    body: TemplateText | None = None
    expect: Expectation = Expectation()
    capture: dict[Identifier, Capture] = {}

    @model_validator(mode="after")
    def _has_one_content(self) -> RequestSpec:
        if sum(each is not None for each in (self.json_body, self.form, self.body)) > 1:
            raise ValueError("a request has at most one of json, form and body")
        return self


class ParallelRequests(SpecModel):
    """Requests that a browser would send at the same time."""

    parallel: tuple[RequestSpec, ...] = Field(min_length=1, max_length=50)


def _kind_of_part(value: Any) -> str:
    is_parallel = "parallel" in value if isinstance(value, dict) else hasattr(value, "parallel")
    return "ParallelRequests" if is_parallel else "RequestSpec"


ProtocolPart = Annotated[
    Annotated[RequestSpec, Tag("RequestSpec")]
    | Annotated[ParallelRequests, Tag("ParallelRequests")],
    Discriminator(_kind_of_part),
]
ProtocolHalf = tuple[ProtocolPart, ...]
