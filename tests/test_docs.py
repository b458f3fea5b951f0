"""What the documentation leads to is there: links, make targets, tasks, arguments, benchmarks."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import dodo
from graph.variables import KNOWN

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])
DOIT_OPTIONS_WITH_VALUE = {"-n", "-v"}
DOIT_COMMANDS = {"list", "info", "clean", "run", "help", "forget", "ignore"}


def _commands(page: Path, program: str) -> list[list[str]]:
    """Return the words after ``program`` of each command of it, in code blocks and code spans."""
    text = page.read_text(encoding="utf-8")
    blocks = re.findall(r"^```(?:sh|console)?\n(.*?)^```", text, flags=re.M | re.S)
    lines = [line for block in blocks for line in block.splitlines()]
    spans = re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```", "", text, flags=re.M | re.S))
    found = [re.split(r"\s+#", each)[0].split() for each in [*lines, *spans]]
    return [words[1:] for words in found if words and Path(words[0]).name == program]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_relative_links_lead_somewhere(page: Path) -> None:
    """A link to a file of the repository, or to a heading of a page, is not broken."""
    text = page.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, heading = target.partition("#")
        linked = page.parent / path if path else page
        assert linked.exists(), f"{page.name}: {target}"
        if heading:
            assert heading in _headings(linked), f"{page.name}: {target}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_tests_that_a_page_names_are_there(page: Path) -> None:
    """A page says which test holds what it claims."""
    for named in re.findall(r"`(tests/[\w/.]+)`", page.read_text(encoding="utf-8")):
        assert (ROOT / named).exists(), f"{page.name}: {named}"


def _headings(page: Path) -> set[str]:
    titles = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), flags=re.M)
    plain = (re.sub(r"[^\w\- ]", "", title.lower()) for title in titles)
    return {title.replace(" ", "-") for title in plain}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_make_targets_are_known(page: Path) -> None:
    """What a page tells people to make can be made."""
    known = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), flags=re.M))
    for words in _commands(page, "make"):
        for word in words:
            assert "=" in word or word in known | {"TARGET"}, f"{page.name}: make {word}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_tasks_and_arguments_are_known(page: Path) -> None:
    """What a page tells people to type after doit is a command, a task or an argument of it."""
    tasks = {name.removeprefix("task_") for name in vars(dodo) if name.startswith("task_")}
    for words in _commands(page, "doit"):
        for before, word in zip(["", *words], words, strict=False):
            if word.startswith("-") or before in DOIT_OPTIONS_WITH_VALUE or word.isupper():
                continue
            name, equals, _ = word.partition("=")
            known = name in KNOWN if equals else name.split(":")[0] in tasks | DOIT_COMMANDS
            assert known, f"{page.name}: doit {' '.join(words)}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_modules_are_there(page: Path) -> None:
    """``python -m`` names a module of the repository, or one that is installed with it."""
    for words in _commands(page, "python"):
        if words[:1] == ["-m"] and words[1] not in {"pytest", "venv", "pip"}:
            module = ROOT / Path(*words[1].split("."))
            there = module.with_suffix(".py").exists() or (module / "__main__.py").exists()
            assert there, f"{page.name}: python -m {words[1]}"
