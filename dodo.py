"""The graph: names, dependencies, targets, and one call each. What tasks do is elsewhere.

``doit run quick``, ``doit nightly``, ``doit list``, ``doit info TASK`` and ``doit clean`` are the
interface. Arguments such as ``journey=ID`` narrow a run; see README.md.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

if __name__ == "__main__":
    os.chdir(Path(__file__).resolve().parent)  # wherever it is called: as doit does with its -f

# ruff: noqa: E402 - see here and below
from graph.settled import DATABASE, drop_if_forgotten, repeat_if_settled
from graph.terminal import prepare_terminal

prepare_terminal(sys.argv[1:])
repeat_if_settled(sys.argv[0], sys.argv[1:])  # before everything that takes time
drop_if_forgotten(sys.argv[1:])

from collections.abc import Iterator
from typing import Any

from doit.tools import config_changed

from graph import ab, actions, confirmation, freshness, issues, nightly, nights, upkeep
from graph.database import usable_database
from graph.plan import REPORTS, View
from graph.reasons import explain_conditions
from graph.reporter import GraphReporter
from graph.same_code import SameCode
from graph.session import earlier, is_asked_for, looked_at, plan, variables, views
from graph.sources import JOURNEY_CODE, REPORT_CODE, SCRIPT_CODE, SUMMARY_CODE, TABLE_CODE
from graph.targets import AsMade
from graph.task_names import check_task_names, creators_in
from graph.titles import load_title
from graph.tree_lock import take_turn
from graph.workers import fork_workers

DOIT_CONFIG = {
    "default_tasks": ["quick"],
    "reporter": GraphReporter,
    "verbosity": 2,
    "backend": "sqlite3",
    "dep_file": usable_database(DATABASE),
    "cleanforget": True,
}

Task = dict[str, Any]
DRAWN = ("summary-full.json", "shapes.json", "trend.json")
NIGHT_FILES = ("regression.json", "changes.json", "night.json")
SUMMARY_FILES = ("summary.json", "summary.md", "coverage.json", *DRAWN)


def task_toolchain() -> Iterator[Task]:
    """Find k6 and a browser, and record exactly what they are."""
    settings = plan().settings
    for name, part in (("k6", "k6"), ("chromium", "browser")):
        configured = settings[part]["executable"]
        yield {
            "name": name,
            "actions": [(actions.record_tool, [name, configured])],
            "targets": [freshness.tool_file(name)],
            "uptodate": [(freshness.tool_is_current, [name, configured]), AsMade()],
        }


def task_app() -> Iterator[Task]:
    """Record what identifies the app under test."""
    app, results = plan().settings["app"], plan().settings["results"]
    target = freshness.target_of(plan())
    sources = () if target is not None else freshness.app_sources(tuple(app["sources"]), results)
    asked = target is not None and app["version_path"] is not None
    for view in views():
        yield {
            "name": view.name,
            "actions": [(actions.record_app, [view, plan(), sources])],
            "file_dep": list(sources),
            "targets": [freshness.app_file(view)],
            "clean": [(actions.remove, [[freshness.app_file(view)]])],
            "uptodate": [
                not asked,
                (freshness.app_is_known, [view]),
                config_changed({"app": app, "target": target}),
                AsMade(),
            ],
        }


def task_journey() -> Iterator[Task]:
    """Resolve each journey: its spec, with the action map and its data filled in."""
    for view in views():
        for journey in looked_at().of(view):
            spec = plan().specs[journey]
            data = [each for each in plan().data_files.get(journey, ()) if Path(each).is_file()]
            resolved = view.build / "journeys" / f"{journey}.json"
            yield {
                "name": f"{view.name}:{journey}",
                "actions": [(actions.resolve_journey, [spec, plan(), journey, resolved])],
                "file_dep": [spec, *data, *plan().action_maps],
                "targets": [resolved],
                "uptodate": [
                    config_changed(freshness.resolved_in(plan())),
                    SameCode(JOURNEY_CODE),
                    AsMade(),
                ],
                "clean": [(actions.remove, [[resolved]])],
            }


def task_script() -> Iterator[Task]:
    """Generate one standalone script for each cell."""
    for view in views():
        for cell in looked_at().cells(view):
            yield {
                "name": cell.name,
                "actions": [(actions.make_script, [cell, plan()])],
                "file_dep": [cell.resolved],
                "targets": [cell.script],
                "clean": [(actions.remove, [[cell.script]])],
                "uptodate": [
                    config_changed(freshness.ridden_as(cell, plan())),
                    SameCode(SCRIPT_CODE),
                    AsMade(),
                ],
            }


def task_night() -> Iterator[Task]:
    """Begin a night, or go on with the open one: night=NAME says which."""
    asked = variables().night
    for view in (view for view in views() if view.is_night):
        made = [nights.night_file(view), nights.history_file(view)]
        yield {
            "name": view.name,
            "actions": [(nightly.begin_night, [view, plan(), asked])],
            "targets": made,
            "uptodate": [(nights.night_is_current, [view, plan(), asked]), AsMade()],
            "clean": [(actions.remove, [[*made, nights.remembered_file(view)]])],
        }


def task_load() -> Iterator[Task]:
    """Ride each cell and record its outcome, whatever it is."""
    for view in views():
        cells = looked_at().cells(view)
        before = [f"publish:{each.name}" for each in earlier(view)]
        for cell in cells:
            yield {
                "name": cell.name,
                "actions": [(actions.ride_cell, [cell, cells, plan(), variables().quiet])],
                # No file_dep: what a load was ridden with is known from its own outcome.
                "task_dep": [
                    f"script:{cell.name}",
                    f"toolchain:{freshness.tool_of(cell)}",
                    f"app:{view.name}",
                    *([f"night:{view.name}"] if view.is_night else []),
                    *before,
                ],
                "targets": [cell.outcome],
                "uptodate": [(freshness.load_is_current, [cell, plan()])],
                "title": load_title(cell),
                "clean": [(actions.remove_ride, [cell])],
            }
        yield {
            "name": view.name,
            "doc": "All loads of the run.",
            "actions": None,
            "task_dep": [f"load:{cell.name}" for cell in cells],
        }


def task_table() -> Iterator[Task]:
    """Build each cell's table, when no load of the run is under way any more."""
    for view in views():
        for cell in looked_at().cells(view):
            yield {
                "name": cell.name,
                "actions": [(actions.build_table, [cell])],
                "file_dep": [cell.outcome],
                "task_dep": [f"load:{view.name}"],
                "targets": [cell.table, cell.attempts_table],
                "uptodate": [SameCode(TABLE_CODE), AsMade()],
                "clean": [(actions.remove, [[cell.table, cell.attempts_table]])],
            }


