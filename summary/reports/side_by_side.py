"""Browser and protocol laid side by side: per journey, its steps in order, then its requests.

Pure, from :class:`~summary.models.Summary` to frozen dataclasses; every report draws from these,
so that the Markdown, the page and the terminal cannot tell different stories.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from operator import attrgetter
from typing import Literal

from summary.grouping import grouped
from summary.models import (
    CellSummary,
    JourneyInfo,
    SeriesSummary,
    SloResult,
    StepInfo,
    Summary,
)
from summary.reports.rendering import VERDICTS_WORST_FIRST
from tandem.models import Executor, Outcome, Verdict

State = Literal[
    "measured",
    "errors only",
    "skipped",
    "browser only",
    "protocol only",
    "not measured",
    "not ridden",
]


@dataclass(frozen=True, slots=True)
class Side:
    """One executor's share of a lane."""

    state: State
    """measured: a latency stands. errors only: samples, none of them ok. skipped: an optional step
    that was skipped each time. browser only: the step
    has no protocol half, or k6 does not send the request. protocol only: the browser does not send
    it. not measured: should have been and was
    not, as behind a step that failed. not ridden: the run holds no such cell."""
    outcome: Outcome | None
    """How the cell ended; None when it was not ridden."""
    series: SeriesSummary | None
    """The samples; None unless measured, errors only or skipped."""

    @property
    def p50_ms(self) -> float | None:
        """The median in milliseconds, None where nothing supports one."""
        return self.series.p50_ms if self.series else None

    @property
    def p95_ms(self) -> float | None:
        """The 95th percentile in milliseconds, None where nothing supports one."""
        return self.series.p95_ms if self.series else None

    @property
    def errors(self) -> int:
        """How many samples are not ok."""
        return self.series.errors if self.series else 0

    @property
    def skipped(self) -> int:
        """How many samples of an optional step were skipped."""
        return self.series.skipped if self.series else 0


@dataclass(frozen=True, slots=True)
class Lane:
    """Both executors at one number of users, for one step or one request."""

    users: int
    browser: Side
    protocol: Side

    @property
    def added_p50_ms(self) -> float | None:
        """What the browser adds to the median; None unless both sides have a sound one."""
        return self._added(self.browser.p50_ms, self.protocol.p50_ms)

    @property
    def added_p95_ms(self) -> float | None:
        """What the browser adds to the 95th percentile; None unless both sides have a sound one."""
        return self._added(self.browser.p95_ms, self.protocol.p95_ms)

    def _added(self, browser: float | None, protocol: float | None) -> float | None:
        unsound = "invalid" in (self.browser.outcome, self.protocol.outcome)
        return None if unsound or browser is None or protocol is None else browser - protocol

    @property
    def sides(self) -> tuple[tuple[Executor, Side], ...]:
        """Both sides with their executors, the browser first."""
        return (("playwright", self.browser), ("k6", self.protocol))

    @property
    def ridden(self) -> tuple[tuple[Executor, Side], ...]:
        """The sides that the run holds a cell for."""
        return tuple(pair for pair in self.sides if pair[1].state != "not ridden")

    @property
    def is_empty(self) -> bool:
        """Whether only k6 rode here and has nothing to send."""
        return self.browser.state == "not ridden" and self.protocol.state == "browser only"


@dataclass(frozen=True, slots=True)
class StepSides:
    """One step of a journey: a lane per number of users, ascending."""

    number: int
    """Its place in the journey, from 1."""
    info: StepInfo
    lanes: tuple[Lane, ...]


@dataclass(frozen=True, slots=True)
class RequestSides:
    """One request of a step, or one group of steps: a lane per number of users at which it was
    seen."""

    step: str
    """Empty for a group."""
    name: str
    """METHOD /path, or the group's id."""
    lanes: tuple[Lane, ...]


