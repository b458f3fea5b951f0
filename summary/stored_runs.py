"""The published runs below ``results/``: which there are, and what each still holds.

A run is stored in three layers: *raw* artifacts, *tables*, and what is told of them (*summaries*:
summary, reports, scripts, records). Standard library only.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from summary.places import AGAIN
from summary.publish import LATEST, RUN_FILE
from summary.stamps import is_stamped, published_at
from tandem.errors import RefusedError

Layer = Literal["raw", "tables", "summaries"]
LAYERS: Final[tuple[Layer, ...]] = ("raw", "tables", "summaries")
"""In the order in which they go."""
PINNED: Final = "pinned.json"
"""Below ``results/``: stamp to reason, of runs that are kept whatever the policy says."""
RECORD: Final = "outcome.json"
"""A cell's record: small, and asked for by everything that is told of a run."""
_RAW = ("k6", "playwright")


@dataclass(frozen=True, slots=True)
class StoredRun:
    """One published run."""

    folder: Path
    profile: str
    view: str
    environment: str
    narrowed: dict[str, str]
    verdict: str
    exit_code: int
    started_at: str
    """UTC, ISO 8601: the start of its oldest load."""
    sizes: dict[Layer, int]
    """Bytes of each layer; a layer that is gone has 0."""

    @property
    def name(self) -> str:
        """The stamp, with its suffix if it has one."""
        return self.folder.name

    @property
    def is_stamped(self) -> bool:
        """Whether the folder has the name that it was published under, and none of somebody's."""
        return is_stamped(self.name)


def stored_runs(results: Path) -> list[StoredRun]:
    """Return every readable run, newest first."""
    if not results.is_dir():
        return []
    folders = [each for each in results.iterdir() if each.is_dir() and not each.is_symlink()]
    found = (_run(folder) for folder in folders if not folder.name.startswith("."))
    return sorted(filter(None, found), key=_by_stamp, reverse=True)


def unreadable_runs(results: Path) -> list[str]:
    """Return the folders that are named as runs are, and have no record that can be read."""
    known = {run.name for run in stored_runs(results)}
    folders = results.iterdir() if results.is_dir() else ()
    named = (each.name for each in folders if is_stamped(each.name) and each.is_dir())
    return sorted((name for name in named if name not in known), reverse=True)


def find_run(results: Path, name: str) -> StoredRun:
    """Return the run of that stamp (or ``latest``); raise :class:`RefusedError` for none.

    Where nothing of that name leads to the latest, as among files that were taken elsewhere, it is
    the newest.
    """
    run = _run((results / name).resolve()) if name and "/" not in name else None
    if run is not None:
        return run
    found = stored_runs(results)
    if found and name == LATEST:
        return found[0]
    known = [each.name for each in found]
    raise RefusedError(
        f"run={name}: there is no such run in '{results}'",
        hint=f"There are {', '.join(known[:5])}." if known else "`doit run quick` makes one.",
    )


def latest_name(results: Path) -> str:
    """Return the stamp that ``results/latest`` leads to; empty without one."""
    link = results / LATEST
    return link.resolve().name if link.is_symlink() else ""


def pinned(results: Path) -> dict[str, str]:
    """Return the stamps that are kept whatever happens, and why."""
    try:
        found = json.loads((results / PINNED).read_bytes())
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise RefusedError(
            f"{results / PINNED}: cannot be read ({error})", hint="Mend it, or remove it."
        ) from error
    if not isinstance(found, dict):
        raise RefusedError(
            f"{results / PINNED}: expected an object with stamps as keys",
            hint='Such as {"20261123-091500": "before the new cache"}.',
        )
    return {str(stamp): str(why) for stamp, why in found.items()}


def layer_files(folder: Path) -> Iterator[tuple[Layer, Path]]:
    """Yield every file of a run with the layer that it belongs to."""
    for at, _, names in os.walk(folder):
        parts = Path(at).relative_to(folder).parts
        top = parts[1:2] if parts[:1] == (AGAIN,) else parts[:1]
        for name in names:
            layer: Layer = "summaries"
            if top and top[0] in _RAW and name != RECORD:
                layer = "raw"
            elif top and top[0] == "tables":
                layer = "tables"
            yield layer, Path(at, name)


def _by_stamp(run: StoredRun) -> tuple[str, int, str]:
    """Let a folder that has another name, such as a copy, be older than every run."""
    stamp, number = published_at(run.name) if run.is_stamped else ("", 0)
    return stamp, number, run.name


def _run(folder: Path) -> StoredRun | None:
    try:
        record: dict[str, Any] = json.loads((folder / RUN_FILE).read_bytes())
        run = record["run"]
        return StoredRun(
            folder=_relative(folder),
            profile=run["profile"],
            view=run["view"],
            environment=run["environment"],
            narrowed=dict(run["narrowed"]),
            verdict=record["verdict"],
            exit_code=int(record["exit_code"]),
            started_at=run["started_at"],
            sizes=_sizes(folder),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _relative(folder: Path) -> Path:
    here = Path().resolve()
    return folder.relative_to(here) if folder.is_relative_to(here) else folder


def _sizes(folder: Path) -> dict[Layer, int]:
    sizes: dict[Layer, int] = dict.fromkeys(LAYERS, 0)
    for layer, file in layer_files(folder):
        with suppress(FileNotFoundError):  # put or taken away by another doit in this moment
            sizes[layer] += file.lstat().st_size
    return sizes
