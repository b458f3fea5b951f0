"""What is printed reaches the terminal, or does no harm."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

ASCII = {**os.environ, "PYTHONIOENCODING": "ascii"}
PREPARE = "import sys; from graph.terminal import *; prepare_terminal(sys.argv[1:])\n"
LINES = "for _ in range(100_000): sys.stdout.write('a line\\n')\n"


def test_a_character_that_the_terminal_lacks_has_a_plain_one_for_it():
    script = PREPARE + "print('0 — 1 · −2 … 3 → é'); print('type-…-input', file=sys.stderr)"
    ended = subprocess.run(
        [sys.executable, "-c", script, "run"], env=ASCII, capture_output=True, check=True
    )
    assert ended.stdout == b"0 - 1 | -2 ~ 3 > ?\n"
    assert ended.stderr == b"type-~-input\n"


def until_nobody_reads(script: str, *arguments: str) -> tuple[int, str]:
    """Return the code and the complaints of a script whose reader goes after the first line."""
    with subprocess.Popen(
        [sys.executable, "-c", script, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None and process.stderr is not None
        assert process.stdout.readline() == "a line\n"
        process.stdout.close()
        said = process.stderr.read()
    return process.returncode, said


@pytest.mark.parametrize("command", ["list", "info", "help", "clean"])
def test_a_call_that_mostly_prints_ends_silently_when_nobody_reads(command):
    code, said = until_nobody_reads(PREPARE + LINES, command)
    assert (code < 0, said) == (True, "")


def test_any_other_call_goes_on_to_its_end():
    script = PREPARE + "sys.stdout = Unheard(sys.stdout)\n" + LINES + "raise SystemExit(7)"
    assert until_nobody_reads(script, "run") == (7, "")


@pytest.mark.parametrize("output", [">/dev/full", ">&-"], ids=["full disk", "closed"])
def test_a_call_whose_output_cannot_be_kept_goes_on_too(output):
    """What is ridden meanwhile is worth more than what is said of it."""
    script = PREPARE + "sys.stdout = Unheard(sys.stdout)\n" + LINES + "raise SystemExit(7)"
    shell = f'exec "$0" -c "$1" run {output}'
    ended = subprocess.run(
        ["/bin/sh", "-c", shell, sys.executable, script], stderr=subprocess.PIPE, check=False
    )
    assert (ended.returncode, ended.stderr) == (7, b"")
