"""What a Playwright script makes anew for each iteration. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from generators.literals import python_string
from generators.python_layout import LINE_LENGTH
from generators.python_values import early_value
from journeys.expressions import Reference, parse
from journeys.resolved import ResolvedJourney
from journeys.values import IterationValues, ResolvedFeeder

_OF_REFERENCE = {"uuid": "new_uuid", "timestamp": "milliseconds", "random": "draw"}


@dataclass(frozen=True, slots=True)
class BrowserValues:
    """The lines of the feeders' rows, and of the function that makes an iteration's values."""

    feeders: tuple[str, ...]
    entries: tuple[str, ...]
    called: frozenset[str]
    """The helpers that they call."""
    variables: tuple[str, ...]
    """What the environment must hold."""


def browser_values(journey: ResolvedJourney) -> BrowserValues:
    """Return what the script of ``journey`` needs."""
    values = journey.values
    return BrowserValues(
        feeders=tuple(_feeders(values.feeders)),
        entries=tuple(_entries(values)),
        called=frozenset(_called(journey)),
        variables=tuple(sorted({name for each in journey.variables.values() for name in each})),
    )


def _called(journey: ResolvedJourney) -> Iterator[str]:
    if journey.variables:
        yield "variable"
    if journey.values:
        yield "kept"
    if journey.values.feeders:
        yield "pick"
    if journey.values.basic:
        yield "basic"
    for text in journey.values.texts.values():
        for part in parse(text):
            if isinstance(part, Reference) and part.namespace in _OF_REFERENCE:
                yield _OF_REFERENCE[part.namespace]


def _entries(values: IterationValues) -> Iterator[str]:
    for name, text in sorted(values.texts.items()):
        yield from _item(name, _terms(text, name), indent=12)
    for name, text in sorted(values.basic.items()):
        yield from _item(name, [f"basic({' + '.join(_terms(text, name))})"], indent=12)
    for name, feeder in sorted(values.feeders.items()):
        picked = (
            f"pick(user, FEEDERS[{python_string(name)}], {python_string(feeder.pick)}, "
            f"{python_string(feeder.per)}, {feeder.seed})"
        )
        for column in sorted(feeder.rows[0]):
            yield from _item(f"{name}.{column}", [f"{picked}[{python_string(column)}]"], 12)


def _feeders(feeders: Mapping[str, ResolvedFeeder]) -> Iterator[str]:
    for name, feeder in sorted(feeders.items()):
        yield f"    {python_string(name)}: ["
        for row in feeder.rows:
            yield from _row(row)
        yield "    ],"


def _row(row: Mapping[str, str]) -> Iterable[str]:
    items = [(name, _terms(text, "")) for name, text in sorted(row.items())]
    inner = ", ".join(f"{python_string(name)}: {' + '.join(terms)}" for name, terms in items)
    line = f"        {{{inner}}},"
    if len(line) <= LINE_LENGTH:
        return [line]
    lines = [line for name, terms in items for line in _item(name, terms, indent=12)]
    return ["        {", *(" " * 12 + each for each in lines), "        },"]


def _item(name: str, terms: Sequence[str], indent: int) -> list[str]:
    """Return one ``key: value,`` of a dict; a sum that is too long in parentheses."""
    key = python_string(name)
    line = f"{key}: {' + '.join(terms)},"
    if len(terms) == 1 or len(line) <= LINE_LENGTH - indent:
        return [line]
    first, *others = terms
    return [f"{key}: (", f"    {first}", *(f"    + {term}" for term in others), "),"]


def _terms(text: str, name: str) -> list[str]:
    terms = [
        python_string(part) if isinstance(part, str) else early_value(part, name)
        for part in parse(text)
    ]
    return terms or ['""']
