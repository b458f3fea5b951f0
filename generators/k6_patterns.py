"""A regular expression of a spec as JavaScript's, where it is read by code points. Pure.

Specs hold patterns as Python understands them, ``\\s``, ``\\w``, ``\\d`` and ``\\b`` about ASCII.
JavaScript's Unicode mode (the flag ``u``) finds the same, once the few things are written down
that the two languages read differently: it knows no needless backslash and no brace that is just
one, ``.`` leaves out more than a line feed there, and ``\\s`` means more.
"""

from __future__ import annotations

import re

_TOKEN = re.compile(
    r"\\(?P<escaped>.)|(?P<quantifier>\{[0-9]+(?:,[0-9]*)?\})|(?P<mark>.)", re.DOTALL
)
_CLASSES = "bBdDfnrtvwWxu123456789"
"""What a backslash gives a meaning to, the same one in both."""
_SYNTAX = "^$\\.*+?()[]{}|/"
_SPACES = r" \t\n\r\f\v"


def in_javascript(pattern: str) -> str:
    """Return the pattern for ``new RegExp(…, "u")``."""
    found: list[str] = []
    in_class = False
    for token in _TOKEN.finditer(pattern):
        escaped, mark = token["escaped"], token["mark"]
        if escaped is not None:
            found.append(_escape(escaped, in_class=in_class))
        elif mark is None:
            found.append(token[0])
        else:
            found.append(mark if in_class else _PLAIN.get(mark, mark))
            in_class = mark != "]" if in_class else mark == "["
    return "".join(found)


_PLAIN = {".": r"[^\n]", "{": r"\{", "}": r"\}", "]": r"\]"}
"""Outside of a class, where they are no more than they are."""


def _escape(mark: str, *, in_class: bool) -> str:
    if mark == "s":
        return _SPACES if in_class else f"[{_SPACES}]"
    if mark == "S" and not in_class:
        return f"[^{_SPACES}]"
    if mark in _CLASSES or mark in _SYNTAX or mark == "S" or (in_class and mark == "-"):
        return f"\\{mark}"
    return mark
