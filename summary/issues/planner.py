"""From a judged night, and what the tracker holds, to what is to be done there. Pure.

What is done already is not planned again, whenever a former call was cut off: an issue is known by
its mark, a night by those of the comments.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from summary.issues import texts
from summary.issues.marks import comment_marks, issue_mark, marked
from summary.issues.models import (
    Accepted,
    Action,
    Close,
    CommentMark,
    Edit,
    Issue,
    IssueMark,
    Key,
    Open,
    Regressed,
    Reopen,
    Say,
    Told,
    Tonight,
    Waiting,
    rest_of,
)
from summary.issues.recovery import state_of, telling

MOST_WAITING: Final = 100
"""What the issue for the rest names, so that a body holds it."""
LONGEST_MARK: Final = 40_000
"""Characters: a body that is cut has to hold its whole mark, or the issue is not found again."""
_OPENING: Final = ("opened", "returned")
_CLOSING: Final = ("recovered", "accepted")


@dataclass(frozen=True, slots=True)
class Known:
    """An issue of Tandem's, with what its comments say."""

    issue: Issue
    mark: IssueMark
    marks: tuple[tuple[str, CommentMark], ...]

    def has(self, night: str, *told: Told) -> bool:
        """Tell whether a comment says so of the night."""
        return any(mark.night == night and mark.told in told for _, mark in self.marks)

    @property
    def opened_at(self) -> str:
        """When it was opened, or opened again, last."""
        again = [at for at, mark in self.marks if mark.told in _OPENING]
        return max([self.issue.created_at, *again])

    @property
    def last(self) -> IssueMark | CommentMark:
        """The newest mark that says how slow it was, and where."""
        slow = [mark for _, mark in self.marks if mark.effects]
        return slow[-1] if slow else self.mark

    @property
    def since(self) -> str:
        """The night in which it was opened, or opened again, last."""
        again = [mark.night for _, mark in self.marks if mark.told in _OPENING]
        return again[-1] if again else self.mark.night


def needs_comments(issues: Iterable[Issue], tonight: Tonight) -> list[int]:
    """Return the numbers of the issues whose comments have to be known: open ones, and returns."""
    back = {each.key.fingerprint for each in tonight.regressed}
    return [
        issue.number
        for issue in issues
        if (mark := issue_mark(issue.body)) and (issue.is_open or mark.key in back)
    ]


def plan_issues(
    tonight: Tonight, issues: Sequence[Issue], accepted: Sequence[Accepted], most_per_night: int
) -> list[Action]:
    """Return what is to be done, in its order: what ends, what goes on, what begins, the rest."""
    known, superfluous = _by_key(issues)
    actions = [action for issue, oldest in superfluous for action in _without(issue, oldest)]
    regressed = {each.key.fingerprint: each for each in tonight.regressed}
    for fingerprint, each in known.items():
        about = each.mark.about
        if (
            about is not None
            and about.scope == tonight.scope
            and not each.issue.is_muted
            and each.issue.is_open
        ):
            actions += _goes_on(each, regressed.get(fingerprint), tonight, accepted)
    chosen, rest = _chosen(tonight, known, most_per_night)
    for new in chosen:
        held = known.get(new.key.fingerprint)
        actions += _returns(held, new, tonight) if held else [_opened(new, tonight)]
    return [*actions, *_for_the_rest(known.get(rest_of(tonight.scope)), rest, tonight, accepted)]


def _by_key(issues: Sequence[Issue]) -> tuple[dict[str, Known], list[tuple[Issue, int]]]:
    """Return the oldest issue of each key, and open ones that are there beside it."""
    known: dict[str, Known] = {}
    superfluous: list[tuple[Issue, int]] = []
    for issue in sorted(issues, key=lambda each: each.number):
        mark = issue_mark(issue.body)
        if mark is None or (mark.about is None and not mark.key.startswith(rest_of(""))):
            continue
        if mark.key not in known:
            known[mark.key] = Known(issue, mark, tuple(comment_marks(issue)))
        elif issue.is_open:
            superfluous.append((issue, known[mark.key].issue.number))
    return known, superfluous


def _without(issue: Issue, oldest: int) -> list[Action]:
    night = next((mark for _, mark in comment_marks(issue) if mark.told == "duplicate"), None)
    close: list[Action] = [Close(number=issue.number, done=False)]
    if night is not None:
        return close
    mark = CommentMark(night="", told="duplicate")
    return [Say(number=issue.number, body=marked(mark, texts.duplicate(oldest))), *close]


def _goes_on(
    known: Known, now: Regressed | None, tonight: Tonight, accepted: Sequence[Accepted]
) -> list[Action]:
    """Return what is to be done about an open issue."""
    key = known.mark.about
    if key is None:
        return []
    decision = _accepted(key, known.opened_at, known.since, accepted)
    if decision is not None:
        return _closed(known, tonight, "accepted", texts.accepted(decision))
    if now is None:
        return _ended(known, key, tonight)
    if tonight.night == known.mark.night or known.has(tonight.night, "still", "returned"):
        return []
    mark = _mark(now, tonight, "still")
    return [Say(number=known.issue.number, body=marked(mark, texts.still(now, tonight)))]


