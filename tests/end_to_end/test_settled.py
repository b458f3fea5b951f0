"""The repeated answer: given while nothing has changed, and never after something has.

After a change, doit looks at nothing less than what a look at everything finds to do.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from graph.settled import FOLDER
from graph.watch import VIEW, Watch, changes_of, digest_of
from tests.end_to_end.kept import Kept
from tests.end_to_end.workspace import clean_environment, make_workspace

ARGUMENTS = ("run", "quick", "executor=k6")
MARK = "this is the recorded answer\n"
CODE = 42
EDITED, OTHER = "log-in-account", "play-start-stream"
CELL = f"k6/{EDITED}/u001"
LOOK = """
import json, sys
from graph.settled import repeat_if_settled, stale
repeat_if_settled("doit", sys.argv[1:])
found = stale(tuple(sys.argv[1:]))
print(json.dumps(found and sorted(found.owners)))
"""


@pytest.fixture(scope="module")
def ridden(tmp_path_factory):
    """A workspace with two ridden cells and a marked answer on record."""
    workspace = make_workspace(tmp_path_factory.mktemp("settled") / "tree", EDITED, OTHER)
    (workspace.folder / "bin").mkdir()
    extra = with_bin(workspace.folder)
    ended = workspace.doit(*ARGUMENTS, **extra)
    assert ended.code == 0, ended.out
    time.sleep(1.1)  # what has just changed is not relied upon
    ended = workspace.doit(*ARGUMENTS, **extra)
    assert ended.out.startswith("Nothing to run: all ")
    found = json.loads(record(workspace.folder).read_bytes())
    text, code, *rest = found["settled"]
    assert (code, text) == (0, ended.out)
    found["settled"] = [MARK, CODE, *rest]
    record(workspace.folder).write_text(json.dumps(found), encoding="utf-8")
    return workspace


@pytest.fixture(scope="module")
def kept(ridden):
    return Kept(ridden.folder)


@pytest.fixture
def settled(ridden, kept):
    """The workspace as it was, its record of the state that its files have now."""
    yield ridden
    kept.put_back()
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ridden.folder)
        take_states(record(Path()))


def take_states(file: Path) -> None:
    """Let a record stand for the states that its files have now."""
    paths = file.with_suffix(".paths").read_text(encoding="utf-8").split("\n")
    former = Watch.from_json(paths, json.loads(file.with_suffix(".watch").read_bytes()))
    asked = dict(zip(former.asked, former.owners, strict=True))
    watch = Watch.begin(asked, {path: owner for path, (owner, _) in former.made.items()})
    found = json.loads(file.read_bytes()) | {"state": digest_of(changes_of(paths))}
    file.with_suffix(".watch").write_text(json.dumps(watch.to_json()), encoding="utf-8")
    file.write_text(json.dumps(found), encoding="utf-8")


def record(folder: Path) -> Path:
    (only,) = (folder / FOLDER).glob("*.json")
    return only


def with_bin(folder: Path) -> dict[str, str]:
    return {"PATH": f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}"}


def look(workspace, *arguments: str, **extra: str) -> str:
    """Return the recorded answer, or whose files have changed; no doit, so nothing is ridden."""
    ended = subprocess.run(
        [sys.executable, "-c", LOOK, *(arguments or ARGUMENTS)],
        cwd=workspace.folder,
        env=clean_environment({**with_bin(workspace.folder), **extra}),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert ended.returncode in (0, CODE), ended.stdout
    assert (ended.stdout == MARK) == (ended.returncode == CODE)
    return ended.stdout


def answered(workspace, *arguments: str, **extra: str) -> bool:
    """Tell whether the recorded answer is given."""
    return look(workspace, *arguments, **extra) == MARK


@pytest.mark.parametrize("program", [["-m", "doit"], ["dodo.py"]], ids=["doit", "dodo.py"])
def test_the_answer_and_its_code_are_repeated(ridden, program):
    ended = subprocess.run(
        [sys.executable, *program, *ARGUMENTS],
        cwd=ridden.folder,
        env=clean_environment(with_bin(ridden.folder)),
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    assert (ended.stdout, ended.returncode) == (MARK, CODE)


@pytest.mark.parametrize(
    "arguments",
    [
        ("run", "quick", "executor=k6", f"journey={EDITED}"),
        ("run", "quick"),
        ("run", "-v", "1", "quick", "executor=k6"),
        ("list", "executor=k6"),
        ("run", "load:quick", "executor=k6"),
        ("run", "nightly", "executor=k6"),
    ],
    ids=" ".join,
)
def test_other_calls_are_not_answered(ridden, arguments):
    assert answered(ridden)
    assert not answered(ridden, *arguments)


@pytest.mark.parametrize(
    "extra",
    [{"TANDEM_K6__EXECUTABLE": "k6"}, {"SOURCE_DATE_EPOCH": "1"}, {"ANY_NAME_A_SPEC_READS": "x"}],
    ids=lambda extra: next(iter(extra)),
)
def test_another_environment_is_not_answered(ridden, extra):
    assert not answered(ridden, **extra)


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


def spec(workspace) -> Path:
    return workspace.folder / f"journeys/{EDITED}.yaml"


def table(workspace) -> Path:
    return build(workspace) / f"tables/samples/k6-{EDITED}-u001.parquet"


OF_JOURNEY = {
    "spec": lambda at: rewrite(spec(at)),
    "spec replaced": lambda at: replace(spec(at)),
    "resolved replaced": lambda at: replace(build(at) / f"journeys/{EDITED}.json"),
    "script replaced": lambda at: replace(build(at) / f"scripts/k6/{EDITED}-u001.js"),
    "outcome gone": lambda at: (build(at) / CELL / "outcome.json").unlink(),
    "raw gone": lambda at: (build(at) / CELL / "metrics.csv.gz").unlink(),
    "cell gone": lambda at: shutil.rmtree(build(at) / CELL),
    "table replaced": lambda at: replace(table(at)),
}
OF_VIEW = {
    "run.json rewritten": lambda at: rewrite(build(at) / "run.json"),
    "report replaced": lambda at: replace(build(at) / "report.html"),
    "summary replaced": lambda at: replace(build(at) / "summary/summary-full.json"),
    "result's raw gone": lambda at: (at.latest / CELL / "stdout.txt").unlink(),
    "result's report gone": lambda at: (at.latest / "report.md").unlink(),
    "result gone": lambda at: shutil.rmtree(at.latest),
    "latest gone": lambda at: (at.folder / "results/latest").unlink(),
}
OF_ALL = {
    "spec gone": lambda at: spec(at).unlink(),
    "new spec": lambda at: (at.folder / "journeys/new.yaml").write_text("id: new\n"),
    "table gone": lambda at: table(at).unlink(),
    "report gone": lambda at: (build(at) / "report.html").unlink(),
    "action map": lambda at: rewrite(at.folder / "journeys/actions.yaml"),
    "settings": lambda at: rewrite(at.folder / "tandem.toml"),
    "app source": lambda at: rewrite(at.folder / "demo/static/app.css"),
    "new app source": lambda at: (at.folder / "demo/static/new.css").write_text("a{}"),
    "generator": lambda at: rewrite(at.folder / "generators/k6.py"),
    "template": lambda at: rewrite(at.folder / "summary/reports/templates/report.html.j2"),
    "dodo.py": lambda at: rewrite(at.folder / "dodo.py"),
    "app's identity replaced": lambda at: replace(build(at) / "app.json"),
    "build gone": lambda at: shutil.rmtree(at.folder / "build"),
    "tool's record gone": lambda at: (at.folder / ".tandem/tools/k6.json").unlink(),
    "another k6": lambda at: put_tool(at.folder / "bin/k6"),
    "another browser": lambda at: put_tool(at.folder / "bin/google-chrome"),
    "record damaged": lambda at: record(at.folder).write_text('{"settled": 1}'),
    "record cut": lambda at: record(at.folder).write_bytes(record(at.folder).read_bytes()[:50]),
}
CHANGES = OF_JOURNEY | OF_VIEW | OF_ALL


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_is_noticed_and_whose_it_is(settled, change):
    assert answered(settled)
    CHANGES[change](settled)
    found = json.loads(look(settled))
    if change in OF_ALL:
        assert found is None
    else:
        assert found == [EDITED if change in OF_JOURNEY else VIEW]


@pytest.mark.parametrize("watch", ["gone", "cut", "of another answer"])
def test_without_a_record_of_states_everything_is_looked_at(settled, watch):
    file = record(settled.folder).with_suffix(".watch")
    rewrite(spec(settled))
    assert json.loads(look(settled)) == [EDITED]
    content = file.read_text(encoding="utf-8")
    if watch == "gone":
        file.unlink()
    elif watch == "cut":
        file.write_text(content[:-100], encoding="utf-8")
    else:
        file.write_text(re.sub(r"\d{19}", "1" * 19, content, count=1), encoding="utf-8")
    assert json.loads(look(settled)) is None


@pytest.mark.parametrize("change", ["spec", "script replaced", "raw gone", "table replaced"])
def test_what_a_look_at_everything_finds_is_looked_at(settled, change):
    """doit's list is of all tasks; what it would run is of the journey, or of the view."""
    with spec(settled).open("a", encoding="utf-8") as stream:
        stream.write("# so that there is something to do in any case\n")
    CHANGES[change](settled)
    listed = settled.doit("list", "--all", "-s", "executor=k6", **with_bin(settled.folder))
    to_run = re.findall(r"^R ((?:journey|script|load|table):\S+)", listed.out, re.MULTILINE)
    quick = [name for name in to_run if ":quick" in name and name.count(":") > 1]
    assert any(EDITED in name for name in quick), listed.out
    assert not any(OTHER in name for name in quick)
    assert json.loads(look(settled)) == [EDITED]


