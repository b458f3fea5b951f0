"""What a run consists of: the journeys, and the cells of each profile. Light, and cached.

The plan is made from the settings, the arguments and the spec files. Making it imports pydantic and
parses YAML; :func:`graph.plan_cache.plan_for` reads the last one instead when nothing changed.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from functools import cached_property
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

    A graph asks for each of them a dozen times: they are put together once.
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
        return self.build / "scripts" / self.executor / f"{self.journey}-u{self.users:03d}.{suffix}"

    @cached_property
    def folder(self) -> Path:
        """The folder of the raw artifacts."""
        return self.build / self.executor / self.journey / f"u{self.users:03d}"

    @cached_property
    def outcome(self) -> Path:
        """The record of how the ride ended, and what with."""
        return self.folder / "outcome.json"

    @cached_property
    def table(self) -> Path:
        """The cell's samples."""
        return self.build / "tables" / "samples" / self._table_name

    @cached_property
    def attempts_table(self) -> Path:
        """How each attempt at the cell ended."""
        return self.build / "tables" / "cells" / self._table_name

    @cached_property
    def _table_name(self) -> str:
        return f"{self.executor}-{self.journey}-u{self.users:03d}.parquet"

    @cached_property
    def resolved(self) -> Path:
        """The resolved journey."""
        return self.build / "journeys" / f"{self.journey}.json"


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

    @cached_property
    def parts(self) -> tuple[str, ...]:
        """What is published of the build folder, relative to it; a folder with all in it."""
        files: tuple[str, ...] = ("run.json", *REPORTS, "tables/runs.parquet")
        if self.is_night:
            files = (*files, "history.json", "again")
        cells = (
            each
            for cell in self.cells
            for each in (cell.script, cell.folder, cell.table, cell.attempts_table)
        )
        return (
            "summary",
            *files,
            *self.resolved,
            *(path.relative_to(self.build).as_posix() for path in cells),
        )


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
    data_files: dict[str, tuple[str, ...]]
    """Journey id to the files of its feeders and of the journey that logs in, there or not."""
    action_maps: tuple[str, ...]
    desk: Desk
    views: tuple[View, ...]

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
        return asdict(self)

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Plan:
        """Read what :meth:`to_json` made."""
        views = tuple(
            View(
                name=view["name"],
                profile=view["profile"],
                narrowed=view["narrowed"],
                journeys=tuple(view["journeys"]),
                cells=tuple(Cell(**cell) for cell in view["cells"]),
            )
            for view in value["views"]
        )
        return cls(
            settings=value["settings"],
            specs=value["specs"],
            data_files={name: tuple(files) for name, files in value["data_files"].items()},
            action_maps=tuple(value["action_maps"]),
            desk=Desk(**value["desk"]),
            views=views,
        )
