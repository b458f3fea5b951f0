"""What one attempt is given and what it gives, whichever executor rides it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from executors.health import Signs
from executors.processes import Process
from executors.toolchain import Tool
from tandem.models import Executor, Outcome
from tandem.settings import BrowserSettings

START_GRACE_S = 90.0
"""What starting, stopping and a slow app may take beyond one and a half times the schedule."""


_USUAL_BROWSER = BrowserSettings()
_NO_SIGNS = Signs(())


@dataclass(frozen=True, slots=True)
class Order:
    """What to ride: one cell, on an app that is ready."""

    executor: Executor
    script: Path
    users: int
    iterations: int
    """Of each user, those that only warm up included."""
    pacing_s: float
    steps: int
    tool: Tool
    pause_s: float = 0.0
    """All pauses of one iteration, together."""
    guarded: bool = True
    """Nothing may leave this machine: not through a proxy either."""
    headed: bool = False
    slow_mo_ms: float = 0.0
    debug: bool = False
    """Somebody goes through it step by step: it takes as long as it takes."""
    browser_arguments: tuple[str, ...] = ()
    browser: BrowserSettings = _USUAL_BROWSER

    @property
    def schedule_s(self) -> float:
        """How long the schedule is: from the first interaction to the end of the last slot."""
        slots_s = (self.iterations * self.steps + 1) * self.pacing_s
        return slots_s + self.iterations * self.pause_s

    @property
    def deadline_s(self) -> float | None:
        """After how many seconds the attempt is stopped from outside; None for never."""
        return None if self.debug else self.schedule_s * 1.5 + START_GRACE_S


@dataclass(frozen=True, slots=True)
class Company:
    """What goes along with the executor's process."""

    keep_open: Sequence[int] = ()
    """Descriptors that it holds: the load lock's."""
    attend: Callable[[Process], AbstractContextManager[object]] = nullcontext
    """What is done while it runs."""


@dataclass(frozen=True, slots=True)
class Failure:
    """One interaction that failed."""

    step: str
    reason: str


@dataclass(frozen=True, slots=True)
class Result:
    """What a ride came to, before the cell's limit of failed iterations is held against it."""

    exit_code: int
    iterations_ok: int
    failures: tuple[Failure, ...]
    """In the order in which they happened."""
    fault: str = ""
    """Why it did not end as it should; the measurement cannot be used unless steps failed."""
    overran: bool = False
    """It was stopped when its time was over, as the app took longer than its slots."""
    sick: str = ""
    """Why the load generator's numbers cannot be used, whatever they are."""
    signs: Signs = _NO_SIGNS
    """What the rows tell of the load generator."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """The attempt's outcome, and why.

    ``can_differ``: another try, which only a browser gets, may well end differently.
    """

    outcome: Outcome
    reason: str
    step: str
    iterations_failed: int
    can_differ: bool = True


def judge(result: Result, planned: int, max_failed: float, app_gone: str) -> Judgement:
    """Return the outcome: invalid when nothing was measured right, failed over the limit, or ok.

    An app that went away has failed, whatever came through before.
    """
    failed = max(0, planned - result.iterations_ok)
    if result.sick and not app_gone:
        return Judgement("invalid", result.sick, "", failed)
    the_apps = result.failures or result.overran or app_gone
    if result.fault and not the_apps:
        return Judgement("invalid", result.fault, "", failed)
    healthy = not result.fault and not app_gone
    if healthy and result.iterations_ok and failed / planned <= max_failed:
        return Judgement("ok", "", "", failed)
    step, said = _commonest(result.failures)
    reasons = [app_gone, said, result.fault]
    reason = "; ".join(each for each in reasons if each) or "iterations did not come to their end"
    if planned > 1 and failed:
        reason = f"{failed} of {planned} iterations failed: {reason}"
    return Judgement("failed", reason, step, failed)


def _commonest(failures: Sequence[Failure]) -> tuple[str, str]:
    """Return step and reason of the failure seen most often, the earliest of equals."""
    if not failures:
        return "", ""
    found = Counter(failures).most_common(1)[0][0]
    return found.step, found.reason


_PROXIES = ("http_proxy", "https_proxy", "all_proxy")


def cleared(
    environment: Mapping[str, str], prefixes: Sequence[str], *, guarded: bool
) -> dict[str, str]:
    """Return the environment without what would silently change a ride, or lead it elsewhere."""
    return {
        name: value
        for name, value in environment.items()
        if not name.startswith(tuple(prefixes)) and not (guarded and name.lower() in _PROXIES)
    }
