"""Finds the values of secrets in bytes, however they were encoded on their way. Pure."""

from __future__ import annotations

import base64
import html
import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import BinaryIO, Final
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


_HTML_WAYS: Final[tuple[Mapping[str, str], ...]] = (
    {},
    {'"': "&quot;", "'": "&#x27;"},
    {'"': "&quot;", "'": "&#39;"},
    {'"': "&quot;", "'": "&#039;"},
    {'"': "&#34;", "'": "&#39;"},
    {'"': "&#34;", "'": "&#39;", "+": "&#43;"},
    {'"': "&quot;", "'": "&#39;", "/": "&#x2F;", "`": "&#x60;", "=": "&#x3D;"},
)


def _forms(value: str) -> Iterator[bytes]:
    """Yield what the value looks like as plain text, in JSON, HTML and URLs, each in base64 too."""
    texts = {value, *_in_html(value), *_in_urls(value)}
    texts |= {text for once in _in_json(value) for text in (once, *_in_json(once))}
    for text in texts:
        plain = text.encode("utf-8", "surrogatepass")
        yield plain
        yield from _in_base64(plain)


def _in_json(text: str) -> Iterator[str]:
    """Yield how it stands in JSON: as Python, JavaScript, PHP, Go and pages' templates write it."""
    for ascii_only in (True, False):
        plain = json.dumps(text, ensure_ascii=ascii_only)[1:-1]
        yield plain
        yield plain.replace("/", r"\/")
        for specials in ("<>&", "<>&'"):
            yield _replaced(plain, {each: f"\\u{ord(each):04x}" for each in specials})


def _in_html(text: str) -> Iterator[str]:
    """Yield how it stands in HTML: as Python, JavaScript, PHP, Go and their templates write it."""
    for ways in _HTML_WAYS:
        yield _replaced(html.escape(text, quote=False), ways)


def _replaced(text: str, ways: Mapping[str, str]) -> str:
    for special, way in ways.items():
        text = text.replace(special, way)
    return text


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
