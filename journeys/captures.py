"""What may refer to a capture: whatever is ridden after it was surely taken. Pure.

A browser takes those of ``apiRequest`` alone; k6 takes those of the action map too.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from journeys.api_request import ApiRequest
from journeys.faults import FaultsError
from journeys.places import Field
from journeys.resolved import ResolvedStep
from journeys.substitution import captures_in
from tandem.wording import nearest


@dataclass(slots=True)
class _Taken:
    """The names of the captures that one of the executors has taken so far."""

    surely: set[str] = field(default_factory=set)
    perhaps: set[str] = field(default_factory=set)
    """By a step that may be skipped."""

    def fault(self, used: str, own: set[str], elsewhere: Iterable[str]) -> str:
        """Return what to say of a capture that is ``used``; nothing of one that is known."""
        known = self.surely | own
        if used in known:
            return ""
        if used in self.perhaps:
            return f"${{capture.{used}}} is captured by a step that may be skipped"
        if used in elsewhere:
            return (
                f"${{capture.{used}}} is captured in the action map, by k6 alone; what an "
                "apiRequest captures is known to both"
            )
        return f"${{capture.{used}}} is captured by no request before this one" + nearest(
            used, known
        )

    def add(self, names: set[str], *, optional: bool) -> None:
        (self.perhaps if optional else self.surely).update(names)


def check_captures(
    places: Sequence[Field], steps: Sequence[ResolvedStep], faults: FaultsError
) -> None:
    """Note each use of a capture that the executor does not have at that point."""
    browser, protocol = _Taken(), _Taken()
    for place, step in zip(places, steps, strict=True):
        parts = [
            (part.plain(), set(part.capture if isinstance(part, ApiRequest) else ()))
            for part in step.browser
        ]
        waves = [
            (
                [request.model_dump(mode="json", exclude_defaults=True) for request in wave],
                {name for request in wave for name in request.capture},
            )
            for wave in step.protocol
        ]
        in_map = protocol.surely | protocol.perhaps
        for taken, halves, elsewhere in ((browser, parts, in_map), (protocol, waves, ())):
            own: set[str] = set()
            for texts, captured in halves:
                for message in _faults(texts, taken, own, elsewhere):
                    faults.add(place, message)
                own |= captured
            taken.add(own, optional=step.optional)


def _faults(texts: Any, taken: _Taken, own: set[str], elsewhere: Iterable[str]) -> Iterable[str]:
    return filter(None, (taken.fault(used, own, elsewhere) for used in captures_in(texts)))
