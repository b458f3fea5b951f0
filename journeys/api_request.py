"""The built-in action that goes past the page: one request."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, JsonValue

from journeys.step_base import StepSpec
from journeys.texts import Headers, PathText, Statuses, TemplateText


def _object_or_text(value: Any) -> Any:
    if value is None or isinstance(value, dict | str):
        return value
    raise ValueError("expected an object with keys, or a text")


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
