"""A task that does not exist is named, with the one that was meant. Standard library only."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from doit.exceptions import InvalidDodoFile

from graph.settled import without_run

_OF_TASKS = ("clean", "forget", "ignore", "info", "list", "reset-dep", "run")
COMMANDS = (*_OF_TASKS, "dumpdb", "help", "strace", "tabcompletion")
"""doit's own."""


def kinds_asked(arguments: Sequence[str]) -> frozenset[str] | None:
    """Return the kinds of the tasks that a call names: "load" of "load:quick".

    None for a command of doit's own, of which words do not tell what it is about.
    """
    words = without_run(arguments)
    if words and words[0] in (*COMMANDS, "--help", "--version"):
        return None
    given = [word for word in words if "=" not in word and word[:1] != "-" and not word.isdigit()]
    return frozenset(word.partition(":")[0] for word in given) or frozenset({"quick"})


def creators_in(namespace: Mapping[str, Any]) -> dict[str, Callable[[], Any]]:
    """Return what makes the tasks of each kind; ``namespace`` is dodo.py's."""
    return {name[5:]: made for name, made in namespace.items() if name.startswith("task_")}


def check_task_names(arguments: Sequence[str], namespace: Mapping[str, Any]) -> None:
    """Raise InvalidDodoFile for the first word of a call that should be a task and is none.

    ``namespace`` is dodo.py's. doit has a word of its own for unknown tasks, but names no other,
    and ``doit info`` ends in a traceback. A call with options is left to doit.
    """
    command, *words = arguments or ["run"]
    if command not in COMMANDS and "=" not in command:
        command, words = "run", [command, *words]
    if command not in _OF_TASKS or any(word.startswith("-") for word in words):
        return
    creators = creators_in(namespace)
    for word in words:
        if "=" not in word and "/" not in word and "*" not in word:
            _check(word, creators)


def _check(word: str, creators: Mapping[str, Callable[[], Any]]) -> None:
    kind, _, rest = word.partition(":")
    known: Iterable[str] = creators
    if kind in creators and rest:
        tasks = creators[kind]()
        known = () if isinstance(tasks, dict) else (f"{kind}:{each['name']}" for each in tasks)
    names = list(known)
    if word in names:
        return
    from tandem.wording import nearest  # noqa: PLC0415 - few calls need it

    commands = [] if rest else COMMANDS
    raise InvalidDodoFile(
        f"there is no task '{word}'{nearest(word, [*names, *commands])}\n"
        "  'doit list' shows the tasks, 'doit list --all' with every cell's."
    )
