"""What differs from one iteration to the next: generated values, rows of feeders, the environment.

A reference to such a value stays in the resolved journey; what it stands for is collected here and
made once at the start of each iteration, by both executors alike. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

from pydantic import JsonValue

from journeys.environment import NOTHING_SET, JourneyEnvironment, basic_credentials
from journeys.expressions import (
    EARLY,
    FROM_ENVIRONMENT,
    GENERATED,
    Reference,
    Template,
    parse,
    references,
)
from journeys.faults import FaultsError
from journeys.feeders import Feeder, Rows
from tandem.models import FrozenModel
from tandem.wording import nearest


class ResolvedFeeder(FrozenModel):
    """The rows of a feeder, with the columns that the journey uses."""

    file: str
    pick: Literal["sequential", "random", "unique"]
    per: Literal["iteration", "user"]
    seed: int
    rows: tuple[dict[str, str], ...]
    """Their texts may hold references to the environment."""


class IterationValues(FrozenModel):
    """What is made at the start of each iteration."""

    texts: dict[str, str] = {}
    """Name to template: a value of the journey's data, or a generated one under its own words."""
    basic: dict[str, str] = {}
    """Name to template: ``USER:PASSWORD``, to be encoded for basic authentication."""
    feeders: dict[str, ResolvedFeeder] = {}

    def __bool__(self) -> bool:
        return bool(self.texts or self.basic or self.feeders)


def value_name(reference: Reference) -> str:
    """Return under which name an iteration keeps what ``reference`` stands for."""
    if reference.namespace == "data":
        return ".".join(reference.path)
    return str(reference)[2:-1]


def is_iteration_value(reference: Reference) -> bool:
    """Tell whether ``reference`` is to something that an iteration keeps."""
    return reference.namespace in ("data", "auth", *GENERATED)


def template_of_data(text: str, reference: Reference) -> Template | None:
    """Return a text of the journey's data as it stands for ``reference``.

    None for one that is made anew for each iteration. Raises :class:`FaultsError` for a reference
    in it that data cannot hold.
    """
    template = parse(text)
    used = [part for part in template if isinstance(part, Reference)]
    for part in used:
        if part.namespace not in EARLY:
            raise FaultsError.single(
                (), f"{reference} holds {part}, which data cannot; '$${{' is a literal '${{'"
            )
    return None if used else template


def check_column(
    reference: Reference, feeders: Mapping[str, Feeder], rows: Mapping[str, Rows]
) -> None:
    """Raise :class:`FaultsError` unless ``reference`` names a column of a feeder."""
    name, *columns = reference.path
    known = list(rows[name][0]) if name in rows else []
    if len(columns) != 1 or columns[0] not in known:
        near = nearest(columns[0], known) if columns else ""
        raise FaultsError.single(
            (),
            f"{reference}: '{feeders[name].file}' has "
            f"{'the columns' if known else 'no column'} {', '.join(known)}{near}",
        )


def collect(
    parts: Iterable[Any],
    data: Mapping[str, JsonValue],
    feeders: Mapping[str, Feeder],
    rows: Mapping[str, Rows],
    environment: JourneyEnvironment = NOTHING_SET,
) -> IterationValues:
    """Return what the texts of ``parts`` (plain JSON) refer to."""
    used = sorted(
        {each for part in parts for each in references_in(part) if is_iteration_value(each)},
        key=str,
    )
    texts: dict[str, str] = {}
    basic: dict[str, str] = {}
    columns: dict[str, list[str]] = {}
    for reference in used:
        if reference.namespace == "auth":
            basic[value_name(reference)] = basic_credentials(environment.auth[reference.path[0]])
        elif reference.namespace != "data":
            texts[value_name(reference)] = str(reference)
        elif reference.path[0] in feeders:
            columns.setdefault(reference.path[0], []).append(reference.path[1])
        else:
            texts[value_name(reference)] = _text_at(data, reference.path)
    return IterationValues(
        texts=texts,
        basic=basic,
        feeders={
            name: ResolvedFeeder(
                file=feeders[name].file,
                pick=feeders[name].pick,
                per=feeders[name].per,
                seed=feeders[name].seed,
                rows=tuple({column: row[column] for column in chosen} for row in rows[name]),
            )
            for name, chosen in columns.items()
        },
    )


def variables(parts: Iterable[Any]) -> dict[str, tuple[str, ...]]:
    """Return the names of environment variables that texts refer to, by ``env`` and ``secret``."""
    found: dict[str, set[str]] = {}
    for part in parts:
        for reference in references_in(part):
            if reference.namespace in FROM_ENVIRONMENT:
                found.setdefault(reference.namespace, set()).add(reference.path[0])
    return {kind: tuple(sorted(names)) for kind, names in sorted(found.items())}


def references_in(value: Any) -> list[Reference]:
    """Return the references of every text in ``value`` (plain JSON), in their order."""
    found: list[Reference] = []
    pending = [value]
    while pending:
        item = pending.pop()
        if isinstance(item, str):
            if "$" in item:
                found.extend(references(item))
        elif isinstance(item, dict | list | tuple):
            pending.extend(reversed(item.values() if isinstance(item, dict) else item))
    return found


def _text_at(data: Mapping[str, JsonValue], path: Sequence[str]) -> str:
    found: Any = data
    for name in path:
        found = found[int(name)] if isinstance(found, list) else found[name]
    return str(found)
