"""What of our own environment nothing that is started here may see: the token of the tracker.

An app under test, a script or a browser has no use for it, and what they print becomes an artifact.
"""

from __future__ import annotations

from collections.abc import Mapping

_names: set[str] = set()


def withhold(name: str) -> None:
    """Let nothing that is started from now on see the variable."""
    _names.add(name)


def without_withheld(environment: Mapping[str, str]) -> dict[str, str]:
    """Return what may be seen of an environment."""
    return {name: value for name, value in environment.items() if name not in _names}
