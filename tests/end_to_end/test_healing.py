"""What is damaged is made anew; what was measured is ridden again only where it is gone."""

from __future__ import annotations

import fcntl
import itertools
import resource
import subprocess

import pytest

from tandem.exit_codes import ExitCode
from tests.end_to_end.workspace import Workspace, make_workspace

ARGUMENTS = ("run", "quick", "executor=k6")
CELL = "k6/log-in-account/u001"
DERIVED = (
    ".tandem/tools/k6.json",
    "build/VIEW/app.json",
    "build/VIEW/journeys/log-in-account.json",
    "build/VIEW/scripts/k6/log-in-account-u001.js",
    "build/VIEW/tables/samples/k6-log-in-account-u001.parquet",
    "build/VIEW/tables/cells/k6-log-in-account-u001.parquet",
    "build/VIEW/tables/runs.parquet",
    "build/VIEW/run.json",
    "build/VIEW/summary/summary.json",
    "build/VIEW/summary/summary-full.json",
    "build/VIEW/report.html",
    "results/latest/run.json",
    "results/latest/summary/summary-full.json",
)


@pytest.fixture(scope="module")
def ridden(tmp_path_factory):
    """A workspace with one ridden cell."""
    workspace = make_workspace(tmp_path_factory.mktemp("healing") / "tree", "log-in-account")
    ended = workspace.doit(*ARGUMENTS)
    assert ended.code == 0, ended.out
    assert workspace.doit(*ARGUMENTS).out.startswith("Nothing to run")
    return workspace


@pytest.fixture
def copy(ridden, tmp_path):
    """A copy of it to be damaged, its results still links of what was built; its view's name."""
    folder = tmp_path / "tree"
    subprocess.run(["cp", "-a", str(ridden.folder), str(folder)], check=True)
    (view,) = (path.name for path in (folder / "build").iterdir())
    return Workspace(folder), view


def cut(file):
    file.write_bytes(file.read_bytes()[:20])


def edit(file):
    file.write_bytes(file.read_bytes() + b"\n")


def replace(file):
    file.write_text("[]")


def remove(file):
    file.unlink()


@pytest.mark.parametrize(
    ("name", "damage"), [*zip(DERIVED, itertools.cycle([cut, replace, edit]), strict=False)]
)
def test_a_damaged_file_is_made_anew_and_nothing_is_ridden(copy, name, damage):
    workspace, view = copy
    file = (workspace.folder / name.replace("VIEW", view)).resolve()
    sound, rides, latest = file.read_bytes(), workspace.rides(view), workspace.latest
    damage(file)
    ended = workspace.doit(*ARGUMENTS)
    assert ended.code == 0, ended.out
    assert "Traceback" not in ended.out
    assert file.read_bytes() == sound
    assert (workspace.rides(view), workspace.latest) == (rides, latest)


@pytest.mark.parametrize(
    ("name", "damage"), [("outcome.json", cut), ("report.html", cut), ("metrics.csv.gz", remove)]
)
def test_a_measurement_that_is_not_whole_is_ridden_again(copy, name, damage):
    workspace, view = copy
    rides = workspace.rides(view)
    damage(workspace.folder / "build" / view / CELL / name)
    ended = workspace.doit(*ARGUMENTS)
    assert ended.code == 0, ended.out
    assert workspace.rides(view) != rides


def test_a_disk_that_takes_no_more_is_told_and_what_was_ridden_stands(copy):
    """As on a full one: no file may become larger than 2 KB."""
    workspace, view = copy
    rides = workspace.rides(view)
    table = workspace.folder / f"build/{view}/tables/samples/k6-log-in-account-u001.parquet"
    sound = table.read_bytes()
    table.unlink()
    former = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2048, former[1]))
    try:
        process = workspace.start(*ARGUMENTS)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, former)
    out, _ = process.communicate(timeout=60)
    assert process.returncode == ExitCode.INVALID, out
    assert f"{table.name}: the table cannot be written: " in out
    assert "File too large" in out
    assert "doit.db: doit's record of finished tasks cannot be written" in out
    assert "What was ridden stands" in out
    assert "Traceback" not in out
    assert workspace.doit(*ARGUMENTS).code == 0
    assert table.read_bytes() == sound
    assert workspace.rides(view) == rides


def test_a_slip_in_a_spec_costs_no_ride_once_it_is_mended(copy):
    workspace, view = copy
    rides = workspace.rides(view)
    workspace.edit("journeys/log-in-account.yaml", "action: click", "action: klick")
    refused = workspace.doit(*ARGUMENTS)
    assert refused.code == ExitCode.JOURNEY_FAILED, refused.out
    assert "klick" in refused.out
    assert workspace.rides(view) != rides
    workspace.edit("journeys/log-in-account.yaml", "action: klick", "action: click")
    mended = workspace.doit(*ARGUMENTS)
    assert mended.code == 0, mended.out
    assert "its ride from before it was refused stands again" in mended.out
    assert workspace.rides(view) == rides


def test_two_doits_in_one_folder_work_one_after_the_other(copy):
    workspace, view = copy
    rides = workspace.rides(view)
    (workspace.folder / f"build/{view}/report.html").unlink()
    with (workspace.folder / ".tandem/tree.lock").open("w") as tree:
        fcntl.flock(tree, fcntl.LOCK_EX)
        both = [workspace.start(*ARGUMENTS) for _ in range(2)]
        said = [process.stdout.readline() for process in both]
        # What is edited while they wait is part of what they do.
        workspace.edit("tandem.toml", '"rate<=0"', '"rate<=0.01"')
    assert said == ["another doit runs in this folder: waiting for its end\n"] * 2
    out = [process.communicate(timeout=60)[0] for process in both]
    assert [process.returncode for process in both] == [0, 0], out
    assert sorted("No load to ride" in each for each in out) == [False, True], out
    assert workspace.doit(*ARGUMENTS).out.startswith("Nothing to run")
    assert workspace.rides(view) == rides


def test_latest_leads_to_a_run_again(copy):
    workspace, _ = copy
    link, led_to = workspace.folder / "results/latest", workspace.latest
    for point in (lambda: None, lambda: link.symlink_to("20000101-000000")):
        link.unlink()
        point()
        ended = workspace.doit(*ARGUMENTS)
        assert ended.code == 0, ended.out
        assert workspace.latest == led_to
