"""The answer of a call that had nothing to do, given again while nothing it rests on has changed.

doit needs to build the whole graph to find out that nothing is to be done. The call that did find
it out leaves a record: the state of every file that it looked at, its text and its exit code. The
next call with the same arguments in the same environment compares states and repeats the answer.
Whatever differs, doit looks for itself. Standard library only, and little of it.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import time
from array import array
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NoReturn

FOLDER = Path(".tandem", "settled")
_KEPT = 10
"""How many answers are kept, the newest: one for each set of arguments that somebody uses."""
_TASKS = ("quick",)
"""A night asks for more than files: it is doit that says whether one is open."""
_VOLATILE = {"_", "SHLVL", "OLDPWD", "PWD"}
_SETTLING_S = 1.0
"""A file that changed this shortly ago could change again without its state telling."""


def repeat_if_settled(program: str, arguments: Sequence[str]) -> None:
    """Repeat the recorded answer and end the process, if it still stands; return if not.

    ``program`` is what was started: only doit's own command (or ours) asks for a run.
    """
    if not _is_doit(program) or not asks_for_quick(arguments):
        return
    try:
        record = json.loads(_file(arguments).read_bytes())
        places = record["paths"].split("\n")
        settled = state_of(places) == record["state"] and _same_tools(record["tools"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return
    if settled:
        _answer(record["text"], record["code"])


def asks_for_quick(arguments: Sequence[str]) -> bool:
    """Tell whether there is ``quick`` and ``name=value`` only: nothing else is repeated."""
    words = list(arguments[1:] if arguments[:1] == ["run"] else arguments)
    return all(word in _TASKS or _is_variable(word) for word in words)


def record_settled(
    arguments: Sequence[str], paths: Iterable[str], tools: Sequence[str], text: str, code: int
) -> None:
    """Keep the answer of a call that had nothing to do.

    ``paths`` are the files and folders it rests on; ``tools`` are the records of k6 and browser.
    """
    places = sorted({*paths, *_environment_folders()})
    try:
        state, newest = state_of(places), max(_changes(places))
    except OSError:
        return
    if newest > time.time_ns() - _SETTLING_S * 1e9 or any("\n" in place for place in places):
        return
    file = _file(arguments)
    file.parent.mkdir(parents=True, exist_ok=True)
    beside = file.with_name(f".{file.name}.{os.getpid()}")
    # One text and one digest: a large tree's record is read in a millisecond.
    joined = "\n".join(places)
    record = {"paths": joined, "state": state, "tools": list(tools), "text": text, "code": code}
    beside.write_text(json.dumps(record), encoding="utf-8")
    beside.replace(file)
    for old in sorted(FOLDER.glob("*.json"), key=_age)[_KEPT:]:
        old.unlink(missing_ok=True)


def state_of(paths: Iterable[str]) -> str:
    """Return a digest of when each file's content, name or mode last changed; OSError for none.

    That time cannot be set by whoever writes the file, as its modification time can. A folder's
    changes with every file that appears in it, is replaced, or goes.
    """
    return hashlib.sha256(array("q", _changes(paths))).hexdigest()


def _changes(paths: Iterable[str]) -> list[int]:
    return [found.st_ctime_ns for found in map(os.stat, paths)]


def _is_variable(word: str) -> bool:
    return word.partition("=")[0].isidentifier() and "=" in word


def _is_doit(program: str) -> bool:
    started = Path(program)
    return started.name in ("doit", "dodo.py") or started.parts[-2:] == ("doit", "__main__.py")


def _file(arguments: Sequence[str]) -> Path:
    width = os.get_terminal_size(1).columns if sys.stdout.isatty() else 0
    environment = sorted(each for each in os.environ.items() if each[0] not in _VOLATILE)
    words = sorted(word for word in arguments if word != "run") or ["quick"]
    key = repr([words, width, environment, sys.executable, sys.version])
    return FOLDER / f"{hashlib.sha256(key.encode('utf-8', 'surrogateescape')).hexdigest()}.json"


def _environment_folders() -> list[str]:
    return [entry for entry in sys.path if entry.endswith("-packages") and Path(entry).is_dir()]


def _same_tools(records: Iterable[str]) -> bool:
    from executors.tool_freshness import still_the_same  # noqa: PLC0415 - most calls end before

    return all(still_the_same(json.loads(Path(record).read_bytes())) for record in records)


def _age(file: Path) -> float:
    return -file.stat().st_mtime


def _answer(text: str, code: int) -> NoReturn:
    sys.stdout.write(text)
    sys.stdout.flush()
    raise SystemExit(code)
