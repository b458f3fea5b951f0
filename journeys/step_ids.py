"""What steps and groups are called. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from journeys.faults import FaultsError
from journeys.locators import subject_of
from journeys.places import Field
from journeys.spec import DomainStep, Group, Interaction
from journeys.texts import MAX_IDENTIFIER
from journeys.unroll import Unrolled


@dataclass(slots=True)
class _Named:
    """What stands at one place of a spec, and the endings of its id: one for each round."""

    what: Interaction | Group
    endings: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Names:
    """The ids of everything in an iteration."""

    bases: Mapping[Field, str]
    """By the place in the spec, without the number of a round."""

    def of(self, place: Field, rounds: tuple[int, ...]) -> str:
        """Return the id of what stands there, in these rounds of what is repeated."""
        return self.bases[place] + ending(rounds)


def ending(rounds: tuple[int, ...]) -> str:
    """Return what an id carries of the rounds: ``-2`` in the second one."""
    return "".join(f"-{number}" for number in rounds)


def name_all(unrolled: Unrolled, faults: FaultsError) -> Names:
    """Give an id to every step and group: its own, else one made of its action and subject.

    Such an id stays when other steps come or go, unless they are called the same.
    """
    named: dict[Field, _Named] = {}
    for group in unrolled.groups:
        named.setdefault(group.field, _Named(group.group)).endings.append(ending(group.rounds))
    for step in unrolled.steps:
        named.setdefault(step.field, _Named(step.step)).endings.append(ending(step.rounds))
    taken: set[str] = set()
    bases: dict[Field, str] = {}
    in_order = sorted(named.items(), key=lambda item: [str(key).zfill(4) for key in item[0]])
    for place, each in in_order:
        if each.what.id is not None:
            bases[place] = each.what.id
            _take_own(place, each, taken, faults)
    for place, each in in_order:
        if each.what.id is None:
            bases[place] = next(
                name
                for name in _candidates(each.what)
                if not any(name + end in taken for end in each.endings)
            )
            taken.update(bases[place] + end for end in each.endings)
            _check_length(place, bases[place], each, faults)
    return Names(bases)


def _take_own(place: Field, named: _Named, taken: set[str], faults: FaultsError) -> None:
    for end in named.endings:
        found = f"{named.what.id}{end}"
        if found in taken:
            faults.add((*place, "id"), f"'{found}' is the id of another step")
        taken.add(found)
    _check_length((*place, "id"), named.what.id or "", named, faults)


def _check_length(place: Field, base: str, named: _Named, faults: FaultsError) -> None:
    longest = max((base + end for end in named.endings), key=len)
    if len(longest) > MAX_IDENTIFIER:
        faults.add(place, f"'{longest}', with its round, has more than {MAX_IDENTIFIER} characters")


def _candidates(what: Interaction | Group) -> Iterator[str]:
    words = what.name if isinstance(what, Group) else f"{what.action}-{_subject(what)}"
    base = _slug(words) or what.action
    yield base
    number = 2
    while True:
        yield f"{base}-{number}"
        number += 1


def _slug(words: str) -> str:
    apart = re.sub(r"([a-z0-9])([A-Z])", r"\1-\2", words)
    return re.sub(r"[^a-z0-9]+", "-", apart.lower()).strip("-")[:48].strip("-")


def _subject(step: Interaction) -> str:
    if isinstance(step, DomainStep):
        values = [value for _, value in sorted(step.parameters.items())]
        return " ".join(value for value in values if isinstance(value, str))
    selector = getattr(step, "selector", None)
    fields = {**step.plain(), "selector": subject_of(selector) if selector is not None else ""}
    if fields.get("target") == "/":
        return "home"
    named = ("target", "key", "selector", "url", "response")
    words = [str(fields[name]) for name in named if fields.get(name)]
    return " ".join(words) or str(fields.get("text", ""))
