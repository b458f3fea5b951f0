"""What is sent, as a person reads it beforehand (``dry_run=1``) or afterwards. Pure."""

from __future__ import annotations

import re

from summary.issues.models import Action, Close, Edit, Open, Reopen, Say

_MARK = re.compile(r"^<!-- tandem-[a-z]+ .*?-->\n?")


def in_a_line(action: Action) -> str:
    """Return what is done, in a few words."""
    match action:
        case Open():
            return f"opens an issue: {action.title}"
        case Say():
            return f"comments on #{action.number}"
        case Close():
            return f"closes #{action.number}"
        case Reopen():
            return f"opens #{action.number} again"
        case Edit():
            return f"changes #{action.number}"


def whole(action: Action) -> str:
    """Return all that would be sent, but the marks."""
    body = getattr(action, "body", "")
    lines = [in_a_line(action)]
    lines += [f"    {line}".rstrip() for line in _MARK.sub("", body).splitlines()]
    return "\n".join(lines)
