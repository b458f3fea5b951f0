"""What a request is called, so that both executors call the same request the same. Pure."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

OPAQUE = (
    "[0-9]+|(?=[^/]*[0-9])[0-9A-Fa-f]{8,}(?:-[0-9A-Fa-f]{4,})*|(?=[^/]*[0-9])[A-Za-z0-9_-]{20,}"
)
"""A path segment that names one thing of many: a number, a UUID, a long random text. The pattern
means the same in JavaScript."""

_OPAQUE = re.compile(OPAQUE)


def request_name(method: str, url: str) -> str:
    """Return ``METHOD /path`` without query, with opaque segments as ``:id``.

    ``/api/streams/3f9a…d1.wav`` and its like become ``/api/streams/:id``, so that one endpoint is
    one series however many things it serves.
    """
    path = urlsplit(url).path or "/"
    segments = (":id" if _is_opaque(segment) else segment for segment in path.split("/"))
    return f"{method} {'/'.join(segments)}"


def _is_opaque(segment: str) -> bool:
    stem = segment.split(".", 1)[0]
    return _OPAQUE.fullmatch(stem) is not None
