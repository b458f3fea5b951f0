"""What steps are called that have no id of their own. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from journeys.faults import FaultsError
from journeys.locators import subject_of
from journeys.spec import DomainStep, Journey, Step


@dataclass(frozen=True, slots=True)
class _Named:
    """What a step without an ``id`` is called after."""

    action: str
    subject: str

    def __str__(self) -> str:
        words = re.sub(r"([a-z0-9])([A-Z])", r"\1-\2", f"{self.action}-{self.subject}")
        return re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")[:48].strip("-") or "step"


def step_ids(journey: Journey, faults: FaultsError) -> list[str]:
    """Return an id for every step: its own, else one made of its action and subject.

    Such an id stays when other steps come or go, unless they are called the same.
    """
    taken: set[str] = {step.id for step in journey.steps if step.id}
    ids: list[str] = []
    for index, step in enumerate(journey.steps):
        if step.id and step.id in ids:
            faults.add(("steps", index, "id"), f"'{step.id}' is the id of another step")
        ids.append(step.id or next(name for name in _candidates(step) if name not in taken))
        taken.add(ids[-1])
    return ids


def _candidates(step: Step) -> Iterator[str]:
    base = str(_Named(step.action, _subject(step)))
    yield base
    number = 2
    while True:
        yield f"{base}-{number}"
        number += 1


def _subject(step: Step) -> str:
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
