"""Actions on what is published already: opening, judging again, and throwing away."""

# ruff: noqa: PLC0415 - heavy parts are imported when an action runs

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graph.actions import criteria, in_colour, terminal_width
from graph.plan import Plan
from graph.reported import Fault, reported, say
from tandem.errors import ArtifactError, RefusedError
from tandem.exit_codes import ExitCode
from tandem.wording import counted

if TYPE_CHECKING:
    from summary.retention import Limit, Removal
    from summary.stored_runs import Layer, StoredRun

_MEGABYTE = 10**6


@reported
def open_report(plan: Plan, run: str) -> Fault | None:
    """Open a run's report in the user's browser; say where it is in any case."""
    import webbrowser

    from summary.stored_runs import find_run

    report = find_run(_results(plan), run).folder / "report.html"
    if not report.exists():
        raise ArtifactError(
            f"{report}: there is no such page any more",
            hint="`doit resummarize run=STAMP` makes it anew from the run's tables.",
        )
    say(str(report))
    if not webbrowser.open(report.absolute().as_uri()):
        say("No browser could be started here; open that file.")
    return None


@reported
def compare_runs(plan: Plan, runs: str) -> Fault | None:
    """Hold two published runs against each other: ``A,B``, the earlier one first."""
    from summary.compare import compare
    from summary.places import FULL
    from summary.reports.compare_page import render_comparison, render_comparison_text
    from summary.reports.view_files import read_summary
    from summary.stored_runs import find_run, stored_runs
    from tandem.files import write_text

    results = _results(plan)
    names = [name.strip() for name in runs.split(",")]
    if len(names) != 2 or not all(names):
        known = ", ".join(each.name for each in stored_runs(results)[:5])
        return Fault(
            f"runs={runs}: expected two runs\n  doit compare runs=EARLIER,LATER; "
            f"`latest` is the newest. There are {known or 'none yet'}.",
            int(ExitCode.REFUSED),
        )
    before, after = (find_run(results, name) for name in names)
    if before.name == after.name:
        return Fault(f"runs={runs}: both are the run {before.name}", int(ExitCode.REFUSED))
    found = compare(read_summary(before.folder / FULL), read_summary(after.folder / FULL))
    found = found.model_copy(update={"before": before.name, "after": after.name})
    page = results / f"compare-{before.name}-{after.name}.html"
    write_text(page, render_comparison(found))
    say(in_colour(render_comparison_text(found, str(page), terminal_width())))
    return None


@reported
def resummarize_runs(plan: Plan, run: str) -> Fault | None:
    """Judge and render stored runs again from their tables, in their place."""
    from summary.rebuild import resummarize
    from summary.reports.index_page import write_index

    _name_unreadable(plan, run, "left as it is")
    # The oldest first: what a run is laid beside is judged anew by then.
    for each in reversed(_chosen(plan, run)):
        try:
            summary = resummarize(each, criteria(plan))
        except ArtifactError as error:
            if run != "all":
                raise
            say(f"{each.name}: left as it is: {error.message}")
            continue
        was = "" if summary.verdict == each.verdict else f" (was {each.verdict})"
        say(f"{each.name}: {summary.verdict}{was}")
    write_index(_results(plan))
    return None


@reported
def backtest_slos(plan: Plan, run: str) -> Fault | None:
    """Judge stored runs with today's SLOs, and say how many would have failed, and by which."""
    from journeys.environment import environment_of
    from journeys.loader import load_or_refuse
    from summary.rebuild import rejudge

    maps, environment = [Path(each) for each in plan.action_maps], environment_of(plan.settings)
    today = {
        name: load_or_refuse(Path(spec), maps, Path(), name, environment)
        for name, spec in plan.specs.items()
    }
    _name_unreadable(plan, run, "not judged")
    judged = []
    for each in _chosen(plan, run):
        try:
            judged.append(rejudge(each, today, criteria(plan)))
        except ArtifactError as error:
            say(f"{each.name}: not judged: {error.message}")
    rows = [
        (each.run.name, each.run.profile, each.run.verdict, each.verdict, _missed(each.missed))
        for each in judged
    ]
    say(_table(rows, ("run", "profile", "then", "today", "missed")))
    failed = sum(bool(each.missed) for each in judged)
    say(f"\n{failed} of {counted(len(judged), 'judged run')} would have missed an SLO.")
    for name in sorted({name for each in judged for name in each.unknown}):
        runs = counted(sum(name in each.unknown for each in judged), "run")
        why = "its spec is refused" if name in today else "there is no such journey today"
        say(f"{name}: {why}, so that no SLO of its own was held against {runs}.")
    return None


