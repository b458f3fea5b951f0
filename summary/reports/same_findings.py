"""Findings of the same words, told once with all their places. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from operator import attrgetter

from summary.grouping import grouped
from summary.models import Finding


@dataclass(frozen=True, slots=True)
class SameFindings:
    """What is to be said of several places in the same words."""

    severity: str
    kind: str
    text: str
    places: tuple[Finding, ...]
    """Those that name a journey."""


def together(findings: Iterable[Finding]) -> list[SameFindings]:
    """Return findings of the same words as one, in the order of the first of each."""
    same_words = grouped(findings, attrgetter("severity", "kind", "text"))
    return [
        SameFindings(*key, places=tuple(each for each in same if each.journey))
        for key, same in same_words.items()
    ]
