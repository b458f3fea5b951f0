"""The built-in action that goes past the page: one request."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, JsonValue, model_validator

from journeys.requests import RequestParts, RequestSpec
from journeys.step_base import StepSpec
from journeys.texts import PathText, Statuses, TemplateText


def _object_or_text(value: Any) -> Any:
    if value is None or isinstance(value, dict | str):
        return value
    raise ValueError("expected an object with keys, or a text")


class ApiRequest(StepSpec, RequestParts):
    """Send one request from outside the page, with the user's cookies."""

    action: Literal["apiRequest"]
    target: PathText
    """A path of the app."""
    method: Literal["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"] = "GET"
    """The HTTP method."""
    body: Annotated[
        dict[str, JsonValue] | TemplateText | None, BeforeValidator(_object_or_text)
    ] = None
    """An object, sent as JSON, or a text, sent as it is."""
    expected_status: Statuses = ()
    """One status, or several of which each is right; any 2xx by default."""

    @model_validator(mode="after")
    def _says_it_once(self) -> ApiRequest:
        if sum(each is not None for each in (self.body, self.form, self.multipart)) > 1:
            raise ValueError("a request has at most one of body, form and multipart")
        if self.expected_status and self.expect.status:
            raise ValueError("'expectedStatus' and 'expect.status' say the same thing")
        return self

    @property
    def statuses(self) -> tuple[int, ...]:
        """Which answers are right; any 2xx where there is none."""
        return self.expected_status or self.expect.status

    @property
    def request(self) -> RequestSpec:
        """What goes over the wire."""
        given: dict[str, Any] = {"method": self.method, "path": self.target}
        if self.body is not None:
            given["body" if isinstance(self.body, str) else "json"] = self.body
        shared = self.model_dump(
            by_alias=True, exclude_defaults=True, include=set(RequestParts.model_fields)
        )
        if self.statuses:
            shared["expect"] = {**shared.get("expect", {}), "status": self.statuses}
        return RequestSpec.model_validate({**given, **shared})
