"""A task's result depends on all the code that makes it: none of it may be forgotten."""

from __future__ import annotations

import ast
import os
from pathlib import Path
from types import SimpleNamespace

import pytest

from graph import same_code, sources

ROOT = Path(__file__).parents[2]
ELSEWHERE = {f"executors.{name}" for name in ("attempt", "health", "k6", "outcome", "playwright")}
"""What these say is in the outcome, which is a dependency itself, or names a file."""


def needed(module, parts, known=None):
    """The modules of ``parts`` that ``module`` imports, and those that they import, and so on."""
    known = set() if known is None else known
    known.add(module)
    tree = ast.parse((ROOT / f"{module.replace('.', '/')}.py").read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        for found in imported(node) if isinstance(node, ast.ImportFrom) else ():
            if found.partition(".")[0] in parts and found not in {*known, *ELSEWHERE}:
                needed(found, parts, known)
    return known


def imported(node):
    """The modules that a ``from … import …`` names."""
    inside = [f"{node.module}.{alias.name}" for alias in node.names]
    is_package = (ROOT / (node.module or "").replace(".", "/")).is_dir()
    return inside if is_package else [node.module]


@pytest.mark.parametrize(
    ("entry", "parts", "code"),
    [
        ("journeys.loader", {"journeys", "tandem"}, sources.JOURNEY_CODE),
        ("generators.scripts", {"generators", "journeys", "tandem"}, sources.SCRIPT_CODE),
        ("summary.tables.cell_table", {"summary", "executors", "generators"}, sources.TABLE_CODE),
        ("summary.run_summary", {"summary", "journeys", "tandem"}, sources.SUMMARY_CODE),
        ("summary.reports.view_files", {"summary", "journeys"}, sources.REPORT_CODE),
        ("summary.reports.terminal", {"summary", "journeys"}, sources.TERMINAL_CODE),
    ],
)
def test_every_module_that_a_task_needs_is_among_its_files(entry, parts, code):
    files = {f"{module.replace('.', '/')}.py" for module in needed(entry, parts)}
    assert files - set(code) == set()


def test_every_file_that_is_named_is_there():
    """A name that is spelt wrong matches nothing."""
    named = {name for code in (sources.TABLE_CODE, sources.SUMMARY_CODE) for name in code}
    assert all((ROOT / name).is_file() for name in named)
    assert len(sources.SUMMARY_CODE) > 20


def test_code_that_changes_is_another(tmp_path, monkeypatch):
    """And the same code at another time of change is not."""
    monkeypatch.chdir(tmp_path)
    one, other = Path("one.py"), Path("other.py")
    one.write_text("a = 1\n")
    other.write_text("b = 1\n")
    task = SimpleNamespace(value_savers=[])

    def made():
        same_code._digest.cache_clear()
        return same_code.SameCode(("one.py", "other.py"))

    before = made()
    before.configure_task(task)
    (saved,) = (each() for each in task.value_savers)
    assert before(task, saved)
    os.utime(one, ns=(1, 1))
    assert made()(task, saved)
    assert not made()(task, {})
    other.write_text("b = 2\n")
    assert not made()(task, saved)
