"""A path of JSON as a JavaScript expression. Pure."""

from __future__ import annotations

from collections.abc import Callable

from generators.literals import javascript_literal, string_literal
from journeys.json_paths import Node, selector, tree


def value_at(path: str, answer: str) -> str:
    """Return the expression of what stands at ``path`` in the JSON of ``answer``."""
    node = tree(path)
    simple = selector(node)
    if simple:
        return f"{answer}.json({string_literal(simple)})"
    return _KINDS[node["type"]](node, f"{answer}.json()")


def is_walked(path: str) -> bool:
    """Tell whether the expression needs more than k6's own selectors."""
    return not selector(tree(path))


def is_filtered(path: str) -> bool:
    """Tell whether the expression asks for more than names and indexes."""
    pending = [tree(path)]
    while pending:
        node = pending.pop()
        if node["type"] in _ASKING:
            return True
        pending.extend(node["children"])
    return False


def _expression(node: Node, subject: str) -> str:
    return _KINDS[node["type"]](node, subject)


def _key(node: Node, subject: str) -> str:
    key = node["value"]
    return f"at({subject}, {key if node['type'] == 'index' else string_literal(key)})"


def _inner(node: Node, subject: str) -> str:
    for child in node["children"]:
        subject = _expression(child, subject)
    return subject


def _projection(node: Node, subject: str) -> str:
    listed, taken, *wanted = node["children"]
    functions = [f"(each) => {_expression(taken, 'each')}"]
    functions += (f"(each) => {_condition(part, 'each')}" for part in wanted)
    return f"project({', '.join([_expression(listed, subject), *functions])})"


def _condition(node: Node, subject: str) -> str:
    """Return an expression that is true or false."""
    parts = [child for child in node["children"] if node["type"] in _JOINTS]
    if parts:
        return f"({_JOINTS[node['type']].join(_condition(part, subject) for part in parts)})"
    if node["type"] == "not_expression":
        return f"!{_condition(node['children'][0], subject)}"
    if node["type"] == "comparator":
        return _comparator(node, subject)
    return f"holds({_expression(node, subject)})"


def _comparator(node: Node, subject: str) -> str:
    first, second = (_expression(child, subject) for child in node["children"])
    return f"{'!' if node['value'] == 'ne' else ''}same({first}, {second})"


def _either(node: Node, subject: str) -> str:
    first, second = (_expression(child, subject) for child in node["children"])
    last = (second, first) if node["type"] == "and_expression" else (first, second)
    return f"(holds({first}) ? {last[0]} : {last[1]})"


_ASKING = frozenset(
    {
        "and_expression",
        "comparator",
        "filter_projection",
        "not_expression",
        "or_expression",
        "projection",
    }
)
_JOINTS = {"and_expression": " && ", "or_expression": " || "}
_KINDS: dict[str, Callable[[Node, str], str]] = {
    "and_expression": _either,
    "comparator": _comparator,
    "current": lambda _node, subject: subject,
    "field": _key,
    "filter_projection": _projection,
    "identity": lambda _node, subject: subject,
    "index": _key,
    "index_expression": _inner,
    "literal": lambda node, _subject: javascript_literal(node["value"]),
    "not_expression": _condition,
    "or_expression": _either,
    "pipe": _inner,
    "projection": _projection,
    "subexpression": _inner,
}
"""By the kind of node: from the node and the expression of what it is about to its own."""
