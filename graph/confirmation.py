"""Riding suspects once more in their night, before anything is said of them."""

# ruff: noqa: PLC0415 - heavy parts are imported when an action runs

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from executors import stopping
from graph.actions import build_table, criteria, ride_cell, view_files
from graph.freshness import load_is_current, read_json
from graph.nights import again_file, night_file, remembered_file
from graph.plan import Cell, Plan, View
from graph.reported import Fault, reported, say
from tandem.files import write_text

if TYPE_CHECKING:
    from summary.confirmation import RiddenAgain


@reported
def confirm_suspects(view: View, plan: Plan, quiet: bool) -> Fault | None:
    """Ride the cells of the night's suspects again, with a control; none of them, when none is.

    A night that is in the history is past: what was ridden again of it stands.
    """
    from summary.confirmation import Again, choose, in_order
    from summary.run_summary import judged_before, read_run

    night = str(read_json(night_file(view)).get("night", ""))
    if read_json(remembered_file(view)).get("night") == night and again_file(view).is_file():
        return None
    settings = plan.settings["history"]
    run = read_run(view_files(view), criteria(plan)[view.profile])
    judged = judged_before(run, view.build)
    outcomes = [cell.outcome for cell in run.cells]
    suspects, control, left_out = choose(
        judged, outcomes, int(settings["confirm_cells"]), float(settings["confirm_minutes"])
    )
    by_name = {(each.journey, each.executor, each.users): each for each in view.cells}
    chosen = [
        (_again(by_name[each.journey, each.executor, each.users], view), role)
        for each, role in in_order(suspects, control)
    ]
    if chosen and not quiet:
        beside = " and a control" if control else ""
        say(f"Suspects: {len(suspects)} of {len(outcomes)} cells{beside} are ridden once more")
    ridden: list[RiddenAgain] = []
    cells = tuple(cell for cell, _ in chosen)
    for cell in cells:
        copy_files(replace(cell, view=view.name), cell)
    for cell, role in chosen:
        if stopping.asked():
            night = ""  # the next call goes on with the rest
            break
        if not load_is_current(cell, plan) and (fault := ride_cell(cell, cells, plan, quiet)):
            return fault
        if fault := build_table(cell):
            return fault
        ridden.append(_record(cell, role, view))
    found = Again(night=night, cells=tuple(ridden), left_out=left_out)
    write_text(again_file(view), found.model_dump_json(indent=2) + "\n")
    return None


def _again(cell: Cell, view: View) -> Cell:
    """Return the cell as one of the second ride, which has a folder of its own."""
    return replace(cell, view=f"{view.name}/{again_file(view).parent.name}")


def copy_files(planned: Cell, cell: Cell) -> None:
    """Give a further ride of a cell what the first one has: script, journey, app and night."""
    for name in ("app.json", "night.json"):
        if (planned.build / name).is_file():
            _copy(planned.build / name, cell.build / name)
    _copy(planned.script, cell.script)
    _copy(planned.resolved, cell.resolved)


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def _record(cell: Cell, role: str, view: View) -> RiddenAgain:
    from summary.confirmation import RiddenAgain
    from summary.run_record import CellFiles

    def inside(path: Path) -> str:
        return path.relative_to(view.build).as_posix()

    return RiddenAgain(
        journey=cell.journey,
        executor=cell.executor,
        users=cell.users,
        role="control" if role == "control" else "suspect",
        files=CellFiles(
            folder=inside(cell.folder),
            script=inside(cell.script),
            table=inside(cell.table),
            attempts_table=inside(cell.attempts_table),
        ),
    )
