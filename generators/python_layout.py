"""Python statements laid out as ruff does, so that scripts need no formatter. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

LINE_LENGTH = 100
INDENT = 4
"""Of the statements in a function."""
_ROOM = LINE_LENGTH - INDENT


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument of a call: an expression that is a sum of ``terms``, and its keyword."""

    terms: tuple[str, ...]
    keyword: str = ""

    @property
    def text(self) -> str:
        """The argument on one line."""
        return self._prefix + " + ".join(self.terms)

    @property
    def _prefix(self) -> str:
        return f"{self.keyword}=" if self.keyword else ""

    def lines(self, room: int) -> list[str]:
        """Return the argument on as many lines as it needs."""
        if len(self.text) <= room:
            return [self.text]
        first, *others = self.terms
        return [self._prefix + first, *(f"+ {term}" for term in others)]


def fits(statement: str) -> bool:
    """Tell whether a function's statement has room on one line."""
    return len(statement) <= _ROOM


def call(head: str, arguments: Sequence[Argument], tail: str = "") -> list[str]:
    """Return the statement ``head(arguments)tail``, its arguments on lines of their own if long.

    ``tail`` is attributes and calls without arguments, such as ``.first.click()``.
    """
    texts = [argument.text for argument in arguments]
    line = f"{head}({', '.join(texts)}){tail}"
    if fits(line) or not arguments:
        return [line]
    room = _ROOM - INDENT
    if len(", ".join(texts)) <= room:
        inner = [", ".join(texts)]
    elif len(arguments) == 1:
        inner = arguments[0].lines(room)
    else:
        inner = [line for each in arguments for line in _with_comma(each.lines(room - 1))]
    return [f"{head}(", *(" " * INDENT + line for line in inner), f"){tail}"]


def _with_comma(lines: list[str]) -> list[str]:
    return [*lines[:-1], f"{lines[-1]},"]
