"""The processes of ``doit -n`` are forks of doit, whatever this system or Python begins with.

macOS begins with new processes, Python 3.14 with forks of an empty one. To those doit would have
to hand its tasks over as text, which titles and conditions that are functions cannot become; and
what :mod:`executors.stopping` shares with them would not be shared.
"""

from __future__ import annotations

import multiprocessing

from doit.runner import MRunner


def fork_workers() -> None:
    """Let doit fork."""
    forks = multiprocessing.get_context("fork")
    MRunner.Child = staticmethod(forks.Process)
    MRunner.Queue = staticmethod(forks.Queue)