def task_confirm() -> Iterator[Task]:
    """Ride the cells of suspects once more in their night, before anything is said of them."""
    for view in (view for view in views() if view.is_night):
        yield {
            "name": view.name,
            "actions": [(confirmation.confirm_suspects, [view, plan(), variables().quiet])],
            "file_dep": [
                *(cell.table for cell in view.cells),
                *(cell.attempts_table for cell in view.cells),
                nights.history_file(view),
            ],
            "targets": [nights.again_file(view)],
            "uptodate": [(nights.suspects_are_confirmed, [view]), AsMade()],
            "clean": [(actions.remove, [[nights.again_file(view).parent]])],
        }


def task_summary() -> Iterator[Task]:
    """Judge the run: statistics, SLOs, findings, verdict."""
    for view in views():
        profile = plan().settings["profiles"][view.profile]
        made = [view.build / name for name in ("run.json", "tables/runs.parquet")]
        made += [view.build / "summary" / name for name in SUMMARY_FILES]
        if view.is_night:
            made += [view.build / "summary" / name for name in NIGHT_FILES]
        yield {
            "name": view.name,
            "actions": [(actions.summarise_view, [view, plan()])],
            "file_dep": [
                *(cell.table for cell in view.cells),
                *(cell.attempts_table for cell in view.cells),
                *(cell.outcome for cell in view.cells),
                *(cell.script for cell in view.cells),
                *(view.build / name for name in view.resolved),
                *([nights.history_file(view), nights.again_file(view)] if view.is_night else []),
            ],
            "targets": made,
            "uptodate": [
                config_changed(freshness.judged_with(profile)),
                SameCode(SUMMARY_CODE),
                AsMade(),
            ],
            "clean": [(actions.remove, [made])],
        }


