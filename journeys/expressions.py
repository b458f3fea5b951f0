"""The one grammar of ``${…}`` in specs and action maps.

    template   = ( text | "$$"* "$${" | "$$"* reference )*
    reference  = "${" namespace ( "." name )* "}"
    name       = letter or "_", then letters, digits, "_" or "-"; or a number (a list's index)

``$${`` stands for a literal ``${``, and ``$$${…}`` for a ``$`` before a reference: of the dollars
right before a ``{`` each pair is one. A ``$`` anywhere else is an ordinary character. Names that
follow the namespace select fields; nothing is ever evaluated.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

NAMESPACES = ("param", "data", "capture", "user", "iteration")
BARE = ("user", "iteration")
"""Values themselves: ``${user}`` counts the users from 1, ``${iteration}`` from 0."""

_TOKEN = re.compile(
    r"(?P<pairs>(?:\$\$)*)(?:\$\{(?P<reference>[^{}]*)(?P<close>\}?)|(?<=\$)(?P<brace>\{))"
)
_DOLLARS = re.compile(r"\$+(?=\{)")
_LAST_DOLLARS = re.compile(r"\$+\Z")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*|[0-9]+")


class ExpressionError(ValueError):
    """A ``${…}`` that the grammar does not know; the message is for the spec's author."""


@dataclass(frozen=True, slots=True)
class Reference:
    """One ``${namespace.name…}``."""

    namespace: str
    path: tuple[str, ...]

    def __str__(self) -> str:
        return "${" + ".".join((self.namespace, *self.path)) + "}"


Segment = str | Reference
Template = tuple[Segment, ...]


def parse(text: str) -> Template:
    """Return the segments of ``text``, texts merged; raise :class:`ExpressionError`."""
    segments: list[Segment] = []
    position = 0
    for token in _TOKEN.finditer(text):
        segments.append(text[position : token.start()])
        segments.append("$" * (len(token["pairs"]) // 2))
        segments.append("{" if token["brace"] else _reference(token))
        position = token.end()
    segments.append(text[position:])
    return _merged(segments)


def unparse(template: Template) -> str:
    """Return a text that :func:`parse` reads as ``template``."""
    segments = _merged(list(template))
    texts = []
    for index, segment in enumerate(segments):
        if isinstance(segment, Reference):
            texts.append(str(segment))
        else:
            is_last = index == len(segments) - 1
            escaped = escape(segment)
            texts.append(escaped if is_last else _LAST_DOLLARS.sub(_doubled, escaped))
    return "".join(texts)


def escape(literal: str) -> str:
    """Return a text that :func:`parse` reads as ``literal`` alone."""
    return _DOLLARS.sub(_doubled, literal)


def _doubled(match: re.Match[str]) -> str:
    return match.group() * 2


def substitute(template: Template, value_of: Callable[[Reference], Template | None]) -> Template:
    """Replace each reference by ``value_of`` it; where that is None the reference stays."""
    replaced: list[Segment] = []
    for segment in template:
        value = value_of(segment) if isinstance(segment, Reference) else (segment,)
        replaced.extend((segment,) if value is None else value)
    return _merged(replaced)


def references(text: str) -> tuple[Reference, ...]:
    """Return the references of ``text`` in their order."""
    return tuple(segment for segment in parse(text) if isinstance(segment, Reference))


def _reference(token: re.Match[str]) -> Reference:
    inner = token["reference"]
    if not token["close"]:
        raise ExpressionError(
            f"'${{{inner}' is not closed; write '}}', or '$${{' for a literal '${{'"
        )
    namespace, *path = inner.split(".")
    if namespace not in NAMESPACES:
        known = ", ".join("${" + name + ("}" if name in BARE else ".…}") for name in NAMESPACES)
        raise ExpressionError(f"'${{{inner}}}' is not known; known are {known}")
    if (namespace in BARE) == bool(path) or not all(map(_NAME.fullmatch, path)):
        raise ExpressionError(f"'${{{inner}}}' is not a name with dots, such as ${{data.track.id}}")
    return Reference(namespace, tuple(path))


def _merged(segments: list[Segment]) -> Template:
    merged: list[Segment] = []
    for segment in segments:
        if isinstance(segment, str) and merged and isinstance(merged[-1], str):
            merged[-1] += segment
        elif segment != "":
            merged.append(segment)
    return tuple(merged)
