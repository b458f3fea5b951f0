"""One GET of one origin: no proxy, no redirect, so that it goes where it was sent or nowhere."""

from __future__ import annotations

import http.client
from dataclasses import dataclass
from urllib.parse import urlsplit

_MAX_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; of a long content only the beginning."""

    status: int
    content: bytes


def get(origin: str, path: str, timeout_s: float) -> Answer:
    """Return the answer; raise OSError when there is none."""
    parts = urlsplit(origin)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=timeout_s)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        return Answer(response.status, response.read(_MAX_BYTES))
    except http.client.HTTPException as error:
        raise OSError(f"not an HTTP answer: {error!r}") from error
    finally:
        connection.close()