def task_report() -> Iterator[Task]:
    """Render the summary as Markdown, HTML and JUnit."""
    for view in views():
        made = [view.build / name for name in REPORTS]
        yield {
            "name": view.name,
            "actions": [(actions.render_reports, [view])],
            "file_dep": [
                *(view.build / "summary" / name for name in DRAWN),
                *([view.build / "summary/changes.json"] if view.is_night else []),
            ],
            "targets": made,
            "uptodate": [SameCode(REPORT_CODE), AsMade()],
            "clean": [(actions.remove, [made])],
        }


def task_publish() -> Iterator[Task]:
    """Put a snapshot of the run under its stamp."""
    for view in views():
        yield {
            "name": view.name,
            "actions": [(actions.publish_view, [view, plan()])],
            "task_dep": [
                f"report:{view.name}",
                f"summary:{view.name}",
                *(f"table:{cell.name}" for cell in looked_at().cells(view)),
            ],
            "uptodate": [(freshness.view_is_published, [view, plan(), looked_at().results(view)])],
        }


def task_remember() -> Iterator[Task]:
    """Put the night into the history."""
    for view in (view for view in views() if view.is_night):
        yield {
            "name": view.name,
            "actions": [(nightly.remember_night, [view, plan()])],
            "task_dep": [f"publish:{view.name}"],
            "uptodate": [(nights.night_is_remembered, [view])],
        }


def task_issues() -> Iterator[Task]:
    """Tell GitHub or GitLab of the night's regressions; dry_run=1 prints what would be sent."""
    alone = is_asked_for("issues")  # then of the night that stands: none is ridden for it
    for view in (view for view in views() if view.is_night):
        arguments = [view, plan(), variables().dry_run, alone]
        yield {
            "name": view.name,
            "actions": [(issues.tell_of_night, arguments)],
            "task_dep": [] if alone else [f"remember:{view.name}"],
            "uptodate": [(issues.nothing_to_tell, arguments)],
            "clean": [(actions.remove, [[issues.told_file(view)]])],
        }


def task_gate() -> Iterator[Task]:
    """Print the result and leave the verdict's exit code to the shell."""
    for view in views():
        yield {
            "name": view.name,
            "actions": [(actions.pass_gate, [view, plan(), variables().dry_run])],
            "task_dep": [f"publish:{view.name}"]
            + [f"{name}:{view.name}" for name in ("remember", "issues") if view.is_night],
            "uptodate": [False],
        }


def _profile(name: str) -> Task:
    # doit takes dependencies as they are listed: what loads need first, so that none of them has
    # to wait and be overtaken; then the loads in their order.
    ordered: list[str] = []
    mine = [view for view in views() if view.profile == name]
    for view in mine:
        ordered += ["toolchain:k6", "toolchain:chromium", f"app:{view.name}"]
        ordered += [f"night:{view.name}"] * view.is_night
        ordered += [f"journey:{view.name}:{journey}" for journey in looked_at().of(view)]
        cells = looked_at().cells(view)
        ordered += [f"{kind}:{cell.name}" for kind in ("script", "load") for cell in cells]
        ordered.append(f"gate:{view.name}")
    return {"actions": None, "task_dep": ordered, "clean": _whole(mine)}


def _whole(mine: list[View]) -> list[Any]:
    # Of journeys that are no more, too. A plain call means all that was made of the profile, a
    # narrowed one its own view.
    narrowed = [(actions.remove_narrowed, [view]) for view in mine if not view.narrowed]
    return [*((actions.remove, [[view.build]]) for view in mine), *narrowed]


def task_quick() -> Task:
    """Ride every journey with one browser user and one k6 user, for the desk."""
    return _profile("quick")


