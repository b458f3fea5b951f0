"""Where in the text of a document a field stands. Pure."""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

Field = tuple[str | int, ...]
"""The keys and indexes that lead to a value."""

_JSON_TOKEN = re.compile(r'"(?:\\.|[^"\\])*"|[{}\[\],:]|[^\s{}\[\],:"]+')


@dataclass(frozen=True, slots=True)
class Places:
    """Line and column, both from 1, of every field; of a key where the field has one."""

    known: Mapping[Field, tuple[int, int]]
    repeated: Field | None = None
    """A key that stands twice in one JSON object: the second one."""

    def place(self, field: Field) -> tuple[int, int]:
        """Return the place of ``field``, or of the nearest thing around it."""
        for length in range(len(field), -1, -1):
            if field[:length] in self.known:
                return self.known[field[:length]]
        return 1, 1


def places_in_yaml(root: yaml.Node | None) -> Places:
    """Return the places of what was composed; what aliases repeat is at its first place."""
    known: dict[Field, tuple[int, int]] = {}
    seen: set[int] = set()
    pending: list[tuple[Field, Any, Any]] = [((), root, root)] if root is not None else []
    while pending:
        field, start, node = pending.pop()
        known[field] = (start.start_mark.line + 1, start.start_mark.column + 1)
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            pending.extend(((*field, key.value), key, value) for key, value in node.value)
        elif isinstance(node, yaml.SequenceNode):
            pending.extend(((*field, index), item, item) for index, item in enumerate(node.value))
    return Places(known)


@dataclass(slots=True)
class _Container:
    """An object or array that is being walked through."""

    field: Field
    is_array: bool
    key: str | int = 0
    awaits_key: bool = False


def places_in_json(text: str) -> Places:
    """Return the places of a text that is valid JSON."""
    found: dict[Field, int] = {}
    repeated: Field | None = None
    stack: list[_Container] = []
    for token in _JSON_TOKEN.finditer(text):
        mark = token.group()
        top = stack[-1] if stack else None
        if mark in ("]", "}"):
            stack.pop()
        elif mark == ",":
            if top is not None:
                _advance(top)
        elif mark == ":":
            continue
        elif top is not None and top.awaits_key:
            top.key, top.awaits_key = json.loads(mark), False
            field = (*top.field, top.key)
            if repeated is None and field in found:
                repeated = field
            found[field] = token.start()
        else:
            field = (*top.field, top.key) if top is not None else ()
            found.setdefault(field, token.start())
            if mark in ("[", "{"):
                stack.append(_Container(field, mark == "[", awaits_key=mark == "{"))
    ends = [match.start() for match in re.finditer("\n", text)]
    return Places({field: _line_and_column(ends, at) for field, at in found.items()}, repeated)


def _advance(container: _Container) -> None:
    """Go on to the next item."""
    if isinstance(container.key, int) and container.is_array:
        container.key += 1
    container.awaits_key = not container.is_array


def _line_and_column(line_ends: list[int], offset: int) -> tuple[int, int]:
    line = bisect_left(line_ends, offset)
    return line + 1, offset - (line_ends[line - 1] if line else -1)
