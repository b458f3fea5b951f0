"""Colours for what is printed of a run. The words say the same without them. Standard library only.

https://no-color.org: colours are for a terminal only, and never where ``NO_COLOR`` is set;
``FORCE_COLOR`` asks for them where there is none, as in a CI job's log.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

_RED, _GREEN, _YELLOW, _FAINT, _BOLD = "31", "32", "33", "2", "1"
_RULES: Final = tuple(
    (re.compile(pattern, re.MULTILINE), code)
    for pattern, code in (
        (r"^(?:failed|slo|check|journey|refused|cell):", _RED),
        (r"^regression:(?=(?:.|\n  )*Slower than usual)", _RED),
        (r"^(?:invalid|flaky|pacing|coverage|regression):", _YELLOW),
        (r"^Pass(?= —)", f"{_BOLD};{_GREEN}"),
        (r"^Fail(?= —)", f"{_BOLD};{_RED}"),
        (r"^(?:Invalid|Inconclusive)(?= —)", f"{_BOLD};{_YELLOW}"),
        (r"^[- ]*-{3}[- ]*$", _FAINT),
        (r"(?<= )slower$", _RED),
        (r"(?<= )faster$", _GREEN),
    )
)


def wants_colour(environment: Mapping[str, str], terminal: bool) -> bool:
    """Tell whether what is printed is to be coloured."""
    if environment.get("NO_COLOR"):
        return False
    if environment.get("FORCE_COLOR", "0") not in ("", "0"):
        return True
    return terminal and environment.get("TERM") != "dumb"


def coloured(text: str) -> str:
    """Return the text with colours; nothing else of it changes."""
    for pattern, code in _RULES:
        text = pattern.sub(lambda found, code=code: f"\x1b[{code}m{found[0]}\x1b[0m", text)  # type: ignore[misc]
    return text