@dataclass(frozen=True, slots=True)
class JourneySides:
    """One journey with everything that was measured of it."""

    info: JourneyInfo
    cells: tuple[CellSummary, ...]
    slos: tuple[SloResult, ...]
    users: tuple[int, ...]
    steps: tuple[StepSides, ...]
    requests: tuple[RequestSides, ...]
    groups: tuple[RequestSides, ...]
    is_slower: bool
    """Whether a regression was found in it, which no cell and no SLO tells of."""

    def requests_of(self, step: str) -> tuple[RequestSides, ...]:
        """The requests that ``step`` set off."""
        return tuple(request for request in self.requests if request.step == step)

    @property
    def stray_requests(self) -> tuple[RequestSides, ...]:
        """The requests that belong to no step of the journey, such as those of its set-up."""
        steps = {step.info.id for step in self.steps}
        return tuple(request for request in self.requests if request.step not in steps)

    @property
    def longest_ms(self) -> float | None:
        """The longest p50 or p95: what a common scale must reach."""
        lanes = [lane for step in self.steps for lane in step.lanes]
        return _longest_ms([*lanes, *(lane for each in self.requests for lane in each.lanes)])

    @property
    def longest_group_ms(self) -> float | None:
        """The same of its groups, which take as long as their steps together."""
        return _longest_ms([lane for each in self.groups for lane in each.lanes])

    @property
    def was_repeated(self) -> bool:
        """Whether a step has samples that can differ: of a single one there is no distribution."""
        sides = (side for step in self.steps for lane in step.lanes for _, side in lane.sides)
        return any(side.series is not None and side.series.count > 1 for side in sides)

    @property
    def grows(self) -> bool:
        """Whether a step was measured at several numbers of users by the same executor."""
        measured = (
            [(step.number, executor) for executor, side in lane.sides if side.p50_ms is not None]
            for step in self.steps
            for lane in step.lanes
        )
        return any(many > 1 for many in Counter(chain.from_iterable(measured)).values())

    @property
    def executors(self) -> tuple[Executor, ...]:
        """Who rode it, the browser first."""
        rode = {cell.executor for cell in self.cells}
        return tuple(each for each in _EXECUTORS if each in rode)

    @property
    def verdict(self) -> Verdict:
        """The worst that its spec, cells, error-level SLOs and the nights before it say."""
        said = {_CELL_VERDICTS[cell.outcome] for cell in self.cells}
        said |= {cell.verdict for cell in self.cells}
        said |= {slo.verdict for slo in self.slos if slo.level == "error"}
        if self.info.fault or self.is_slower:
            said.add("fail")
        return next((worst for worst in VERDICTS_WORST_FIRST if worst in said), "inconclusive")

    @property
    def errors(self) -> int:
        """Errors of all interactions."""
        sides = (s for step in self.steps for lane in step.lanes for _, s in lane.sides)
        return sum(side.errors for side in sides)

    @property
    def browser_only(self) -> int:
        """How many steps have no protocol half."""
        return sum(not step.info.has_protocol for step in self.steps)


def _longest_ms(lanes: Iterable[Lane]) -> float | None:
    sides = [side for lane in lanes for _, side in lane.sides]
    values = [value for side in sides for value in (side.p50_ms, side.p95_ms)]
    return max((value for value in values if value is not None), default=None)


_EXECUTORS: tuple[Executor, ...] = ("playwright", "k6")
_CELL_VERDICTS: dict[Outcome, Verdict] = {"ok": "pass", "failed": "fail", "invalid": "invalid"}


def lay_side_by_side(summary: Summary) -> tuple[JourneySides, ...]:
    """Return one :class:`JourneySides` per journey, in the summary's order."""
    journey = attrgetter("journey")
    cells, series = grouped(summary.cells, journey), grouped(summary.series, journey)
    slos = grouped(summary.slos, journey)
    slower = {
        each.journey
        for each in summary.findings
        if (each.kind, each.severity) == ("regression", "error")
    }
    return tuple(
        _journey(
            info,
            tuple(cells.get(info.id, ())),
            series.get(info.id, []),
            tuple(slos.get(info.id, ())),
            is_slower=info.id in slower,
        )
        for info in summary.journeys
    )


