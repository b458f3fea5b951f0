"""Brings a tracker to what a night asks for: look, plan, do; where in doubt, look again."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Final

from summary.issues.models import Action, Issue, Tonight
from summary.issues.planner import needs_comments
from summary.issues.trackers import RequestComment, Tracker
from tandem.errors import TrackerError

TRIES: Final = 3
_SETTLING_S: Final = 2.0
"""What was posted a moment ago may not be listed yet."""

Planner = Callable[[Sequence[Issue]], Sequence[Action]]


def look(tracker: Tracker, tonight: Tonight) -> list[Issue]:
    """Return what the tracker holds, with the comments that the plan needs."""
    issues = tracker.issues()
    wanted = set(needs_comments(issues, tonight))
    me = tracker.me() if wanted else ""
    return [
        issue.model_copy(update={"comments": tracker.comments(issue.number), "me": me})
        if issue.number in wanted
        else issue
        for issue in issues
    ]


def send(
    tracker: Tracker,
    tonight: Tonight,
    plan: Planner,
    tell: Callable[[Action, str], None],
    sleep: Callable[[float], None] = time.sleep,
) -> int:
    """Do what is to be done, and return how much that was.

    What may or may not have been done is not sent again: the tracker is looked at anew, and what
    is missing then is planned. Raises :class:`TrackerError` when that does not help either; what
    was done stands, and the next call goes on from there.
    """
    done = 0
    for left in reversed(range(TRIES)):
        actions = plan(look(tracker, tonight))
        try:
            for action in actions:
                tell(action, tracker.do(action))
                done += 1
        except TrackerError as error:
            if not error.may_be_done or not left:
                raise
            sleep(_SETTLING_S)
        else:
            return done
    raise AssertionError("unreachable: the last try returns or raises")


def put_comment(
    tracker: Tracker,
    number: int,
    is_ours: Callable[[str], bool],
    body: str,
    sleep: Callable[[float], None] = time.sleep,
) -> str:
    """Write the one comment of its kind at a pull request: the first time anew, then in place.

    Return where it is; nothing when it is there already. One that may have been written is looked
    for before it is written again. Raises :class:`TrackerError` when that does not help either.
    """
    for left in reversed(range(TRIES)):
        held = _held(tracker, number, is_ours)
        if held is not None and held.body.strip() == body.strip():
            return ""
        try:
            return tracker.put_request_comment(number, held.id if held else None, body)
        except TrackerError as error:
            if not error.may_be_done or not left:
                raise
            sleep(_SETTLING_S)
    raise AssertionError("unreachable: the last try returns or raises")


def _held(tracker: Tracker, number: int, is_ours: Callable[[str], bool]) -> RequestComment | None:
    """Return our comment; what looks like it and is somebody else's is not."""
    alike = [each for each in tracker.request_comments(number) if is_ours(each.body)]
    me = tracker.me() if alike else ""
    return next((each for each in alike if each.author == me), None)
