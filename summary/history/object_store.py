"""Nights in an object store, and an index of them that is derived from them.

The index holds the records of a folder in one object, so that hundreds of nights are read with two
requests. It is nobody's truth: what it says of a record counts only while the store lists that with
the same size and time, and it is made anew by whoever finds it behind. Two who write it at the same
time lose nothing but the index of one.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any, Final

from pyarrow import fs

from tandem.errors import SettingsError
from tandem.files import digest_bytes

INDEX: Final = "index"
INDEX_VERSION: Final = 1
SETTLED_S: Final = 60.0
"""A record so old is indexed: the time of a younger one might not tell it from its successor."""
_AT_ONCE: Final = 16


class ObjectStore:
    """Objects below a prefix; an object appears as a whole."""

    def __init__(
        self,
        filesystem: fs.FileSystem,
        base: str,
        location: str,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._filesystem = filesystem
        self._base = base.rstrip("/")
        self._location = location.partition("?")[0]
        self._now = now
        self._listed: dict[str, fs.FileInfo] = {}

    def names(self, folder: str) -> list[str]:
        """See :class:`~summary.history.stores.Store`."""
        below = fs.FileSelector(f"{self._base}/{folder}", allow_not_found=True)
        try:
            found = self._filesystem.get_file_info(below)
        except OSError as error:
            raise unreachable(self._location, error) from error
        listed = {f"{folder}/{each.base_name}": each for each in found if each.is_file}
        self._listed |= listed
        return sorted(listed)

    def read(self, name: str) -> bytes:
        """See :class:`~summary.history.stores.Store`."""
        try:
            with self._filesystem.open_input_stream(f"{self._base}/{name}") as stream:
                return bytes(stream.read())
        except OSError as error:
            raise unreachable(self._location, error) from error

    def read_all(self, names: Sequence[str]) -> Iterator[tuple[str, bytes]]:
        """See :class:`~summary.history.stores.Store`; ``names`` are of one folder."""
        if not names:
            return
        index = f"{INDEX}/{names[0].rpartition('/')[0]}.json"
        known = self._indexed(index, names)
        missing = [name for name in names if name not in known]
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            found = known | dict(zip(missing, pool.map(self.read, missing), strict=True))
        if any(self._is_settled(name) for name in missing):
            self._write_index(index, found)
        for name in names:
            yield name, found[name]

    def write(self, name: str, content: bytes) -> None:
        """See :class:`~summary.history.stores.Store`."""
        try:
            with self._filesystem.open_output_stream(f"{self._base}/{name}") as stream:
                stream.write(content)
        except OSError as error:
            raise unreachable(self._location, error) from error

    def _indexed(self, index: str, names: Sequence[str]) -> dict[str, bytes]:
        """Return what the index holds of these as the store lists them; nothing without one."""
        try:
            whole = json.loads(self.read(index))
            records = whole["records"] if whole["version"] == INDEX_VERSION else {}
            return {
                name: text
                for name in names
                if (entry := records.get(name))
                and entry["tag"] == self._tag(name)
                and digest_bytes(text := entry["text"].encode()) == entry["sha256"]
            }
        except (SettingsError, ValueError, KeyError, TypeError, AttributeError):
            return {}  # there is none yet, or it is torn: it is made anew

    def _write_index(self, index: str, contents: Mapping[str, bytes]) -> None:
        records: dict[str, Any] = {}
        for name, content in contents.items():
            if self._is_settled(name):
                with suppress(UnicodeDecodeError):  # no record of ours
                    records[name] = {
                        "tag": self._tag(name),
                        "sha256": digest_bytes(content),
                        "text": content.decode(),
                    }
        whole = {"version": INDEX_VERSION, "records": records}
        with suppress(SettingsError):  # who may only read does without
            self.write(index, json.dumps(whole, ensure_ascii=False).encode())

    def _tag(self, name: str) -> str:
        """Return what tells a record from what had its name before, as the store lists it."""
        listed = self._listed.get(name)
        return f"{listed.size}-{listed.mtime_ns}" if listed else ""

    def _is_settled(self, name: str) -> bool:
        listed = self._listed.get(name)
        return bool(listed and listed.mtime_ns) and (
            self._now() - self._listed[name].mtime_ns / 1e9 > SETTLED_S
        )


def unreachable(location: str, error: OSError) -> SettingsError:
    """Return what to say when a store does not answer."""
    return SettingsError(
        f"history.location: {location} cannot be used: {first_line(error)}",
        hint="What was ridden stands; mend that and give the same command again.",
    )


def first_line(error: Exception) -> str:
    """Return the first line of what an error says."""
    return (str(error) or type(error).__name__).splitlines()[0][:300]
