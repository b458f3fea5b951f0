"""What tells one build of the app under test from another.

An app that is started here is its sources, or a stated value, with all that says how it is started.
One that runs already is what it says itself (its version), or a stated value: sources that happen
to lie here say nothing about it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from executors.http_get import get
from tandem.files import canonical_json, digest_bytes, digest_file, digest_text

_TIMEOUT_S = 10.0
_STARTED_WITH = ("command", "folder", "environment", "ready_path", "ready_status", "ready_log")


def identify_app(
    app: Mapping[str, Any], sources: Sequence[str], target: str | None
) -> dict[str, str]:
    """Return ``app``, short and for people, ``digest``, whole, and ``unknown``.

    ``app`` is :class:`tandem.settings.AppSettings` as plain data, ``target`` the running server's
    origin. When nothing tells, the first two are empty and ``unknown`` is a sentence that says why
    and what to do; otherwise that is empty.
    """
    found: dict[str, Any] = {} if app["value"] is None else {"value": app["value"]}
    if target is not None and app["version_path"] is not None:
        version = _asked(target, app["version_path"])
        if isinstance(version, str):
            asked = target + app["version_path"]
            return _unknown(f"{asked} does not say what the app is: {version}")
        found["version"] = digest_bytes(version)
    elif target is None and sources:
        found["sources"] = {name: digest_file(Path(name)) for name in sources}
    if not found:
        return _unknown(_nothing_said(target))
    if target is None:
        found["started"] = {name: app[name] for name in _STARTED_WITH}
    digest = digest_text(canonical_json(found))
    return {"app": str(found.get("value") or digest[:12]), "digest": digest, "unknown": ""}


def _nothing_said(target: str | None) -> str:
    if target is None:
        return "nothing says which build of the app this is: set app.sources, or app.value"
    return f"nothing says which build of the app runs at {target}: set app.version_path"


def _unknown(why: str) -> dict[str, str]:
    return {"app": "", "digest": "", "unknown": why}


def _asked(origin: str, path: str) -> bytes | str:
    """Return what the server says, or in a text why it does not."""
    try:
        answer = get(origin, path, _TIMEOUT_S)
    except OSError as error:
        return str(error)
    return answer.content if 200 <= answer.status < 300 else f"it answered {answer.status}"
