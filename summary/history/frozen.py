"""The history as it was when a night began: read from the store once, and kept with the run.

Judging a run again later, from its own folder, gives what was said in its morning.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final, Literal

from pydantic import ValidationError

from summary.history.records import Decision, NightRecord, decision_from, night_from
from summary.history.stores import Store
from tandem.errors import ArtifactError
from tandem.files import write_text
from tandem.models import FrozenModel
from tandem.wording import plain_words

FILE: Final = "history.json"
NIGHTS: Final = "nights"
DECISIONS: Final = "decisions"
MOST: Final = 150
"""Nights that are read: two baselines, and then some."""


class FrozenHistory(FrozenModel):
    """What was known before a night."""

    schema_version: Literal[1] = 1
    night: str
    """The one that it is the history of; it is not among ``nights``."""
    location: str
    profile: str
    """The view's name: nights of one only are held against each other."""
    runner: str = ""
    """The class of runner that this night is ridden on."""
    nights: tuple[NightRecord, ...] = ()
    """Oldest first."""
    decisions: tuple[Decision, ...] = ()
    unreadable: tuple[str, ...] = ()
    """What is in the store and cannot be used, and why."""


def freeze(store: Store, location: str, night: str, profile: str) -> FrozenHistory:
    """Return the profile's nights before ``night``, and the decisions about them.

    What is torn, altered or of another version is left out, and said to be.
    """
    nights: list[NightRecord] = []
    unreadable: list[str] = []
    names = store.names(f"{NIGHTS}/{profile}")
    before = [name for name in names if name < night_file(profile, night)]
    for name, text in store.read_all(before[-MOST:]):
        try:
            nights.append(night_from(text, name))
        except ArtifactError as error:
            unreadable.append(str(error))
    decisions, torn = read_decisions(store)
    return FrozenHistory(
        night=night,
        location=location,
        profile=profile,
        nights=tuple(sorted(nights, key=lambda each: each.night)),
        decisions=decisions,
        unreadable=(*unreadable, *torn),
    )


def read_decisions(store: Store) -> tuple[tuple[Decision, ...], tuple[str, ...]]:
    """Return the decisions that can be read, oldest first, and what is wrong with the others."""
    decisions: list[Decision] = []
    unreadable: list[str] = []
    for name, text in store.read_all(store.names(DECISIONS)):
        try:
            decisions.append(decision_from(text, name))
        except ArtifactError as error:
            unreadable.append(str(error))
    return tuple(sorted(decisions, key=lambda each: each.decided_at)), tuple(unreadable)


def night_file(profile: str, night: str) -> str:
    """Return the name of a night's record in the store."""
    return f"{NIGHTS}/{profile}/{night}.json"


def write_frozen(build: Path, history: FrozenHistory) -> None:
    """Put it into the build folder."""
    write_text(build / FILE, history.model_dump_json() + "\n")


def read_frozen(folder: Path) -> FrozenHistory | None:
    """Return a run's frozen history; None for a run that is held against none."""
    try:
        text = (folder / FILE).read_bytes()
    except FileNotFoundError:
        return None
    try:
        return FrozenHistory.model_validate_json(text)
    except ValidationError as error:
        raise ArtifactError(f"{folder / FILE}: {plain_words(error.errors()[0])}") from error
