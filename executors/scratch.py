"""What is needed for a while, by us, k6 and the browser: a private folder that goes with its user.

A browser that is killed leaves sockets and profiles behind, and a trace that is being recorded
holds whatever was sent, secrets among it. So none of it is put where all programs put theirs.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import psutil

from tandem.files import digest_text

_SHORT: Final = 28
"""The path of a socket has little more than a hundred characters, and the browser adds to it."""
_USUAL: Final = Path("/tmp")  # noqa: S108 (only private folders are made in it)


@contextlib.contextmanager
def scratch_folder(*, for_sockets: bool = False) -> Iterator[Path]:
    """Yield a new folder that only its owner can read; it is gone afterwards.

    One for a program is to be given to its guard as well, which removes it when this process is
    killed; ``for_sockets`` says that its path has to be short.
    """
    place = _short_place() if for_sockets else Path(tempfile.gettempdir())
    folder = Path(tempfile.mkdtemp(prefix=f"{_prefix()}{os.getpid()}-", dir=place))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def remove_scratch() -> None:
    """Remove this workspace's whose processes are gone, and that nobody was left to remove.

    To be called while the load lock is held: then no guard of a doit that is gone still works.
    """
    for place in {_short_place(), Path(tempfile.gettempdir())}:
        for folder in place.glob(f"{_prefix()}*"):
            owner = folder.name.removeprefix(_prefix()).partition("-")[0]
            if owner.isdecimal() and not psutil.pid_exists(int(owner)) and not folder.is_symlink():
                shutil.rmtree(folder, ignore_errors=True)


def _short_place() -> Path:
    chosen = Path(tempfile.gettempdir())
    return chosen if len(str(chosen)) <= _SHORT else _USUAL


def _prefix() -> str:
    """Return how the names of this workspace's begin. Containers may share the place."""
    return f"tandem-{digest_text(f'{socket.gethostname()}:{Path.cwd()}')[:8]}-"
