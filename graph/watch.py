"""The state of the files that an answer rests on, and whose they are. Standard library only.

What people write is looked at file by file. What Tandem makes is put in its place by renaming,
which its folder tells of: such a file is looked at only when its folder has changed.
"""

from __future__ import annotations

import hashlib
import os
from array import array
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

SHARED = ""
"""The owner of what any journey may depend on."""
VIEW = "the view"
"""The owner of what is made of all journeys together; no id of a journey has a blank."""
_GONE = -1


class Watch(NamedTuple):
    """The files and folders that an answer rests on, and how they were then."""

    asked: Sequence[str]
    """What is looked at each time, in the order of the next two."""
    owners: Sequence[str]
    changes: Sequence[int]
    """When content, name or mode last changed, in nanoseconds since 1970."""
    made: Mapping[str, tuple[str, int]]
    """Owner and change of what its folder tells of."""
    names: Mapping[str, str]
    """A digest of what is in each shared folder that holds somebody's files."""

    @classmethod
    def begin(cls, asked: Mapping[str, str], made: Mapping[str, str]) -> Watch:
        """Take the present states of files and folders that are given with their owners.

        Raises ValueError when one of them is not there, or its name has a line end.
        """
        paths = sorted(asked)
        changes, of_made = changes_of(paths), changes_of(made)
        if _GONE in changes or _GONE in of_made or any("\n" in path for path in (*paths, *made)):
            raise ValueError("a file is not there, or has a line end in its name")
        folders = {_folder(path) for path, owner in {**asked, **made}.items() if owner}
        return cls(
            asked=paths,
            owners=[asked[path] for path in paths],
            changes=changes.tolist(),
            made=dict(zip(made, zip(made.values(), of_made, strict=True), strict=True)),
            names={each: names_in(each) for each in folders if asked.get(each, VIEW) == SHARED},
        )

    @property
    def state(self) -> str:
        """What :func:`digest_of` says of the asked ones while none has changed."""
        return digest_of(array("q", self.changes))

    @property
    def latest(self) -> int:
        """The latest change of all."""
        return max(*self.changes, *(change for _, change in self.made.values()), 0)

    def to_json(self) -> dict[str, Any]:
        """Return the plain form, without the paths that :meth:`from_json` is given."""
        return {name: value for name, value in self._asdict().items() if name != "asked"}

    @classmethod
    def from_json(cls, asked: Sequence[str], value: Mapping[str, Any]) -> Watch:
        """Read what :meth:`to_json` made."""
        made = {path: (owner, change) for path, (owner, change) in value["made"].items()}
        return cls(asked, value["owners"], value["changes"], made, value["names"])

    def owners_of_changes(self, now: Sequence[int]) -> frozenset[str]:
        """Return whose files and folders are not as they were; ``now`` is of the asked ones.

        A shared folder in which the same names stand has changed for the owners of what was
        replaced in it; those are looked at.
        """
        known = zip(self.asked, self.owners, self.changes, now, strict=True)
        changed = {path: owner for path, owner, before, after in known if before != after}
        of_made = {
            owner
            for path, (owner, before) in self.made.items()
            if _folder(path) in changed and changes_of([path])[0] != before
        }
        whole = {path for path in changed if path in self.names and self._same_names(path)}
        return frozenset({changed[path] for path in changed.keys() - whole} | of_made)

    def _same_names(self, folder: str) -> bool:
        try:
            return names_in(folder) == self.names[folder]
        except OSError:
            return False


def changes_of(paths: Iterable[str]) -> array[int]:
    """Return when each file's content, name or mode last changed; -1 where it is gone.

    That time cannot be set by whoever writes the file, as its modification time can. A folder's
    changes with every file that appears in it, is replaced, or goes.
    """
    asked = list(paths)
    try:
        return array("q", [found.st_ctime_ns for found in map(os.stat, asked)])
    except OSError:
        return array("q", map(_change, asked))


def digest_of(changes: array[int]) -> str:
    """Return one text that stands for the states of files."""
    return hashlib.sha256(changes).hexdigest()


def _change(path: str) -> int:
    try:
        return os.stat(path).st_ctime_ns  # noqa: PTH116 - of thousands of files
    except OSError:
        return _GONE


def _folder(path: str) -> str:
    return path.rpartition("/")[0]


def names_in(folder: str | Path) -> str:
    """Return a digest of the names in a folder; one that begins with a dot is nobody's yet."""
    there = sorted(each.name for each in Path(folder).iterdir() if each.name[:1] != ".")
    return hashlib.sha256("\n".join(there).encode("utf-8", "surrogateescape")).hexdigest()
