"""Stored runs that are judged again: sound ones, half of them, and damaged ones."""

from __future__ import annotations

import json
import re
import shutil
from datetime import UTC, datetime

import pytest

from journeys.resolved import RefusedJourney
from summary.prune import prune
from summary.rebuild import rejudge, resummarize
from summary.retention import Limit, removals
from summary.stored_runs import find_run, stored_runs, unreadable_runs
from tandem.errors import ArtifactError
from tests.summary.builders import journey
from tests.summary.stored import FOLDER, JOURNEY, RAW, SCRIPT, TABLE, publish_run

STAMP, LATER = "20261123-090000", "20261124-090000"


@pytest.fixture
def run(tmp_path):
    """The folder of a published run."""
    return publish_run(tmp_path)


def stored(run):
    return find_run(run.parent, run.name)


def content(folder):
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def dead_links(run):
    links = re.findall(r'href="(?!data:)([^"#][^"]*)"', (run / "report.html").read_text())
    assert links
    return [link for link in links if not (run / link).exists()]


def layer_gone(run, layer):
    prune(
        run.parent, removals([stored(run)], {layer: Limit(runs=0)}, Limit(), (), datetime.now(UTC))
    )


def test_a_run_is_rebuilt_byte_for_byte(run):
    before = content(run)
    assert resummarize(stored(run), {}).verdict == "pass"
    assert content(run) == before


def test_a_run_without_raw_artifacts_leads_to_none_when_it_is_judged_again(run):
    assert f"{FOLDER}/{RAW}" in (run / "report.html").read_text()
    layer_gone(run, "raw")
    assert dead_links(run) == []
    resummarize(stored(run), {})
    assert dead_links(run) == []
    assert f"{FOLDER}/{RAW}" not in (run / "summary/summary-full.json").read_text()


def test_a_run_without_tables_is_not_judged(run):
    layer_gone(run, "tables")
    for judge in (lambda: resummarize(stored(run), {}), lambda: rejudge(stored(run), {}, {})):
        with pytest.raises(ArtifactError, match="its tables are gone"):
            judge()


@pytest.mark.parametrize("gone", [SCRIPT, TABLE, JOURNEY, f"{FOLDER}/outcome.json"])
def test_what_is_gone_is_named(run, gone):
    (run / "tables/more").write_text("so that there is a table")
    (run / gone).unlink()
    with pytest.raises(ArtifactError, match=f"{gone}: (is gone|there is no such|cannot be read)"):
        resummarize(stored(run), {})


@pytest.mark.parametrize(
    ("name", "change", "said"),
    [
        ("run.json", {"stamp": "yesterday"}, "not a record of this version"),
        ("run.json", {"schema_version": 2}, "not a record of this version"),
        (JOURNEY, {"format_version": 2}, "of this version: format_version: must be 1"),
        (JOURNEY, {"steps": []}, "of this version: steps: must not be empty"),
    ],
)
def test_what_another_version_wrote_is_said_in_a_line(run, name, change, said):
    (run / name).write_text(json.dumps(json.loads((run / name).read_text()) | change))
    for judge in (lambda: resummarize(stored(run), {}), lambda: rejudge(stored(run), {}, {})):
        with pytest.raises(ArtifactError, match=said) as caught:
            judge()
        assert "\n" not in caught.value.message


def test_todays_slos_are_held_against_a_run(run):
    today = journey(slos=[{"threshold": "p(95)<1", "level": "error"}])
    found = rejudge(stored(run), {"home": today}, {})
    assert [slo.threshold for slo in found.missed] == ["p(95)<1"]
    assert (found.run.verdict, found.verdict, found.unknown) == ("pass", "fail", ())


@pytest.mark.parametrize(
    "today", [{}, {"home": RefusedJourney(id="home", source="home.yaml", fault="wrong")}]
)
def test_a_journey_of_which_no_slo_is_known_is_named(run, today):
    assert rejudge(stored(run), today, {}).unknown == ("home",)


def test_a_folder_of_which_nothing_is_known_is_named(run):
    results = run.parent
    for name in (LATER, f"{LATER}-2", "notes", f".{LATER}.pruned"):
        (results / name).mkdir()
    (results / LATER / "run.json").write_text("[]")
    assert unreadable_runs(results) == [f"{LATER}-2", LATER]
    assert [each.name for each in stored_runs(results)] == [STAMP]
    assert unreadable_runs(results / "none") == []


def test_runs_are_in_the_order_of_their_stamps(run):
    """A copy under a name of its own is not the newest of all."""
    for name in (f"{STAMP}-2", f"{STAMP}-10", LATER, "a-copy"):
        shutil.copytree(run, run.parent / name)
    names = [each.name for each in stored_runs(run.parent)]
    assert names == [LATER, f"{STAMP}-10", f"{STAMP}-2", STAMP, "a-copy"]


@pytest.mark.parametrize("link", [None, "gone", STAMP])
def test_the_latest_is_the_newest_where_nothing_leads_to_it(run, link):
    publish_run(run.parent, LATER)
    if link:
        (run.parent / "latest").symlink_to(link)
    assert find_run(run.parent, "latest").name == (STAMP if link == STAMP else LATER)


def test_a_removal_that_was_broken_off_is_ended_by_the_next(run):
    run.rename(run.with_name(f".{run.name}.pruned"))
    prune(run.parent, [])
    assert list(run.parent.iterdir()) == []
