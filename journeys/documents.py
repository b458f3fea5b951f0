"""Reading one YAML or JSON document, safely, with a place to point at for every fault.

JSON may carry ``//`` line comments. YAML is read by the safe loader with YAML 1.2's idea of a
boolean (``true`` and ``false`` alone), without duplicate keys, and with aliases bounded.
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from journeys.places import Field, Places, places_in_json, places_in_yaml
from journeys.yaml_loader import RefusedYamlError, SpecLoader
from tandem.errors import SpecError

MAX_BYTES = 1_000_000
MAX_NODES = 100_000
"""Values of one document, each alias counted as often as it stands: no bomb unfolds here."""
MAX_DEPTH = 50
MAX_INTEGER = 2**53 - 1
"""The largest whole number that JavaScript, and so k6, keeps exact."""

_JSON_STRING_OR_COMMENT = re.compile(r'"(?:\\.|[^"\\\n])*"|//[^\n]*')
_YAML_HINTS = {
    "mapping values are not allowed": "Put a text that holds ': ' in quotes, and indent the keys "
    "of one object alike.",
    "cannot start any token": "Indent with spaces, not tabs, and put a text that begins with "
    "one of %@` in quotes.",
    "did not find expected": "Look at the line above too: keys of one object are indented alike, "
    "every bracket and quote is closed, and between { and } a text with brackets is in quotes.",
    "found another document": "A file holds one journey.",
    "undefined alias": "Put a text that begins with '*' in quotes.",
}
"""What to try, by a part of the parser's own message."""
_BRACKETS = re.compile(r'"(?:\\.|[^"\\])*"|[\[{\]}]')


@dataclass(frozen=True, slots=True)
class Document:
    """A parsed file: ``value`` as plain Python data, ``text`` to find places in."""

    path: str
    text: str
    value: Any
    is_json: bool

    def places(self) -> Places:
        """Return where every field stands."""
        if self.is_json:
            return places_in_json(self.text)
        return places_in_yaml(yaml.compose(self.text, Loader=SpecLoader))


def read_document(path: Path, shown_path: str) -> Document:
    """Parse the file; ``shown_path`` is what errors call it. Raise :class:`SpecError`."""
    content = read_content(path, shown_path)
    return document_in(content, shown_path, is_json=path.suffix == ".json")


