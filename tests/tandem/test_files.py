"""Files are made whole or not at all, and only when their content changed."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from tandem.files import (
    canonical_json,
    digest_bytes,
    digest_file,
    digest_text,
    write_bytes,
    write_json,
    write_text,
)


def test_a_file_is_made_with_its_folders(tmp_path: Path) -> None:
    """A new file appears with all folders above it, readable by everybody."""
    path = tmp_path / "a" / "b" / "c.txt"
    assert write_text(path, "grüße\n") is True
    assert path.read_bytes() == "grüße\n".encode()
    assert path.stat().st_mode & 0o777 == 0o644


def test_unchanged_content_touches_nothing(tmp_path: Path) -> None:
    """The same content keeps inode and modification time, so nothing is out of date."""
    path = tmp_path / "a.txt"
    write_text(path, "same")
    os.utime(path, ns=(1, 1))
    before = path.stat()
    assert write_text(path, "same") is False
    after = path.stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_changed_content_leaves_hard_links_alone(tmp_path: Path) -> None:
    """A changed file is a new one: a published hard link keeps what it showed."""
    path, link = tmp_path / "a.txt", tmp_path / "published.txt"
    write_text(path, "old")
    link.hardlink_to(path)
    assert write_text(path, "new") is True
    assert (path.read_text(), link.read_text()) == ("new", "old")
    assert path.stat().st_ino != link.stat().st_ino


@pytest.mark.parametrize("broken", ["fsync", "replace"])
def test_a_failure_leaves_the_old_file_and_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    """What goes wrong while writing costs neither the old content nor a leftover."""
    path = tmp_path / "a.txt"
    write_text(path, "old")

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os if broken == "fsync" else Path, broken, fail)
    with pytest.raises(OSError, match="No space left"):
        write_bytes(path, b"new")
    assert [each.name for each in tmp_path.iterdir()] == ["a.txt"]
    assert path.read_text() == "old"


def test_an_interruption_leaves_no_temporary_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C is no exception to that."""

    def interrupted(_: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_bytes(tmp_path / "a.txt", b"new")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_is_never_replaced(tmp_path: Path) -> None:
    """A folder that stands in the way is an error, and stays."""
    (tmp_path / "a").mkdir()
    with pytest.raises(IsADirectoryError):
        write_text(tmp_path / "a", "text")
    assert (tmp_path / "a").is_dir()


def test_line_ends_are_written_as_they_are(tmp_path: Path) -> None:
    """No platform's line ends creep in."""
    write_text(tmp_path / "a", "1\n2\r\n")
    assert (tmp_path / "a").read_bytes() == b"1\n2\r\n"


def test_canonical_json_is_the_same_for_the_same_value() -> None:
    """Order of keys does not show; text stays readable."""
    expected = '{\n  "a": [\n    1,\n    null\n  ],\n  "ä": "ß\u2028"\n}\n'
    assert canonical_json({"ä": "ß\u2028", "a": [1, None]}) == expected
    assert canonical_json({"a": (1, None), "ä": "ß\u2028"}) == expected


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
def test_canonical_json_holds_no_number_that_json_has_not(number: float) -> None:
    """NaN and the infinities are faults of ours, never written."""
    with pytest.raises(ValueError, match="not JSON compliant"):
        canonical_json({"a": number})


def test_write_json_writes_canonical_json(tmp_path: Path) -> None:
    """The file holds exactly the canonical text, so a reordered value changes nothing."""
    path = tmp_path / "a.json"
    assert write_json(path, {"b": 1, "a": 2}) is True
    assert path.read_text() == canonical_json({"a": 2, "b": 1})
    assert write_json(path, {"a": 2, "b": 1}) is False


def test_digests_agree(tmp_path: Path) -> None:
    """Bytes, text and file of the same content have the same SHA-256."""
    text = "straße\n" * 100_000
    (tmp_path / "a").write_bytes(text.encode())
    expected = hashlib.sha256(text.encode()).hexdigest()
    assert digest_bytes(text.encode()) == expected
    assert digest_text(text) == expected
    assert digest_file(tmp_path / "a") == expected
