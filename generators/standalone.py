"""The rider's modules as one text, so that a script runs on its own. Pure but for reading them."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import resources

PACKAGE = "generators.rider"
CELL = "cell"
"""The module whose place each script's own values take."""
HELPERS = (
    "history",
    "downloads",
    "uploads",
    "answers",
    "requests",
    "json_values",
    "captures",
    "values",
)
"""Modules that a script holds only when its steps call one of their functions."""
FOREIGN = ("jmespath",)
"""What is imported whole and is not Python's own."""
PLAYWRIGHT = "playwright.async_api"
FROM_PLAYWRIGHT = ("expect",)
"""What steps call of Playwright's own, beside what is theirs through the page."""
ORDER = (
    "messages",
    "schedule",
    "recording",
    "work",
    "page_script",
    "vitals",
    "page_log",
    "evidence",
    "user",
    *HELPERS,
    "ride",
    "results",
    "command_line",
)
"""Each module stands after those that it needs."""

_LINE_LENGTH = 100


@dataclass(frozen=True, slots=True)
class Standalone:
    """What a script holds beside its steps; ``names`` are those that no step may take over."""

    imports: str
    body: str
    names: frozenset[str]


@cache
def rider(called: frozenset[str] = frozenset()) -> Standalone:
    """Return the rider, ready to be put into a script whose steps have ``called`` these names."""
    trees = {name: ast.parse(_source(name)) for name in ORDER}
    everything = [*trees.values(), ast.parse(_source(CELL))]
    names = {*_names(everything), *(name for tree in everything for name in _builtins(tree))}
    chosen = [
        name for name, tree in trees.items() if name not in HELPERS or called & set(_names([tree]))
    ]
    imports = _imports([trees[name] for name in chosen], called & {*FROM_PLAYWRIGHT})
    body = "\n\n\n".join(_body(_source(name), trees[name]) for name in chosen) + "\n"
    return Standalone(imports, body, frozenset({*names, *FROM_PLAYWRIGHT}))


def _source(name: str) -> str:
    folder = resources.files("generators").joinpath("rider")
    return folder.joinpath(f"{name}.py").read_text(encoding="utf-8")


def _body(source: str, tree: ast.Module) -> str:
    """Return what follows the imports."""
    last = max(
        node.end_lineno or 0 for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)
    )
    return "".join(source.splitlines(keepends=True)[last:]).strip()


def _imports(trees: Iterable[ast.Module], from_playwright: Iterable[str]) -> str:
    """Return the imports of all modules as one block, in the order that ruff gives them."""
    modules: set[str] = set()
    members: dict[str, set[str]] = {PLAYWRIGHT: set(from_playwright)}
    for node in (node for tree in trees for node in tree.body):
        if isinstance(node, ast.Import):
            modules.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module not in (None, "__future__"):
            module = node.module or ""
            if not module.startswith(PACKAGE):
                members.setdefault(module, set()).update(alias.name for alias in node.names)
    standard = [f"import {each}" for each in sorted(modules) if each not in FOREIGN]
    third_party = [f"import {each}" for each in sorted(modules) if each in FOREIGN]
    for module in sorted(members):
        lines = standard if not module.startswith("playwright") else third_party
        lines.append(_import_from(module, members[module]))
    blocks = (["from __future__ import annotations"], standard, third_party)
    return "\n\n".join("\n".join(block) for block in blocks) + "\n"


def _import_from(module: str, names: Iterable[str]) -> str:
    """Return one import: constants before classes before functions, on one line where it fits."""
    ordered = sorted(names, key=lambda name: (not name.isupper(), not name[0].isupper(), name))
    line = f"from {module} import {', '.join(ordered)}"
    if len(line) <= _LINE_LENGTH:
        return line
    return f"from {module} import (\n" + "".join(f"    {name},\n" for name in ordered) + ")"


def _names(trees: Iterable[ast.Module]) -> Iterable[str]:
    """Yield what the modules define or import at their top."""
    for node in (node for tree in trees for node in tree.body):
        match node:
            case ast.Import(names) | ast.ImportFrom(names=names):
                yield from (alias.asname or alias.name for alias in names)
            case ast.FunctionDef(name) | ast.AsyncFunctionDef(name) | ast.ClassDef(name):
                yield name
            case ast.Assign(targets):
                yield from (target.id for target in targets if isinstance(target, ast.Name))
            case _:
                pass


def _builtins(tree: ast.Module) -> Iterable[str]:
    names = (node.id for node in ast.walk(tree) if isinstance(node, ast.Name))
    return (name for name in names if hasattr(builtins, name))
