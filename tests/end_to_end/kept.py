"""A copy of a folder, and the way back to it."""

from __future__ import annotations

import os
import shutil
import stat
from pathlib import Path

States = dict[str, tuple[int, int] | None]
"""Path to what changes with a file, however it is written; None for a folder."""


class Kept:
    """A folder as it was. It has hundreds of files: those alone are copied back that changed."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._copy = folder, folder.with_name("kept")
        shutil.copytree(folder, self._copy, symlinks=True)
        self._known = _states(folder)

    def put_back(self) -> None:
        """Let the folder be what it was: content, times and links; inodes may be others."""
        now = _states(self._folder)
        for path, state in now.items():
            if path not in self._known or self._known[path] != state:
                _remove(path)
        for path, state in self._known.items():
            if path in now and now[path] == state:
                continue
            if state is None:
                Path(path).mkdir()
            else:
                shutil.copy2(self._kept(path), path, follow_symlinks=False)
        for path in (each for each, state in self._known.items() if state is None):
            shutil.copystat(self._kept(path), path)
        shutil.copystat(self._copy, self._folder)
        self._known = _states(self._folder)

    def _kept(self, path: str) -> Path:
        return self._copy / Path(path).relative_to(self._folder)


def _states(folder: Path) -> States:
    """Return all that is in a folder, each one after what it is in."""
    found: States = {}
    for root, folders, files in os.walk(folder):
        for name in (*folders, *files):
            path = os.path.join(root, name)  # noqa: PTH118 (hundreds of them, again and again)
            status = os.lstat(path)
            is_folder = stat.S_ISDIR(status.st_mode)
            found[path] = None if is_folder else (status.st_ino, status.st_ctime_ns)
    return found


def _remove(path: str) -> None:
    if Path(path).is_dir() and not Path(path).is_symlink():
        shutil.rmtree(path)
    else:
        Path(path).unlink(missing_ok=True)
