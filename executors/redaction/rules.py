"""What is a secret by its name, whatever its value: passwords, tokens, cookies. Pure.

A HAR, and the network log of a trace, hold headers, cookies, query strings and bodies as JSON of
the same shape: all of it is gone through alike.
"""

from __future__ import annotations

import base64
import functools
import json
import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from executors.redaction.values import REDACTED

SECRET_NAMES = (
    "apikey",
    "auth",
    "cookie",
    "credential",
    "csrf",
    "passphrase",
    "passwd",
    "password",
    "secret",
    "session",
    "signature",
    "token",
    "xsrf",
)
"""A name in which one of these stands, whatever its case and punctuation, is that of a secret."""
_URLS = ("url", "location", "referer", "redirecturl")
_PUNCTUATION = re.compile(r"[^a-z0-9]+")
_FORM = re.compile(r"[^=&\s{}<>\"]+=[^&\s{}<>\"]*(?:&[^=&\s{}<>\"]+=[^&\s{}<>\"]*)*")
_PAIR = re.compile(r"([^=&#?]+)=([^&#]*)")
_SAID = REDACTED.decode()


class NameRules:
    """Redacts what stands under the name of a secret."""

    def __init__(self, more_names: Iterable[str] = ()) -> None:
        """Take what the settings add to :data:`SECRET_NAMES`."""
        self._names = tuple(filter(None, (*SECRET_NAMES, *map(_plain, more_names))))

    def is_secret(self, name: str) -> bool:
        """Tell whether ``name`` is one of a secret."""
        plain = _plain(name)
        return plain not in ("author", "authority") and any(each in plain for each in self._names)

    def redact_json(self, value: Any) -> Any:
        """Return JSON with what its names say is secret redacted."""
        if isinstance(value, list):
            return [self.redact_json(each) for each in value]
        if not isinstance(value, dict):
            return value
        named = value.get("name")
        if isinstance(named, str) and isinstance(value.get("value"), str):
            return {**value, "value": self._named_value(named, value["value"])}
        found = {key: self._of_key(key, each) for key, each in value.items()}
        if isinstance(value.get("text"), str):
            found["text"] = self._body(value["text"], str(value.get("encoding", "")))
        return found

    def redact_body(self, text: str) -> str:
        """Return the body of a request or an answer, when it is JSON or a form; else as it is."""
        if text[:1] in ("{", "["):
            try:
                return as_json(self.redact_json(json.loads(text)))
            except ValueError:
                return text
        return self._query(text) if _FORM.fullmatch(text) else text

    def _named_value(self, name: str, value: str) -> str:
        if self.is_secret(name):
            return _SAID
        return self._url(value) if _plain(name) in _URLS else value

    def _of_key(self, key: str, value: Any) -> Any:
        if _plain(key) == "cookies" and isinstance(value, list):
            return [{**each, "value": _SAID} if isinstance(each, dict) else _SAID for each in value]
        if isinstance(value, str):
            return self._named_value(key, value)
        return self.redact_json(value)

    def _url(self, url: str) -> str:
        try:
            parts = urlsplit(url)
        except ValueError:
            return url
        at = parts.netloc.rpartition("@")[2]
        query, fragment = self._query(parts.query), self._query(parts.fragment)
        if (at, query, fragment) == (parts.netloc, parts.query, parts.fragment):
            return url
        return urlunsplit(parts._replace(netloc=at, query=query, fragment=fragment))

    def _query(self, query: str) -> str:
        return _PAIR.sub(
            lambda pair: f"{pair[1]}={_SAID}" if self.is_secret(pair[1]) else pair[0], query
        )

    def _body(self, text: str, encoding: str) -> str:
        if encoding != "base64":
            return self.redact_body(text)
        try:
            plain = base64.b64decode(text, validate=True).decode()
        except ValueError:
            return text  # a picture or a sound
        redacted = self.redact_body(plain)
        return text if redacted == plain else base64.b64encode(redacted.encode()).decode()


def as_json(value: Any) -> str:
    """Return JSON that any reader takes: half of a pair of characters is a question mark in it."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "replace").decode()


@functools.lru_cache(maxsize=1_000)
def _plain(name: str) -> str:
    return _PUNCTUATION.sub("", name.lower())
