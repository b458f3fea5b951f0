"""Tonight's run held against the nights before it, in sentences and figures. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

from summary.history.assemble import assemble, rows_of
from summary.history.frozen import FrozenHistory
from summary.history.records import NightRecord, NightSeries
from summary.models import Finding
from summary.regression.again import judged_with, ridden_again
from summary.regression.counts import JudgedCount, judge_counts
from summary.regression.decider import STANDARD, Judged
from summary.regression.units import Unit
from tandem.models import FrozenModel

NightVerdict = Literal[
    "pass", "suspect", "regression", "improvement", "insufficient precision", "invalid"
]


class UnitVerdict(FrozenModel):
    """What is said of one unit and metric. Effects are in per cent; of rates, in points."""

    unit: Literal["step", "journey", "cell", "series"]
    journey: str
    step: str
    executor: str
    users: int
    metric: Literal["loc", "p95", "errors", "throughput"]
    verdict: NightVerdict
    effect_pct: float
    interval_pct: tuple[float, float]
    p_adjusted: float
    detectable_pct: float
    nights: tuple[str, ...]
    """Those that it rests on."""


class NightJudged(FrozenModel):
    """``regression.json``: everything that was judged, and against what."""

    schema_version: Literal[1] = 1
    night: str
    location: str
    nights: int
    """Comparable ones before this."""
    nights_needed: int
    """Before anything can be said."""
    units: tuple[UnitVerdict, ...]
    again: tuple[str, ...] = ()
    """The cells that were ridden once more, as ``journey/executor/users``."""
    unreadable: tuple[str, ...] = ()


def _cell_name(series: NightSeries) -> str:
    return f"{series.journey}/{series.executor}/{series.users}"


def judge_night_of(
    history: FrozenHistory, tonight: NightRecord, again: NightRecord | None = None
) -> NightJudged:
    """Judge a night; every night before it is judged again first, to know which were slow.

    ``again`` is what was ridden once more in it, of the cells of suspects.
    """
    table = assemble(history, tonight)
    judged = judged_with(table, ridden_again(table, rows_of(again)) if again else None)
    counted = judge_counts(table, STANDARD)
    units = [*map(_of_duration, judged), *map(_of_count, counted)]
    return NightJudged(
        night=tonight.night,
        location=history.location,
        nights=len(table.nights) - 1,
        nights_needed=STANDARD.least_baseline + STANDARD.judged - 1,
        units=tuple(sorted(units, key=lambda each: each.p_adjusted)),
        again=tuple(sorted(set(map(_cell_name, again.series)))) if again else (),
        unreadable=history.unreadable,
    )


def _of_duration(each: Judged) -> UnitVerdict:
    return UnitVerdict(
        **_unit(each.unit),
        metric=each.metric,
        verdict=each.verdict,
        effect_pct=_percent(each.effect),
        interval_pct=(_percent(each.interval[0]), _percent(each.interval[1])),
        p_adjusted=float(f"{each.p_adjusted:.3g}"),
        detectable_pct=_percent(each.detectable),
        nights=tuple(map(str, each.nights)),
    )


def _of_count(each: JudgedCount) -> UnitVerdict:
    return UnitVerdict(
        **_unit(each.unit),
        metric=each.metric,
        verdict=each.verdict,
        effect_pct=_percent(each.rate - each.usual),
        interval_pct=(
            _percent(each.interval[0] - each.usual),
            _percent(each.interval[1] - each.usual),
        ),
        p_adjusted=float(f"{each.p_adjusted:.3g}"),
        detectable_pct=_percent(each.detectable - each.usual),
        nights=tuple(map(str, each.nights)),
    )


def _unit(unit: Unit) -> dict[str, object]:
    return {
        "unit": unit.kind,
        "journey": unit.journey,
        "step": unit.step,
        "executor": unit.executor,
        "users": unit.users,
    }


def _percent(share: float) -> float:
    return round(100 * share, 2)


def findings_of(judged: NightJudged) -> tuple[Finding, ...]:
    """Return what the reader should know of it: each slower step once, its surest figure first."""
    return (*_cold_start(judged), *_changes(judged), *_unreadable(judged))


def _cold_start(judged: NightJudged) -> Iterator[Finding]:
    if judged.nights < judged.nights_needed:
        text = (
            f"{judged.nights} comparable nights are known; from {judged.nights_needed} on it is "
            "told whether a step is slower than usual. Until then nothing is."
        )
        yield _finding("info", text)


def _changes(judged: NightJudged) -> Iterator[Finding]:
    covered: set[tuple[str, str]] = set()
    for verdict, severity in (
        ("regression", "error"),
        ("suspect", "warning"),
        ("improvement", "info"),
    ):
        for each in judged.units:
            place = (each.journey, each.step)
            if each.verdict != verdict or place in covered:
                continue
            covered.add(place)
            yield _finding(severity, _sentence(each, judged), each)


def _sentence(each: UnitVerdict, judged: NightJudged) -> str:
    units, again = judged.units, judged.again
    low, high = each.interval_pct
    said = f"{_what(each)} {each.effect_pct:+.1f} % ({low:+.1f} to {high:+.1f})"
    if each.metric in ("errors", "throughput"):
        said = f"{_what(each)} {each.effect_pct:+.1f} points ({low:+.1f} to {high:+.1f})"
    nights = len(each.nights)
    match each.verdict:
        case "regression":
            when = f"in {nights} of the last nights"
            if len(set(each.nights)) == 1:
                when = "tonight, and when its cells were ridden once more"
            return f"Slower than usual: {said}{_where(each, units)}, {when}."
        case "suspect" if again:
            return (
                f"Suspect: {said} tonight. Ridden once more it was not as clear; one more night "
                "like it is a regression."
            )
        case "suspect":
            return f"Suspect: {said} tonight; one more night like it is a regression."
        case _:
            return f"Better than usual: {said}, in {nights} of the last nights."


def _what(each: UnitVerdict) -> str:
    return {
        "loc": "durations",
        "p95": "the 95th percentile",
        "errors": "the share of errors",
        "throughput": "the share of missing samples",
    }[each.metric]


def _where(each: UnitVerdict, units: Iterable[UnitVerdict]) -> str:
    """Say whether the browser, the protocol or both moved, as far as single series tell."""
    moved: dict[str, list[float]] = {}
    for unit in units:
        mine = (unit.journey, unit.step, unit.metric) == (each.journey, each.step, each.metric)
        if unit.unit == "series" and mine:
            moved.setdefault(unit.executor, []).append(unit.effect_pct)
    if len(moved) < 2:
        return ""
    middle = {name: sorted(values)[len(values) // 2] for name, values in moved.items()}
    browser, protocol = middle["playwright"], middle["k6"]
    both = f"browser {browser:+.0f} %, k6 {protocol:+.0f} %"
    if protocol > each.effect_pct / 2 and browser > each.effect_pct / 2:
        return f" in both executors ({both}): look at the back end"
    if browser > each.effect_pct / 2:
        return f" in the browser only ({both}): look at the front end"
    return f" in k6 only ({both})"


def _unreadable(judged: NightJudged) -> Iterator[Finding]:
    for said in judged.unreadable:
        yield _finding("warning", f"A record of the history is left out: {said}.")


def _finding(severity: str, text: str, each: UnitVerdict | None = None) -> Finding:
    about: dict[str, object] = {"journey": "", "executor": "", "users": 0, "step": ""}
    if each is not None:
        about = {name: getattr(each, name) for name in about}
    return Finding(**about, severity=severity, kind="regression", text=text)
