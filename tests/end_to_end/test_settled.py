"""The repeated answer: given while nothing has changed, and never after something has."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from graph.settled import FOLDER, state_of
from tests.end_to_end.workspace import clean_environment, make_workspace

ARGUMENTS = ("run", "quick", "executor=k6")
MARK = "this is the recorded answer\n"
CODE = 42
CELL = "k6/log-in-account/u001"
LOOK = (
    "import sys; from graph.settled import repeat_if_settled;"
    "repeat_if_settled('doit', sys.argv[1:])"
)


@pytest.fixture(scope="module")
def ridden(tmp_path_factory):
    """A workspace with one ridden cell, a marked answer on record, and a copy of all that."""
    workspace = make_workspace(tmp_path_factory.mktemp("settled") / "tree", "log-in-account")
    (workspace.folder / "bin").mkdir()
    extra = with_bin(workspace.folder)
    ended = workspace.doit(*ARGUMENTS, **extra)
    assert ended.code == 0, ended.out
    time.sleep(1.1)  # what has just changed is not relied upon
    ended = workspace.doit(*ARGUMENTS, **extra)
    assert ended.out.startswith("Nothing to run: all ")
    found = json.loads(record(workspace.folder).read_bytes())
    assert (found["code"], found["text"]) == (0, ended.out)
    found |= {"text": MARK, "code": CODE}
    record(workspace.folder).write_text(json.dumps(found), encoding="utf-8")
    shutil.copytree(workspace.folder, workspace.folder.with_name("kept"), symlinks=True)
    return workspace


@pytest.fixture
def settled(ridden):
    """The workspace as it was, its record of the state that its files have now."""
    yield ridden
    shutil.rmtree(ridden.folder)
    shutil.copytree(ridden.folder.with_name("kept"), ridden.folder, symlinks=True)
    file = record(ridden.folder)
    found = json.loads(file.read_bytes())
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ridden.folder)
        found["state"] = state_of(found["paths"].split("\n"))
    file.write_text(json.dumps(found), encoding="utf-8")


def record(folder: Path) -> Path:
    (only,) = (folder / FOLDER).glob("*.json")
    return only


def with_bin(folder: Path) -> dict[str, str]:
    return {"PATH": f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}"}


def answered(workspace, *arguments: str, **extra: str) -> bool:
    """Tell whether the recorded answer is given; no doit, so that nothing is ridden."""
    ended = subprocess.run(
        [sys.executable, "-c", LOOK, *(arguments or ARGUMENTS)],
        cwd=workspace.folder,
        env=clean_environment({**with_bin(workspace.folder), **extra}),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert (ended.stdout, ended.returncode) in [(MARK, CODE), ("", 0)], ended.stdout
    return ended.returncode == CODE


@pytest.mark.parametrize("program", [["-m", "doit"], ["dodo.py"]], ids=["doit", "dodo.py"])
def test_the_answer_and_its_code_are_repeated(settled, program):
    ended = subprocess.run(
        [sys.executable, *program, *ARGUMENTS],
        cwd=settled.folder,
        env=clean_environment(with_bin(settled.folder)),
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    assert (ended.stdout, ended.returncode) == (MARK, CODE)


@pytest.mark.parametrize(
    "arguments",
    [
        ("run", "quick", "executor=k6", "journey=log-in-account"),
        ("run", "quick"),
        ("run", "-v", "1", "quick", "executor=k6"),
        ("list", "executor=k6"),
        ("run", "load:quick", "executor=k6"),
        ("run", "nightly", "executor=k6"),
    ],
    ids=" ".join,
)
def test_other_calls_are_not_answered(settled, arguments):
    assert answered(settled)
    assert not answered(settled, *arguments)


@pytest.mark.parametrize(
    "extra",
    [{"TANDEM_K6__EXECUTABLE": "k6"}, {"SOURCE_DATE_EPOCH": "1"}, {"ANY_NAME_A_SPEC_READS": "x"}],
    ids=lambda extra: next(iter(extra)),
)
def test_another_environment_is_not_answered(settled, extra):
    assert not answered(settled, **extra)


def rewrite(path: Path) -> None:
    """Change the content; keep size and modification time, as some tools do."""
    status = path.stat()
    content = path.read_bytes()
    path.write_bytes(content[:-2] + b" \n")
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def replace(path: Path) -> None:
    beside = path.with_name(f".{path.name}.new")
    beside.write_bytes(b"")
    beside.replace(path)


def put_tool(path: Path) -> None:
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)


def build(workspace) -> Path:
    (view,) = (workspace.folder / "build").iterdir()
    return view


CHANGES = {
    "spec": lambda at: rewrite(at.folder / "journeys/log-in-account.yaml"),
    "spec replaced": lambda at: replace(at.folder / "journeys/log-in-account.yaml"),
    "spec gone": lambda at: (at.folder / "journeys/log-in-account.yaml").unlink(),
    "new spec": lambda at: (at.folder / "journeys/new.yaml").write_text("id: new\n"),
    "action map": lambda at: rewrite(at.folder / "journeys/actions.yaml"),
    "settings": lambda at: rewrite(at.folder / "tandem.toml"),
    "app source": lambda at: rewrite(at.folder / "demo/static/app.css"),
    "new app source": lambda at: (at.folder / "demo/static/new.css").write_text("a{}"),
    "generator": lambda at: rewrite(at.folder / "generators/k6.py"),
    "template": lambda at: rewrite(at.folder / "summary/reports/templates/report.html.j2"),
    "dodo.py": lambda at: rewrite(at.folder / "dodo.py"),
    "script": lambda at: rewrite(build(at) / "scripts/k6/log-in-account-u001.js"),
    "outcome gone": lambda at: (build(at) / CELL / "outcome.json").unlink(),
    "raw gone": lambda at: (build(at) / CELL / "metrics.csv.gz").unlink(),
    "table gone": lambda at: next((build(at) / "tables/samples").iterdir()).unlink(),
    "table rewritten": lambda at: rewrite(next((build(at) / "tables/samples").iterdir())),
    "run.json rewritten": lambda at: rewrite(build(at) / "run.json"),
    "report gone": lambda at: (build(at) / "report.html").unlink(),
    "result's raw gone": lambda at: (at.latest / CELL / "stdout.txt").unlink(),
    "result's report gone": lambda at: (at.latest / "report.md").unlink(),
    "result gone": lambda at: shutil.rmtree(at.latest),
    "latest gone": lambda at: (at.folder / "results/latest").unlink(),
    "build gone": lambda at: shutil.rmtree(at.folder / "build"),
    "tool's record gone": lambda at: (at.folder / ".tandem/tools/k6.json").unlink(),
    "another k6": lambda at: put_tool(at.folder / "bin/k6"),
    "another browser": lambda at: put_tool(at.folder / "bin/google-chrome"),
    "record damaged": lambda at: record(at.folder).write_text('{"paths": 1}'),
    "record cut": lambda at: record(at.folder).write_bytes(record(at.folder).read_bytes()[:50]),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_is_noticed(settled, change):
    assert answered(settled)
    CHANGES[change](settled)
    assert not answered(settled)


def test_a_call_that_rode_leaves_no_answer(settled):
    shutil.rmtree(settled.folder / FOLDER)
    (build(settled) / CELL / "outcome.json").unlink()
    ended = settled.doit(*ARGUMENTS, **with_bin(settled.folder))
    assert "riding log-in-account" in ended.out
    assert not (settled.folder / FOLDER).exists()