def read_content(path: Path, shown_path: str) -> bytes:
    """Return the file's content; raise :class:`SpecError` for one that cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise SpecError(f"{shown_path}: cannot be read: {error.strerror}") from error


def document_in(content: bytes, shown_path: str, *, is_json: bool) -> Document:
    """Parse a file's content; raise :class:`SpecError`."""
    if len(content) > MAX_BYTES:
        raise SpecError(
            f"{shown_path}: {len(content)} bytes, expected at most {MAX_BYTES}",
            hint="Move long lists of values into a data file.",
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        hint = "Save it as UTF-8."
        if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
            hint = "It looks like UTF-16. " + hint
        raise SpecError(
            f"{shown_path}:{line}: byte {error.start} is not UTF-8", hint=hint
        ) from error
    return parse_document(text, shown_path, is_json=is_json)


def parse_document(text: str, shown_path: str, *, is_json: bool) -> Document:
    """Parse ``text``; raise :class:`SpecError` with line and column."""
    if is_json:
        text = _JSON_STRING_OR_COMMENT.sub(_blank_comment, text)
    value = _parse_json(text, shown_path) if is_json else _parse_yaml(text, shown_path)
    document = Document(shown_path, text, value, is_json)
    _check_values(document)
    return document


def _blank_comment(match: re.Match[str]) -> str:
    """Keep strings; put spaces for comments, so that every place stays where it was."""
    token = match.group()
    return token if token.startswith('"') else " " * len(token)


def _parse_json(text: str, shown_path: str) -> Any:
    repeated = False

    def counted(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        nonlocal repeated
        found = dict(pairs)
        repeated = repeated or len(found) < len(pairs)
        return found

    def no_constant(name: str) -> Any:
        tokens = re.finditer(rf"{_JSON_STRING_OR_COMMENT.pattern}|{name}", text)
        start = next(each.start() for each in tokens if each.group() == name)
        line = text.count("\n", 0, start) + 1
        raise SpecError(f"{shown_path}:{line}: {name} is not a JSON value")

    _check_json_depth(text, shown_path)
    try:
        value = json.loads(
            text, object_pairs_hook=counted, parse_constant=no_constant, parse_int=_int
        )
    except json.JSONDecodeError as error:
        raise SpecError(
            f"{shown_path}:{error.lineno}:{error.colno}: not valid JSON: {error.msg}",
            hint="JSON with // line comments is accepted; trailing commas are not.",
        ) from error
    if repeated:
        places = places_in_json(text)
        line, column = places.place(places.repeated or ())
        twice = (places.repeated or ("",))[-1]
        raise SpecError(f"{shown_path}:{line}:{column}: the key '{twice}' stands twice")
    return value


def _int(digits: str) -> int:
    """Return the number, or for one beyond all use another one beyond all use."""
    return int(digits) if len(digits) < 40 else 10**40


def _check_json_depth(text: str, shown_path: str) -> None:
    depth = 0
    for token in _BRACKETS.finditer(text):
        depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(token.group(), 0)
        if depth > MAX_DEPTH:
            line = text.count("\n", 0, token.start()) + 1
            raise SpecError(f"{shown_path}:{line}: nested more than {MAX_DEPTH} deep")


def _parse_yaml(text: str, shown_path: str) -> Any:
    try:
        _check_yaml_depth(text, shown_path)
        return yaml.load(text, Loader=SpecLoader)  # noqa: S506 - a subclass of the safe loader
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f":{mark.line + 1}:{mark.column + 1}" if mark else ""
        problem = error.problem or error.context or "unreadable"
        if isinstance(error, RefusedYamlError):
            raise SpecError(f"{shown_path}{place}: {problem}") from error
        hint = next((hint for part, hint in _YAML_HINTS.items() if part in problem), "")
        raise SpecError(f"{shown_path}{place}: not valid YAML: {problem}", hint=hint) from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise SpecError(
            f"{shown_path}:{line}: not valid YAML: the character U+{error.character:04X} "
            "cannot stand in it",
            hint='Write it in a quoted text, as "\\x00" and the like.',
        ) from error


def _check_yaml_depth(text: str, shown_path: str) -> None:
    """Refuse what the loader, which goes down by recursion, could not come back from."""
    depth = 0
    for event in yaml.parse(text, Loader=SpecLoader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > MAX_DEPTH:
            line = event.start_mark.line + 1 if event.start_mark else 1
            raise SpecError(f"{shown_path}:{line}: nested more than {MAX_DEPTH} deep")


def _check_values(document: Document) -> None:
    """Refuse what no later part should have to think of: bombs, lone surrogates, odd numbers."""
    pending: list[tuple[Field, Any]] = [((), document.value)]
    count = 0
    while pending:
        field, item = pending.pop()
        count += 1
        if count > MAX_NODES:
            raise SpecError(
                f"{document.path}:1: more than {MAX_NODES} values once aliases are unfolded"
            )
        if len(field) > MAX_DEPTH:
            raise SpecError(
                f"{document.path}:1: nested more than {MAX_DEPTH} deep once aliases are unfolded"
            )
        if isinstance(item, dict):
            pending.extend(((*field, key), value) for key, value in item.items())
            pending.extend((field, key) for key in item)
        elif isinstance(item, list):
            pending.extend(((*field, index), value) for index, value in enumerate(item))
        elif fault := _fault_in(item):
            line, column = document.places().place(field)
            raise SpecError(f"{document.path}:{line}:{column}: {fault}")


def _fault_in(value: str | float | bool | None) -> str:
    """Return what is wrong with a single value, or nothing."""
    if isinstance(value, str) and not _is_unicode(value):
        return f"{value!r} is not valid Unicode text"
    if isinstance(value, float) and not math.isfinite(value):
        return "the number is too large"
    if isinstance(value, int) and abs(value) > MAX_INTEGER:
        return "the number is too large to be kept exact; put it in quotes if it is an id"
    return ""


def _is_unicode(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