@reported
def prune_results(plan: Plan, keep: str, apply: str) -> Fault | None:
    """Say what the retention policy lets go; remove it when told to.

    Nothing goes while the history cannot be asked which runs are baselines.
    """
    from summary.prune import prune
    from summary.reports.index_page import write_index
    from summary.retention import removals
    from summary.stored_runs import stored_runs

    if apply not in ("", "0", "1"):
        return Fault(f"apply={apply}: expected 0 or 1", int(ExitCode.REFUSED))
    results = _results(plan)
    runs = stored_runs(results)
    _name_unreadable(plan, "all", "left as it is")
    policy, total = _policy(plan, keep)
    going = removals(runs, policy, total, _kept(plan, runs), datetime.now(UTC))
    if going:
        say(_going(going))
    if apply == "1" and results.is_dir():
        prune(results, going)
        write_index(results)
    size = _megabytes(sum(each.size for each in going))
    if not going:
        say(f"Nothing to remove: {counted(len(runs), 'run')}, all within what is kept.")
    elif apply == "1":
        say(f"\nRemoved {size} MB.")
    else:
        say(f"\nNothing is removed yet ({size} MB). To do it: the same command with apply=1")
    return None


def _kept(plan: Plan, runs: Sequence[StoredRun]) -> set[str]:
    """Return the names of the runs that stay, whatever the policy says."""
    from summary.stored_runs import latest_name, pinned

    results = _results(plan)
    stay = (each.name for at, each in enumerate(runs) if at == 0 or not each.is_stamped)
    return {latest_name(results), *stay, *pinned(results), *_baselines(plan, runs)}


def _baselines(plan: Plan, runs: Sequence[StoredRun]) -> set[str]:
    from summary.history.baselines import baseline_stamps
    from summary.history.stores import open_store
    from summary.stamps import stamp_of

    store = open_store(plan.settings["history"]["location"])
    views = {view.name for view in plan.night_views}
    views |= {run.view for run in runs if run.profile == "nightly"}
    stamps = {stamp for view in views for stamp in baseline_stamps(store, view)}
    # A night knows its stamp, and not the suffix that its folder got where that was taken.
    return {run.name for run in runs if stamp_of(run.name) in stamps}


def _going(going: Sequence[Removal]) -> str:
    """Return a line for each layer that goes, and one for a run that goes whole."""
    whole = {each.run.name: 0 for each in going if each.layer == "summaries"}
    for each in going:
        if each.run.name in whole:
            whole[each.run.name] += each.size
    rows = []
    for each in going:
        if each.layer == "summaries":
            size = _megabytes(whole[each.run.name])
            rows.append((each.run.name, "whole run", size, each.reason))
        elif each.run.name not in whole:
            rows.append((each.run.name, each.layer, _megabytes(each.size), each.reason))
    return _table(rows, ("run", "goes", "MB", "why"))


def _table(rows: Sequence[tuple[str, ...]], headers: tuple[str, ...]) -> str:
    """Return a table as wide as the terminal at most: what stands last is wrapped."""
    from tabulate import tabulate

    widths = [max(map(len, column)) for column in zip(headers, *rows, strict=True)]
    room = max(12, terminal_width() - sum(widths[:-1]) - 2 * len(widths[:-1]))
    wrapped = [*[None] * (len(headers) - 1), room]
    numbers = ["right" if name == "MB" else "left" for name in headers]
    return tabulate(
        rows, headers, "simple", disable_numparse=True, maxcolwidths=wrapped, colalign=numbers
    )


def _policy(plan: Plan, keep: str) -> tuple[dict[Layer, Limit], Limit]:
    """Return the limit of each layer and of all; ``keep`` is one for whole runs in their place."""
    from summary.retention import Limit, parse_limit
    from summary.stored_runs import LAYERS
    from tandem.settings import retention_of

    if keep:
        limit = parse_limit(keep)
        return {"summaries": Limit(limit.runs, limit.days)}, Limit(size=limit.size)
    retention = retention_of(plan.settings)
    return {layer: parse_limit(retention[layer]) for layer in LAYERS}, parse_limit(
        retention["total"]
    )


def _chosen(plan: Plan, run: str) -> list[StoredRun]:
    from summary.stored_runs import find_run, stored_runs

    results = _results(plan)
    if run != "all":
        return [find_run(results, run)]
    if found := stored_runs(results):
        return found
    raise RefusedError(f"there is no run in '{results}'", hint="`doit run quick` makes one.")


def _name_unreadable(plan: Plan, run: str, what: str) -> None:
    """Say of which folders nothing is known: whoever asks for all runs would think of them too."""
    from summary.publish import RUN_FILE
    from summary.stored_runs import unreadable_runs

    for name in unreadable_runs(_results(plan)) if run == "all" else ():
        say(f"{name}: {what}: its {RUN_FILE} is missing or damaged")


def _missed(slos: Sequence[Any]) -> str:
    said = [f"{slo.journey} {slo.executor} {slo.users} {slo.threshold}" for slo in slos]
    return "; ".join(said[:3]) + (f"; and {len(said) - 3} more" if len(said) > 3 else "")


def _megabytes(size: int) -> str:
    return f"{size / _MEGABYTE:.1f}"


def _results(plan: Plan) -> Path:
    return Path(plan.settings["results"])
