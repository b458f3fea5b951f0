"""Findings of the same words, told once with all their places. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

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
    found: dict[tuple[str, str, str], list[Finding]] = {}
    for each in findings:
        found.setdefault((each.severity, each.kind, each.text), []).append(each)
    return [
        SameFindings(*key, places=tuple(each for each in same if each.journey))
        for key, same in found.items()
    ]