def _ended(known: Known, key: Key, tonight: Tonight) -> list[Action]:
    """Return what is to be done about an issue of what was not found slow tonight."""
    last = known.last
    state = state_of(key, known.since, last.effects, last.cells, tonight)
    units = tonight.units_of(key)
    if state == "clear" or (state == "likely" and _was_usual_before(known, tonight.night)):
        return _closed(known, tonight, "recovered", texts.recovered(units, last.effects, tonight))
    if state != "likely" or known.has(tonight.night, "usual"):
        return []
    mark = CommentMark(night=tonight.night, told="usual")
    return [Say(number=known.issue.number, body=marked(mark, texts.usual(units, tonight)))]


def _closed(known: Known, tonight: Tonight, told: Told, text: str) -> list[Action]:
    close: list[Action] = [Close(number=known.issue.number)]
    if known.has(tonight.night, told):
        return close  # a call that was cut off between the two
    mark = CommentMark(night=tonight.night, told=told)
    return [Say(number=known.issue.number, body=marked(mark, text)), *close]


def _was_usual_before(known: Known, night: str) -> bool:
    """Tell whether the last thing that was said is that an earlier night was as usual."""
    before = [mark for _, mark in known.marks if mark.night != night]
    return bool(before) and before[-1].told == "usual"


def _accepted(
    key: Key, opened_at: str, since: str, accepted: Sequence[Accepted]
) -> Accepted | None:
    """Return the newest decision, made after the moment, that night ``since`` is usual."""
    found = [
        each
        for each in accepted
        if each.journey in ("", key.journey)
        and _moment(each.decided_at) > _moment(opened_at)
        and (not each.begins or each.begins >= since)
    ]
    return found[-1] if found else None


def _moment(text: str) -> str:
    """Return a moment of UTC such that texts sort in time."""
    return text[:19]


def _chosen(
    tonight: Tonight, known: dict[str, Known], most: int
) -> tuple[list[Regressed], list[Regressed]]:
    """Return what gets an issue of its own tonight, or its own again, and what has to wait."""
    wanting: list[Regressed] = []
    begun = 0
    for each in tonight.regressed:
        held = known.get(each.key.fingerprint)
        if held is None:
            wanting.append(each)
        elif held.issue.is_muted or held.issue.is_open:
            # Those that this night has opened already count: it may be a call that goes on.
            begun += held.since == tonight.night
        elif held.has(tonight.night, "returned"):
            wanting.insert(0, each)
        elif held.mark.night != tonight.night and not held.has(tonight.night, "still", *_CLOSING):
            wanting.append(each)  # else closed by hand since: the next night decides
    left = max(0, most - begun)
    return wanting[:left], wanting[left:]


def _opened(new: Regressed, tonight: Tonight) -> Open:
    mark = IssueMark(
        key=new.key.fingerprint,
        about=new.key,
        night=tonight.night,
        effects=new.effects,
        cells=new.cells,
    )
    return Open(title=texts.title(new.key), body=marked(mark, texts.opened(new, tonight)))


def _returns(known: Known, new: Regressed, tonight: Tonight) -> list[Action]:
    again: list[Action] = [Reopen(number=known.issue.number)]
    if known.has(tonight.night, "returned"):
        return again
    body = marked(_mark(new, tonight, "returned"), texts.returned(new, tonight))
    return [Say(number=known.issue.number, body=body), *again]


def _mark(now: Regressed, tonight: Tonight, told: Told) -> CommentMark:
    return CommentMark(night=tonight.night, told=told, effects=now.effects, cells=now.cells)


def _for_the_rest(
    held: Known | None,
    rest: Sequence[Regressed],
    tonight: Tonight,
    accepted: Sequence[Accepted],
) -> Iterator[Action]:
    """Yield what is to be done about the issue that names what has none of its own."""
    if held is not None and held.issue.is_muted:
        return
    before = held.mark.waiting if held is not None and held.issue.is_open else ()
    now = {each.key.fingerprint: each for each in rest}
    taken = {each.key.fingerprint for each in tonight.regressed} - set(now)
    stay = [
        each
        for each in before
        if each.key.fingerprint not in (now.keys() | taken)
        and not _accepted(each.key, held.opened_at if held else "", each.since, accepted)
        and state_of(each.key, each.since, each.effects, each.cells, tonight) != "clear"
    ]
    since = {each.key.fingerprint: each.since for each in before}
    mark = _rest_mark(
        IssueMark(key=rest_of(tonight.scope), night=held.mark.night if held else tonight.night),
        [_waiting(each, since.get(name, tonight.night)) for name, each in now.items()] + stay,
    )
    waiting = mark.waiting
    body = marked(mark, texts.rest(waiting, rest, tonight))
    if held is None:
        if waiting:
            yield Open(title=texts.rest_title(tonight.scope), body=body)
        return
    if waiting and not held.issue.is_open:
        yield Edit(number=held.issue.number, body=body)
        yield Reopen(number=held.issue.number)
    elif held.issue.is_open and waiting != held.mark.waiting:
        yield Edit(number=held.issue.number, body=body)
    if held.issue.is_open and not waiting:
        yield Close(number=held.issue.number)


def _rest_mark(empty: IssueMark, waiting: Sequence[Waiting]) -> IssueMark:
    """Return the mark with as much of what waits as a body can hold."""
    mark = empty.model_copy(update={"waiting": tuple(waiting[:MOST_WAITING])})
    while mark.waiting and len(marked(mark, "")) > LONGEST_MARK:
        mark = mark.model_copy(update={"waiting": mark.waiting[:-1]})
    return mark


def _waiting(each: Regressed, since: str) -> Waiting:
    effects = tuple(telling(each.effects))
    return Waiting(key=each.key, since=since, effects=effects, cells=each.cells)
