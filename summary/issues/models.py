"""What is known of a night, what a tracker holds, and what is to be done there."""

from __future__ import annotations

from typing import Literal

from summary.night_models import NightVerdict, UnitVerdict
from tandem.files import canonical_json, digest_text
from tandem.models import FrozenModel

Metric = Literal["loc", "p95", "errors", "throughput"]
Told = Literal["opened", "still", "returned", "usual", "recovered", "accepted", "duplicate"]
"""Why a comment was left: what it says of its night."""


class Key(FrozenModel):
    """What one issue is about. A whole journey has no step, a whole kind of cells neither."""

    journey: str
    step: str
    metric: Metric
    scope: str = ""
    """Tells several nights in one repository apart."""

    @property
    def fingerprint(self) -> str:
        """Sixteen characters that stand for it."""
        return digest_text(canonical_json(self.model_dump()))[:16]


class UnitEffect(FrozenModel):
    """One unit that was found slower, and by how much: per cent, of rates points."""

    unit: Literal["step", "journey", "cell", "series"]
    executor: str
    users: int
    effect_pct: float

    @classmethod
    def of(cls, each: UnitVerdict) -> UnitEffect:
        """Return what is kept of a verdict."""
        return cls(
            unit=each.unit, executor=each.executor, users=each.users, effect_pct=each.effect_pct
        )

    @property
    def name(self) -> tuple[str, str, int]:
        """What tells it from the other units of the same key."""
        return self.unit, self.executor, self.users


class Waiting(FrozenModel):
    """A regression that stands in the issue for all the rest."""

    key: Key
    since: str
    """The night in which it was put there."""
    effects: tuple[UnitEffect, ...]
    cells: tuple[str, ...]


class IssueMark(FrozenModel):
    """Hidden in an issue's body."""

    key: str
    """The fingerprint, or :func:`rest_of` the scope."""
    about: Key | None = None
    """None for the rest."""
    night: str
    effects: tuple[UnitEffect, ...] = ()
    cells: tuple[str, ...] = ()
    """The cells that it was measured in, as ``executor/users``."""
    waiting: tuple[Waiting, ...] = ()
    """Of the issue for all the rest."""


class CommentMark(FrozenModel):
    """Hidden in a comment."""

    night: str
    told: Told
    effects: tuple[UnitEffect, ...] = ()
    cells: tuple[str, ...] = ()


class Comment(FrozenModel):
    """What the tracker holds of a comment."""

    author: str
    created_at: str
    """UTC, ISO 8601."""
    body: str


class Issue(FrozenModel):
    """What the tracker holds of an issue."""

    number: int
    url: str
    is_open: bool
    author: str
    created_at: str
    title: str
    body: str
    is_muted: bool = False
    """Somebody said that nothing more is wanted of it."""
    comments: tuple[Comment, ...] | None = None
    """Oldest first; None while they were not asked for."""
    me: str = ""
    """Whose token it is, where that is known: one that was renewed may be another user's."""


class Point(FrozenModel):
    """One night of a chart."""

    night: str
    value: float
    """Per cent: of the usual duration or number, or of samples that failed."""


class Regressed(FrozenModel):
    """Something that is slower than usual, or fails more often, with its evidence."""

    key: Key
    units: tuple[UnitVerdict, ...]
    """Those of the key that are regressions, what they are over first, then the surest."""
    cells: tuple[str, ...]
    """In which it was measured tonight."""
    came_from: str = ""
    """In words, as far as it is known: "back end: POST /api/play +24 % in k6 and browser"."""
    points: tuple[Point, ...] = ()
    """The last nights, tonight last."""
    slowest: tuple[str, int] | None = None
    """Executor and users in which it shows most."""

    @property
    def main(self) -> UnitVerdict:
        """The unit that speaks for it."""
        return self.units[0]

    @property
    def effects(self) -> tuple[UnitEffect, ...]:
        """What is kept of its units."""
        return tuple(UnitEffect.of(each) for each in self.units)


class Tonight(FrozenModel):
    """A night that was judged."""

    night: str
    stamp: str
    app: str
    run_url: str
    """Of the CI run, where its artifacts are; empty outside of CI."""
    scope: str = ""
    regressed: tuple[Regressed, ...]
    """The surest first."""
    units: tuple[UnitVerdict, ...]
    """Everything that was judged."""
    measured: tuple[str, ...]
    """Cells that are ok, as ``journey/executor/users``."""
    planned: tuple[str, ...]
    """All cells of the night."""
    known_from: dict[str, str]
    """``journey/step`` to the first night of what is known of it as it is tonight."""

    def usual_from(self, key: Key) -> str:
        """Return the first night of what the key is held against.

        Of a whole journey, or a kind of cells: that from which on more than half of its steps are
        known as they are. What is slow in all steps shows by more than half of it in those.
        """
        found = sorted(
            night
            for name, night in self.known_from.items()
            if key.journey in ("", name.partition("/")[0])
            and key.step in ("", name.partition("/")[2])
        )
        return found[len(found) // 2] if found else self.night

    def units_of(self, key: Key) -> tuple[UnitVerdict, ...]:
        """Return what was judged of the key."""
        mine = (key.journey, key.step, key.metric)
        return tuple(each for each in self.units if (each.journey, each.step, each.metric) == mine)


GOOD: frozenset[NightVerdict] = frozenset(("pass", "improvement"))


class Accepted(FrozenModel):
    """A decision that a level is the new normal."""

    journey: str
    """Empty for all of them."""
    reason: str
    decided_at: str
    begins: str = ""
    """The night that what is usual was said to begin with; empty: after the newest one."""


class Open(FrozenModel):
    """Open an issue."""

    what: Literal["open"] = "open"
    title: str
    body: str


class Say(FrozenModel):
    """Leave a comment."""

    what: Literal["say"] = "say"
    number: int
    body: str


class Close(FrozenModel):
    """Close an issue; one that was done, or one that nobody needs."""

    what: Literal["close"] = "close"
    number: int
    done: bool = True


class Reopen(FrozenModel):
    """Open an issue again."""

    what: Literal["reopen"] = "reopen"
    number: int


class Edit(FrozenModel):
    """Put another body in place of the issue's."""

    what: Literal["edit"] = "edit"
    number: int
    body: str


Action = Open | Say | Close | Reopen | Edit


def rest_of(scope: str) -> str:
    """Return what stands for a fingerprint of the issue that names all that have none."""
    return f"rest {scope}".strip()
