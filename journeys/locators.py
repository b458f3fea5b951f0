"""How a step finds an element: a CSS selector as a text, or a locator as an object.

The object's kinds are those that Playwright recommends, because they say what a user sees.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import (
    BeforeValidator,
    Discriminator,
    Field,
    StringConstraints,
    Tag,
    TypeAdapter,
    field_validator,
    model_validator,
)

from journeys.requests import SpecModel
from journeys.texts import TemplateText

MAX_WITHIN = 4
"""How many locators may stand inside one another, below ``within``."""

Role = Literal[
    "alert", "alertdialog", "application", "article", "banner", "blockquote", "button", "caption",
    "cell", "checkbox", "code", "columnheader", "combobox", "complementary", "contentinfo",
    "definition", "deletion", "dialog", "directory", "document", "emphasis", "feed", "figure",
    "form", "generic", "grid", "gridcell", "group", "heading", "img", "insertion", "link", "list",
    "listbox", "listitem", "log", "main", "marquee", "math", "menu", "menubar", "menuitem",
    "menuitemcheckbox", "menuitemradio", "meter", "navigation", "none", "note", "option",
    "paragraph", "presentation", "progressbar", "radio", "radiogroup", "region", "row", "rowgroup",
    "rowheader", "scrollbar", "search", "searchbox", "separator", "slider", "spinbutton", "status",
    "strong", "subscript", "superscript", "switch", "tab", "table", "tablist", "tabpanel", "term",
    "textbox", "time", "timer", "toolbar", "tooltip", "tree", "treegrid", "treeitem",
]  # fmt: skip
"""The ARIA roles that Playwright's ``get_by_role`` knows."""

Kind = Literal["testId", "role", "label", "placeholder", "text", "css"]

_Text = Annotated[TemplateText, StringConstraints(min_length=1)]
_TEST_ID = re.compile(r"""\[data-testid=(?:'([^'"\\\]]+)'|"([^'"\\\]]+)"|([\w-]+))\]""")


class Locator(SpecModel):
    """An element by exactly one of its test id, role, label, placeholder, text and CSS."""

    test_id: _Text | None = None
    """The value of ``data-testid``."""
    role: Role | None = None
    """The ARIA role that the element has, by itself or by its ``role``."""
    name: _Text | None = None
    """Goes with ``role``: the accessible name, such as a button's text."""
    label: _Text | None = None
    """The text of a field's label."""
    placeholder: _Text | None = None
    """What stands in the field while it is empty."""
    text: _Text | None = None
    """What stands in the element."""
    css: _Text | None = None
    """A CSS selector."""
    exact: bool = False
    """The whole name, label, placeholder or text, in its very letters; else a part of it."""
    nth: Annotated[int, Field(ge=-1, le=999)] | None = None
    """Which of several, from 0; -1 is the last one."""
    within: Selector | None = None
    """The element that it stands in."""

    @field_validator("within")
    @classmethod
    def _is_not_too_deep(cls, value: Selector | None) -> Selector | None:
        depth, outer = 0, value
        while isinstance(outer, Locator):
            depth, outer = depth + 1, outer.within
        if depth + (outer is not None) > MAX_WITHIN:
            raise ValueError(f"has more than {MAX_WITHIN} locators inside one another")
        return value

    @model_validator(mode="after")
    def _says_one_thing(self) -> Locator:
        kinds: tuple[Kind, ...] = ("testId", "role", "label", "placeholder", "text", "css")
        given = [kind for kind in kinds if kind in self._said]
        if len(given) != 1:
            found = f", found {' and '.join(given)}" if given else ""
            raise ValueError(f"expected exactly one of {', '.join(kinds)}{found}")
        if self.name is not None and self.role is None:
            raise ValueError(f"'name' goes with 'role' only, not with '{given[0]}'")
        inexact = given[0] in ("testId", "css") or (given[0] == "role" and self.name is None)
        if self.exact and inexact:
            raise ValueError("'exact' goes with label, placeholder, text, or the name of a role")
        return self

    @property
    def _said(self) -> dict[str, str]:
        found: dict[Kind, str | None] = {
            "testId": self.test_id,
            "role": self.role,
            "label": self.label,
            "placeholder": self.placeholder,
            "text": self.text,
            "css": self.css,
        }
        return {kind: text for kind, text in found.items() if text is not None}

    @property
    def kind(self) -> str:
        """What the element is found by."""
        return next(iter(self._said))

    @property
    def subject(self) -> str:
        """What names the element best, in a word or two."""
        return self.name or self._said[self.kind]

    def __str__(self) -> str:
        if self.role is not None:
            found = self.role if self.name is None else f"{self.role} '{self.name}'"
        elif self.css is not None:
            found = self.css
        else:
            words = "test id" if self.kind == "testId" else self.kind
            found = f"{words} '{self.subject}'"
        if self.nth is not None:
            found = "last " * (self.nth == -1) + found + f" number {self.nth + 1}" * (self.nth >= 0)
        return found if self.within is None else f"{found} in {self.within}"


def _kind_of_selector(value: Any) -> str:
    return "Locator" if isinstance(value, dict | Locator) else "css"


def _checked_css(value: Any) -> Any:
    if isinstance(value, str):
        return value
    raise ValueError("expected a CSS selector as a text, or an object such as {testId: go}")


Selector = Annotated[
    Annotated[_Text, BeforeValidator(_checked_css), Tag("css")]
    | Annotated[Locator, Tag("Locator")],
    Discriminator(_kind_of_selector),
]
"""A text is a CSS selector, or another one that Playwright's ``locator`` takes."""
Locator.model_rebuild()

SELECTOR: TypeAdapter[str | Locator] = TypeAdapter(Selector)


def subject_of(selector: str | Locator) -> str:
    """Return what names the element best, in a word or two: its test id, where it has one."""
    if isinstance(selector, Locator):
        return selector.subject
    test_id = re.search(r"data-testid=['\"]?([^'\"\]]+)", selector)
    return test_id.group(1) if test_id else selector


def canonical_selector(value: Any) -> Any:
    """Return the plain form of a selector such that two ways to write the same one are equal.

    ``#go`` is ``{css: "#go"}``, and ``[data-testid='go']`` is ``{testId: go}``.
    """
    if isinstance(value, dict):
        plain = {
            name: item for name, item in value.items() if item is not None and item is not False
        }
        if "within" in plain:
            plain["within"] = canonical_selector(plain["within"])
        return {**canonical_selector(plain.pop("css")), **plain} if "css" in plain else plain
    test_id = _TEST_ID.fullmatch(value) if isinstance(value, str) else None
    return {"testId": next(filter(None, test_id.groups()))} if test_id else {"css": value}
