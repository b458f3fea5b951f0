"""Every value that reaches a generated script does so as a literal made here. Pure.

One JSON encoder writes the strings of both languages: what it escapes means the same in JSON,
JavaScript and Python.
"""

from __future__ import annotations

import json
from typing import Any

_LINE_ENDS = {ord(mark): f"\\u{ord(mark):04x}" for mark in "\x7f\x85\u2028\u2029\ufeff"}
"""Marks that some reader of source text takes for the end of a line, or for nothing at all."""


def string_literal(text: str) -> str:
    """Return the double-quoted literal of ``text``, the same in JavaScript, Python and JSON."""
    encoded = json.dumps(text, ensure_ascii=False).translate(_LINE_ENDS)
    return encoded.replace("</", "<\\u002f")


def javascript_literal(value: Any) -> str:
    """Return ``value`` (JSON types) as a JavaScript expression on one line."""
    return _literal(value, {True: "true", False: "false", None: "null"})


def python_literal(value: Any) -> str:
    """Return ``value`` (JSON types) as a Python expression on one line."""
    return _literal(value, {True: "True", False: "False", None: "None"})


def comment_text(text: str) -> str:
    """Return ``text`` as one line that can stand in a comment or docstring of either language."""
    line = " ".join(text.split()).translate(_LINE_ENDS)
    return line.replace("\\", "\\\\").replace('"""', "'''").replace("*/", "* /").rstrip('"')


def _literal(value: Any, words: dict[bool | None, str]) -> str:
    if value is None or isinstance(value, bool):
        return words[value]
    if isinstance(value, str):
        return string_literal(value)
    if isinstance(value, dict):
        items = (f"{string_literal(key)}: {_literal(item, words)}" for key, item in value.items())
        return "{" + ", ".join(items) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_literal(item, words) for item in value) + "]"
    return json.dumps(value, allow_nan=False)
