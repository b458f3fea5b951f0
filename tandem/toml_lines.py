"""On which line of a TOML file a key stands; tomllib does not say. Pure."""

from __future__ import annotations

import re

_TABLE = re.compile(r"\s*(\[\[?)\s*([^\[\]]+?)\s*\]")
_KEY = re.compile(r"""\s*((?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*=""")
_PART = re.compile(r"""[\w-]+|"[^"]*"|'[^']*'""")


def line_of(text: str, field: tuple[str, ...]) -> int:
    """Return the line, from 1, of the key at ``field``, or of the nearest thing around it, or 0.

    Indexes of arrays of tables are counted; what stands in an inline table or array is around.
    """
    best, depth = 0, 0
    table: tuple[str, ...] = ()
    counts: dict[tuple[str, ...], int] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if found := _TABLE.match(line):
            table = _parts(found.group(2))
            if found.group(1) == "[[":
                counts[table] = counts.get(table, -1) + 1
                table = (*table, str(counts[table]))
            here = table
        elif found := _KEY.match(line):
            here = (*table, *_parts(found.group(1)))
        else:
            continue
        if len(here) > depth and here == field[: len(here)]:
            best, depth = number, len(here)
        elif not depth and here[: len(field)] == field:
            return number  # a table below the field, which has no line of its own
    return best


def _parts(key: str) -> tuple[str, ...]:
    return tuple(part.strip("\"'") for part in _PART.findall(key))
