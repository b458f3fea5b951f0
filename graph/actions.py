"""What the graph's tasks do: each reads files, calls one part of Tandem, and writes files.

Heavy parts are imported when an action runs, so that a run with nothing to do loads none of them.
An error that the user can mend becomes doit's failure, with its message and without a traceback.
"""

# ruff: noqa: PLC0415 - see above

from __future__ import annotations

import functools
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from graph.freshness import (
    app_file,
    load_inputs,
    load_is_current,
    target_of,
    tool_file,
)
from graph.plan import Cell, Plan, View
from graph.reported import Fault, reported, say
from graph.titles import seconds_of
from tandem.errors import ArtifactError, SettingsError
from tandem.exit_codes import ExitCode
from tandem.files import write_json, write_text

if TYPE_CHECKING:
    from journeys.resolved import RefusedJourney, ResolvedJourney
    from summary.run_summary import ViewFiles
    from summary.summarise import Criteria


@reported
def record_tool(name: str, configured: str | None) -> Fault | None:
    """Find k6 or the browser, and write down exactly what it is."""
    from executors import toolchain

    if name == "k6":
        tool = toolchain.find_k6(configured)
    else:
        tool = toolchain.ensure_browser(configured, say)
    write_json(tool_file(name), tool.model_dump(mode="json"))
    return None


@reported
def record_app(view: View, plan: Plan, sources: tuple[str, ...]) -> Fault | None:
    """Write down what identifies the app under test."""
    from executors.app_identity import identify_app

    identity = identify_app(plan.settings["app"], sources, target_of(plan))
    write_json(app_file(view), identity)
    if identity["unknown"]:
        say(f"Ridden on every call, as {identity['unknown']}")
    return None


@reported
def resolve_journey(spec: str, plan: Plan, journey: str, resolved: Path) -> Fault | None:
    """Resolve one journey; a wrong spec is written down as refused and costs its own cells only."""
    from journeys.environment import environment_of
    from journeys.loader import load_or_refuse
    from journeys.resolved import to_json

    maps, environment = [Path(each) for each in plan.action_maps], environment_of(plan.settings)
    found = load_or_refuse(Path(spec), maps, Path(), journey, environment)
    write_json(resolved, to_json(found))
    return None


@reported
def make_script(cell: Cell, plan: Plan) -> Fault | None:
    """Generate the cell's script."""
    from generators.options import ScriptOptions
    from generators.scripts import generate, refused_script
    from journeys.resolved import RefusedJourney

    journey = journey_of(cell)
    if isinstance(journey, RefusedJourney):
        write_text(cell.script, refused_script(cell.executor, journey))
        return None
    options = ScriptOptions(
        users=cell.users,
        iterations=cell.iterations,
        pacing_s=cell.pacing_s or journey.pacing_s,
        warmup=cell.warmup,
        streams=tuple(plan.settings["app"]["streams"]),
    )
    write_text(cell.script, generate(cell.executor, journey, options))
    return None


@reported
def ride_cell(cell: Cell, cells: tuple[Cell, ...], plan: Plan, quiet: bool) -> Fault | None:
    """Ride the cell. Its outcome is recorded, whatever it is; only a refusal is a failure.

    ``cells`` are all that are ridden with it, in their order. ``quiet`` leaves out how it goes on
    and what it came to: the result says that.
    """
    from executors import stopping
    from executors.progress import Progress
    from executors.ride import ride
    from executors.targets import check_users
    from graph.loads import load_of
    from graph.make_plan import settings_of
    from journeys.resolved import RefusedJourney

    _check_results(Path(plan.settings["results"]))
    check_users(settings_of(plan), max(each.users for each in cells))
    journey = journey_of(cell)
    load = load_of(cell, plan, journey, load_inputs(cell, plan))
    tell = _tell_nobody if quiet else say
    if not quiet:
        load = replace(load, progress=Progress(sys.stdout, _later_s(cell, cells, plan)))
    # Somebody who waits is told for whom, however quiet the run is.
    outcome = ride(load, functools.partial(load_is_current, cell, plan), tell, say)
    if outcome is None:
        tell("  another process has ridden it meanwhile")
    elif isinstance(journey, RefusedJourney):
        tell("  its spec was refused: see below")
    elif outcome.reason == stopping.NOT_RIDDEN:
        pass  # nobody was told that it would be; the result names it
    elif outcome.outcome != "ok":
        at = f" at step {outcome.step}" if outcome.step else ""
        tell(f"  {outcome.outcome}{at}: {outcome.reason}")
    elif outcome.flaky:
        tell(f"  ok, but flaky: it took {len(outcome.attempts)} attempts")
    return None


