"""Tonight's run held against the nights before it, in sentences and figures. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from summary.history.assemble import assemble, left_out, request_values, rows_of
from summary.history.frozen import FrozenHistory
from summary.history.records import NightRecord, NightSeries
from summary.models import Finding
from summary.night_limits import limits_of
from summary.night_models import InvalidCell, NightJudged, UnitVerdict
from summary.origins import NOWHERE, Origin, origin_of
from summary.regression.again import judged_with, ridden_again
from summary.regression.counts import JudgedCount, judge_counts
from summary.regression.decider import STANDARD, Judged
from summary.regression.history import History
from summary.regression.moves import Moves, moves_of
from summary.regression.units import Unit


def _cell_name(series: NightSeries) -> str:
    return f"{series.journey}/{series.executor}/{series.users}"


def judge_night_of(
    history: FrozenHistory,
    tonight: NightRecord,
    again: NightRecord | None = None,
    invalid: tuple[InvalidCell, ...] = (),
) -> NightJudged:
    """Judge a night; every night before it is judged again first, to know which were slow.

    ``again`` is what was ridden once more in it, of the cells of suspects; ``invalid`` are those
    that left nothing to judge.
    """
    table = assemble(history, tonight)
    judged = judged_with(table, ridden_again(table, rows_of(again)) if again else None)
    counted = judge_counts(table, STANDARD)
    sources = _Origins.of(history, tonight, table)
    units = [*(_of_duration(each, sources) for each in judged), *map(_of_count, counted)]
    return NightJudged(
        night=tonight.night,
        location=history.location,
        nights=len(table.nights) - 1,
        nights_needed=STANDARD.least_baseline + STANDARD.judged - 1,
        units=tuple(sorted(units, key=lambda each: each.p_adjusted)),
        again=tuple(sorted(set(map(_cell_name, again.series)))) if again else (),
        unreadable=history.unreadable,
        incomparable=left_out(history, tonight),
        invalid=invalid,
    )


@dataclass(frozen=True, slots=True)
class _Origins:
    """Says where changes of tonight came from."""

    table: History
    moves: Moves | None
    knows_requests: bool

    @classmethod
    def of(cls, history: FrozenHistory, tonight: NightRecord, table: History) -> _Origins:
        baseline = slice(0, max(0, len(table.nights) - STANDARD.judged))
        if baseline.stop < 2:
            return cls(table, None, False)
        keys, values = request_values(history, tonight, table)
        moves = moves_of(table, keys, values, baseline)
        return cls(table, moves, tonight.schema_version > 1)

    def find(self, each: Judged) -> Origin:
        """Return where it came from; nowhere for what is no change, or of a cell."""
        if self.moves is None or each.verdict in ("pass", "insufficient precision"):
            return NOWHERE
        if not each.unit.journey:
            return NOWHERE
        last = len(self.table.nights) - STANDARD.judged
        places = {night: index for index, night in enumerate(self.table.nights)}
        return origin_of(
            self.moves,
            each.unit.journey,
            each.unit.step,
            range(max(0, last - STANDARD.baseline), last),
            sorted({places[night] for night in each.nights}),
            is_slower=each.effect > 0,
            knows_requests=self.knows_requests,
        )


def _of_duration(each: Judged, sources: _Origins) -> UnitVerdict:
    origin = sources.find(each)
    return UnitVerdict(
        **_unit(each.unit),
        metric=each.metric,
        verdict=each.verdict,
        effect_pct=_percent(each.effect),
        interval_pct=(_percent(each.interval[0]), _percent(each.interval[1])),
        p_adjusted=float(f"{each.p_adjusted:.3g}"),
        detectable_pct=_percent(each.detectable),
        nights=tuple(map(str, each.nights)),
        origin=origin.kind,
        came_from=origin.text,
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
    return (*_cold_start(judged), *_changes(judged), *limits_of(judged), *_unreadable(judged))


def _cold_start(judged: NightJudged) -> Iterator[Finding]:
    if judged.nights >= judged.nights_needed:
        return
    many = f"{judged.nights} comparable {'night is' if judged.nights == 1 else 'nights are'} known"
    known = many if judged.nights else "No comparable night is known yet"
    known += f"; whether a step is slower than usual is told from {judged.nights_needed} on."
    others = (
        f" {number} more {'is' if number == 1 else 'are'} of another kind ({why})."
        for why, number in judged.incomparable.items()
    )
    yield _finding("info", known + "".join(others))


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
            yield _finding(severity, _sentence(each, judged.again), each)


def _sentence(each: UnitVerdict, again: Collection[str]) -> str:
    low, high = each.interval_pct
    said = f"{_what(each)} {each.effect_pct:+.1f} % ({low:+.1f} to {high:+.1f})"
    if each.metric in ("errors", "throughput"):
        said = f"{_what(each)} {each.effect_pct:+.1f} points ({low:+.1f} to {high:+.1f})"
    nights = len(each.nights)
    match each.verdict:
        case "regression":
            when = _in_nights(nights)
            if len(set(each.nights)) == 1:
                when = "tonight, and when its cells were ridden once more"
            return f"Slower than usual: {said}, {when}.{_from(each)}"
        case "suspect" if again:
            return (
                f"Suspect: {said} tonight. Ridden once more it was not as clear; one more night "
                f"like it is a regression.{_from(each)}"
            )
        case "suspect":
            return f"Suspect: {said} tonight; one more night like it is a regression.{_from(each)}"
        case _:
            return f"Better than usual: {said}, {_in_nights(nights)}.{_from(each)}"


def _in_nights(nights: int) -> str:
    return f"in {nights} of the last {max(nights, STANDARD.judged)} nights"


def _what(each: UnitVerdict) -> str:
    return {
        "loc": "durations",
        "p95": "the 95th percentile",
        "errors": "the share of errors",
        "throughput": "the share of missing samples",
    }[each.metric]


def _from(each: UnitVerdict) -> str:
    return f" {each.came_from[:1].upper()}{each.came_from[1:]}." if each.came_from else ""


def _unreadable(judged: NightJudged) -> Iterator[Finding]:
    for said in judged.unreadable:
        yield _finding("warning", f"A record of the history is left out: {said}.")


def _finding(severity: str, text: str, each: UnitVerdict | None = None) -> Finding:
    about: dict[str, object] = {"journey": "", "executor": "", "users": 0, "step": ""}
    if each is not None:
        about = {name: getattr(each, name) for name in about}
    return Finding(**about, severity=severity, kind="regression", text=text)
