"""The one grammar of ``${…}`` in specs, action maps, data files and settings.

    template   = ( text | "$$"* "$${" | "$$"* reference )*
    reference  = "${" ( namespace ( "." name )+ | word | word ":" argument ) "}"
    namespace  = "param" | "data" | "capture"
    name       = letter or "_", then letters, digits, "_" or "-"; or a number (a list's index)
    word       = "user" | "iteration" | "uuid" | "counter" | "timestamp"
               | "env" | "secret" | "random" | "auth" | "flag", which take an argument

``$${`` stands for a literal ``${``, and ``$$${…}`` for a ``$`` before a reference: of the dollars
right before a ``{`` each pair is one. A ``$`` anywhere else is an ordinary character. Names that
follow the namespace select fields; nothing is ever evaluated.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

DOTTED = ("param", "data", "capture")
"""Namespaces: names with dots follow."""
BARE = ("user", "iteration", "uuid", "counter", "timestamp")
"""Values themselves: ``${user}`` counts the users from 1, ``${iteration}`` from 0."""
ARGUMENTS = {"env": "NAME", "secret": "NAME", "random": "MIN-MAX", "auth": "NAME", "flag": "NAME"}
"""What stands behind the colon of those that have one."""
GENERATED = ("uuid", "counter", "timestamp", "random")
"""Values that are made for each iteration."""
FROM_ENVIRONMENT = ("env", "secret")
"""Values that are read from environment variables when a cell is ridden."""
OF_SETTINGS = ("auth", "flag")
"""What the settings of the environment say."""
EARLY = tuple(name for name in (*BARE, *ARGUMENTS) if name not in OF_SETTINGS)
"""What is known when an iteration begins: all that data and data files may refer to."""

MAX_RANDOM = 2**31 - 1

_TOKEN = re.compile(
    r"(?P<pairs>(?:\$\$)*)(?:\$\{(?P<reference>[^{}]*)(?P<close>\}?)|(?<=\$)(?P<brace>\{))"
)
_DOLLARS = re.compile(r"\$+(?=\{)")
_LAST_DOLLARS = re.compile(r"\$+\Z")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*|[0-9]+")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_SET = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_-]*[A-Za-z0-9])?")
_OWN_VARIABLE = re.compile(r"(?i:K6_|TANDEM_).*|BASE_URL|USERS|ITERATIONS|PACING_MS")
_RANGE = re.compile(r"([0-9]{1,10})-([0-9]{1,10})")


class ExpressionError(ValueError):
    """A ``${…}`` that the grammar does not know; the message is for the spec's author."""


@dataclass(frozen=True, slots=True)
class Reference:
    """One ``${namespace.name…}``, ``${word}`` or ``${word:argument}``."""

    namespace: str
    path: tuple[str, ...] = ()

    def __str__(self) -> str:
        separator = ":" if self.namespace in ARGUMENTS else "."
        return "${" + separator.join((self.namespace, *self.path)) + "}"

    @property
    def limits(self) -> tuple[int, int]:
        """The least and the greatest number of a ``random``."""
        least, greatest = self.path[0].split("-")
        return int(least), int(greatest)


Segment = str | Reference
Template = tuple[Segment, ...]


@lru_cache(maxsize=10_000)
def parse(text: str) -> Template:
    """Return the segments of ``text``, texts merged; raise :class:`ExpressionError`."""
    if "$" not in text:
        return (text,) if text else ()
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
    word, colon, argument = inner.partition(":")
    if word in ARGUMENTS:
        return _with_argument(word, argument)
    namespace, *path = inner.split(".")
    if namespace in ARGUMENTS:
        raise ExpressionError(
            f"'${{{inner}}}' is not known; write ${{{namespace}:{ARGUMENTS[namespace]}}}"
        )
    if colon or namespace not in (*DOTTED, *BARE):
        raise ExpressionError(f"'${{{inner}}}' is not known; known are {', '.join(_known())}")
    if (namespace in BARE) == bool(path) or not all(map(_NAME.fullmatch, path)):
        raise ExpressionError(f"'${{{inner}}}' is not a name with dots, such as ${{data.track.id}}")
    return Reference(namespace, tuple(path))


def _known() -> list[str]:
    """Return every form of a reference, to be shown."""
    return [
        *("${" + name + ".…}" for name in DOTTED),
        *("${" + name + "}" for name in BARE),
        *("${" + f"{name}:{argument}" + "}" for name, argument in ARGUMENTS.items()),
    ]


def _with_argument(word: str, argument: str) -> Reference:
    reference = Reference(word, (argument,))
    if word == "random":
        _check_range(reference)
    elif word in OF_SETTINGS:
        if not _SET.fullmatch(argument):
            raise ExpressionError(f"'{reference}' names nothing, such as ${{{word}:admin}}")
    elif not _VARIABLE.fullmatch(argument):
        raise ExpressionError(
            f"'{reference}' names no environment variable, such as ${{{word}:SHOP_NAME}}"
        )
    elif _OWN_VARIABLE.fullmatch(argument):
        raise ExpressionError(f"'{reference}': Tandem and k6 set {argument} themselves")
    return reference


def _check_range(reference: Reference) -> None:
    found = _RANGE.fullmatch(reference.path[0])
    if not found or not int(found[1]) <= int(found[2]) <= MAX_RANDOM:
        raise ExpressionError(
            f"'{reference}' is not a range of whole numbers from 0 to {MAX_RANDOM}, "
            "such as ${random:1-100}"
        )


def _merged(segments: list[Segment]) -> Template:
    merged: list[Segment] = []
    for segment in segments:
        if isinstance(segment, str) and merged and isinstance(merged[-1], str):
            merged[-1] += segment
        elif segment != "":
            merged.append(segment)
    return tuple(merged)
