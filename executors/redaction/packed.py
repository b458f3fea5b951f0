"""Secrets in bytes that may be packed, and in what is packed in those: gzip and zip. Pure."""

from __future__ import annotations

import gzip
import io
import zipfile
import zlib
from collections.abc import Iterator
from typing import Final

from executors.redaction.values import SecretValues

GZIP: Final = b"\x1f\x8b"
ZIP: Final = b"PK\x03\x04"
DAMAGED: Final = (
    OSError,
    EOFError,
    ValueError,
    RuntimeError,
    zlib.error,
    zipfile.BadZipFile,
)
"""What is raised by data that are not whole, or cannot be read (JSON that is too deep, a zip with a
password: both are runtime errors)."""
_DEPTH: Final = 3
"""So deep may packed data be in one another."""


def redact_packed(data: bytes, values: SecretValues, depth: int = _DEPTH) -> bytes:
    """Return ``data`` without the values; what holds none of them stays as it is packed.

    Nothing is left of packed data that cannot be unpacked: nothing can be redacted in it.
    """
    if not (values and depth and data.startswith((GZIP, ZIP))):
        return values.redact(data)
    try:
        if not is_in_packed(data, values, depth):
            return data
        if data.startswith(ZIP):
            return _repacked(data, values, depth)
        return gzip.compress(redact_packed(gzip.decompress(data), values, depth - 1), mtime=0)
    except DAMAGED:
        return b""


def is_in_packed(data: bytes, values: SecretValues, depth: int = _DEPTH) -> bool:
    """Tell whether a value is in ``data``, or in what is packed there; raise :data:`DAMAGED`."""
    if values.are_in(data):
        return True
    return depth > 0 and any(is_in_packed(part, values, depth - 1) for part in _parts(data))


def _repacked(data: bytes, values: SecretValues, depth: int) -> bytes:
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as source,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed,
    ):
        for entry in source.infolist():
            name = zipfile.ZipInfo(values.redact_text(entry.filename), entry.date_time)
            packed.writestr(name, redact_packed(source.read(entry), values, depth - 1))
    return target.getvalue()


def _parts(data: bytes) -> Iterator[bytes]:
    """Yield what is packed."""
    if data.startswith(GZIP):
        yield gzip.decompress(data)
    elif data.startswith(ZIP):
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            yield from (packed.read(entry) for entry in packed.infolist())
