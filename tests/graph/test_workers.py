"""What works on tasks with ``doit -n``."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

SCRIPT = """
import multiprocessing
multiprocessing.set_start_method("spawn")  # as on macOS; Python 3.14 does alike on Linux
import dodo
from doit.runner import MRunner
said = MRunner.Queue()
worker = MRunner.Child(target=lambda: said.put("no function can be sent, only inherited"))
worker.start()
print(said.get())
worker.join()
"""


def test_they_inherit_what_cannot_be_sent_whatever_python_begins_with():
    ended = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.stdout, ended.stderr) == ("no function can be sent, only inherited\n", "")