def task_nightly() -> Task:
    """Ride the full matrix, for CI."""
    return _profile("nightly")


def task_ab() -> Task:
    """Hold head (the app as it stands) against base=REVISION or URL, ridden in turn."""
    mine = [view for view in views() if view.profile == ab.PROFILE]
    ready = [f"script:{cell.name}" for view in mine for cell in view.cells]
    ready += [f"publish:{each.name}" for view in mine for each in earlier(view)]
    return {
        "actions": [(ab.ride_ab, [view, plan(), variables()]) for view in mine],
        "task_dep": ["toolchain:k6", "toolchain:chromium", *ready],
        "uptodate": [False],
        "clean": _whole(mine),
    }


def task_validate() -> Task:
    """Say every fault of every spec, or of journey=ID."""
    chosen = variables().selection.get("journey", "")
    return {"actions": [(actions.validate_specs, [plan(), chosen])], "uptodate": [False]}


def task_explain() -> Task:
    """Say step by step what the riders of journey=ID will do, and why."""
    chosen = variables().selection.get("journey", "")
    return {"actions": [(actions.explain_journeys, [plan(), chosen])], "uptodate": [False]}


def task_show() -> Task:
    """Print the newest result again, or that of run=STAMP."""
    return {"actions": [(actions.show_run, [plan(), variables().run])], "uptodate": [False]}


def task_open() -> Task:
    """Open the newest report in a browser, or that of run=STAMP."""
    return {"actions": [(upkeep.open_report, [plan(), variables().run])], "uptodate": [False]}


def task_compare() -> Task:
    """Hold runs=A,B against each other, as a table and as a page."""
    return {"actions": [(upkeep.compare_runs, [plan(), variables().runs])], "uptodate": [False]}


def task_resummarize() -> Task:
    """Judge and render run=STAMP (or run=all) again from its tables."""
    return {"actions": [(upkeep.resummarize_runs, [plan(), variables().run])], "uptodate": [False]}


def task_slo_backtest() -> Task:
    """Judge every stored run with today's SLOs; nothing is written."""
    given = variables()
    chosen = given.run if given.has_run else "all"
    return {"actions": [(upkeep.backtest_slos, [plan(), chosen])], "uptodate": [False]}


def task_history() -> Task:
    """List the nights that are known; import=FILE.csv takes those of a table in."""
    given = variables()
    return {
        "actions": [(nightly.list_history, [plan(), _nights(), given.imported])],
        "uptodate": [False],
    }


def task_baseline_accept() -> Task:
    """Say that the newest level is the new normal, with reason=WHY (journey=ID for one of them)."""
    given = variables()
    arguments = [plan(), _nights()[0], given.reason, given.selection.get("journey", "")]
    return {"actions": [(nightly.accept_baseline, arguments)], "uptodate": [False]}


def task_baseline_pin() -> Task:
    """Say that what is usual begins with run=STAMP (journey=ID for one of them)."""
    given = variables()
    run, journey = given.run if given.has_run else "", given.selection.get("journey", "")
    arguments = [plan(), _nights()[0], run, given.reason, journey]
    return {"actions": [(nightly.pin_baseline, arguments)], "uptodate": [False]}


def task_calibrate() -> Task:
    """Replay the verdict over the known nights (simulate=1: over simulated ones)."""
    arguments = [plan(), _nights()[0], variables().simulate]
    return {"actions": [(nightly.calibrate, arguments)], "uptodate": [False]}


def _nights() -> tuple[View, ...]:
    return tuple(plan().night_views)


def task_prune() -> Task:
    """Say which old results go (keep=20runs,90days,5GB); apply=1 removes them."""
    given = variables()
    return {
        "actions": [(upkeep.prune_results, [plan(), given.keep, given.apply])],
        "uptodate": [False],
    }


if __name__ == "__main__":
    from doit.doit_cmd import DoitMain

    sys.exit(DoitMain().run(sys.argv[1:]))
take_turn(sys.argv, creators_in(globals()))
check_task_names(sys.argv[1:], globals())
explain_conditions()
fork_workers()
