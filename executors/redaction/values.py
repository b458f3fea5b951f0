"""Finds the values of secrets in bytes, however they were encoded on their way. Pure."""

from __future__ import annotations

import base64
import html
import json
from collections.abc import Collection, Iterable, Iterator
from typing import BinaryIO
from urllib.parse import quote, quote_plus

MIN_LENGTH = 6
"""Characters of a secret: a shorter one stands by chance where it is no secret."""
REDACTED = b"REDACTED"
"""Safe in a URL, in JSON, in HTML and among base64."""

_CHUNK = 1 << 20
_LEFT_AS_THEY_ARE = ("", "/", "~!*'()", "/:@!$&'()*+,;=")
"""What different encoders of URLs do not encode, beside letters, digits and ``_.-~``."""


class SecretValues:
    """The values that may be in no artifact."""

    def __init__(self, values: Iterable[str]) -> None:
        """Take the values; each has at least :data:`MIN_LENGTH` characters."""
        found = {form for value in values if value for form in _forms(value)}
        self._needles = tuple(sorted(found, key=lambda form: (-len(form), form)))
        self._reach = max(map(len, self._needles), default=1) - 1

    def __bool__(self) -> bool:
        return bool(self._needles)

    def are_in(self, data: bytes) -> bool:
        """Tell whether any of them stands in ``data``."""
        return any(needle in data for needle in self._needles)

    def redact(self, data: bytes) -> bytes:
        """Return ``data`` with :data:`REDACTED` in place of each."""
        for needle in self._needles:
            if needle in data:
                data = data.replace(needle, REDACTED)
        return data

    def redact_text(self, text: str) -> str:
        """Return ``text`` with each of them redacted."""
        return self.redact(text.encode("utf-8", "surrogatepass")).decode("utf-8", "surrogatepass")

    def redact_stream(self, source: BinaryIO, target: BinaryIO) -> None:
        """Copy, redacted, in constant memory."""
        rest = b""
        while chunk := source.read(_CHUNK):
            block = self.redact(rest + chunk)
            # One that the chunk's end cuts in two is found when the other half has come.
            kept = max(0, len(block) - self._reach)
            target.write(block[:kept])
            rest = block[kept:]
        target.write(self.redact(rest))


def _forms(value: str) -> Iterator[bytes]:
    """Yield what the value looks like as plain text, in JSON, HTML and URLs, each in base64 too."""
    texts = {value, html.escape(value), html.escape(value, quote=False)}
    texts |= {html.escape(value).replace("&#x27;", "&#39;")}
    texts |= {_in_json(text) for text in (value, _in_json(value))}
    texts |= {json.dumps(value)[1:-1], json.dumps(json.dumps(value)[1:-1])[1:-1]}
    texts |= set(_in_urls(value))
    for text in texts:
        plain = text.encode("utf-8", "surrogatepass")
        yield plain
        yield from _in_base64(plain)


def _in_json(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)[1:-1]


def _in_urls(value: str) -> Iterator[str]:
    encoders: Collection[str] = _LEFT_AS_THEY_ARE
    for safe in encoders:
        for found in (
            quote(value, safe=safe, errors="surrogatepass"),
            quote_plus(value, safe=safe, errors="surrogatepass"),
        ):
            yield found
            yield _with_small_digits(found)
            yield quote(found, safe="")  # a URL in the query of another


def _with_small_digits(encoded: str) -> str:
    head, *others = encoded.split("%")
    return "%".join([head, *(part[:2].lower() + part[2:] for part in others)])


def _in_base64(plain: bytes) -> Iterator[bytes]:
    """Yield what stands in the base64 of a longer text, wherever in it the value begins."""
    for shift, first in ((0, 0), (1, 2), (2, 3)):
        length = (shift + len(plain)) * 8 // 6
        shifted = bytes(shift) + plain
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            yield encode(shifted)[first:length]
