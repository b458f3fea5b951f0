"""A snapshot of a build folder as ``results/<stamp>/``. Standard library only: it runs on a no-op.

Raw measurements never change under their stamp: another run that claims it gets the suffix ``-2``.
What is derived from them is replaced file by file, so that a reader sees the old or the new.
"""

from __future__ import annotations

import contextlib
import filecmp
import functools
import itertools
import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

RUN_FILE: Final = "run.json"
LATEST: Final = "latest"
INDEX: Final = "index.html"
"""Of all runs, beside them."""


def publish(build: Path, results: Path, parts: Iterable[str]) -> Path:
    """Put ``parts`` (files and folders, relative) of ``build`` into its result directory.

    Returns the directory. Publishing again changes what differs only; a new directory appears
    whole. ``results/latest`` is left pointing to it.
    """
    results.mkdir(parents=True, exist_ok=True)
    target = result_directory(build, results)
    if target.exists():
        for name in _files(build, parts):
            if not _is_same(f"{build}/{name}", f"{target}/{name}"):
                _put(build / name, target / name)
    else:
        _appear(build, target, parts)
    _point(results / LATEST, target.name)
    return target


def published(build: Path, results: Path, parts: Iterable[str]) -> Path | None:
    """Return the result directory when it holds exactly what ``build`` does, else None."""
    try:
        target = result_directory(build, results)
        same = all(_is_same(f"{build}/{name}", f"{target}/{name}") for name in _files(build, parts))
    except (OSError, ValueError, KeyError):
        return None
    return target if same else None


def result_directory(build: Path, results: Path) -> Path:
    """Return the directory that is this run's, or that is free for it.

    Raises :class:`OSError`, :class:`ValueError` or :class:`KeyError` without a readable record.
    """
    run = _run(build)
    stamp = str(run["stamp"])
    names = itertools.chain([stamp], (f"{stamp}-{number}" for number in itertools.count(2)))
    for name in names:
        directory = results / name
        if not directory.exists() or _holds(directory, run, build):
            return directory
    raise AssertionError("unreachable: the names do not end")


def latest_leads_somewhere(results: Path) -> bool:
    """Tell whether ``results/latest`` is there, and what it points to as well."""
    return (results / LATEST).exists()


def _holds(directory: Path, run: dict[str, Any], build: Path) -> bool:
    """Tell whether the directory holds this run; the measurements tell where its record cannot."""
    try:
        return bool(_run(directory)["raw_sha256"] == run["raw_sha256"])
    except (OSError, ValueError, KeyError):
        outcomes = [Path(cell["folder"], "outcome.json") for cell in run["cells"]]
        return all(_is_same(f"{build}/{each}", f"{directory}/{each}") for each in outcomes)


def _run(directory: Path) -> dict[str, Any]:
    file = directory / RUN_FILE
    return _read_once(file, file.stat().st_ino, file.stat().st_ctime_ns)


@functools.lru_cache(maxsize=8)
def _read_once(file: Path, _inode: int, _changed_ns: int) -> dict[str, Any]:
    """Return a run's record; of a thousand journeys it is long, and asked for again and again."""
    found = json.loads(file.read_bytes())
    if not isinstance(found, dict):
        raise ValueError(f"{file}: not a record of a run")
    return found


def _files(build: Path, parts: Iterable[str]) -> Iterator[str]:
    """Yield every file, relative to ``build``; a folder stands for all that is in it."""
    above = len(f"{build}/")
    for part in parts:
        top = f"{build}/{part}"
        if os.path.isdir(top):  # noqa: PTH112 - texts: of thousands of files paths cost the most
            for folder, _, names in os.walk(top):
                yield from (f"{folder}/{name}"[above:] for name in sorted(names))
        else:
            yield part


def _is_same(one: str, other: str) -> bool:
    try:
        same = os.path.samefile(one, other)  # noqa: PTH121 - see above
        return same or filecmp.cmp(one, other, shallow=False)
    except (FileNotFoundError, NotADirectoryError):
        return False


def _appear(build: Path, target: Path, parts: Iterable[str]) -> None:
    for killed in target.parent.glob(f".{target.name}.*"):
        shutil.rmtree(killed, ignore_errors=True)  # of a publish that was not there to remove it
    staged = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    try:
        for name in _files(build, parts):
            _put(build / name, staged / name)
        staged.chmod(0o755)
        staged.rename(target)
    except BaseException:
        shutil.rmtree(staged, ignore_errors=True)
        raise


def _put(source: Path, target: Path) -> None:
    """Make ``target`` a hard link of ``source``, or a copy where the file system has no links."""
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = target.with_name(f".{target.name}.new")
    with contextlib.suppress(FileNotFoundError):
        beside.unlink()
    try:
        os.link(source, beside)
    except OSError:
        shutil.copy2(source, beside)
    beside.replace(target)
    # Renaming one link of a file over another leaves both names: POSIX asks for that.
    with contextlib.suppress(FileNotFoundError):
        beside.unlink()


def _point(link: Path, name: str) -> None:
    """Let the symbolic link lead to its sibling ``name``."""
    if link.is_symlink() and os.readlink(link) == name:  # noqa: PTH115 (the text, not a path)
        return
    beside = link.with_name(f".{link.name}.new")
    with contextlib.suppress(FileNotFoundError):
        beside.unlink()
    beside.symlink_to(name)
    beside.replace(link)
