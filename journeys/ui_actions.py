"""The built-in actions of a user's hands: what is done to a page."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from journeys.expressions import parse
from journeys.locators import Selector
from journeys.step_base import StepSpec
from journeys.texts import PathText, TemplateText
from journeys.uploads import Files
from tandem.wording import nearest

_MODIFIERS = ("Alt", "Control", "ControlOrMeta", "Meta", "Shift")
_KEYS = frozenset(
    {
        *_MODIFIERS,
        *("Backquote", "Backslash", "Backspace", "BracketLeft", "BracketRight", "CapsLock"),
        *("Comma", "ContextMenu", "Delete", "End", "Enter", "Equal", "Escape", "Home", "Insert"),
        *("ArrowDown", "ArrowLeft", "ArrowRight", "ArrowUp", "Minus", "NumLock", "PageDown"),
        *("PageUp", "Pause", "Period", "PrintScreen", "Quote", "ScrollLock", "Semicolon", "Slash"),
        *("Space", "Tab"),
        *(f"F{number}" for number in range(1, 13)),
        *(f"Digit{digit}" for digit in range(10)),
        *(f"Key{letter}" for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
    }
)
"""The names that Playwright knows, beside every single character."""
_JOINT = re.compile(r"(?<=.)\+(?=.)", re.DOTALL)
"""Between two keys; a ``+`` at either end is one itself."""


def _checked_key(text: str) -> str:
    if not all(isinstance(part, str) for part in parse(text)):
        return text  # looked at when it is filled in
    *held, key = _JOINT.split(text)
    for name in held:
        if name not in _MODIFIERS:
            near = nearest(name, _MODIFIERS)
            raise ValueError(
                f"'{name}' is not held down with another key{near}; "
                f"known are {', '.join(_MODIFIERS)}"
            )
    if len(key) != 1 and key not in _KEYS:
        near = nearest(key, _KEYS) or "; write one such as Enter, Escape, ArrowDown or Control+a"
        raise ValueError(f"'{key}' is not a key{near}")
    return text


KeyText = Annotated[TemplateText, StringConstraints(min_length=1), AfterValidator(_checked_key)]
"""One key, or some held down with another: ``Enter``, ``a``, ``Control+Shift+K``."""


class Navigate(StepSpec):
    """Open a page of the app."""

    action: Literal["navigate"]
    target: PathText
    """A path of the app."""


class GoBack(StepSpec):
    """Go back to the page before, as the browser's button does."""

    action: Literal["goBack"]


class Reload(StepSpec):
    """Load the page again."""

    action: Literal["reload"]


class Click(StepSpec):
    """Click an element."""

    action: Literal["click"]
    selector: Selector
    """Which element: a CSS selector, or a locator."""


class Hover(StepSpec):
    """Move the mouse over an element."""

    action: Literal["hover"]
    selector: Selector
    """Which element: a CSS selector, or a locator."""


class Check(StepSpec):
    """Tick a checkbox, or choose a radio button."""

    action: Literal["check"]
    selector: Selector
    """Which element: a CSS selector, or a locator."""


class Uncheck(StepSpec):
    """Take the tick off a checkbox."""

    action: Literal["uncheck"]
    selector: Selector
    """Which element: a CSS selector, or a locator."""


class Type(StepSpec):
    """Put a value into a field, as the user's typing leaves it."""

    action: Literal["type"]
    selector: Selector
    """Which element: a CSS selector, or a locator."""
    value: TemplateText
    """What stands in the field afterwards."""


class Press(StepSpec):
    """Press a key, in an element or wherever the focus is."""

    action: Literal["press"]
    key: KeyText
    """One key, or some held down with another: ``Enter``, ``a``, ``Control+Shift+K``."""
    selector: Selector | None = None
    """In which element; without it wherever the focus is."""


class Select(StepSpec):
    """Choose an option of a select element: by its value, its label or its place."""

    action: Literal["select"]
    selector: Selector
    """Which element: a CSS selector, or a locator."""
    value: TemplateText | None = None
    """The option's own value."""
    label: TemplateText | None = None
    """What stands in the option."""
    index: Annotated[int, Field(ge=0, le=9999)] | None = None
    """From 0."""

    @model_validator(mode="after")
    def _says_which(self) -> Select:
        if sum(each is not None for each in (self.value, self.label, self.index)) != 1:
            raise ValueError("a select has exactly one of value, label and index")
        return self


class Download(StepSpec):
    """Click an element and wait until what it downloads is there; its size is kept."""

    action: Literal["download"]
    selector: Selector
    """Which element: a CSS selector, or a locator."""


class Upload(StepSpec):
    """Choose files in a file field, as the user does in the browser's dialog."""

    action: Literal["upload"]
    selector: Selector
    """Which file field: a CSS selector, or a locator."""
    file: Files
    """A file below the workspace, by its path; one made of ``content`` or ``size``; or several."""


class Scroll(StepSpec):
    """Scroll until an element can be seen, or by so many pixels."""

    action: Literal["scroll"]
    selector: Selector | None = None
    """Until this element can be seen."""
    by: Annotated[int, Field(ge=-100_000, le=100_000)] | None = None
    """Pixels downwards; below 0 upwards."""

    @model_validator(mode="after")
    def _says_where(self) -> Scroll:
        if (self.selector is None) == (self.by is None):
            raise ValueError("a scroll has exactly one of selector and by")
        return self
