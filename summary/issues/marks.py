"""The marks that are hidden in bodies and comments: by them Tandem knows what it did. Pure.

A mark is JSON in an HTML comment, which neither service shows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, TypeVar

from pydantic import BaseModel, ValidationError

from summary.issues.models import CommentMark, Issue, IssueMark

_NAMES: Final = {IssueMark: "tandem-issue", CommentMark: "tandem-night"}
_STICKY: Final = "<!-- tandem-report {} -->"
_Mark = TypeVar("_Mark", bound=BaseModel)


def marked(mark: IssueMark | CommentMark, text: str) -> str:
    """Return ``text`` with the mark hidden before it."""
    return f"{_written(_NAMES[type(mark)], mark)}\n{text}"


def _written(name: str, mark: BaseModel) -> str:
    # Only texts can hold these; the comment must not end before its end.
    body = mark.model_dump_json(exclude_defaults=True)
    for sign in ("--", ">", "<"):
        body = body.replace(sign, "".join(f"\\u{ord(each):04x}" for each in sign))
    return f"<!-- {name} {body} -->"


def issue_mark(body: str) -> IssueMark | None:
    """Return the mark of an issue's body; None for an issue that is not Tandem's."""
    return _read(IssueMark, body)


def comment_marks(issue: Issue) -> Iterator[tuple[str, CommentMark]]:
    """Yield when each comment of Tandem's was made, and its mark, oldest first.

    Of whoever opened the issue, and of ourselves: anybody may comment, and write what looks like a
    mark.
    """
    for comment in issue.comments or ():
        mark = _read(CommentMark, comment.body)
        if mark is not None and comment.author in (issue.author, issue.me):
            yield comment.created_at, mark


def sticky(kind: str, text: str) -> str:
    """Return a comment that is found again as the one of its kind."""
    return f"{_STICKY.format(kind)}\n{text}"


def is_sticky(kind: str, body: str) -> bool:
    """Tell whether a comment is the one of its kind."""
    return body.startswith(_STICKY.format(kind))


def _read(kind: type[_Mark], text: str) -> _Mark | None:
    # A comment begins with it: what is quoted further down is somebody's text.
    look = re.search if kind is IssueMark else re.match
    found = look(rf"<!-- {_NAMES[kind]} (\{{.*\}}) -->", text)
    if not found:
        return None
    try:
        return kind.model_validate_json(found.group(1))
    except ValidationError:
        return None
