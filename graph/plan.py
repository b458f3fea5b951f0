"""What a run consists of: the journeys, and the cells of each profile. Light, and cached.

The plan is made from the settings, the arguments and the spec files. Making it imports pydantic and
parses YAML; :func:`graph.plan_cache.plan_for` reads the last one instead when nothing changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, fields, replace
from functools import cached_property
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

REPORTS = (
    "report.md",
    "report.html",
    "junit.xml",
    "load-performance.json",
    "browser-performance.json",
)
"""What is rendered of a run."""

if TYPE_CHECKING:
    from tandem.models import Executor


@dataclass(frozen=True)
class Cell:
    """One journey × executor × users of a view, with its files.

    A graph asks for each of them a dozen times: they are put together once, and as texts, since
    joining paths costs thrice as much.
    """

    view: str
    profile: str
    executor: Executor
    journey: str
    users: int
    iterations: int
    warmup: int
    """Iterations of each user that come before those and do not count."""
    pacing_s: float | None
    """An override of the journey's own pacing."""

    @cached_property
    def name(self) -> str:
        """What stands behind ``<task>:`` in the names of the cell's tasks."""
        return f"{self.view}:{self.executor}:{self.journey}:u{self.users:03d}"

    @cached_property
    def build(self) -> Path:
        """The build folder of the view."""
        return Path("build", self.view)

    @cached_property
    def script(self) -> Path:
        """The generated script."""
        suffix = {"playwright": "py", "k6": "js"}[self.executor]
        name = f"{self.journey}-u{self.users:03d}.{suffix}"
        return Path(f"build/{self.view}/scripts/{self.executor}/{name}")

    @cached_property
    def folder(self) -> Path:
        """The folder of the raw artifacts."""
        return Path(f"build/{self.view}/{self.executor}/{self.journey}/u{self.users:03d}")

    @cached_property
    def outcome(self) -> Path:
        """The record of how the ride ended, and what with."""
        return Path(f"{self.folder}/outcome.json")

    @cached_property
    def table(self) -> Path:
        """The cell's samples."""
        return Path(f"build/{self.view}/tables/samples/{self._table_name}")

    @cached_property
    def attempts_table(self) -> Path:
        """How each attempt at the cell ended."""
        return Path(f"build/{self.view}/tables/cells/{self._table_name}")

    @cached_property
    def _table_name(self) -> str:
        return f"{self.executor}-{self.journey}-u{self.users:03d}.parquet"

    @cached_property
    def resolved(self) -> Path:
        """The resolved journey."""
        return Path(f"build/{self.view}/journeys/{self.journey}.json")


_FIELDS = attrgetter(*(each.name for each in fields(Cell)))
_WHERE = {"env", "base_url", "config"}
"""Arguments that say what is ridden, and leave nothing of it out."""


@dataclass(frozen=True)
class View:
    """A profile, or what is left of it when arguments narrow or change it."""

    name: str
    profile: str
    narrowed: dict[str, str]
    journeys: tuple[str, ...]
    cells: tuple[Cell, ...]
    """In the order in which they are ridden."""

    @cached_property
    def build(self) -> Path:
        """The build folder."""
        return Path("build", self.name)

    @cached_property
    def resolved(self) -> tuple[str, ...]:
        """The resolved journeys, relative to the build folder."""
        return tuple(f"journeys/{journey}.json" for journey in self.journeys)

    @cached_property
    def is_night(self) -> bool:
        """Whether it is the whole nightly matrix, which the history is made of."""
        return self.profile == "nightly" and not set(self.narrowed) - _WHERE

    def parts(self, cells: Iterable[Cell]) -> Iterator[str]:
        """Yield what is published of the build folder, relative to it, with that of ``cells``.

        A folder stands for all that is in it.
        """
        yield from ("summary", "run.json", *REPORTS, "tables/runs.parquet")
        if self.is_night:
            yield from ("history.json", "again")
        mine, above = tuple(cells), len(f"{self.build}/")
        made = [each.resolved for each in mine]
        for cell in mine:
            made += (cell.script, cell.folder, cell.table, cell.attempts_table)
        yield from (path[above:] for path in dict.fromkeys(map(str, made)))

    def to_json(self) -> dict[str, Any]:
        """Return the plain form that :meth:`from_json` reads."""
        cells = list(map(_FIELDS, self.cells))
        return {**{each.name: getattr(self, each.name) for each in fields(self)}, "cells": cells}

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> View:
        """Read what :meth:`to_json` made."""
        cells = tuple(Cell(*cell) for cell in value["cells"])
        return cls(**{**value, "journeys": tuple(value["journeys"]), "cells": cells})


@dataclass(frozen=True, slots=True)
class Desk:
    """How somebody at a desk looks on while a browser rides."""

    headed: bool = False
    slow_mo_ms: float = 0.0
    debug: bool = False
    """Step by step, in Playwright's inspector, without limits of time."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that dodo.py needs to name tasks."""

    settings: dict[str, Any]
    specs: dict[str, str]
    """Journey id to the path of its spec."""
    outlines: dict[str, list[Any]]
    """Path of a spec to all that the plan took from it: while it is the same, so is the plan."""
    data_files: dict[str, tuple[str, ...]]
    """Journey id to the files of its feeders and of the journey that logs in, there or not."""
    action_maps: tuple[str, ...]
    desk: Desk
    views: tuple[View, ...]

    @property
    def environment(self) -> dict[str, Any]:
        """The settings of the environment that is chosen; none where it has no table."""
        return self.settings["env"].get(self.settings["environment"]) or {}

    @property
    def night_views(self) -> tuple[View, ...]:
        """The nights' views under the targets that are set, whatever journeys were asked for."""
        return tuple(
            view if view.is_night else replace(view, name=view.profile, narrowed={})
            for view in self.views
            if view.profile == "nightly"
        )

    def to_json(self) -> dict[str, Any]:
        """Return the plain form that :meth:`from_json` reads."""
        plain = {each.name: getattr(self, each.name) for each in fields(self)}
        return {
            **plain,
            "desk": asdict(self.desk),
            "views": [each.to_json() for each in self.views],
        }

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Plan:
        """Read what :meth:`to_json` made."""
        return cls(
            settings=value["settings"],
            specs=value["specs"],
            outlines=value["outlines"],
            data_files={name: tuple(files) for name, files in value["data_files"].items()},
            action_maps=tuple(value["action_maps"]),
            desk=Desk(**value["desk"]),
            views=tuple(map(View.from_json, value["views"])),
        )
