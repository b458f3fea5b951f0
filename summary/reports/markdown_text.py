"""Text from outside in GitHub-flavoured Markdown, and tables of it. Pure.

It is escaped so that it can make neither a table cell, nor HTML, nor a link, nor a mention.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from tabulate import tabulate

from summary.reports.rendering import one_line

_SPECIAL = re.compile(r"([\\`*_\[\]~$#|])")
_BLOCK_START = re.compile(r"^(\d*)([-+=.)])")
# What GitHub makes links and mentions of without being asked.
_AUTOMATIC = re.compile(r"(?i)(:)(?=//)|(www)(?=\.)|(mailto|xmpp)(?=:)|(@)|\b(GH)(?=-\d)")
_PLAIN_CODE = re.compile(r"[A-Za-z0-9_.,:;=<>()%/{}?&+ -]+")
_WORD_JOINER = "\u2060"


def text(value: str, limit: int = 300) -> str:
    """Return text from outside as one line of Markdown that shows exactly that text."""
    escaped = _SPECIAL.sub(r"\\\1", one_line(value, limit))
    escaped = escaped.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _AUTOMATIC.sub(lambda match: match.group() + _WORD_JOINER, escaped)


def paragraph(value: str, limit: int = 500) -> str:
    """Return :func:`text` that is no list and no rule either where it starts a line."""
    return _BLOCK_START.sub(r"\1\\\2", text(value, limit), count=1)


def code(value: str) -> str:
    """Return ``value`` in code type where that is safe, as escaped text where it is not."""
    flat = one_line(value)
    return f"`{flat}`" if _PLAIN_CODE.fullmatch(flat) else text(flat)


def table(headers: Sequence[str], rows: Iterable[Sequence[str]], align: str) -> str:
    """Return a GitHub table; ``align`` has one letter per column, l or r."""
    sides = {"l": "left", "r": "right"}
    cells = [list(row) for row in rows]
    return tabulate(
        cells,
        headers=list(headers),
        tablefmt="pipe",
        disable_numparse=True,
        colalign=[sides[letter] for letter in align] if cells else None,
    )
