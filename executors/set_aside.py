"""The sound ride of a cell that is refused for a while: kept beside its place, and brought back.

A slip in a spec, or a variable that is not set in one shell, is mended in a minute. What was
measured before is then as true as it was, and to ride it again would be a punishment.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

from executors.outcome import FILE, CellOutcome, read_outcome
from executors.staging import put_in_place
from tandem.errors import ArtifactError


def place_aside(folder: Path) -> Path:
    """Return where the sound ride of the cell in ``folder`` is kept."""
    return folder.with_name(f".{folder.name}.aside")


def set_aside(folder: Path) -> None:
    """Make room for a record of the refusal; a ride that was not ok is not kept."""
    if _sound_ride(folder) is None:
        return
    forget_aside(folder)
    folder.rename(place_aside(folder))


def bring_back(folder: Path, inputs: Mapping[str, str]) -> bool:
    """Put the kept ride back, if it was ridden with these very inputs; tell whether it was."""
    kept = place_aside(folder)
    found = _sound_ride(kept)
    if found is None or found.inputs != inputs:
        return False
    put_in_place(kept, folder)
    return True


def forget_aside(folder: Path) -> None:
    """Remove the kept ride: a newer one has taken its place."""
    shutil.rmtree(place_aside(folder), ignore_errors=True)


def _sound_ride(folder: Path) -> CellOutcome | None:
    try:
        found = read_outcome(folder / FILE)
    except ArtifactError:
        return None
    return found if found.outcome == "ok" and found.attempts else None
