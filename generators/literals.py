"""Every value that reaches a generated script does so as a literal made here. Pure.

One JSON encoder writes the strings of both languages: what it escapes means the same in JSON,
JavaScript and Python.
"""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Callable
from typing import Any

_HIDDEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]"
)
"""What a reader of source text does not see, or takes for the end of a line or its direction."""


def string_literal(text: str) -> str:
    """Return the double-quoted literal of ``text``, the same in JavaScript, Python and JSON."""
    encoded = _shown(json.dumps(text, ensure_ascii=False))
    return encoded.replace("</", "<\\u002f")


def python_string(text: str) -> str:
    """Return ``text`` as a Python literal, in the quotes that need fewer escapes, as ruff does."""
    encoded = string_literal(text)
    if text.count('"') <= text.count("'"):
        return encoded
    quotes = {'\\"': '"', "'": "\\'"}
    body = re.sub(r"\\.|'", lambda each: quotes.get(each.group(), each.group()), encoded[1:-1])
    return f"'{body}'"


def javascript_literal(value: Any) -> str:
    """Return ``value`` (JSON types) as a JavaScript expression on one line."""
    return _literal(value, {True: "true", False: "false", None: "null"}, string_literal)


def python_literal(value: Any) -> str:
    """Return ``value`` (JSON types) as a Python expression on one line."""
    return _literal(value, {True: "True", False: "False", None: "None"}, python_string)


def comment_text(text: str) -> str:
    """Return ``text`` as one line that can stand in a comment of either language."""
    return _shown(" ".join(text.split())).replace("*/", "* /")


def comment_lines(text: str, width: int) -> list[str]:
    """Return ``text`` as lines of at most ``width``, longer words apart, to stand in a comment."""
    return textwrap.wrap(comment_text(text), width, break_long_words=False, break_on_hyphens=False)


def docstring_text(text: str) -> str:
    """Return ``text`` as one line that can stand in a docstring, other than as its very end."""
    return _shown(" ".join(text.split()).replace("\\", "\\\\")).replace('"""', r"\"\"\"")


def docstring_lines(text: str, width: int) -> list[str]:
    """Return :func:`docstring_text` as lines of at most ``width``, longer words apart."""
    return textwrap.wrap(
        docstring_text(text), width, break_long_words=False, break_on_hyphens=False
    )


def docstring(text: str, indent: int, width: int) -> str:
    """Return ``text`` as a docstring, all but its first line indented; laid out as ruff does."""
    lines = docstring_lines(text, width - indent - 3) or [""]
    if len(lines) == 1:  # whose room the closing quotes share
        lines = docstring_lines(text, width - indent - 6) or [""]
    if lines[0].startswith('"'):
        lines[0] = f" {lines[0]}"
    if len(lines) == 1:
        return f'"""{lines[0]} """' if lines[0].endswith('"') else f'"""{lines[0]}"""'
    return ("\n" + " " * indent).join([f'"""{lines[0]}', *lines[1:], '"""'])


def _shown(text: str) -> str:
    return _HIDDEN.sub(lambda match: f"\\u{ord(match.group()):04x}", text)


def _literal(value: Any, words: dict[bool | None, str], literal_of: Callable[[str], str]) -> str:
    if value is None or isinstance(value, bool):
        return words[value]
    if isinstance(value, str):
        return literal_of(value)
    if isinstance(value, dict):
        items = (
            f"{literal_of(key)}: {_literal(item, words, literal_of)}" for key, item in value.items()
        )
        return "{" + ", ".join(items) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_literal(item, words, literal_of) for item in value) + "]"
    return json.dumps(value, allow_nan=False)
