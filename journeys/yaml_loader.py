"""The safe YAML loader without YAML 1.1's surprises."""

from __future__ import annotations

import re
from collections.abc import Hashable
from typing import Any

import yaml

_TAG = "tag:yaml.org,2002:"


class RefusedYamlError(yaml.MarkedYAMLError):
    """Valid YAML that is refused here; the problem says why."""


class SpecLoader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Knows texts, numbers, booleans, null, lists and mappings with texts as keys; no more."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        """Refuse keys that are no texts, and those that stand twice."""
        seen: set[str] = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode) or key.tag != f"{_TAG}str":
                raise _error("a key must be a text (put it in quotes)", key)
            if key.value == "<<" and key.style in (None, ""):
                raise _error("merge keys ('<<') are not known here; write the keys out", key)
            if key.value in seen:
                raise _error(f"the key '{key.value}' stands twice", key)
            seen.add(key.value)
        return super().construct_mapping(node, deep)  # type: ignore[no-any-return]

    def construct_number(self, node: yaml.ScalarNode) -> int | float:
        """Construct what is tagged as a number, by its look or by hand."""
        try:
            is_int = node.tag == f"{_TAG}int"
            return _int(node.value) if is_int else float(node.value)
        except ValueError:
            raise _error(f"'{node.value}' is not a number", node) from None

    def construct_boolean(self, node: yaml.ScalarNode) -> bool:
        """Construct what is tagged as a boolean, by its look or by hand."""
        if node.value.lower() not in ("true", "false"):
            raise _error(f"'{node.value}' is neither true nor false", node)
        return bool(node.value.lower() == "true")

    def construct_unknown(self, node: yaml.Node) -> Any:
        """Refuse every other tag."""
        raise _error(f"the tag '{node.tag.replace(_TAG, '!!')}' is not known here", node)


def _error(problem: str, node: yaml.Node) -> RefusedYamlError:
    return RefusedYamlError(problem=problem, problem_mark=node.start_mark)


def _int(digits: str) -> int:
    """Return the number, or for one beyond all use another one beyond all use."""
    return int(digits) if len(digits) < 40 else 10**40


# YAML 1.2's core schema: `no`, `on` and `y` are texts, `1:30` is one, and so is a date.
SpecLoader.yaml_implicit_resolvers = {}
for _name, _pattern, _first in (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("int", r"[-+]?(?:0|[1-9][0-9]*)", "-+0123456789"),
    (
        "float",
        r"[-+]?(?:[0-9]*\.[0-9]+|[0-9]+\.|[0-9]+(?=[eE]))(?:[eE][-+]?[0-9]+)?",
        "-+.0123456789",
    ),
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
):
    SpecLoader.add_implicit_resolver(
        f"{_TAG}{_name}", re.compile(rf"^(?:{_pattern})$"), list(_first)
    )

_known = {f"{_TAG}{name}": name for name in ("str", "null", "seq", "map")}
SpecLoader.yaml_constructors = {
    **{tag: SpecLoader.yaml_constructors[tag] for tag in _known},
    f"{_TAG}int": SpecLoader.construct_number,
    f"{_TAG}float": SpecLoader.construct_number,
    f"{_TAG}bool": SpecLoader.construct_boolean,
    None: SpecLoader.construct_unknown,
}
