"""What all pages share: the template's Environment, the scripts in them, and their policy.

A page's Content-Security-Policy allows its scripts by their digests and no other, and asks nothing
of any network: text that got past the escaping could still do nothing.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment
from markupsafe import Markup

from summary.reports import rendering
from tandem.models import Verdict

_TEMPLATES: Final = Path(__file__).parent / "templates"
_FIRST: Final = 'document.documentElement.classList.add("scripted")'
"""Runs before anything is drawn: rules for pages without scripts are out of the way."""
_DRAWING: Final = ("vendor/d3.min.js", "vendor/plot.umd.min.js", "drawing.js")


def render_page(
    name: str, tone: Verdict, data: Any, drawn_by: Sequence[str] = (), **context: Any
) -> str:
    """Return the page of ``name``.html.j2, whose charts ``name``.js draws from ``data``.

    ``drawn_by`` are further scripts, which have data of their own. ``tone`` is the verdict in the
    window's icon. The same input gives the same bytes.
    """
    scripts = [_text(each) for each in (*_DRAWING, f"{name}.js", *drawn_by)]
    return (
        environment()
        .get_template(f"{name}.html.j2")
        .render(
            tone=tone,
            data=Markup(as_json(data)),  # noqa: S704 - it is safe
            first_script=Markup(_FIRST),  # noqa: S704 - our own
            scripts=[Markup(script) for script in scripts],  # noqa: S704 - our own
            script_sources=Markup(" ".join(map(_source, [_FIRST, *scripts]))),  # noqa: S704 - digests
            **context,
        )
    )


def as_json(value: Any) -> str:
    """Return JSON that can end no element of a page and is no JavaScript of another meaning."""
    text = json.dumps(value, ensure_ascii=True, separators=(",", ":"), allow_nan=False)
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


@cache
def environment() -> Environment:
    """Return the Environment of all pages; who has filters of their own adds them."""
    return rendering.template_environment()


@cache
def _text(name: str) -> str:
    return (_TEMPLATES / name).read_text(encoding="utf-8")


def _source(script: str) -> str:
    """Return what a Content-Security-Policy calls this very script."""
    digest = hashlib.sha256(script.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
