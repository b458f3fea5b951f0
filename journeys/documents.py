"""Reading one YAML or JSON document, safely, with a place to point at for every fault.

JSON may carry ``//`` line comments. YAML is read by the safe loader with YAML 1.2's idea of a
boolean (``true`` and ``false`` alone), without duplicate keys, and with aliases bounded.
"""

from __future__ import annotations

import json
import re
from collections.abc import Hashable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tandem.errors import SpecError

MAX_BYTES = 1_000_000
MAX_NODES = 100_000
"""Values of one document, each alias counted as often as it stands: no bomb unfolds here."""

_JSON_STRING_OR_COMMENT = re.compile(r'"(?:\\.|[^"\\\n])*"|//[^\n]*')
_Key = str | int


@dataclass(frozen=True, slots=True)
class Document:
    """A parsed file: ``value`` as plain Python data, ``text`` to find places in."""

    path: str
    text: str
    value: Any

    def place(self, field: tuple[_Key, ...]) -> tuple[int, int]:
        """Return line and column (from 1) of ``field``, or of the nearest thing around it."""
        try:
            node = yaml.compose(self.text, Loader=_SafeLoader)
        except yaml.YAMLError:
            return 1, 1
        for key in field:
            inner = _child(node, key)
            if inner is None:
                break
            node = inner
        if node is None:
            return 1, 1
        return node.start_mark.line + 1, node.start_mark.column + 1


def read_document(path: Path, shown_path: str) -> Document:
    """Parse the file; ``shown_path`` is what errors call it. Raise :class:`SpecError`."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise SpecError(f"{shown_path}: cannot be read: {error.strerror}") from error
    if len(content) > MAX_BYTES:
        raise SpecError(
            f"{shown_path}: {len(content)} bytes, expected at most {MAX_BYTES}",
            hint="Move long lists of values into a data file.",
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SpecError(f"{shown_path}: byte {error.start} is not UTF-8") from error
    return parse_document(text, shown_path, is_json=path.suffix == ".json")


def parse_document(text: str, shown_path: str, *, is_json: bool) -> Document:
    """Parse ``text``; raise :class:`SpecError` with line and column."""
    if is_json:
        text = _JSON_STRING_OR_COMMENT.sub(_blank_comment, text)
    value = _parse_json(text, shown_path) if is_json else _parse_yaml(text, shown_path)
    _check_values(value, shown_path)
    return Document(shown_path, text, value)


def _blank_comment(match: re.Match[str]) -> str:
    """Keep strings; put spaces for comments, so that every place stays where it was."""
    token = match.group()
    return token if token.startswith('"') else " " * len(token)


def _parse_json(text: str, shown_path: str) -> Any:
    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            seen: set[str] = set()
            twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
            raise SpecError(f"{shown_path}: the key '{twice}' stands twice in one object")
        return found

    def no_constant(name: str) -> Any:
        raise SpecError(f"{shown_path}: {name} is not a JSON value")

    try:
        return json.loads(text, object_pairs_hook=unique, parse_constant=no_constant)
    except json.JSONDecodeError as error:
        raise SpecError(
            f"{shown_path}:{error.lineno}:{error.colno}: not valid JSON: {error.msg}",
            hint="JSON with // line comments is accepted; trailing commas are not.",
        ) from error
    except RecursionError:
        raise SpecError(f"{shown_path}: nested too deeply") from None


def _parse_yaml(text: str, shown_path: str) -> Any:
    try:
        return yaml.load(text, Loader=_SafeLoader)  # noqa: S506 - a subclass of the safe loader
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f":{mark.line + 1}:{mark.column + 1}" if mark else ""
        problem = error.problem or error.context or "unreadable"
        raise SpecError(f"{shown_path}{place}: not valid YAML: {problem}") from error
    except yaml.YAMLError as error:
        raise SpecError(f"{shown_path}: not valid YAML: {error}") from error
    except RecursionError:
        raise SpecError(f"{shown_path}: nested too deeply") from None


def _check_values(value: Any, shown_path: str) -> None:
    """Refuse what no later part should have to think of: bombs, lone surrogates, odd keys."""
    pending, count = [value], 0
    while pending:
        item = pending.pop()
        count += 1
        if count > MAX_NODES:
            raise SpecError(f"{shown_path}: more than {MAX_NODES} values once aliases are unfolded")
        if isinstance(item, dict):
            pending.extend(item.values())
            pending.extend(item)
        elif isinstance(item, list):
            pending.extend(item)
        elif isinstance(item, str) and not _is_unicode(item):
            raise SpecError(f"{shown_path}: {item!r} is not valid Unicode text")


def _is_unicode(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


class _SafeLoader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """The safe loader without YAML 1.1's surprises."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode) or key.tag != "tag:yaml.org,2002:str":
                raise yaml.MarkedYAMLError(
                    problem="a key must be a text (put it in quotes)", problem_mark=key.start_mark
                )
            if key.value in seen:
                raise yaml.MarkedYAMLError(
                    problem=f"the key '{key.value}' stands twice", problem_mark=key.start_mark
                )
            seen.add(key.value)
        return super().construct_mapping(node, deep)  # type: ignore[no-any-return]


# YAML 1.2's core schema: `no`, `on` and `y` are texts, `1:30` is one, and so is a date.
_SafeLoader.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("int", r"[-+]?(?:0|[1-9][0-9]*)", "-+0123456789"),
    (
        "float",
        r"[-+]?(?:[0-9]*\.[0-9]+|[0-9]+\.|[0-9]+(?=[eE]))(?:[eE][-+]?[0-9]+)?",
        "-+.0123456789",
    ),
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
):
    _SafeLoader.add_implicit_resolver(
        f"tag:yaml.org,2002:{_tag}", re.compile(rf"^(?:{_pattern})$"), list(_first)
    )


def _child(node: Any, key: _Key) -> Any:
    if isinstance(node, yaml.MappingNode):
        return next((value for name, value in node.value if name.value == str(key)), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(key, int) and key < len(node.value):
        return node.value[key]
    return None
