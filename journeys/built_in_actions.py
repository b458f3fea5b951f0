"""All built-in actions of one interaction, by their names."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from journeys.api_request import ApiRequest
from journeys.checks import Expect, WaitFor, WaitForText
from journeys.step_base import StepSpec
from journeys.ui_actions import (
    Check,
    Click,
    Download,
    GoBack,
    Hover,
    Navigate,
    Press,
    Reload,
    Scroll,
    Select,
    Type,
    Uncheck,
    Upload,
)

UiAction = Literal[
    "navigate",
    "goBack",
    "reload",
    "click",
    "hover",
    "type",
    "press",
    "select",
    "check",
    "uncheck",
    "upload",
    "download",
    "scroll",
    "waitForText",
    "waitFor",
    "expect",
]
"""What a user does and sees; a rule of the action map may say what goes over the wire for it."""
UI_ACTIONS: dict[str, type[StepSpec]] = {
    "navigate": Navigate,
    "goBack": GoBack,
    "reload": Reload,
    "click": Click,
    "hover": Hover,
    "type": Type,
    "press": Press,
    "select": Select,
    "check": Check,
    "uncheck": Uncheck,
    "upload": Upload,
    "download": Download,
    "scroll": Scroll,
    "waitForText": WaitForText,
    "waitFor": WaitFor,
    "expect": Expect,
}
BUILT_IN_ACTIONS: dict[str, type[StepSpec]] = {**UI_ACTIONS, "apiRequest": ApiRequest}

BrowserStep = Annotated[
    Navigate
    | GoBack
    | Reload
    | Click
    | Hover
    | Type
    | Press
    | Select
    | Check
    | Uncheck
    | Upload
    | Download
    | Scroll
    | WaitForText
    | WaitFor
    | Expect
    | ApiRequest,
    Field(discriminator="action"),
]
"""A built-in action: what a domain action's browser half is made of."""
