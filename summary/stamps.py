"""The names of runs' folders: a stamp, and a suffix where the stamp was taken. Pure."""

from __future__ import annotations

import re
from typing import Final

PATTERN: Final = r"\d{8}-\d{6}(?:-\d+)?"
"""Of such a name, for a regular expression."""
_LENGTH: Final = 15


def is_stamped(name: str) -> bool:
    """Tell whether a folder has the name that it was published under, and none of somebody's."""
    return re.fullmatch(PATTERN, name) is not None


def stamp_of(name: str) -> str:
    """Return a name without its suffix."""
    return name[:_LENGTH]


def published_at(name: str) -> tuple[str, int]:
    """Return what puts such names in the order in which runs were published."""
    return stamp_of(name), int(name[_LENGTH + 1 :] or 1)
