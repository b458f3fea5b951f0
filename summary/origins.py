"""Where a change came from, in words: the back end, the front end, one executor only. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from summary.changes_models import OriginKind
from summary.regression.moves import Move, Moves, Part

MOST_NAMED: Final = 3
"""Requests of one sentence."""


class Origin(NamedTuple):
    """What moved, and where that points to; both are empty where nothing can be told."""

    kind: OriginKind
    text: str


NOWHERE: Final = Origin("", "")


def origin_of(  # noqa: PLR0913 - a place, and two sets of nights
    moves: Moves,
    journey: str,
    step: str,
    before: Sequence[int],
    after: Sequence[int],
    *,
    is_slower: bool,
    knows_requests: bool,
) -> Origin:
    """Return where a change of a step (of a whole journey, without one) came from.

    ``before`` and ``after`` are the nights' places. ``knows_requests``: the newest night says what
    each step asked for.
    """

    def moved(part: Part) -> tuple[Move | None, bool]:
        move = moves.of(part, before, after)
        return move, bool(move and move.is_shown and (move.effect > 0) == is_slower)

    def side(executor: str) -> _Side:
        whole = Part(journey, step, executor)
        move, has_moved = moved(whole)
        requests = {}
        for part in moves.requests_of(journey, step, executor):
            found, is_moved = moved(part)
            if found:
                requests[part.request] = found if is_moved else None
        return _Side(move, has_moved, requests, moves.hardly_known(whole, before, after))

    what = f"step {step}" if step else "the whole journey"
    return _told(what, side("playwright"), side("k6"), knows_requests and bool(step))


class _Side(NamedTuple):
    """One executor's view of the step."""

    move: Move | None
    has_moved: bool
    requests: dict[str, Move | None]
    """Those of which something is known: how they moved, None for those that did not."""
    hardly_known: dict[str, bool]
    """Those of which it is not known whether they moved: whether they are new."""

    @property
    def moved(self) -> dict[str, Move]:
        """The requests that moved."""
        return {name: move for name, move in self.requests.items() if move}


def _told(what: str, browser: _Side, k6: _Side, knows_requests: bool) -> Origin:
    if browser.has_moved and k6.has_moved:
        return Origin("back end", f"back end: {_in_both(what, browser, k6)}")
    if browser.has_moved:
        return _in_browser(what, browser, k6, knows_requests)
    if k6.has_moved:
        said = _named(k6.moved) or f"{what} {_percent([k6.move])}"
        rest = "in k6, unchanged in the browser" if browser.move else "in k6, which alone rides it"
        return Origin("protocol", f"protocol: {said} {rest}")
    return NOWHERE


def _in_both(what: str, browser: _Side, k6: _Side) -> str:
    shared = {name: move for name, move in k6.moved.items() if name in browser.moved}
    if shared:
        both = [(name, [move, browser.moved[name]]) for name, move in shared.items()]
        return f"{_listed(both)} in k6 and browser"
    if k6.moved:
        return f"{_named(k6.moved)} in k6, and {what} {_percent([browser.move])} in the browser"
    if browser.moved:
        return f"{_named(browser.moved)} in the browser, and {what} {_percent([k6.move])} in k6"
    return f"{what} {_percent([k6.move])} in k6 and {_percent([browser.move])} in the browser"


def _in_browser(what: str, browser: _Side, k6: _Side, knows_requests: bool) -> Origin:
    if browser.moved:
        known = any(name in k6.requests for name in browser.moved)
        rest = "in the browser, not in k6" if known else "in the browser; k6 does not send it"
        return Origin("browser", f"browser: {_named(browser.moved)} {rest}")
    new = sorted(name for name, is_new in browser.hardly_known.items() if is_new)
    if new:
        rest = f"{_first(new)} {'is' if len(new) == 1 else 'are'} new among its longest"
        return Origin(
            "browser", f"browser: {what} {_percent([browser.move])} in the browser; {rest}"
        )
    said = f"front end: {what} {_percent([browser.move])} in the browser"
    if browser.requests:
        as_far = " as far as they are known" if browser.hardly_known else ""
        return Origin("front end", f"{said}, its requests unchanged{as_far}")
    if k6.move:
        return Origin("front end", f"{said}, unchanged in k6")
    if knows_requests:
        return Origin("front end", f"{said}, which only the browser does")
    return Origin("browser", f"browser: {what} {_percent([browser.move])}; k6 does not ride it")


def _named(moved: dict[str, Move]) -> str:
    return _listed([(name, [move]) for name, move in moved.items()])


def _listed(moved: Iterable[tuple[str, Sequence[Move | None]]]) -> str:
    """Return the requests with what they moved by, the furthest first."""
    ranked = sorted(moved, key=lambda each: (-abs(_mean(each[1])), each[0]))
    return _first([f"{name} {_percent(moves)}" for name, moves in ranked])


def _first(named: Sequence[str]) -> str:
    """Return the first ones, and how many more there are."""
    more = len(named) - MOST_NAMED
    return ", ".join([*named[:MOST_NAMED], *([f"{more} more"] if more > 0 else [])])


def _percent(moves: Sequence[Move | None]) -> str:
    return f"{100 * _mean(moves):+.0f} %"


def _mean(moves: Sequence[Move | None]) -> float:
    known = [move.effect for move in moves if move]
    return sum(known) / len(known)
