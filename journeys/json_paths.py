"""Where a value stands in JSON: the part of JMESPath that both executors understand alike. Pure.

    names         data.session."a name"
    indexes       items[0], items[-1]
    all of them   items[*].id
    some of them  items[?state == 'open' && !sold].id
    one of those  items[*].id | [0]

In a filter ``==``, ``!=``, ``&&``, ``||``, ``!``, ``@``, 'texts' and `values` are known; ``||``
also stands for a value in place of one that is missing. ``data.items.0.id`` is
``data.items[0].id`` in another way. What is not there is null. https://jmespath.org
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import jmespath
from jmespath.exceptions import JMESPathError

from journeys.expressions import Reference, parse

KNOWN = frozenset(
    {
        "and_expression",
        "comparator",
        "current",
        "field",
        "filter_projection",
        "identity",
        "index",
        "index_expression",
        "literal",
        "not_expression",
        "or_expression",
        "pipe",
        "projection",
        "subexpression",
    }
)
"""The kinds of nodes, as the library calls them."""

_DOTTED = re.compile(r"(?:[A-Za-z_][\w-]*|[0-9]+)(?:\.(?:[A-Za-z_][\w-]*|[0-9]+))*", re.ASCII)
_BARE = re.compile(r"[A-Za-z_]\w*", re.ASCII)

Node = dict[str, Any]


def checked_json_path(text: str) -> str:
    """Return ``text`` if it is a path; raise ValueError for another one."""
    tree(text)
    return text


def tree(text: str) -> Node:
    """Return what the path is made of; raise ValueError for one that is not known."""
    query = in_jmespath(text)
    try:
        found: Any = jmespath.compile(query).parsed
    except (JMESPathError, ValueError) as error:
        raise ValueError(f"'{text}' is not a path such as data.items[0].id") from error
    node: Node = found
    _check(node, text)
    return node


@cache
def in_jmespath(text: str) -> str:
    """Return the path as the library reads it; raise ValueError for one with references."""
    template = parse(text)
    if any(isinstance(part, Reference) for part in template):
        raise ValueError(f"'{text}': a path of JSON holds no ${{…}}")
    literal = "".join(map(str, template))
    if not _DOTTED.fullmatch(literal):
        return literal
    return "".join(map(_segment, literal.split("."))).removeprefix(".")


def selector(node: Node) -> str:
    """Return a path that is names and indexes alone with dots between; empty for another one."""
    names = _chain(node)
    return ".".join(names) if all(re.fullmatch(r"[\w-]+", name, re.ASCII) for name in names) else ""


def _segment(name: str) -> str:
    if name.isdigit():
        return f"[{name}]"
    return f".{name}" if _BARE.fullmatch(name) else f'."{name}"'


def _chain(node: Node) -> list[str]:
    """Return the names of a path without anything else; one that is no such path has "" among."""
    if node["type"] == "field":
        return [str(node["value"])]
    if node["type"] == "index" and node["value"] >= 0:
        return [str(node["value"])]
    if node["type"] == "identity":
        return []
    if node["type"] in ("subexpression", "index_expression"):
        return [name for child in node["children"] for name in _chain(child)]
    return [""]


def _check(node: Node, text: str) -> None:
    kind = node["type"]
    order = kind == "comparator" and node["value"] not in ("eq", "ne")
    if kind not in KNOWN or order:
        what = "a comparison other than == and !=" if order else _WORDS.get(kind, kind)
        raise ValueError(
            f"'{text}' has {what}, which k6 could not do; known are names, indexes, [*], "
            "[?name == 'text'], &&, ||, ! and |"
        )
    for child in node["children"]:
        _check(child, text)


_WORDS = {
    "flatten": "[], which flattens",
    "function_expression": "a function",
    "multi_select_list": "a list of several",
    "multi_select_dict": "an object of several",
    "slice": "a slice",
    "value_projection": "a wildcard of names",
}
