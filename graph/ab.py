"""Base against head: two builds of the app ridden in turn on this machine, judged in pairs."""

# ruff: noqa: PLC0415 - heavy parts are imported when an action runs

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from executors import stopping
from graph.actions import build_table, terminal_width
from graph.confirmation import copy_files
from graph.freshness import load_inputs, read_json
from graph.issues import comment_on_request
from graph.plan import Cell, Plan, View
from graph.reported import Fault, reported, say
from graph.variables import Variables
from tandem.errors import ServerError, SettingsError
from tandem.files import canonical_json, digest_text, write_text

if TYPE_CHECKING:
    from graph.builds import Build
    from summary.paired import Round
    from summary.reports.paired_report import AbReport

PROFILE: Final = "ab"
ROUNDS: Final = 8
MOST_ROUNDS: Final = 100
PATIENCE: Final = 2
"""After so many rounds in a row in which a build came through no ride, the others are left out."""
_HINT: Final = "doit ab base=main [head=REVISION] [rounds=8], or base=http://… head=http://…"


@reported
def ride_ab(view: View, plan: Plan, given: Variables) -> Fault | None:
    """Ride both builds round by round, hold them against each other, and say what came of it."""
    from graph.builds import build_of, remove_checkouts
    from graph.make_plan import settings_of
    from summary.reports.paired_report import judged_report, render_markdown, render_text

    rounds = _rounds(given.rounds)
    if not given.base:
        raise SettingsError("ab needs a base to hold the app against", hint=_HINT)
    settings = settings_of(plan)
    base, head = (
        build_of("base", given.base, settings),
        build_of("head", given.head, settings),
    )
    if base.digest and base.digest == head.digest:
        raise SettingsError(f"base and head are the same build: {base.said}", hint=_HINT)
    for build in (base, head):
        _check_listening(build)
    say(f"base: {base.said}; head: {head.said}; {rounds} rounds")
    folder = Path(view.build, digest_text(canonical_json([base.digest, head.digest]))[:12])
    pairs, failed = _ride_rounds(view, plan, (base, head), rounds, folder)
    report = judged_report(base.said, head.said, rounds, pairs, failed)
    markdown = render_markdown(report)
    _keep(report, folder, plan, markdown)
    comment_on_request(plan, PROFILE, markdown, given.dry_run)
    say(render_text(report, terminal_width()))
    remove_checkouts()
    code = report.exit_code
    return Fault(report.verdict_line, code) if code else None


def _check_listening(build: Build) -> None:
    """Raise :class:`ServerError` for a running server that is not there: before any round."""
    from executors.server import check_listening

    if build.settings.target is None:
        return
    try:
        check_listening(build.settings.target)
    except ServerError as error:
        raise ServerError(
            f"{build.name}: {error.message}",
            hint=f"Nothing was ridden. Start the server, or check {build.name}=.",
        ) from error


def _ride_rounds(
    view: View, plan: Plan, builds: tuple[Build, Build], rounds: int, folder: Path
) -> tuple[list[tuple[Round, Round]], dict[str, list[str]]]:
    """Return what each round measured of both builds, and why which rides came to nothing."""
    base, head = builds
    pairs: list[tuple[Round, Round]] = []
    failed: dict[str, list[str]] = {"base": [], "head": []}
    for number in range(1, rounds + 1):
        if stopping.asked():
            break
        # Who comes first alternates, so that neither always finds the machine warm.
        order = (base, head) if number % 2 else (head, base)
        ridden: dict[str, Round] = {"base": {}, "head": {}}
        for cell in view.cells:
            for build in order:
                mine = replace(cell, view=f"{view.name}/{folder.name}/{number:03d}/{build.name}")
                found, why = _ride(mine, cell, plan, build)
                ridden[build.name] = {**ridden[build.name], **found}
                failed[build.name] += [why] * bool(why)
        pairs.append((ridden["base"], ridden["head"]))
        say(f"round {number} of {rounds} is ridden")
        if number < rounds and (broken := _broken(pairs)):
            say(f"{broken} came through no ride of {PATIENCE} rounds: no more are ridden")
            break
    return pairs, failed


def _broken(pairs: Sequence[tuple[Round, Round]]) -> str:
    """Return the build that came through nothing in the last rounds: no other would tell more."""
    last = pairs[-PATIENCE:]
    if len(last) < PATIENCE:
        return ""
    return next(
        (name for at, name in enumerate(("base", "head")) if not any(each[at] for each in last)), ""
    )


def _rounds(given: str) -> int:
    from summary.paired import LEAST_ROUNDS

    if not given:
        return ROUNDS
    if not given.isdecimal() or not LEAST_ROUNDS <= int(given) <= MOST_ROUNDS:
        raise SettingsError(
            f"rounds={given}: expected a number from {LEAST_ROUNDS} to {MOST_ROUNDS}",
            hint="Fewer rounds can show nothing, since there is nothing to hold chance against.",
        )
    return int(given)


def _ride(cell: Cell, planned: Cell, plan: Plan, build: Build) -> tuple[Round, str]:
    """Return the location of each step, and why there is none; ridden before, it is not again."""
    from executors.ride import ride
    from graph.actions import journey_of
    from graph.loads import load_of
    from summary.cell_locations import locations_of

    copy_files(planned, cell)
    inputs = {**load_inputs(cell, plan), "app": build.digest, "target": build.said}
    journey = journey_of(cell)
    load = load_of(cell, plan, journey, inputs)
    load = replace(load, settings=build.settings, app=build.said)

    def is_current() -> bool:
        known = read_json(cell.outcome)
        return bool(build.digest) and known.get("outcome") == "ok" and known["inputs"] == inputs

    if not is_current():
        ride(load, is_current, say)
    build_table(cell)
    outcome = read_json(cell.outcome)
    if outcome.get("outcome") != "ok":
        at = f" at {outcome['step']}" if outcome.get("step") else ""
        where = f"{cell.journey}, {cell.executor}, users={cell.users}"
        return {}, f"{where}: {outcome.get('outcome')}{at}: {outcome.get('reason')}"
    return locations_of(cell.folder, cell.table, journey), ""


def _keep(report: AbReport, folder: Path, plan: Plan, markdown: str) -> None:
    """Write what came of it beside the rides, and where results are."""
    text = report.model_dump_json(indent=2) + "\n"
    write_text(folder / "ab.json", text)
    results = Path(plan.settings["results"])
    write_text(results / f"ab-{folder.name}.json", text)
    write_text(results / f"ab-{folder.name}.md", markdown)
    say(f"Report: {results / f'ab-{folder.name}.md'}\n")
    if page := os.environ.get("GITHUB_STEP_SUMMARY"):
        with Path(page).open("a", encoding="utf-8") as file:
            file.write(markdown)
