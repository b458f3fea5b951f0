"""Rides one cell: the lock, the app, the attempts, and the record that appears when all is done.

A load never fails the graph. Whatever happens while it is ridden becomes the cell's outcome; only
being killed leaves no record, and then the cell's former one stays.
"""

from __future__ import annotations

import contextlib
import errno
import os
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from executors import stopping
from executors.attempt import Company, Judgement, Order, Result, judge
from executors.health import Health, diagnose, watched
from executors.host import this_host
from executors.k6 import ride_k6
from executors.leftovers import purge
from executors.lock import load_lock
from executors.outcome import FILE, Attempt, CellOutcome, read_outcome, write_outcome
from executors.playwright import ride_playwright
from executors.processes import Process
from executors.progress import Progress
from executors.redaction.files import Redaction
from executors.redaction.rules import NameRules
from executors.redaction.values import SecretValues
from executors.server import running_app
from executors.set_aside import bring_back, forget_aside, set_aside
from executors.staging import (
    artifacts_in,
    finish_interrupted,
    fresh_stage,
    last_on_top,
    put_in_place,
)
from executors.stopping import NOT_RIDDEN, STOPPED, StoppedError
from executors.targets import check_target
from executors.toolchain import Tool
from tandem.errors import ServerError, ToolchainError
from tandem.files import write_text
from tandem.models import Executor, Outcome
from tandem.settings import Settings

FAULT_FILE = "fault.txt"

_RIDERS = {"k6": ride_k6, "playwright": ride_playwright}


@dataclass(frozen=True, slots=True)
class Load:
    """Everything about a cell that its ride needs to know."""

    journey: str
    executor: Executor
    users: int
    iterations: int
    warmup: int
    pacing_s: float
    steps: int
    script: Path
    folder: Path
    """Where the artifacts appear."""
    inputs: dict[str, str]
    tool: Tool
    app: str
    settings: Settings
    browser_arguments: tuple[str, ...] = ()
    retries: int = 0
    max_failed: float = 0.0
    headed: bool = False
    slow_mo_ms: float = 0.0
    debug: bool = False
    refused: str = ""
    """Why the journey cannot be ridden at all; empty for a sound one."""
    tools: dict[str, dict[str, str]] = field(default_factory=dict)
    groups: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Transaction to the steps that it is over."""
    pause_s: float = 0.0
    """All pauses of one iteration, together."""
    progress: Progress | None = None
    """Who is told how the ride goes on."""
    secrets: tuple[str, ...] = ()
    """Environment variables whose values are kept out of every artifact."""

    @property
    def redaction(self) -> Redaction:
        """What is kept out of the artifacts."""
        values = SecretValues(os.environ.get(name, "") for name in self.secrets)
        return Redaction(values, NameRules(self.settings.redaction.names))

    @property
    def order(self) -> Order:
        """What an executor is told."""
        return Order(
            executor=self.executor,
            script=self.script,
            users=self.users,
            iterations=self.warmup + self.iterations,
            pacing_s=self.pacing_s,
            steps=self.steps,
            pause_s=self.pause_s,
            tool=self.tool,
            guarded=self.settings.environment != "remote",
            headed=self.headed,
            slow_mo_ms=self.slow_mo_ms,
            debug=self.debug,
            browser_arguments=self.browser_arguments,
            browser=self.settings.browser,
        )


Say = Callable[[str], None]


def ride(
    load: Load, is_current: Callable[[], bool], say: Say, on_wait: Say | None = None
) -> CellOutcome | None:
    """Ride the cell and put its folder in place; return the record.

    ``on_wait`` is told of another load that has to end before; ``say`` when there is none.
    Returns None when ``is_current`` says, once the lock is held, that another process has ridden it
    meanwhile; the former record when the cell was refused since, and nothing else is different.
    Raises :class:`RefusedError` when the target may not be ridden.
    """
    check_target(load.settings)
    if load.refused:
        set_aside(load.folder)
        return _unridden(load, "failed", load.refused)
    try:
        return _ride(load, is_current, say, on_wait or say)
    except StoppedError:
        # Without inputs it is current for nobody: the next call rides it.
        return _unridden(replace(load, inputs={}), "invalid", NOT_RIDDEN)


def _ride(load: Load, is_current: Callable[[], bool], say: Say, on_wait: Say) -> CellOutcome | None:
    stopping.heed()
    with load_lock(on_wait) as lock:
        if finish_interrupted(load.folder):
            say(f"{load.journey}: a ride that was whole when its doit was killed is taken over")
        if is_current():
            return None
        if bring_back(load.folder, load.inputs) and is_current():
            say("  its ride from before it was refused stands again")
            return read_outcome(load.folder / FILE)
        stopping.begin()
        purge()
        stage = fresh_stage(load.folder)
        started_at = _now()
        attempts = tuple(_attempts(load, stage, lock, say))
        return _record(load, stage, attempts, started_at)


def _attempts(load: Load, stage: Path, lock: int, say: Say) -> Iterator[Attempt]:
    """Ride until an attempt is ok or no retry is left; only a browser is tried again.

    Nor is one that would end the same way: when the app did not start, a tool could not be started,
    or Tandem itself failed.
    """
    tries = 1 + (load.retries if load.executor == "playwright" and not load.debug else 0)
    for number in range(1, tries + 1):
        folder = stage / "attempts" / str(number)
        folder.mkdir(parents=True)
        attempt, can_differ = _attempt(load, number, folder, lock)
        yield attempt
        if attempt.outcome == "ok" or not can_differ or stopping.asked():
            return
        if number < tries:
            say(f"{load.journey}: {attempt.reason}; trying again")


def _attempt(load: Load, number: int, folder: Path, lock: int) -> tuple[Attempt, bool]:
    """Return the attempt, and whether another one may end differently."""
    started_at = _now()
    planned = load.users * load.iterations
    result: Result | None = None
    try:
        result, gone = _ride_on_app(load, folder, lock)
        judged = judge(result, planned, load.max_failed, gone)
    except StoppedError:
        judged = Judgement("invalid", STOPPED, "", planned, can_differ=False)
    except ServerError as error:
        judged = Judgement("failed", error.message, "", planned, can_differ=False)
    except ToolchainError as error:
        judged = Judgement("invalid", error.message, "", planned, can_differ=False)
    except Exception as error:  # a fault of ours costs this cell, not the night
        judged = Judgement("invalid", _own_fault(error, folder), "", planned, can_differ=False)
    attempt = Attempt(
        number=number,
        outcome=judged.outcome,
        reason=load.redaction.values.redact_text(judged.reason),
        step=judged.step,
        exit_code=result.exit_code if result else None,
        iterations_ok=result.iterations_ok if result else 0,
        iterations_failed=judged.iterations_failed,
        started_at=started_at,
        ended_at=_now(),
        folder=f"attempts/{number}",
    )
    return attempt, judged.can_differ


def _own_fault(error: Exception, folder: Path) -> str:
    """Return what is said of a fault of ours, or of the disk's; the first leaves its traceback."""
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return f"there was no room for {Path(error.filename or 'a file').name}: {error.strerror}"
    write_text(folder / FAULT_FILE, traceback.format_exc())
    return f"Tandem itself failed: {type(error).__name__}: {error} (see {FAULT_FILE})"


