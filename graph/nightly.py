"""Actions on nights: beginning one, remembering it, and what is asked of the history."""

# ruff: noqa: PLC0415 - heavy parts are imported when an action runs

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from executors import stopping
from graph.nights import again_file, checked_night, night_file, note_of, now, remembered_file
from graph.plan import Plan, View
from graph.reported import Fault, reported, say
from tandem.errors import ArtifactError, RefusedError, SettingsError
from tandem.files import write_json
from tandem.wording import counted

if TYPE_CHECKING:
    from summary.history.frozen import FrozenHistory

_AFTER_ALL = "~"
"""Sorts after the name of every night."""


@reported
def begin_night(view: View, plan: Plan, asked: str) -> Fault | None:
    """Begin a night: the history before it is kept with the run, and every load is ridden anew."""
    from summary.history.frozen import freeze, write_frozen
    from summary.history.stores import open_store

    night, location = checked_night(asked), plan.settings["history"]["location"]
    frozen = freeze(open_store(location), location, night, view.name)
    runner = str(plan.settings["runner"])
    shutil.rmtree(again_file(view).parent, ignore_errors=True)
    write_frozen(view.build, frozen.model_copy(update={"runner": runner}))
    begun = {"night": night, "asked": bool(asked), "begun_at": now().isoformat()}
    write_json(night_file(view), {**begun, "location": location})
    say(f"Night {night}: {counted(len(frozen.nights), 'night')} before it in {location}")
    return None


@reported
def remember_night(view: View, plan: Plan) -> Fault | None:
    """Put the night into the history; when that cannot be reached, the next call does it."""
    from summary.history.frozen import night_file as name_of
    from summary.history.stores import open_store
    from summary.places import NIGHT

    if stopping.asked():
        return None  # half a night is none
    text = (view.build / NIGHT).read_bytes()
    night = str(json.loads(night_file(view).read_bytes())["night"])
    try:
        open_store(plan.settings["history"]["location"]).write(name_of(view.name, night), text)
    except SettingsError as error:
        say(f"The night is not in the history: {error}")
        return None
    write_json(remembered_file(view), note_of(night, text))
    return None


@reported
def list_history(plan: Plan, views: tuple[View, ...], imported: str) -> Fault | None:
    """Print the nights of the history, or take those of a table into it."""
    from tabulate import tabulate

    for view in views:
        if imported:
            _take_in(plan, view, Path(imported))
        found = known_nights(plan, view)
        rows = [
            [each.night, each.verdict, len(each.series), each.app[:24], each.stamp or "imported"]
            for each in reversed(found.nights)
        ]
        say(f"{view.name}: {counted(len(rows), 'night')} in {found.location}")
        if rows:
            say(tabulate(rows, headers=["night", "verdict", "series", "app", "run"]))
        for each in found.decisions:
            what = {"accept": "the level up to", "pin": "usual is what was from"}[each.kind]
            of = f" of {each.journey}" if each.journey else ""
            then = " is past" if each.kind == "accept" else " on"
            say(f"{each.decided_at[:10]}: {what} {each.night}{of}{then}: {each.reason}")
        for said in found.unreadable:
            say(f"left out: {said}")
    return None


@reported
def accept_baseline(plan: Plan, view: View, reason: str, journey: str) -> Fault | None:
    """Record that the level of the newest night is the new normal."""
    from summary.regression.decider import STANDARD

    if not reason.strip():
        raise SettingsError(
            "baseline_accept needs a reason",
            hint="doit baseline_accept reason='search reads two more tables' [journey=ID]",
        )
    nights = known_nights(plan, view).nights
    # What led here was the old level; the night itself is the first of the new one.
    if len(nights) < 2:
        raise RefusedError("the history holds fewer than two nights: nothing is usual yet")
    _decide(plan, "accept", nights[-2].night, reason, journey)
    of = f" of {journey}" if journey else ""
    learnt = STANDARD.least_baseline + STANDARD.judged - 1
    past, first = nights[-2].night, nights[-1].night
    say(f"What was usual{of} until {past} is past: {first} is the first night of the new level.")
    say(f"Until {learnt} of its nights are known, nothing{of} is called slower.")
    return None


@reported
def pin_baseline(plan: Plan, view: View, run: str, reason: str, journey: str) -> Fault | None:
    """Record that what is usual begins with the night of ``run``, a stamp or the night's name."""
    if not run:
        raise SettingsError(
            "baseline_pin needs the run with which usual begins",
            hint="doit baseline_pin run=STAMP [journey=ID] [reason=WHY]; `doit history` lists the "
            "nights and their runs.",
        )
    found = [each for each in known_nights(plan, view).nights if run in (each.stamp, each.night)]
    if not found:
        raise RefusedError(
            f"run={run}: no night of that stamp or name", hint="`doit history` lists them."
        )
    _decide(plan, "pin", found[-1].night, reason or "pinned", journey)
    say(f"What is usual begins with {found[-1].night}.")
    return None


def _decide(plan: Plan, kind: str, night: str, reason: str, journey: str) -> None:
    from summary.history.frozen import DECISIONS
    from summary.history.records import Decision, to_text
    from summary.history.stores import open_store

    moment = now().isoformat()
    decision = Decision.model_validate(
        {
            "kind": kind,
            "night": night,
            "reason": reason.strip(),
            "journey": journey,
            "decided_at": moment,
        }
    )
    name = f"{DECISIONS}/{moment.translate(str.maketrans(':+', '--'))}.json"
    open_store(plan.settings["history"]["location"]).write(name, to_text(decision).encode())


def known_nights(plan: Plan, view: View) -> FrozenHistory:
    """Return the nights of the history and what was decided about them."""
    from summary.history.frozen import freeze
    from summary.history.stores import open_store

    location = plan.settings["history"]["location"]
    return freeze(open_store(location), location, _AFTER_ALL, view.name)


def _take_in(plan: Plan, view: View, table: Path) -> None:
    from summary.history.frozen import night_file as name_of
    from summary.history.imports import imported_nights
    from summary.history.records import to_text
    from summary.history.stores import open_store

    store = open_store(plan.settings["history"]["location"])
    try:
        nights = imported_nights(table, view.name)
    except ArtifactError as error:  # what somebody names is no artifact of a run
        raise SettingsError(f"import={error.message}", hint=error.hint) from error
    for record in nights:
        store.write(name_of(view.name, record.night), to_text(record).encode())
    say(f"{table}: {counted(len(nights), 'night')} taken in")


@reported
def calibrate(plan: Plan, view: View, simulate: str) -> Fault | None:
    """Print how often the decider would have been wrong, and what it would have found."""
    from summary.calibration import calibrate_history, calibrate_simulated, render

    if simulate not in ("", "0", "1"):
        raise SettingsError(f"simulate={simulate}: expected 0 or 1")
    if simulate == "1":
        say(render(calibrate_simulated(), "simulated nights (ci)"))
        return None
    found = known_nights(plan, view)
    calibrated = calibrate_history(found)
    if calibrated is None:
        raise RefusedError(
            f"{found.location}: {len(found.nights)} nights are too few to be replayed",
            hint="`doit calibrate simulate=1` does it with simulated ones.",
        )
    say(render(calibrated, f"{len(found.nights)} nights of {found.location}"))
    return None
