"""Where the nights are kept: a folder, an object store, or a branch of a git repository.

A store holds small files by name and knows nothing of what is in them. Writing one replaces it as
a whole; two writers of different names do not meet.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Protocol

import pyarrow as pa
from pyarrow import fs

from summary.history.git_store import GitStore
from tandem.errors import SettingsError
from tandem.files import write_bytes


class Store(Protocol):
    """Files by name; a name may have a folder before a slash."""

    def names(self, folder: str) -> list[str]:
        """Return the names below ``folder``, in order; none for a folder that is not there."""

    def read(self, name: str) -> bytes:
        """Return the file; raise :class:`SettingsError` when the store cannot be reached."""

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
            f"history.location: {_first_line(error)}",
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
            raise _unreachable(str(self._folder), error) from error
        return sorted(f"{folder}/{name}" for name in found if not name.startswith("."))

    def read(self, name: str) -> bytes:
        """See :class:`Store`."""
        try:
            return (self._folder / name).read_bytes()
        except OSError as error:
            raise _unreachable(str(self._folder), error) from error

    def write(self, name: str, content: bytes) -> None:
        """See :class:`Store`."""
        try:
            write_bytes(self._folder / name, content)
        except OSError as error:
            raise _unreachable(str(self._folder), error) from error


class ObjectStore:
    """Objects below a prefix; an object appears as a whole."""

    def __init__(self, filesystem: fs.FileSystem, base: str, location: str) -> None:
        self._filesystem = filesystem
        self._base = base.rstrip("/")
        self._location = location.partition("?")[0]

    def names(self, folder: str) -> list[str]:
        """See :class:`Store`."""
        below = fs.FileSelector(f"{self._base}/{folder}", allow_not_found=True)
        try:
            found = self._filesystem.get_file_info(below)
        except OSError as error:
            raise _unreachable(self._location, error) from error
        return sorted(f"{folder}/{each.base_name}" for each in found if each.is_file)

    def read(self, name: str) -> bytes:
        """See :class:`Store`."""
        try:
            with self._filesystem.open_input_stream(f"{self._base}/{name}") as stream:
                return bytes(stream.read())
        except OSError as error:
            raise _unreachable(self._location, error) from error

    def write(self, name: str, content: bytes) -> None:
        """See :class:`Store`."""
        try:
            with self._filesystem.open_output_stream(f"{self._base}/{name}") as stream:
                stream.write(content)
        except OSError as error:
            raise _unreachable(self._location, error) from error


def _unreachable(location: str, error: OSError) -> SettingsError:
    return SettingsError(
        f"history.location: {location} cannot be used: {_first_line(error)}",
        hint="What was ridden stands; mend that and give the same command again.",
    )


def _first_line(error: Exception) -> str:
    return (str(error) or type(error).__name__).splitlines()[0][:300]
