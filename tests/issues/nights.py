"""Nights that were judged, made by hand, and a tracker that is a list."""

from __future__ import annotations

from summary.issues.models import (
    Close,
    Comment,
    Edit,
    Issue,
    Key,
    Open,
    Point,
    Regressed,
    Reopen,
    Say,
    Tonight,
)
from summary.issues.planner import plan_issues
from summary.night_models import UnitVerdict

CELLS = ("playwright/1", "k6/10")


def unit(verdict="pass", effect=0.0, *, step="search", metric="loc", reach=3.0, **given):
    plain = {
        "unit": "step",
        "journey": "shop",
        "step": step,
        "executor": "",
        "users": 0,
        "metric": metric,
        "verdict": verdict,
        "effect_pct": effect,
        "interval_pct": (effect - reach, effect + reach),
        "p_adjusted": 0.001 if verdict == "regression" else 0.5,
        "detectable_pct": 8.0,
        "nights": ("n1",),
    }
    return UnitVerdict.model_validate(plain | given)


def tonight(night, *units, measured=CELLS, planned=CELLS, known_from="n00", run_url=""):
    slow = [each for each in units if each.verdict == "regression"]
    keys = dict.fromkeys(Key(journey=e.journey, step=e.step, metric=e.metric) for e in slow)
    steps = {f"{each.journey}/{each.step}" for each in units}
    return Tonight(
        night=night,
        stamp="20261123-010203",
        app="release-7",
        run_url=run_url,
        regressed=tuple(regressed(key, slow) for key in keys),
        units=units,
        measured=tuple(f"shop/{cell}" for cell in measured),
        planned=tuple(f"shop/{cell}" for cell in planned),
        known_from=dict.fromkeys(steps, known_from),
    )


def regressed(key, units):
    mine = [
        e for e in units if (e.journey, e.step, e.metric) == (key.journey, key.step, key.metric)
    ]
    return Regressed(
        key=key,
        units=tuple(mine),
        cells=CELLS,
        came_from=f"back end: POST /api/{key.step} +24 % in k6 and browser",
        points=tuple(Point(night=f"n{n:02d}", value=100 + n) for n in range(5)),
        slowest=("k6", 10),
    )


class Listed:
    """A tracker in memory: what was planned is done."""

    def __init__(self, author="bot", most=3):
        self.held = []
        self.author, self.most, self.minutes, self.accepted = author, most, 0, []

    def night(self, told, cut_after=None):
        """Plan a night and do it; ``cut_after`` so many things the call is cut off."""
        actions = plan_issues(told, self.held, self.accepted, self.most)
        for action in actions[:cut_after]:
            self.do(action)
        return [action.what for action in actions]

    def do(self, action):
        match action:
            case Open():
                self.add(action.title, action.body)
            case Say():
                self.say(action.number, action.body)
            case Close():
                self.change(action.number, is_open=False)
            case Reopen():
                self.change(action.number, is_open=True)
            case Edit():
                self.change(action.number, body=action.body)

    def add(self, title, body):
        self.held.append(
            Issue(
                number=len(self.held) + 1,
                url="",
                is_open=True,
                author=self.author,
                created_at=self.now(),
                title=title,
                body=body,
                comments=(),
            )
        )

    def say(self, number, body, author=None):
        said = Comment(author=author or self.author, created_at=self.now(), body=body)
        self.change(number, comments=(*self.held[number - 1].comments, said))

    def change(self, number, **changes):
        self.held[number - 1] = self.held[number - 1].model_copy(update=changes)

    def now(self):
        self.minutes += 1
        return f"2026-11-23T09:{self.minutes:02d}:00+00:00"

    @property
    def open(self):
        return [issue.number for issue in self.held if issue.is_open]
