"""The built-in actions of a user's eyes: what is waited for, and what must be there."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, JsonValue, StringConstraints, model_validator

from journeys.locators import Selector
from journeys.step_base import StepSpec
from journeys.texts import JsonPath, PathText, Statuses, TemplateText

_Text = Annotated[TemplateText, StringConstraints(min_length=1)]


class WaitForText(StepSpec):
    """Wait until a text can be seen."""

    action: Literal["waitForText"]
    text: _Text
    """A part of what is shown."""


class WaitFor(StepSpec):
    """Wait for one thing: an element that can be seen, the page's URL, or an answer to the page."""

    action: Literal["waitFor"]
    selector: Selector | None = None
    """An element that can be seen."""
    url: PathText | None = None
    """A path with its query; ``*`` stands for a part of it without ``/``, ``**`` for any."""
    response: PathText | None = None
    """A path, written like ``url``, that was asked since the step before began."""

    @model_validator(mode="after")
    def _waits_for_one_thing(self) -> WaitFor:
        given = [each for each in (self.selector, self.url, self.response) if each is not None]
        if len(given) != 1:
            raise ValueError("expected exactly one of selector, url and response")
        return self


class Expect(StepSpec):
    """Insist on something: of an element, of the page's URL, or of an answer of the API.

    It is waited for until the step's timeout, since a page needs its time; an answer is what it is.
    """

    action: Literal["expect"]
    selector: Selector | None = None
    """Which element is looked at: a CSS selector, or a locator."""
    text: TemplateText | None = None
    """A part of what stands in the element."""
    count: Annotated[int, Field(ge=0, le=10_000)] | None = None
    """How many such elements there are."""
    visible: bool | None = None
    """Whether the element can be seen; with ``false`` that it cannot, or is not there."""
    value: TemplateText | None = None
    """What stands in the field."""
    url: PathText | None = None
    """As in ``waitFor``."""
    response: PathText | None = None
    """Whose answer is meant: a path that the page asked, written as in ``waitFor``.

    Without it, that of the last ``apiRequest``.
    """
    status: Statuses = ()
    """One status, or several of which each is right."""
    json_values: dict[JsonPath, JsonValue] = Field(default={}, alias="json")
    """The value at each path, such as ``data.items[0].id``."""

    @model_validator(mode="after")
    def _insists_on_one_thing(self) -> Expect:
        given = set(self.plain()) - {"action"}
        subjects = [name for name in ("selector", "url", "response") if name in given]
        if len(subjects) > 1:
            raise ValueError(f"'{subjects[0]}' does not go with '{subjects[1]}'")
        subject = subjects[0] if subjects else "response"
        rest = sorted(given - {subject})
        known = _GO_WITH[subject]
        for name in rest:
            if name not in known and not subjects:
                raise ValueError(f"'{name}' goes with 'selector', which is missing")
            if name not in known:
                raise ValueError(f"'{name}' does not go with '{subject}'")
        if subject == "selector" and len(rest) != 1:
            raise ValueError(f"'selector' goes with exactly one of {', '.join(known)}")
        if subject == "response" and not rest:
            lacking = "'response' goes with" if subjects else "expected one of selector, url,"
            raise ValueError(f"{lacking} status and json")
        return self


_GO_WITH: dict[str, tuple[str, ...]] = {
    "selector": ("text", "count", "visible", "value"),
    "url": (),
    "response": ("status", "json"),
}
"""What is expected of each thing that one can look at."""
