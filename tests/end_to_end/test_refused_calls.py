"""Calls that cannot be right end with a sentence: from doit's own command, and from dodo.py."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.end_to_end.workspace import clean_environment, make_workspace


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    return make_workspace(tmp_path_factory.mktemp("refused"), "log-in-account")


@pytest.mark.parametrize("program", [["-m", "doit"], ["dodo.py"]], ids=["doit", "dodo.py"])
@pytest.mark.parametrize("call", ["info qick", "run qick", "info load:quick:k6:log-in:u001"])
def test_a_task_that_is_not_there(workspace, program, call):
    ended = subprocess.run(
        [sys.executable, *program, *call.split()],
        cwd=workspace.folder,
        env=clean_environment({}),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode, ended.stdout) == (3, "")
    assert "there is no task" in ended.stderr
    assert "did you mean" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_call_from_another_folder_is_about_the_workspace(workspace, tmp_path):
    ended = subprocess.run(
        [sys.executable, workspace.folder / "dodo.py", "validate"],
        cwd=tmp_path,
        env=clean_environment({}),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "log-in-account is sound" in ended.stdout
    assert list(tmp_path.iterdir()) == []


def test_a_list_that_nobody_reads_to_its_end(workspace):
    with subprocess.Popen(
        [sys.executable, "-m", "doit", "list", "--all"],
        cwd=workspace.folder,
        env=clean_environment({}),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        process.stdout.close()
        assert process.stderr.read() == ""


def test_results_that_cannot_be_written_are_told_before_anything_is_ridden(workspace):
    ended = workspace.doit("run", "quick", "executor=k6", TANDEM_RESULTS="/proc/nowhere")
    assert ended.code == 3, ended.out
    assert "/proc/nowhere: no results can be put there" in ended.out
    assert "Nothing was ridden" in ended.out
    assert "Traceback" not in ended.out
    assert not list(workspace.folder.glob("build/*/k6"))


def test_a_table_of_nights_that_is_not_there(workspace):
    ended = workspace.doit("history", "import=nights.csv")
    assert ended.code == 3, ended.out
    assert "import=nights.csv: cannot be read: No such file" in ended.out


def test_a_folder_that_is_handed_over_as_a_file_costs_its_own_journey_only(workspace):
    spec = workspace.folder / "journeys/picture.yaml"
    spec.write_text(
        "id: picture\nsteps:\n  - {action: upload, selector: input, file: journeys}\n",
        encoding="utf-8",
    )
    try:
        ended = workspace.doit("run", "journey:quick:picture", "journey:quick:log-in-account")
    finally:
        spec.unlink()
    assert "Traceback" not in ended.out
    assert ended.code == 0, ended.out
    resolved = workspace.folder / "build/quick/journeys"
    assert "cannot be read" in (resolved / "picture.json").read_text("utf-8")
    assert (resolved / "log-in-account.json").exists()
