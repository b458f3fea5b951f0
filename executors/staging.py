"""Where a cell's artifacts are made, and how they appear under the cell's name, all at once.

They are made in a private folder. Its ``outcome.json`` is written last, so that a folder with one
is whole, whoever was killed meanwhile.
"""

from __future__ import annotations

import contextlib
import errno
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

from executors.leftovers import STAGE
from executors.outcome import FILE, Artifact, Attempt
from tandem.files import digest_file

_FORMER = ".former"


def stage_of(folder: Path) -> Path:
    """Return where the artifacts of the cell in ``folder`` are made."""
    return STAGE / folder.as_posix().replace("/", "-")


def fresh_stage(folder: Path) -> Path:
    """Return an empty folder that only its owner can read, beside the one that it becomes."""
    STAGE.mkdir(parents=True, exist_ok=True)
    STAGE.chmod(0o700)
    stage = stage_of(folder)
    if stage.exists():
        shutil.rmtree(stage)
    stage.mkdir()
    return stage


def remove_leftovers() -> None:
    """Remove what killed processes left half done: nothing has looked for secrets in it.

    To be called when nobody rides here.
    """
    for stage in STAGE.iterdir() if STAGE.exists() else ():
        is_whole = (stage / FILE).exists() or stage.suffix == _FORMER
        if not is_whole and any(stage.iterdir()):
            shutil.rmtree(stage)


def put_in_place(stage: Path, folder: Path) -> None:
    """Let the artifacts appear under the cell's name; what was there before goes."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    try:
        _swap(stage, folder)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        _bring_over(stage, folder)


def _swap(stage: Path, folder: Path) -> None:
    former = _former(stage)
    if former.exists():
        shutil.rmtree(former)
    if folder.exists():
        folder.rename(former)
    stage.rename(folder)
    if former.exists():
        shutil.rmtree(former)


def _bring_over(stage: Path, folder: Path) -> None:
    """Do so where the cell is on another disk than the stage, which stays whole until the end."""
    beside = folder.with_name(f".{folder.name}.new")
    shutil.rmtree(beside, ignore_errors=True)
    shutil.copytree(stage, beside)
    if folder.exists():
        shutil.rmtree(folder)
    beside.rename(folder)
    shutil.rmtree(stage)


def finish_interrupted(folder: Path) -> bool:
    """Put in place what a process that was killed had made but not put there.

    A ride that is whole takes the cell's name; else what had the name before gets it back. Returns
    whether anything did. To be called while the load lock is held.
    """
    stage = stage_of(folder)
    former = _former(stage)
    if (stage / FILE).exists():
        put_in_place(stage, folder)
        return True
    if former.exists() and not folder.exists():
        former.rename(folder)
        return True
    if former.exists():
        shutil.rmtree(former)
    return False


def last_on_top(stage: Path, attempts: Sequence[Attempt]) -> list[Attempt]:
    """Move the files of the attempt that counts to where people look first."""
    if not attempts:
        return []
    last = stage / attempts[-1].folder
    for file in last.iterdir():
        file.rename(stage / file.name)
    last.rmdir()
    with contextlib.suppress(OSError):  # earlier attempts stay in it
        last.parent.rmdir()
    return [*attempts[:-1], attempts[-1].model_copy(update={"folder": "."})]


def artifacts_in(stage: Path) -> Iterator[Artifact]:
    """Yield every file but the record itself, by name."""
    files = (path for path in stage.rglob("*") if path.is_file() and path.name != FILE)
    for path in sorted(files):
        name = path.relative_to(stage).as_posix()
        yield Artifact(path=name, bytes=path.stat().st_size, sha256=digest_file(path))


def _former(stage: Path) -> Path:
    return stage.with_name(f"{stage.name}{_FORMER}")
