"""The parts import one another in one direction only."""

from __future__ import annotations

import ast
import functools
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ORDER = ("tandem", "journeys", "generators", "executors", "summary", "graph", "dodo")
"""Each part may import those before it."""
APART = ("demo",)
"""Imports none of ours, and none of ours imports it."""
OURS = (*ORDER, *APART)
CLOSED = ("summary.regression", "summary.tables")
"""Each is whole without the rest of its part."""
RIDER = "generators.rider"
LIGHT = (
    "graph.plan",
    "graph.plan_cache",
    "graph.variables",
    "graph.freshness",
    "graph.sources",
    "graph.titles",
    "graph.essentials",
    "graph.settled",
    "graph.same_code",
    "graph.watch",
    "graph.evidence",
    "graph.database",
    "graph.desk",
    "graph.targets",
    "summary.publish",
    "executors.tool_freshness",
    "executors.guard",
)
"""What runs although nothing is to be done: the standard library and a few like it, at the top."""
LIGHT_TOO = ("tandem", "tandem.errors", "tandem.files", "tandem.exit_codes", "tandem.tokens")


def modules(root: Path) -> dict[str, ast.Module]:
    """Return the syntax tree of every module of ours, by its name."""
    files = [root / "dodo.py", *(path for part in OURS for path in (root / part).rglob("*.py"))]
    found = {}
    for path in files:
        if path.is_file():
            parts = path.relative_to(root).with_suffix("").parts
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            found[name] = ast.parse(path.read_text(encoding="utf-8"), str(path))
    return found


@functools.cache
def ours() -> dict[str, ast.Module]:
    """Return those of this repository."""
    return modules(ROOT)


def imports(tree: ast.AST, *, everywhere: bool) -> Iterator[tuple[str, int]]:
    """Yield each imported module and its line; ``everywhere`` also those inside functions."""
    for node in ast.walk(tree) if everywhere else _at_import_time(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            yield module, node.lineno
            yield from ((f"{module}.{alias.name}", node.lineno) for alias in node.names)


def _at_import_time(tree: ast.AST) -> Iterator[ast.AST]:
    """Yield what runs when the module is imported: all but functions and typing-only blocks."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
            continue
        yield node
        yield from _at_import_time(node)


def violations(trees: Mapping[str, ast.Module]) -> list[str]:
    """Return every import that goes the wrong way."""
    found = []
    for name, tree in trees.items():
        for imported, line in imports(tree, everywhere=True):
            fault = _fault(name, imported)
            if fault:
                found.append(f"{name}:{line}: imports {imported}; {fault}")
        if name in LIGHT:
            found += [
                f"{name}:{line}: imports {imported}; it has to be light"
                for imported, line in imports(tree, everywhere=False)
                if not _is_light(imported, trees)
            ]
    return found


def _fault(name: str, imported: str) -> str:
    """Return what is wrong with an import, or nothing."""
    part, other = _part(name), _part(imported)
    in_rider = f"{name}.".startswith(f"{RIDER}.")
    is_later = part in ORDER and other in ORDER and ORDER.index(other) > ORDER.index(part)
    closed = next((each for each in CLOSED if f"{name}.".startswith(f"{each}.")), "")
    is_rest = part == other and imported != other and not f"{imported}.".startswith(f"{closed}.")
    rules = {
        "imports are absolute": imported.startswith("."),
        f"only {RIDER} may": other == "playwright" and not in_rider,
        f"nothing imports {other}": other in APART and part != other,
        f"{part} imports nothing of ours": part in APART and other in ORDER,
        f"{other} comes after {part}": is_later,
        f"{closed} is whole without the rest of {part}": bool(closed) and is_rest,
        "it is put into scripts, never imported": imported.startswith(RIDER) and not in_rider,
    }
    return next((fault for fault, holds in rules.items() if holds), "")


def _part(module: str) -> str:
    return module.partition(".")[0]


def _is_light(imported: str, trees: Mapping[str, ast.Module]) -> bool:
    if _part(imported) in sys.stdlib_module_names:
        return True
    module = imported
    while module not in trees and "." in module:
        module = module.rpartition(".")[0]  # a name inside a module
    return module in (*LIGHT, *LIGHT_TOO, "graph", "executors", "summary")


def test_our_own_imports_go_one_way() -> None:
    """Every module keeps to the order."""
    assert violations(ours()) == []


def test_all_parts_were_looked_at() -> None:
    """Names are spelt right: a check that looks at nothing passes always."""
    known = ours()
    parts = {name.split(".")[0] for name in known}
    assert {"tandem", "journeys", "generators", "executors", "summary", "graph"} <= parts
    assert set(LIGHT) <= set(known)
    assert f"{RIDER}.user" in known


def test_light_modules_stand_below_light_packages() -> None:
    """Importing a module runs its packages' ``__init__`` first: these import nothing."""
    known = ours()
    for package in ("tandem", "graph", "executors"):
        assert list(imports(known[package], everywhere=False)) == []


MADE_UP = {
    "tandem.errors": "import json",
    "journeys.spec": "from tandem import errors",
    "executors.ride": "from generators.scripts import generate\nimport journeys.spec",
    "generators.rider.user": "from playwright.async_api import Page",
    "graph.plan": (
        "import json\nfrom tandem.files import write_json\n"
        "def later():\n    import pydantic\n"
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import yaml\n"
    ),
    "tandem.files": "import os",
    "dodo": "from graph import plan",
    "demo.app": "import starlette\nfrom demo.pages import home",
}


def test_what_keeps_to_the_order_passes() -> None:
    """Typing-only and late imports cost a light module nothing."""
    assert violations({name: ast.parse(text) for name, text in MADE_UP.items()}) == []


@pytest.mark.parametrize(
    ("module", "text", "fault"),
    [
        ("tandem.errors", "import journeys.spec", "journeys comes after tandem"),
        ("journeys.spec", "from generators import k6", "generators comes after journeys"),
        ("journeys.spec", "def f():\n    import executors.ride", "executors comes after journeys"),
        ("summary.judge", "from graph.plan import Plan", "graph comes after summary"),
        ("graph.plan_cache", "def f():\n    import dodo", "dodo comes after graph"),
        ("executors.ride", "import playwright", "only generators.rider may"),
        ("generators.riders", "from playwright import x", "only generators.rider may"),
        ("summary.judge", "import demo", "nothing imports demo"),
        ("summary.tables.samples", "from summary import judge", "whole without the rest"),
        ("demo.app", "import tandem.files", "demo imports nothing of ours"),
        ("generators.k6", "from . import literals", "imports are absolute"),
        ("generators.k6", "from generators import rider", "never imported"),
        ("executors.ride", "import generators.rider.user", "never imported"),
        ("graph.plan", "import pydantic", "it has to be light"),
        ("graph.plan", "from tandem import settings", "it has to be light"),
        ("graph.plan", "try:\n    import yaml\nexcept ImportError:\n    pass", "has to be light"),
        ("executors.guard", "class A:\n    import jinja2", "it has to be light"),
    ],
)
def test_what_does_not_is_found(module: str, text: str, fault: str) -> None:
    """The check fails when it should, with module and line."""
    made_up = {
        **MADE_UP,
        "tandem.settings": "",
        "generators.rider": "",
        "generators.literals": "",
        module: text,
    }
    found = violations({name: ast.parse(source) for name, source in made_up.items()})
    assert found
    assert all(each.startswith(f"{module}:") and fault in each for each in found)
