"""``doit run quick``, ridden for real: what is measured, what is reused, what is judged again."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys

import pyarrow.parquet as pq
import pytest

from tests.end_to_end.workspace import clean_environment, make_workspace

JOURNEYS = ("log-in-account", "play-start-stream")
CELLS = {f"{executor}/{each}/u001" for executor in ("k6", "playwright") for each in JOURNEYS}


HEAVY = {"pydantic", "yaml", "numpy", "pyarrow", "playwright", "jinja2", "tabulate"}


@pytest.fixture(scope="module")
def ridden(tmp_path_factory):
    """A workspace in which `doit run quick` has passed."""
    workspace = make_workspace(tmp_path_factory.mktemp("quick"), *JOURNEYS)
    ended = workspace.doit("run", "quick")
    assert ended.code == 0, ended.out
    return workspace, ended


@pytest.fixture
def workspace(ridden):
    """The workspace; what a test edits is put back afterwards."""
    folder = ridden[0].folder
    kept = {
        path: path.read_bytes()
        for part in ("journeys", "summary/reports/templates")
        for path in (folder / part).iterdir()
        if path.is_file()
    }
    yield ridden[0]
    for path, content in kept.items():
        if path.read_bytes() != content:
            path.write_bytes(content)


def test_the_result_directory_holds_everything(ridden):
    latest = ridden[0].latest
    for journey in JOURNEYS:
        k6, browser = latest / "k6" / journey / "u001", latest / "playwright" / journey / "u001"
        for name in ("metrics.csv.gz", "report.html", "summary.json", "stdout.txt", "outcome.json"):
            assert (k6 / name).stat().st_size > 0, name
        for name in ("timings.json", "user001.har", "trace-user001.zip", "stdout.txt"):
            assert (browser / name).stat().st_size > 0, name
        assert (latest / f"scripts/k6/{journey}-u001.js").exists()
        assert (latest / f"scripts/playwright/{journey}-u001.py").exists()
        assert (latest / f"journeys/{journey}.json").exists()
    reports = {"report.md", "report.html", "junit.xml"}
    gitlab = {"load-performance.json", "browser-performance.json"}
    assert {"run.json", *reports, *gitlab} <= {path.name for path in latest.iterdir()}
    assert (latest.parent / "index.html").exists()


def test_a_job_on_github_gets_its_summary_and_no_annotation_of_a_pass(ridden, tmp_path):
    workspace, page = ridden[0], tmp_path / "summary.md"
    ended = workspace.doit("run", "quick", GITHUB_ACTIONS="true", GITHUB_STEP_SUMMARY=str(page))
    assert ended.code == 0 and "::error" not in ended.out
    assert page.read_text().startswith("# ✅ Pass")


def test_colours_come_when_they_are_asked_for(ridden):
    plain = ridden[0].doit("run", "show").out
    assert "\x1b" not in plain
    painted = ridden[0].doit("run", "show", FORCE_COLOR="1").out
    assert "\x1b[1;32mPass\x1b[0m" in painted


def test_the_terminal_shows_the_numbers_and_where_the_report_is(ridden):
    out = ridden[1].out
    assert "start-playback" in out
    assert "4 of 4 cells ok" in out
    report = re.search(r"^Report: (\S+)$", out, re.MULTILINE)
    assert report is not None
    assert (ridden[0].folder / report[1]).samefile(ridden[0].latest / "report.html")


def test_both_executors_have_every_step_in_their_tables(ridden):
    summary = ridden[0].summary()
    steps = {
        journey["id"]: {each["id"] for each in journey["steps"]} for journey in summary["journeys"]
    }
    for cell in summary["cells"]:
        name = f"{cell['executor']}-{cell['journey']}-u001.parquet"
        rows = pq.read_table(ridden[0].latest / "tables/samples" / name).to_pylist()
        interactions = [row for row in rows if row["kind"] == "interaction"]
        assert {row["step"] for row in interactions} == steps[cell["journey"]]
        assert all(row["ok"] for row in interactions)


def test_the_same_requests_have_the_same_names_in_both_tables(ridden):
    def names(executor):
        return {
            row["name"]
            for row in ridden[0].summary()["series"]
            if row["kind"] == "request" and row["executor"] == executor
        }

    assert names("k6") == names("playwright")


def test_the_run_is_on_record_with_its_tools_and_digests(ridden):
    record = json.loads((ridden[0].latest / "run.json").read_bytes())
    assert set(record["tools"]) == {"k6", "chromium", "playwright"}
    assert record["matrix"] == {"k6": [1], "playwright": [1]}
    assert all(set(cell["inputs"]) >= {"script", "tool", "app"} for cell in record["cells"])


def test_the_report_links_lead_to_files(ridden):
    text = (ridden[0].latest / "report.html").read_text(encoding="utf-8")
    links = re.findall(r'href="(?!data:)([^"#][^"]*)"', text)
    assert len(links) > 20
    assert [link for link in links if not (ridden[0].latest / link).exists()] == []


def test_a_second_run_does_nothing_and_says_so(workspace):
    rides, latest = workspace.rides(), workspace.latest
    ended = workspace.doit("run", "quick")
    assert ended.code == 0
    assert ended.out.startswith("Nothing to run: all ")
    assert "Report: " in ended.out
    assert (workspace.rides(), workspace.latest) == (rides, latest)


def test_a_second_run_loads_nothing_heavy(workspace):
    workspace.doit("run", "quick")
    script = (
        "import sys; from doit.doit_cmd import DoitMain; code = DoitMain().run(['run', 'quick']);"
        f"print(code, sorted({HEAVY!r} & set(sys.modules)))"
    )
    ended = subprocess.run(
        [sys.executable, "-c", script],
        cwd=workspace.folder,
        env=clean_environment({}),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    assert ended.stdout.splitlines()[-1] == "0 []"


def test_a_comment_in_a_spec_rides_nothing(workspace):
    workspace.doit("run", "quick")
    rides = workspace.rides()
    workspace.edit("journeys/log-in-account.yaml", "pacingSeconds", "# a comment\npacingSeconds")
    ended = workspace.doit("run", "quick")
    assert (ended.code, workspace.rides()) == (0, rides)


def test_an_slo_is_judged_again_without_a_load(workspace):
    workspace.doit("run", "quick")
    rides, latest = workspace.rides(), workspace.latest
    workspace.edit("journeys/log-in-account.yaml", "steps:", "slos: [p(95)<0.001]\nsteps:")
    ended = workspace.doit("run", "quick")
    assert ended.code == 99, ended.out
    assert "No load to ride" in ended.out
    assert "SLO p(95)<0.001 is missed" in ended.out
    assert (workspace.rides(), workspace.latest) == (rides, latest)
    again = workspace.doit("run", "quick")
    assert (again.code, again.out.startswith("Nothing to run")) == (99, True)


def test_a_template_is_rendered_again_without_a_load(workspace):
    workspace.doit("run", "quick")
    rides = workspace.rides()
    workspace.edit("summary/reports/templates/page.html.j2", "</body>", "<p>Edited</p></body>")
    assert workspace.doit("run", "quick").code == 0
    assert workspace.rides() == rides
    assert "<p>Edited</p>" in (workspace.latest / "report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "surroundings",
    [
        {"LC_ALL": "C", "TZ": "Asia/Kathmandu", "PYTHONHASHSEED": "1"},
        {"LC_ALL": "tr_TR.UTF-8", "TZ": "America/St_Johns", "PYTHONHASHSEED": "2"},
    ],
    ids=lambda each: each["LC_ALL"],
)
def test_what_is_rebuilt_in_another_folder_has_the_same_bytes(workspace, tmp_path, surroundings):
    """All that is no measurement, from the same measurements."""
    workspace.doit("run", "quick")
    expected = workspace.derived()
    assert len(expected) > 12
    other = type(workspace)(tmp_path / "a deeper/folder")
    shutil.copytree(workspace.folder, other.folder, symlinks=True)
    shutil.rmtree(other.folder / ".tandem")
    shutil.rmtree(other.folder / "results")
    for name in expected:
        (other.folder / "build/quick" / name).unlink()
    ended = other.doit("run", "quick", **surroundings)
    assert ended.code == 0, ended.out
    assert "riding" not in ended.out
    assert set(other.rides()) == CELLS
    rebuilt = other.derived()
    assert {name for name in expected if rebuilt[name] != expected[name]} == set()
    assert other.latest.name == workspace.latest.name


def test_a_narrowed_run_stands_for_itself_and_leaves_the_whole_one_alone(workspace):
    workspace.doit("run", "quick")
    rides = workspace.rides()
    chosen = ("journey=log-in-account", "executor=k6", "users=2", "iterations=2", "pacing=0.2")
    ended = workspace.doit("run", "quick", *chosen)
    assert ended.code == 0, ended.out
    assert "Narrowed or changed by" in ended.out
    summary = json.loads((workspace.latest / "summary/summary-full.json").read_bytes())
    cells = [(cell["executor"], cell["journey"], cell["users"]) for cell in summary["cells"]]
    assert cells == [("k6", "log-in-account", 2)]
    assert summary["cells"][0]["iterations_ok"] == 4
    assert summary["journeys"][0]["pacing_overridden"]
    assert workspace.doit("run", "quick", *chosen).out.startswith("Nothing to run")
    assert workspace.doit("run", "quick").out.startswith("Nothing to run")
    assert workspace.rides() == rides


def test_show_prints_a_run_again(workspace):
    ended = workspace.doit("show")
    assert (ended.code, "Report: results/" in ended.out) == (0, True)
    assert workspace.doit("show", "run=nonesuch").code == 3


def test_validate_passes_sound_specs_and_tells_the_faults_of_others(workspace):
    assert workspace.doit("validate").code == 0
    workspace.edit("journeys/log-in-account.yaml", "waitForText", "waitForTxt")
    ended = workspace.doit("validate")
    assert ended.code == 3
    assert "journeys/log-in-account.yaml:" in ended.out
    assert "waitForText" in ended.out
    assert "Traceback" not in ended.out


def test_clean_removes_whole_cell_folders(ridden, tmp_path):
    copy = type(ridden[0])(tmp_path / "copy")
    shutil.copytree(ridden[0].folder, copy.folder, symlinks=True)
    (copy.folder / "build/quick-users-2-abcdef/tables").mkdir(parents=True)  # it was narrowed
    assert copy.doit("clean").code == 0
    assert not (copy.folder / "build").exists()
    assert (copy.folder / "results").exists()


# The last one: what it has ridden is nothing that another test could go on with.


def test_editing_one_journey_rides_its_cells_only(workspace):
    rides = workspace.rides()
    workspace.edit("journeys/play-start-stream.json", '"value": "ambient"', '"value": "ambien"')
    assert workspace.doit("run", "quick").code == 0
    changed = {cell for cell, ride in workspace.rides().items() if ride != rides[cell]}
    assert changed == {f"{each}/play-start-stream/u001" for each in ("k6", "playwright")}