def test_the_edited_journey_alone_is_ridden(settled):
    """The others are not even looked at; the answer to the next call is of all of them."""
    rides = settled.rides(build(settled).name)
    settled.edit(f"journeys/{EDITED}.yaml", "pacingSeconds: 0.25", "pacingSeconds: 0.26")
    extra = with_bin(settled.folder)
    ended = settled.doit(*ARGUMENTS, **extra)
    assert (ended.code, re.findall(r"^riding (\S+),", ended.out, re.MULTILINE)) == (0, [EDITED])
    assert OTHER in ended.out, "the table of results has both"
    now = settled.rides(build(settled).name)
    assert [cell for cell in rides if now[cell] != rides[cell]] == [CELL]
    time.sleep(1.1)
    again = settled.doit(*ARGUMENTS, **extra)
    assert again.out.startswith("Nothing to run: all ")
    whole = settled.doit("run", "-v", "2", "quick", "executor=k6", **extra)
    assert (again.out, again.code) == (whole.out, whole.code)
    assert settled.doit(*ARGUMENTS, **extra).out == whole.out


def test_a_call_that_rode_leaves_no_answer(settled):
    shutil.rmtree(settled.folder / FOLDER)
    (build(settled) / CELL / "outcome.json").unlink()
    ended = settled.doit(*ARGUMENTS, **with_bin(settled.folder))
    assert f"riding {EDITED}" in ended.out
    assert not (settled.folder / FOLDER).exists()