def _tell_nobody(_text: str) -> None:
    """Take the place of :func:`say` in a quiet run."""


def _later_s(cell: Cell, cells: tuple[Cell, ...], plan: Plan) -> float:
    """Return about how long the cells take that are ridden after this one."""
    later = cells[cells.index(cell) + 1 :]
    return sum(seconds_of(each) for each in later if not load_is_current(each, plan))


@functools.cache
def _check_results(results: Path) -> None:
    """Raise :class:`SettingsError` when a run could not be published after it was ridden."""
    try:
        results.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=results):
            pass
    except OSError as error:
        raise SettingsError(
            f"{results}: no results can be put there: {error.strerror}",
            hint="Nothing was ridden. Make it writable, or set another folder as 'results'.",
        ) from error


@reported
def build_table(cell: Cell) -> Fault | None:
    """Build the cell's table from its raw artifacts."""
    from summary.tables.cell_table import build_cell_table

    build_cell_table(cell.folder, cell.table, cell.attempts_table)
    return None


@reported
def summarise_view(view: View, plan: Plan) -> Fault | None:
    """Judge the run."""
    from summary.run_summary import write_summary
    from summary.trend import write_trend

    if not view.cells:
        chosen = ", ".join(f"{name}={value}" for name, value in view.narrowed.items())
        raise SettingsError(
            f"the profile '{view.profile}' has no cell" + (f" with {chosen}" if chosen else ""),
            hint=f"See [profiles.{view.profile}] in the settings.",
        )
    summary = write_summary(view_files(view), criteria(plan)[view.profile])
    write_trend(view.build, summary, Path(plan.settings["results"]))
    return None


def view_files(view: View) -> ViewFiles:
    """Return where the parts of a run are that a summary is made of."""
    from summary.run_record import CellFiles
    from summary.run_summary import ViewFiles

    cells = [
        CellFiles(
            folder=cell.folder.relative_to(view.build).as_posix(),
            script=cell.script.relative_to(view.build).as_posix(),
            table=cell.table.relative_to(view.build).as_posix(),
            attempts_table=cell.attempts_table.relative_to(view.build).as_posix(),
        )
        for cell in view.cells
    ]
    return ViewFiles(
        folder=view.build,
        profile=view.profile,
        view=view.name,
        narrowed=view.narrowed,
        journeys=view.resolved,
        cells=cells,
        epoch=os.environ.get("SOURCE_DATE_EPOCH"),
    )


def criteria(plan: Plan) -> dict[str, Criteria]:
    """Return what the runs of each profile are judged with, beside the SLOs of their journeys."""
    from summary.summarise import Criteria

    return {
        name: Criteria(each["default_slo"], each["apdex_target_ms"])
        for name, each in plan.settings["profiles"].items()
    }


@reported
def render_reports(view: View) -> Fault | None:
    """Render the summary."""
    from summary.reports.view_files import write_reports

    write_reports(view.build)
    return None


@reported
def publish_view(view: View, plan: Plan) -> Fault | None:
    """Put a snapshot of the build folder under its stamp."""
    from summary.publish import publish
    from summary.reports.index_page import write_index

    results = Path(plan.settings["results"])
    publish(view.build, results, view.parts(view.cells))
    write_index(results)
    return None


@reported
def pass_gate(view: View, plan: Plan, dry_run: bool) -> Fault | None:
    """Print the essentials; fail with the verdict's exit code unless it is a pass."""
    from summary.publish import result_directory

    try:
        results = result_directory(view.build, Path(plan.settings["results"]))
    except (OSError, ValueError, KeyError) as error:
        raise ArtifactError(f"{view.build}: its result was not published: {error}") from error
    code = _print_essentials(results)
    if os.environ.get("GITHUB_ACTIONS") == "true":
        _tell_github(results)
    if view.profile == "quick" and plan.settings["issues"]["comment_quick"]:
        _comment_on_request(results, plan, dry_run)
    return Fault("", code) if code else None


@reported
def show_run(plan: Plan, run: str) -> Fault | None:
    """Print the essentials of a published run again."""
    from summary.stored_runs import find_run

    _print_essentials(find_run(Path(plan.settings["results"]), run).folder)
    return None


def _print_essentials(results: Path) -> int:
    """Print a run's result and return its exit code."""
    from graph.essentials import essentials

    found = essentials(results, terminal_width())
    say("\n" + in_colour(found.text))
    return found.exit_code


