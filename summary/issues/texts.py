"""What issues and comments say, in Markdown that GitHub and GitLab render alike. Pure.

Journeys, steps and reasons are somebody's text: they can make neither links nor mentions here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from summary.issues.chart import chart, line
from summary.issues.models import Accepted, Key, Metric, Regressed, Tonight, UnitEffect, Waiting
from summary.night_models import UnitVerdict
from summary.reports.markdown_text import table
from summary.reports.markdown_text import text as plain_text
from summary.reports.rendering import one_line
from tandem.wording import counted

MOST_ROWS: Final = 20
_WHAT: Final[dict[Metric, str]] = {
    "loc": "durations",
    "p95": "the 95th percentile of durations",
    "errors": "the share of errors",
    "throughput": "the share of missing samples",
}
_FAULT: Final[dict[Metric, str]] = {
    "loc": "slower than usual",
    "p95": "slower than usual in its slow cases",
    "errors": "fails more often than usual",
    "throughput": "is missing samples",
}
_REFERENCES = re.compile(r"(&amp;|[!%^@#~$])(?=[\w\"])")
"""What GitLab makes links of, in a text that is escaped already."""
_NO_WORDS = re.compile(r"[^\w .,:'+-]|(?<=www)\.")
_JOINER: Final = "\u2060"
_KEPT: Final = (
    "Tandem keeps this issue: each night in which it is still so leaves a comment, one in which it "
    "is measured to be as usual again closes it, and if it returns this issue is opened again. "
)


def said(value: str, limit: int = 300) -> str:
    """Return somebody's text as one line that is neither link, nor mention, nor reference."""
    return _REFERENCES.sub(lambda match: match.group() + _JOINER, plain_text(value, limit))


def title(key: Key) -> str:
    """Return the title; it stays as it is, whatever later nights bring."""
    where = _plain_place(key)
    return _titled(key.scope, f"{where}: {_FAULT[key.metric]}")


def rest_title(scope: str) -> str:
    """Return the title of the issue that names what has none of its own."""
    return _titled(scope, "Slower than usual: more than have issues of their own")


def _titled(scope: str, said: str) -> str:
    """Return a title, in which both services read some Markdown but no escapes."""
    name = f"({_bare(scope)}) {said}" if scope else said
    return one_line(name, 200)


def _bare(value: str) -> str:
    """Return somebody's text for a title: what could have a meaning there is a dot."""
    return _NO_WORDS.sub("·", one_line(value, 70))


def _plain_place(key: Key) -> str:
    if not key.journey:
        return "The app"
    journey = _bare(key.journey)
    return f"{journey}, step {_bare(key.step)}" if key.step else f"{journey}, all steps"


def place(key: Key) -> str:
    """Return what the key is about, for the middle of a sentence."""
    if not key.journey:
        return "the app in one kind of cells"
    journey = f"journey **{said(key.journey, 80)}**"
    return f"step **{said(key.step, 80)}** of {journey}" if key.step else f"{journey} as a whole"


def effect(each: UnitVerdict) -> str:
    """Return the effect with its interval."""
    low, high = each.interval_pct
    unit = _unit(each.metric)
    return f"{each.effect_pct:+.1f} {unit} ({low:+.1f} to {high:+.1f})"


def _unit(metric: Metric) -> str:
    return "points" if metric in ("errors", "throughput") else "%"


def opened(now: Regressed, tonight: Tonight) -> str:
    """Return the body of a new issue."""
    main = now.main
    first = (
        f"In night {said(tonight.night, 64)} {place(now.key)} {_verb(now.key.metric)}: "
        f"{_WHAT[now.key.metric]} **{effect(main)}**, found in the nights "
        f"{_nights(main)}. Adjusted p {_p(main)}; the smallest change that would have shown: "
        f"{main.detectable_pct:.1f} {_unit(main.metric)}."
    )
    parts = [
        first,
        f"Where it came from: {said(now.came_from, 600)}." if now.came_from else "",
        _evidence(now.units),
        _drawn(now),
        _links(tonight),
        _again(now, tonight),
        _KEPT + "`doit run baseline_accept reason=WHY` says that this level is the new normal.",
    ]
    return "\n\n".join(part for part in parts if part)


def _verb(metric: Metric) -> str:
    return {
        "loc": "is slower than usual",
        "p95": "is slower than usual",
        "errors": "fails more often than usual",
        "throughput": "is missing samples",
    }[metric]


def _nights(each: UnitVerdict) -> str:
    names = list(dict.fromkeys(each.nights))
    if len(names) < len(each.nights):
        return f"{said(names[0], 64)} (tonight, and when its cells were ridden once more)"
    return ", ".join(said(name, 64) for name in names)


def _p(each: UnitVerdict) -> str:
    return f"{each.p_adjusted:.2g}"


def _evidence(units: Sequence[UnitVerdict]) -> str:
    rows = [
        (
            _where(each),
            f"{each.effect_pct:+.1f} {_unit(each.metric)}",
            f"{each.interval_pct[0]:+.1f} to {each.interval_pct[1]:+.1f}",
            _p(each),
            f"{each.detectable_pct:.1f} {_unit(each.metric)}",
            _nights(each),
        )
        for each in units[:MOST_ROWS]
    ]
    headers = ("Where", "Effect", "95 % interval", "Adjusted p", "Would have shown", "Nights")
    more = len(units) - len(rows)
    note = f"\n\n… and {more} more in the report." if more > 0 else ""
    return table(headers, rows, "lrrrrl") + note


