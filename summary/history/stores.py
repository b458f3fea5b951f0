"""Where the nights are kept: a folder, an object store, or a branch of a git repository.

A store holds small files by name and knows nothing of what is in them. Writing one replaces it as
a whole; two writers of different names do not meet.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

import pyarrow as pa
from pyarrow import fs

from summary.history.git_store import GitStore
from summary.history.object_store import ObjectStore, first_line, unreachable
from tandem.errors import SettingsError
from tandem.files import write_bytes


class Store(Protocol):
    """Files by name; a name may have a folder before a slash."""

    def names(self, folder: str) -> list[str]:
        """Return the names below ``folder``, in order; none for a folder that is not there."""

    def read(self, name: str) -> bytes:
        """Return the file; raise :class:`SettingsError` when the store cannot be reached."""

    def read_all(self, names: Sequence[str]) -> Iterator[tuple[str, bytes]]:
        """Yield files that :meth:`names` named, in the order given, and quicker than singly."""

    def write(self, name: str, content: bytes) -> None:
        """Put the file, or replace it, as a whole."""


def open_store(location: str) -> Store:
    """Return the store at ``location``.

    ``s3://BUCKET/PREFIX`` (options such as ``?endpoint_override=HOST:PORT&scheme=http`` are those
    of Arrow; credentials come from the environment), ``git:BRANCH`` for a branch of the workspace's
    repository, else a folder. Raises :class:`SettingsError` for one that cannot be used.
    """
    if location.startswith("git:"):
        return GitStore(location.removeprefix("git:"))
    if "://" not in location:
        return FolderStore(Path(location))
    try:
        filesystem, base = fs.FileSystem.from_uri(location)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, OSError) as error:
        raise SettingsError(
            f"history.location: {first_line(error)}",
            hint="Expected a folder, s3://BUCKET/PREFIX, or git:BRANCH.",
        ) from error
    if not base.strip("/"):
        raise SettingsError(f"history.location: '{location}' names no bucket or folder")
    return ObjectStore(filesystem, base, location)


class FolderStore:
    """Files below a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def names(self, folder: str) -> list[str]:
        """See :class:`Store`."""
        try:
            found = [entry.name for entry in os.scandir(self._folder / folder) if entry.is_file()]
        except FileNotFoundError:
            return []
        except OSError as error:
            raise unreachable(str(self._folder), error) from error
        return sorted(f"{folder}/{name}" for name in found if not name.startswith("."))

    def read(self, name: str) -> bytes:
        """See :class:`Store`."""
        try:
            return (self._folder / name).read_bytes()
        except OSError as error:
            raise unreachable(str(self._folder), error) from error

    def read_all(self, names: Sequence[str]) -> Iterator[tuple[str, bytes]]:
        """See :class:`Store`."""
        return ((name, self.read(name)) for name in names)

    def write(self, name: str, content: bytes) -> None:
        """See :class:`Store`."""
        try:
            write_bytes(self._folder / name, content)
        except OSError as error:
            raise unreachable(str(self._folder), error) from error