def _tell_github(results: Path) -> None:
    """Annotate the job with the findings, and let its page show the report."""
    from summary.places import FULL, MARKDOWN
    from summary.reports.github import job_summary, workflow_commands
    from summary.reports.view_files import read_summary

    for line in workflow_commands(read_summary(results / FULL)):
        say(line)
    if page := os.environ.get("GITHUB_STEP_SUMMARY"):
        with Path(page).open("a", encoding="utf-8") as file:
            file.write(job_summary((results / MARKDOWN).read_text(encoding="utf-8")))


def _comment_on_request(results: Path, plan: Plan, dry_run: bool) -> None:
    from graph.issues import comment_on_request
    from summary.places import MARKDOWN
    from summary.reports.github import job_summary

    markdown = job_summary((results / MARKDOWN).read_text(encoding="utf-8"))
    comment_on_request(plan, "quick", markdown, dry_run)


@reported
def validate_specs(plan: Plan, chosen: str = "") -> Fault | None:
    """Say every fault of every spec (of those ``chosen``) and map; succeed when there is none.

    A spec that was sound, and rests on nothing that has changed since, is not read again.
    """
    from graph.soundness import digests, known_sound, record_sound
    from tandem.wording import counted

    found = digests(plan)
    steps = known_sound(found)
    specs = {name: plan.specs[name] for name in _names(plan, chosen)}
    left = {name: Path(spec) for name, spec in specs.items() if name not in steps}
    faults: list[str] = []
    if left:
        from journeys.environment import environment_of
        from journeys.loader import all_faults

        maps, environment = map(Path, plan.action_maps), environment_of(plan.settings)
        faults, sound = all_faults([*left.values()], [*maps], Path(), environment)
        steps |= {journey.id: len(journey.steps) for journey in sound}
        record_sound(found, steps)
    for name, count in ((name, steps[name]) for name in specs if name in steps):
        say(f"{specs[name]}: {name} is sound, {counted(count, 'step')}")
    return Fault("\n".join(faults), int(ExitCode.REFUSED)) if faults else None


@reported
def explain_journeys(plan: Plan, chosen: str) -> Fault | None:
    """Print what the riders of the chosen journeys (of all, for "") will do, step by step."""
    from journeys.environment import environment_of
    from journeys.explain import explain, render
    from journeys.loader import load_action_map, load_journey, map_places

    maps = [Path(each) for each in plan.action_maps]
    action_map, places = load_action_map(maps, Path()), map_places(maps, Path())
    environment, width = environment_of(plan.settings), terminal_width()
    for name in _names(plan, chosen):
        journey = load_journey(Path(plan.specs[name]), action_map, Path(), environment)
        say(render(journey, explain(journey, action_map, places), width) + "\n")
    return None


def _names(plan: Plan, chosen: str) -> Iterable[str]:
    """Return the journeys that are ``chosen``, in that order; all of them for ""."""
    return chosen.split(",") if chosen else plan.specs


def remove(made: Sequence[Path], dryrun: bool) -> None:
    """Remove files and whole folders, and the folders that are empty without them."""
    for path in made:
        if not path.exists():
            continue
        say(f"{'would remove' if dryrun else 'removing'} {path}")
        if dryrun:
            continue
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
        for folder in path.parents:
            if folder == Path() or any(folder.iterdir()):
                break
            folder.rmdir()


def remove_ride(cell: Cell, dryrun: bool) -> None:
    """Remove what was ridden of the cell, and what is kept of it while it is refused."""
    from executors.set_aside import place_aside

    remove([cell.folder, place_aside(cell.folder)], dryrun)


def remove_narrowed(view: View, dryrun: bool) -> None:
    """Remove the build folders of what arguments narrowed or changed the view to."""
    remove(sorted(view.build.parent.glob(f"{view.name}-*")), dryrun)


def in_colour(text: str) -> str:
    """Return the text with colours where they are wanted."""
    from summary.reports.colours import coloured, wants_colour

    terminal = sys.__stdout__ is not None and sys.__stdout__.isatty()
    return coloured(text) if wants_colour(os.environ, terminal) else text


def terminal_width() -> int:
    """Return how many columns are written at most."""
    return min(shutil.get_terminal_size((100, 24)).columns, 120)


def journey_of(cell: Cell) -> ResolvedJourney | RefusedJourney:
    from journeys.resolved import from_json

    return from_json(json.loads(cell.resolved.read_bytes()))
