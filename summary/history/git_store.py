"""Nights on a branch of the workspace's git repository, which nothing is checked out from.

Each file is a commit of its own on top of what the remote has; one that was overtaken is made
again.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from tandem.errors import SettingsError

REMOTE: Final = "origin"
_TRIES: Final = 5
_PATIENCE_S: Final = 120
_NONE: Final[Mapping[str, str]] = {}
_WHO: Final = {
    "GIT_AUTHOR_NAME": "Tandem",
    "GIT_AUTHOR_EMAIL": "tandem@localhost",
    "GIT_COMMITTER_NAME": "Tandem",
    "GIT_COMMITTER_EMAIL": "tandem@localhost",
    "GIT_TERMINAL_PROMPT": "0",
}


class GitStore:
    """Files of a branch; pushed to ``origin`` where there is one."""

    def __init__(self, branch: str) -> None:
        self._branch = f"refs/heads/{branch}"
        self._name = branch
        if not branch or _run(["check-ref-format", self._branch]).returncode:
            raise SettingsError(f"history.location: 'git:{branch}' names no branch")
        if _run(["rev-parse", "--git-dir"]).returncode:
            raise SettingsError(
                f"history.location: 'git:{branch}' needs a git repository, and there is none here"
            )
        self._has_remote = REMOTE in _text(["remote"]).split()
        self._fetch()

    def names(self, folder: str) -> list[str]:
        """See :class:`~summary.history.stores.Store`."""
        if not self._tip():
            return []
        below_root = ["ls-tree", "-r", "--name-only", "--full-tree", self._branch, f"{folder}/"]
        return _text(below_root).splitlines()

    def read(self, name: str) -> bytes:
        """See :class:`~summary.history.stores.Store`."""
        return _checked(["cat-file", "blob", f"{self._branch}:{name}"])

    def read_all(self, names: Sequence[str]) -> Iterator[tuple[str, bytes]]:
        """See :class:`~summary.history.stores.Store`; one process of git reads them all."""
        asked = "".join(f"{self._branch}:{name}\n" for name in names).encode()
        answer = _checked(["cat-file", "--batch"], asked) if names else b""
        at = 0
        for name in names:
            head = answer[at : answer.index(b"\n", at)]
            size = head.rpartition(b" ")[2]
            if not size.isdigit():
                raise SettingsError(f"history.location: git:{self._name} has no {name} any more")
            at += len(head) + 1
            yield name, answer[at : at + int(size)]
            at += int(size) + 1

    def write(self, name: str, content: bytes) -> None:
        """See :class:`~summary.history.stores.Store`."""
        blob = _text(["hash-object", "-w", "--stdin"], content)
        for _ in range(_TRIES):
            before = self._tip()
            commit = self._commit(before, name, blob)
            if commit == before or self._moved(before, commit):
                return
            self._fetch()
        raise SettingsError(
            f"history.location: 'git:{self._name}' could not be pushed to {REMOTE}",
            hint="May this job push? See docs/history.md.",
        )

    def _commit(self, before: str, name: str, blob: str) -> str:
        with tempfile.TemporaryDirectory() as folder:
            index = {"GIT_INDEX_FILE": str(Path(folder, "index"))}
            if before:
                _checked(["read-tree", before], environment=index)
            entry = f"100644,{blob},{name}"
            _checked(["update-index", "--add", "--cacheinfo", entry], environment=index)
            tree = _text(["write-tree"], environment=index)
        if before and _text(["rev-parse", f"{before}^{{tree}}"]) == tree:
            return before
        parents = ["-p", before] if before else []
        return _text(["commit-tree", tree, *parents, "-m", f"{name}"])

    def _moved(self, before: str, commit: str) -> bool:
        if self._has_remote:
            pushed = _run(["push", "--quiet", REMOTE, f"{commit}:{self._branch}"])
            if pushed.returncode:
                return False
        return not _run(["update-ref", self._branch, commit, before or "0" * 40]).returncode

    def _tip(self) -> str:
        found = _run(["rev-parse", "--verify", "--quiet", self._branch])
        return found.stdout.decode().strip()

    def _fetch(self) -> None:
        """Take over what the remote has; a branch that it does not have yet is no fault."""
        if not self._has_remote:
            return
        if not _text(["ls-remote", REMOTE, self._branch]):
            return
        fetch = ["fetch", "--quiet", REMOTE, f"+{self._branch}:{self._branch}"]
        for _ in range(_TRIES):
            before = self._tip()
            if not _run(fetch).returncode or self._tip() != before:
                return  # or another writer of this clone has moved it meanwhile
        _checked(fetch)


def _text(arguments: list[str], given: bytes = b"", environment: Mapping[str, str] = _NONE) -> str:
    return _checked(arguments, given, environment).decode().strip()


def _checked(
    arguments: list[str], given: bytes = b"", environment: Mapping[str, str] = _NONE
) -> bytes:
    ended = _run(arguments, given, environment)
    if ended.returncode:
        said = ended.stderr.decode(errors="replace").strip().splitlines()
        raise SettingsError(
            f"history.location: git {arguments[0]} failed: {said[-1] if said else 'no word'}"
        )
    return ended.stdout


def _run(
    arguments: list[str], given: bytes = b"", environment: Mapping[str, str] = _NONE
) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(
            ["git", *arguments],  # noqa: S607 - the one that the user has
            input=given,
            capture_output=True,
            check=False,
            timeout=_PATIENCE_S,
            env={**os.environ, **_WHO, **environment},
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise SettingsError(f"history.location: git cannot be used: {error}") from error
