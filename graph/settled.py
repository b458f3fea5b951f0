"""The answer of a call that had nothing to do, given again while nothing it rests on has changed.

doit needs to build the whole graph to find out that nothing is to be done. The call that did find
it out leaves a record: its text and its exit code, and the state of every file that it looked at.
The next call with the same arguments in the same environment compares states and repeats the
answer. Where files of some journeys have changed and nothing else, doit looks at those journeys;
whatever else differs, at everything. Standard library only, and little of it.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import NamedTuple, NoReturn

from graph.watch import SHARED, Watch, changes_of, digest_of

FOLDER = Path(".tandem", "settled")
DATABASE = Path(".tandem", "doit.db")
"""doit's own. Whoever removes it, or lets it forget, wants everything to be made again."""
_KEPT = 10
"""How many answers are kept, the newest: one for each set of arguments that somebody uses."""
SETTLED = ("quick",)
"""What is answered so. A night asks for more than files: doit says whether one is open."""
_OF_DOIT = ("doit.cfg", "pyproject.toml")
"""Where doit itself finds settings, if there are any: one that appears makes another call of it."""
_VOLATILE = {"_", "SHLVL", "OLDPWD", "PWD"}
_SETTLING_NS = 1_000_000_000
"""A file that changed this shortly ago could change again without its state telling."""
_BEGAN_NS = time.time_ns()
_PATHS, _WATCH = ".paths", ".watch"
"""Beside the answer: the paths that are asked each time, and what is known of all of them."""


class Settled(NamedTuple):
    """What a call with nothing to do found: the answer for the next one, and what it was about."""

    text: str
    code: int
    tasks: int
    """How many tasks were looked at."""
    journeys: list[str]
    """The ids of all journeys of the workspace."""


class Stale(NamedTuple):
    """What is to be looked at since: files of these ``owners`` have changed, and no others."""

    owners: frozenset[str]
    former: Settled


def repeat_if_settled(program: str, arguments: Sequence[str]) -> None:
    """Repeat the recorded answer and end the process, if it still stands; return if not.

    ``program`` is what was started: only doit's own command (or ours) asks for a run.
    """
    if not is_doit(program) or not asks_for_quick(arguments):
        return
    found = stale(tuple(arguments))
    if found is not None and not found.owners:
        _answer(found.former)


def drop_if_forgotten(arguments: Sequence[str]) -> None:
    """Let no answer stand after ``doit forget``."""
    if arguments[:1] == ["forget"]:
        for file in FOLDER.glob("*"):
            file.unlink(missing_ok=True)


def is_doit(program: str) -> bool:
    """Tell whether this is doit's own command or ours, and not what has imported dodo.py."""
    started = Path(program)
    return started.name in ("doit", "dodo.py") or started.parts[-2:] == ("doit", "__main__.py")


def asks_for_quick(arguments: Sequence[str]) -> bool:
    """Tell whether there is ``quick`` and ``name=value`` only: nothing else is repeated."""
    return all(word in SETTLED or _is_variable(word) for word in without_run(arguments))


def without_run(arguments: Sequence[str]) -> list[str]:
    """Return the words of a call without doit's own word for one, which may be left out."""
    return list(arguments[1:] if list(arguments[:1]) == ["run"] else arguments)


@cache
def stale(arguments: tuple[str, ...]) -> Stale | None:
    """Return what has changed since this call was answered; None when that may be anything."""
    file = _file(arguments)
    if not DATABASE.exists():
        return None
    try:
        record = json.loads(file.read_bytes())
        former = Settled(*record["settled"])
        paths = file.with_suffix(_PATHS).read_text(encoding="utf-8").split("\n")
        if not _same_tools(record["tools"]):
            return None
        now = changes_of(paths)
        if digest_of(now) == record["state"]:
            return Stale(frozenset(), former)
        watch = Watch.from_json(paths, json.loads(file.with_suffix(_WATCH).read_bytes()))
        owners = watch.owners_of_changes(now)
        if SHARED in owners or watch.state != record["state"]:
            return None
    except (OSError, ValueError, KeyError, TypeError, AttributeError, OverflowError):
        return None
    return Stale(owners, former)


def record_settled(
    arguments: Sequence[str], watch: Watch, tools: Sequence[str], found: Settled
) -> None:
    """Keep the answer of a call that had nothing to do.

    ``tools`` are the records of k6 and browser. Nothing is kept when something that it rests on
    has changed since the call began: that may have been looked at before.
    """
    if max(watch.latest, *changes_of(_OF_DOIT)) > _BEGAN_NS - _SETTLING_NS:
        return
    with suppress(OSError):  # a disk that is full costs the next call a look
        _record(_file(arguments), watch, tools, found)


def _record(file: Path, watch: Watch, tools: Sequence[str], found: Settled) -> None:
    from tandem.files import newest_first, write_text  # noqa: PLC0415 - no answer needs it

    # The paths are one text, and the states one digest: a large tree's are read in milliseconds.
    write_text(file.with_suffix(_PATHS), "\n".join(watch.asked))
    write_text(file.with_suffix(_WATCH), json.dumps(watch.to_json()))
    write_text(file, json.dumps({"settled": found, "state": watch.state, "tools": list(tools)}))
    for old in newest_first(FOLDER.glob("*.json"))[_KEPT:]:
        for suffix in (".json", _PATHS, _WATCH):
            old.with_suffix(suffix).unlink(missing_ok=True)


def _is_variable(word: str) -> bool:
    return _name(word).isidentifier() and "=" in word


def _name(word: str) -> str:
    return word.partition("=")[0]


def _file(arguments: Sequence[str]) -> Path:
    width = os.get_terminal_size(1).columns if sys.stdout.isatty() else None
    environment = sorted(each for each in os.environ.items() if each[0] not in _VOLATILE)
    # In any order, but of one name: there the last one holds.
    words = sorted(without_run(arguments), key=_name) or ["quick"]
    doits = changes_of(_OF_DOIT).tolist()
    key = repr([words, width, environment, sys.executable, sys.version, doits])
    return FOLDER / f"{hashlib.sha256(key.encode('utf-8', 'surrogateescape')).hexdigest()}.json"


def environment_folders() -> list[str]:
    """Return the folders of the packages that are installed."""
    return [entry for entry in sys.path if entry.endswith("-packages") and Path(entry).is_dir()]


def _same_tools(records: Iterable[str]) -> bool:
    from executors.tool_freshness import still_the_same  # noqa: PLC0415 - most calls end before

    return all(still_the_same(json.loads(Path(record).read_bytes())) for record in records)


def _answer(found: Settled) -> NoReturn:
    """Print the answer and end at once: there is nothing that would have to be put in order."""
    with suppress(OSError):  # who reads has gone, or their disk is full
        sys.stdout.write(found.text)
        sys.stdout.flush()
    os._exit(found.code)
