"""A HAR without its secrets, an entry at a time: it can be large, and is in memory once.

What is not looked at yet stays the bytes that it is: only one entry becomes objects.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

import msgspec

from executors.redaction.rules import NameRules, as_json

_Fields = dict[str, msgspec.Raw]


def redacted_har(content: bytes, rules: NameRules) -> Iterator[bytes]:
    """Yield the file in pieces that no text is cut by; its entries come last.

    Raises ValueError for what is not JSON, or not all of it.
    """
    try:
        whole = msgspec.json.decode(content, type=_Fields)
        log = msgspec.json.decode(whole.pop("log"), type=_Fields)
        entries = msgspec.json.decode(log.pop("entries"), type=list[msgspec.Raw])
    except (msgspec.DecodeError, KeyError):
        # No HAR; or half of a pair of characters is in it, as in the title of a page at times.
        yield as_json(rules.redact_json(json.loads(content))).encode()
        return
    beside = "".join(f"{field}," for field in _fields(whole, rules))
    head = "".join(f"{field}," for field in _fields(log, rules))
    yield f'{{{beside}"log":{{{head}"entries":['.encode()
    for number, entry in enumerate(entries):
        found = rules.redact_json(json.loads(bytes(entry)))
        yield (b"," if number else b"") + as_json(found).encode()
    yield b"]}}"


def _fields(fields: _Fields, rules: NameRules) -> Iterator[str]:
    """Yield each field as it stands in JSON, without its secrets."""
    plain = rules.redact_json({name: json.loads(bytes(raw)) for name, raw in fields.items()})
    return (f"{as_json(name)}:{as_json(value)}" for name, value in plain.items())