def _where(each: UnitVerdict) -> str:
    if not each.executor:
        return "all cells"
    return f"{each.executor}, {counted(each.users, 'user')}"


def _drawn(now: Regressed) -> str:
    drawn = chart(now.key.metric, now.points)
    if not drawn:
        return ""
    return f"The last {len(now.points)} nights: {line(now.points)}\n\n{drawn}"


def _links(tonight: Tonight) -> str:
    parts = [f"Result `{tonight.stamp}`"] if re.fullmatch(r"[\w.-]+", tonight.stamp) else []
    if tonight.run_url:
        parts.append(f"[the CI run and its artifacts]({tonight.run_url})")
    if tonight.app:
        parts.append(f"app {said(tonight.app, 100)}")
    return " · ".join(parts)


def _again(now: Regressed, tonight: Tonight) -> str:
    """Return how it is looked at again, by hand."""
    chosen = f"journey={now.key.journey}" if _is_word(now.key.journey) else ""
    lines = [f"doit show run={tonight.stamp}"] if _is_word(tonight.stamp) else []
    if chosen and now.slowest:
        executor, users = now.slowest
        lines.append(f"doit run quick {chosen} executor={executor} users={users} iterations=10")
    lines.append(f"doit run ab base=REVISION {chosen}".rstrip())
    text = "\n".join(lines)
    return f"To see it again (REVISION: the app's before it was slow):\n\n```sh\n{text}\n```"


def _is_word(text: str) -> bool:
    return re.fullmatch(r"[\w.-]+", text) is not None


def still(now: Regressed, tonight: Tonight) -> str:
    """Return the comment of a later night."""
    return _comment("Still so", now, tonight)


def returned(now: Regressed, tonight: Tonight) -> str:
    """Return the comment of the night in which it is back."""
    return f"{_comment('It is back', now, tonight)}\n\n{_evidence(now.units)}"


def _comment(begin: str, now: Regressed, tonight: Tonight) -> str:
    main = now.main
    told = (
        f"{begin} in night {said(tonight.night, 64)}: {_WHAT[main.metric]} **{effect(main)}**, "
        f"adjusted p {_p(main)}."
    )
    parts = [told, line(now.points), _links(tonight)]
    return "\n\n".join(part for part in parts if part)


def recovered(units: Sequence[UnitVerdict], then: Sequence[UnitEffect], tonight: Tonight) -> str:
    """Return the comment that closes an issue: what was measured."""
    return f"As usual again in night {said(tonight.night, 64)}: {_now(units, then)}.\n\n" + _links(
        tonight
    )


def usual(units: Sequence[UnitVerdict], tonight: Tonight) -> str:
    """Return the comment of a night that looks well, but could be a good one of a slow app."""
    return (
        f"In night {said(tonight.night, 64)} it was about as usual ({_now(units, ())}), which one "
        "night alone does not show well enough. One more closes this issue."
    )


def _now(units: Sequence[UnitVerdict], then: Sequence[UnitEffect]) -> str:
    names = [each.name for each in then]
    mine = [each for each in units if UnitEffect.of(each).name in names] or list(units)
    if not mine:
        return "measured, and nothing is left of it"
    main = mine[0]
    was = next((each for each in then if each.name == UnitEffect.of(main).name), None)
    before = f", after {was.effect_pct:+.1f} {_unit(main.metric)}" if was else ""
    shows = f"{main.detectable_pct:.1f} {_unit(main.metric)}"
    return f"{_WHAT[main.metric]} {effect(main)}{before}; {shows} would have shown"


def accepted(decision: Accepted) -> str:
    """Return the comment that closes an issue whose level is the new normal."""
    return f"Accepted as the new normal ({said(decision.decided_at[:10])}): {said(decision.reason)}"


def duplicate(oldest: int) -> str:
    """Return the comment that closes an issue which is there twice."""
    return f"The same as #{oldest}, which is kept; this one was opened by a call that was cut off."


def rest(waiting: Sequence[Waiting], now: Sequence[Regressed], tonight: Tonight) -> str:
    """Return the body of the issue that names what has none of its own."""
    mains = {each.key.fingerprint: each.main for each in now}
    rows = []
    for each in waiting:
        main = mains.get(each.key.fingerprint)
        was = each.effects[0].effect_pct if each.effects else 0.0
        told = effect(main) if main else f"{was:+.1f} {_unit(each.key.metric)}, not clear tonight"
        rows.append(
            (said(_plain_place(each.key), 160), _WHAT[each.key.metric], told, said(each.since, 64))
        )
    if not rows:
        return "Nothing is left: what was here is as usual again, or has an issue of its own."
    headers = ("Where", "What", "Effect", "Here since")
    more = len(mains.keys() - {each.key.fingerprint for each in waiting})
    parts = [
        f"In night {said(tonight.night, 64)} more was slower than usual than issues are opened in "
        "one night. The next nights open them, as far as it is still so.",
        table(headers, rows, "lllr") + (f"\n\n… and {more} more." if more > 0 else ""),
        _links(tonight),
    ]
    return "\n\n".join(part for part in parts if part)