def _ride_on_app(load: Load, folder: Path, lock: int) -> tuple[Result, str]:
    """Return what the ride came to, and a sentence when the app did not live through it."""
    settings = load.settings
    health = Health()

    @contextlib.contextmanager
    def attend(process: Process) -> Iterator[None]:
        told = load.progress.told(load.order, folder) if load.progress else nullcontext()
        with watched(process.guard_pid, health), told:
            yield

    company = Company((lock,), attend)
    with running_app(settings.app, settings.target, folder, (lock,)) as app:
        result = _RIDERS[load.executor](load.order, app.origin, folder, company)
        gone = app.why_gone()
    health.write(folder, result.signs)
    return replace(result, sick=result.sick or diagnose(health, result.signs)), gone


def _unridden(load: Load, outcome: Outcome, reason: str) -> CellOutcome:
    now = _now()
    return _put(load, fresh_stage(load.folder), _blank(load, outcome, reason, now))


def _record(load: Load, stage: Path, attempts: Sequence[Attempt], started_at: str) -> CellOutcome:
    attempts = last_on_top(stage, attempts)
    withheld = load.redaction.clean(stage)
    last = attempts[-1]
    found = {
        "step": last.step,
        "flaky": last.outcome == "ok" and len(attempts) > 1,
        "attempts": tuple(attempts),
        "ended_at": _now(),
        "artifacts": tuple(artifacts_in(stage)),
        "withheld": tuple(withheld),
    }
    blank = _blank(load, last.outcome, last.reason, started_at)
    outcome = _put(load, stage, blank.model_copy(update=found))
    forget_aside(load.folder)
    return outcome


def _put(load: Load, stage: Path, outcome: CellOutcome) -> CellOutcome:
    """Write the record beside the artifacts and let both appear under the cell's name at once."""
    write_outcome(stage, outcome)
    put_in_place(stage, load.folder)
    return outcome


def _blank(load: Load, outcome: Outcome, reason: str, started_at: str) -> CellOutcome:
    """Return the record of a cell that nobody has tried."""
    return CellOutcome(
        journey=load.journey,
        executor=load.executor,
        users=load.users,
        steps=load.steps,
        groups=load.groups,
        pause_s=load.pause_s,
        iterations=load.iterations,
        warmup=load.warmup,
        pacing_s=load.pacing_s,
        outcome=outcome,
        reason=reason,
        step="",
        flaky=False,
        attempts=(),
        inputs=load.inputs,
        tools=load.tools,
        environment=load.settings.environment,
        target=load.settings.target or "started in the job",
        app=load.app,
        host=this_host(),
        started_at=started_at,
        ended_at=started_at,
        artifacts=(),
    )


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
