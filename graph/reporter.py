"""What doit prints while the graph runs, and the code that it leaves to the shell."""

from __future__ import annotations

import os
import signal
import sys
from types import FrameType
from typing import Any

from doit.exceptions import BaseFail
from doit.globals import Globals
from doit.reporter import ConsoleReporter

from executors import leftovers, stopping
from graph import tree_lock
from graph.database import do_without_database
from graph.evidence import evidence
from graph.freshness import target_of, tool_file
from graph.session import looked_at, plan, variables
from graph.settled import Settled, asks_for_quick, record_settled
from graph.terminal import Unheard
from tandem.exit_codes import ExitCode, strongest

_LOOKS = ("app", "toolchain")
"""Tasks that say what is there: a server may have to be asked for its version at every call."""
_NOTHING = "Nothing to run: all {} tasks are up to date.\n"
_ENDED = "\nStopped ({}). What was ridden to its end stands; the same command goes on there.\n"
_STOPPED = "Stopped ({}), exit code {}: the same command goes on with what is missing."
_STOPPING = (
    "\nStopping: what is measured is kept and reported, the rest is left to the next call."
    " Once more ends at once.\n"
)


class GraphReporter(ConsoleReporter):  # type: ignore[misc]
    """One line for each load; nothing for what is up to date; no traceback for a user's mistake."""

    desc = "one line for each load, and the exit code of the verdict"

    def __init__(self, outstream: Any, options: dict[str, Any]) -> None:
        sys.stdout = Unheard(sys.stdout)  # a load ends as it should
        super().__init__(Unheard(outstream or sys.stdout), options)
        self._codes: list[ExitCode] = []
        self._rode = 0
        self._worked = 0
        self._made = 0  # of these, what makes something: not a look at what is there
        self._current: list[Any] = []
        self._gates: list[Any] = []  # that came to a verdict: not one with a fault, or broken off
        self._main = os.getpid()
        self._stopped_by = 0

    def initialize(self, tasks: Any, selected_tasks: Any) -> None:
        """Let signals end the run in order, and let no other doit into this tree."""
        super().initialize(tasks, selected_tasks)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._stop)
        stopping.forget()
        do_without_database(Globals.dep_manager)
        if not tree_lock.only_looks(selected_tasks, sys.argv[1:]):
            tree_lock.take(self._say)
            leftovers.purge()

    def execute_task(self, task: Any) -> None:
        """Say what is ridden; for the rest one word is too much."""
        kind = task.name.partition(":")[0]
        if not task.actions:
            return
        if kind == "load":
            self._rode += 1
            if self._rode == 1:
                self._warn_of_remote()
            if not stopping.asked() and not variables().quiet:
                self._say(task.title())
        elif kind == "gate":
            self._say_what_ran()
        else:
            self._worked += 1
            self._made += kind not in _LOOKS

    def skip_uptodate(self, task: Any) -> None:
        """Remember silently."""
        if task.actions:
            self._current.append(task)

    def add_success(self, task: Any) -> None:
        """Remember what the gate said."""
        super().add_success(task)
        self._remember_verdict(task)

    def add_failure(self, task: Any, fail: BaseFail) -> None:
        """Print a mendable fault as its message; keep doit's own report for everything else."""
        code = getattr(fail, "exit_code", None)
        if code is None:
            self._codes.append(_code_of(fail))
            super().add_failure(task, fail)
            return
        self._codes.append(ExitCode(code))
        if fail.message:
            self._say(f"{task.name}:\n{fail.message}", file=sys.stderr)
        else:
            self._remember_verdict(task)

    def complete_run(self) -> None:
        """Raise SystemExit with the verdict's code, now that doit's database is closed."""
        tree_lock.release()
        super().complete_run()
        code = int(strongest(self._codes)) if self._codes else 0
        if self._stopped_by:
            code = 128 + self._stopped_by
            name = signal.Signals(self._stopped_by).name
            self._say(_STOPPED.format(name, code), file=sys.stderr)
        if self._nothing_ran and self._gates and asks_for_quick(sys.argv[1:]):
            self._keep_answer(code)
        if code:
            raise SystemExit(code)

    def _remember_verdict(self, task: Any) -> None:
        if task.name.startswith("gate:"):
            self._gates.append(task)

    @property
    def _nothing_ran(self) -> bool:
        return not self._worked and not self._rode

    def _keep_answer(self, code: int) -> None:
        watch = evidence([*self._current, *self._gates], plan(), variables())
        if watch:
            said = [_NOTHING.format(self._tasks)]
            said += (action.out for gate in self._gates for action in gate.actions)
            tools = [str(tool_file(name)) for name in ("k6", "chromium")]
            found = Settled("".join(said), code, self._tasks, sorted(plan().specs))
            record_settled(sys.argv[1:], watch, tools, found)

    @property
    def _tasks(self) -> int:
        """How many tasks were up to date, with those that were known to be."""
        return max(len(self._current), looked_at().tasks)

    def _say_what_ran(self) -> None:
        if not self._rode and not self._made:
            self.outstream.write(_NOTHING.format(self._tasks))
        elif not self._rode:
            self._say("No load to ride: what was measured still stands; judged and rendered anew.")

    def _warn_of_remote(self) -> None:
        """Nobody puts load on another machine without being told so."""
        if plan().settings["environment"] == "remote":
            said = f"REMOTE: this puts load on {target_of(plan())}"
            line = "=" * (len(said) + 4)
            self._say(f"{line}\n= {said} =\n{line}")

    def _say(self, text: str, file: Any = None) -> None:
        stream = file or self.outstream
        stream.write(f"{text}\n")
        stream.flush()

    def _stop(self, number: int, _frame: FrameType | None) -> None:
        """End in order: once something is ridden, what is measured is kept and reported first.

        Told again, or before that, end at once. Every process of ``doit -n`` hears a Ctrl-C.
        """
        here = os.getpid() == self._main
        if self._stopped_by or (here and not stopping.begun()):
            name = signal.Signals(number).name
            os.write(2, _ENDED.format(name).encode())
            raise SystemExit(128 + number)
        self._stopped_by = number
        stopping.ask()
        if here:
            os.write(2, _STOPPING.encode())  # no stream may be in the middle of something


def _code_of(fail: BaseFail) -> ExitCode:
    return ExitCode.TASK_FAILED if fail.get_name() == "TaskFailed" else ExitCode.TASK_ERROR