@dataclass(frozen=True, slots=True)
class _Measured:
    """The cells and the series of one journey, to be looked up."""

    cells: dict[tuple[Executor, int], CellSummary]
    series: dict[tuple[Executor, int, str, str], SeriesSummary]

    def lane(self, users: int, step: str, name: str, has_protocol: bool) -> Lane:
        browser = self._side("playwright", (users, step, name), measurable=True)
        return Lane(users, browser, self._side("k6", (users, step, name), has_protocol))

    def _side(self, executor: Executor, key: tuple[int, str, str], measurable: bool) -> Side:
        row, cell = self.series.get((executor, *key)), self.cells.get((executor, key[0]))
        # k6 writes samples of duration 0 for a step without a protocol half: no latency.
        without_half = executor == "k6" and row is not None and not row.has_protocol
        return _side(cell, row, measurable and not without_half)


def _journey(
    info: JourneyInfo,
    cells: tuple[CellSummary, ...],
    series: Sequence[SeriesSummary],
    slos: tuple[SloResult, ...],
    *,
    is_slower: bool,
) -> JourneySides:
    users = tuple(sorted({cell.users for cell in cells} | {row.users for row in series}))
    return JourneySides(
        info=info,
        cells=cells,
        slos=slos,
        users=users,
        steps=_steps(info, users, _measured(cells, series, "interaction")),
        requests=_requests(info, users, _measured(cells, series, "request")),
        groups=_requests(info, users, _measured(cells, series, "transaction")),
        is_slower=is_slower,
    )


def _measured(cells: Iterable[CellSummary], rows: Iterable[SeriesSummary], kind: str) -> _Measured:
    return _Measured(
        {(cell.executor, cell.users): cell for cell in cells},
        {(row.executor, row.users, row.step, row.name): row for row in rows if row.kind == kind},
    )


def _steps(info: JourneyInfo, users: tuple[int, ...], measured: _Measured) -> tuple[StepSides, ...]:
    steps = []
    for number, step in enumerate(info.steps, start=1):
        lanes = tuple(measured.lane(at, step.id, step.id, step.has_protocol) for at in users)
        telling = tuple(lane for lane in lanes if not lane.is_empty)
        steps.append(StepSides(number, step, telling or lanes[:1]))
    return tuple(steps)


def _requests(
    info: JourneyInfo, users: tuple[int, ...], measured: _Measured
) -> tuple[RequestSides, ...]:
    order = {step.id: place for place, step in enumerate(info.steps)}
    # A request may name a step that the spec no longer has: those stand last, none is dropped.
    names = sorted(
        {(step, name) for _, _, step, name in measured.series},
        key=lambda key: (order.get(key[0], len(order)), key),
    )
    return tuple(
        RequestSides(step, name, _seen(measured.lane(at, step, name, True) for at in users))
        for step, name in names
    )


def _seen(lanes: Iterable[Lane]) -> tuple[Lane, ...]:
    """Keep the lanes that hold the request; a sound cell without it simply does not send it."""
    return tuple(
        Lane(
            lane.users,
            _unsent(lane.browser, "protocol only"),
            _unsent(lane.protocol, "browser only"),
        )
        for lane in lanes
        if lane.browser.series or lane.protocol.series
    )


def _unsent(side: Side, state: State) -> Side:
    unsent = side.state == "not measured" and side.outcome == "ok"
    return replace(side, state=state) if unsent else side


def _side(cell: CellSummary | None, series: SeriesSummary | None, measurable: bool) -> Side:
    outcome = cell.outcome if cell else None
    if cell is None and series is None:
        return Side("not ridden", None, None)
    if not measurable:
        return Side("browser only", outcome, None)
    if series is None or series.count == 0:
        return Side("not measured", outcome, None)
    if series.p50_ms is not None:
        return Side("measured", outcome, series)
    return Side("errors only" if series.errors else "skipped", outcome, series)
