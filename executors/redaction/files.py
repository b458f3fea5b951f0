"""Goes through what a ride left, file by file, before anything of it is published."""

from __future__ import annotations

import base64
import gzip
import json
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from executors.outcome import WithheldFile
from executors.redaction.har import redacted_har
from executors.redaction.packed import DAMAGED, GZIP, ZIP, is_in_packed, redact_packed
from executors.redaction.rules import NameRules, as_json
from executors.redaction.values import SecretValues

_PICTURES = (".png", ".jpg", ".jpeg", ".webp", ".webm")
_PICTURE = "a picture may show a secret"
_BLOB = re.compile(rb"[A-Za-z0-9+/]{400,}={0,2}")
_STEP = 1 << 20
_OVERLAP = 1 << 16
"""Longer than any encoding of a secret: one may begin in one step and end in the next."""


@dataclass(frozen=True, slots=True)
class Redaction:
    """What may be in no artifact: these values, and what these names stand for."""

    values: SecretValues
    rules: NameRules

    def clean(self, folder: Path) -> list[WithheldFile]:
        """Redact every file below ``folder``; remove those that cannot be, and say which."""
        withheld = []
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            why = self._clean_file(path)
            if why:
                path.unlink()
                name = path.relative_to(folder).as_posix()
                withheld.append(WithheldFile(path=name, why=why))
        return withheld

    def _clean_file(self, path: Path) -> str:
        """Return why the file cannot be published; empty when it can."""
        if self.values and path.suffix in _PICTURES:
            return _PICTURE
        try:
            match path.suffix:
                case ".har":
                    self._clean_har(path)
                case ".zip":
                    self._clean_zip(path)
                case ".gz":
                    self._clean_gzip(path)
                case _:
                    self._clean_plain(path)
            if self.values and self._is_left_in(path):
                return "a secret is still in it"
        except DAMAGED as error:
            _beside(path).unlink(missing_ok=True)
            return f"it cannot be read ({type(error).__name__}), so nothing can be redacted in it"
        return ""

    def _clean_har(self, path: Path) -> None:
        beside = _beside(path)
        with beside.open("wb") as target:
            for piece in redacted_har(path.read_bytes(), self.rules):
                target.write(self.values.redact(piece))
        beside.replace(path)

    def _clean_plain(self, path: Path) -> None:
        if not self.values:
            return
        beside = _beside(path)
        with path.open("rb") as source, beside.open("wb") as target:
            self.values.redact_stream(source, target)
        beside.replace(path)

    def _clean_gzip(self, path: Path) -> None:
        if not self.values:
            return
        beside = _beside(path)
        with (
            gzip.open(path, "rb") as source,
            beside.open("wb") as stream,
            gzip.GzipFile("", "wb", 5, stream, mtime=0) as target,
        ):
            self.values.redact_stream(source, target)  # type: ignore[arg-type]
        beside.replace(path)

    def _clean_zip(self, path: Path) -> None:
        beside = _beside(path)
        with (
            zipfile.ZipFile(path) as source,
            zipfile.ZipFile(beside, "w", zipfile.ZIP_DEFLATED) as target,
        ):
            for entry in source.infolist():
                name = entry.filename
                if self.values and name.endswith(_PICTURES) and Path(name).name.startswith("page@"):
                    continue  # what the screen showed
                with target.open(zipfile.ZipInfo(name, entry.date_time), "w") as stream:
                    stream.write(self._clean_entry(name, source.read(entry)))
        beside.replace(path)

    def _clean_entry(self, name: str, data: bytes) -> bytes:
        if name.endswith((".trace", ".network")):
            data = b"".join(self._clean_line(line) for line in data.splitlines(keepends=True))
        elif name.startswith("resources/"):
            data = self._clean_resource(data)
        return redact_packed(data, self.values)

    def _clean_line(self, line: bytes) -> bytes:
        return as_json(self.rules.redact_json(json.loads(line))).encode() + b"\n"

    def _clean_resource(self, data: bytes) -> bytes:
        try:
            text = data.decode()
        except ValueError:
            return data
        redacted = self.rules.redact_body(text)
        return data if redacted == text else redacted.encode()

    def _is_left_in(self, path: Path) -> bool:
        """Tell whether a secret is in the file all the same, packed or in a packed part of it."""
        with path.open("rb") as stream:
            packed = stream.read(4)
        if packed.startswith(GZIP):
            with gzip.open(path, "rb") as stream:
                return self._is_in_stream(stream)
        if packed.startswith(ZIP):
            with zipfile.ZipFile(path) as parts:
                return any(is_in_packed(parts.read(name), self.values) for name in parts.namelist())
        with path.open("rb") as stream:
            if self._is_in_stream(stream):
                return True
        return path.suffix == ".html" and any(map(self.values.are_in, _packed_parts(path)))

    def _is_in_stream(self, stream: IO[bytes] | Any) -> bool:
        rest = b""
        while chunk := stream.read(_STEP):
            if self.values.are_in(rest + chunk):
                return True
            rest = (rest + chunk)[-_OVERLAP:]
        return False


def _packed_parts(page: Path) -> Iterator[bytes]:
    """Yield what a page holds as base64 of gzip: the data of k6's dashboard."""
    for blob in _BLOB.findall(page.read_bytes()):
        try:
            yield gzip.decompress(base64.b64decode(blob, validate=True))
        except (OSError, EOFError, ValueError, zlib.error):
            continue


def _beside(path: Path) -> Path:
    return path.with_name(f".{path.name}.redacted")
