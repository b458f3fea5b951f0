"""What tells one build of the app under test from another: its sources, a version, a value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from executors.http_get import get
from tandem.files import canonical_json, digest_bytes, digest_file, digest_text

_TIMEOUT_S = 10.0


def identify_app(
    app: Mapping[str, Any], sources: Sequence[str], target: str | None
) -> dict[str, str]:
    """Return ``app``, short and for people, and ``digest``, whole; both empty when nothing tells.

    ``app`` is :class:`tandem.settings.AppSettings` as plain data. The version is asked of a
    running server (``target``) only; one that does not answer identifies nothing.
    """
    found: dict[str, Any] = {}
    if sources:
        found["sources"] = {name: digest_file(Path(name)) for name in sources}
    if app["value"] is not None:
        found["value"] = app["value"]
    if target is not None and app["version_path"] is not None:
        version = _asked(target, app["version_path"])
        if version is None:
            return {"app": "", "digest": ""}
        found["version"] = digest_bytes(version)
    if not found:
        return {"app": "", "digest": ""}
    digest = digest_text(canonical_json(found))
    return {"app": str(found.get("value") or digest[:12]), "digest": digest}


def _asked(origin: str, path: str) -> bytes | None:
    try:
        answer = get(origin, path, _TIMEOUT_S)
    except OSError:
        return None
    return answer.content if 200 <= answer.status < 300 else None
