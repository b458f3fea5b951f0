"""The one way files are made: whole or not at all, and only when their content changed."""

from __future__ import annotations

import contextlib
import filecmp
import hashlib
import json
import os
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any


def write_bytes(path: Path, content: bytes) -> bool:
    """Put ``content`` at ``path`` by rename; return False when it was there already.

    An unchanged file keeps its inode and modification time, so whatever depends on it stays
    up to date. A changed one gets a new inode: results that are hard links of the old one keep
    the old content. The content reaches the disk before the name does.
    """
    try:
        if path.read_bytes() == content:
            return False
    except (FileNotFoundError, NotADirectoryError):
        pass
    with replaced(path) as beside, beside.open("wb") as stream:
        stream.write(content)
    return True


@contextlib.contextmanager
def replaced(path: Path) -> Iterator[Path]:
    """Yield an empty file beside ``path``; what is written into it is then put at ``path``.

    As with :func:`write_bytes`: whole or not at all, and a file that holds the same already is left
    alone. For what is too large to be held in memory.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    os.close(descriptor)
    beside = Path(temporary)
    try:
        yield beside
        if path.is_file() and filecmp.cmp(beside, path, shallow=False):
            beside.unlink()
            return
        with beside.open("rb") as stream:
            os.fsync(stream.fileno())
        beside.chmod(0o644)
        beside.replace(path)
    except BaseException as error:
        beside.unlink(missing_ok=True)
        if isinstance(error, OSError) and error.filename is None:  # a write does not know its file
            error.filename = str(path)
        raise


def write_text(path: Path, content: str) -> bool:
    """Like :func:`write_bytes`, for UTF-8 text with ``\\n`` line ends on every platform."""
    return write_bytes(path, content.encode("utf-8"))


def newest_first(files: Iterable[Path]) -> list[Path]:
    """Return the files by their time of change; one that another process has removed comes last."""
    return sorted(files, key=_changed_at, reverse=True)


def _changed_at(file: Path) -> float:
    try:
        return file.stat().st_mtime
    except FileNotFoundError:
        return 0.0


def canonical_json(value: Any) -> str:
    """Return ``value`` as the one JSON text that stands for it: sorted keys, indented, UTF-8."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, indent=2, allow_nan=False) + "\n"


def write_json(path: Path, value: Any) -> bool:
    """Like :func:`write_text`, with :func:`canonical_json` of ``value``."""
    return write_text(path, canonical_json(value))


def digest_bytes(content: bytes) -> str:
    """Return the SHA-256 of ``content`` in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def digest_text(content: str) -> str:
    """Return the SHA-256 of ``content`` as UTF-8, in hexadecimal."""
    return digest_bytes(content.encode("utf-8"))


def digest_file(path: Path) -> str:
    """Return the SHA-256 of the file at ``path``, in hexadecimal, read in pieces."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
