"""The states of files, and whose files are not as they were."""

from __future__ import annotations

import json
import os

import pytest

from graph.watch import SHARED, VIEW, Watch, changes_of, digest_of

ASKED = {
    "journeys": SHARED,
    "journeys/a.yaml": "a",
    "journeys/b.yaml": "b",
    "journeys/actions.yaml": SHARED,
    "made": SHARED,
    "made/a": "a",
    "report": VIEW,
}
MADE = {"made/a.json": "a", "made/b.json": "b"}


@pytest.fixture
def watch(tmp_path, monkeypatch):
    """Two journeys' files, some of which only their folder tells of, as they are now."""
    monkeypatch.chdir(tmp_path)
    for folder in ("journeys", "made/a"):
        (tmp_path / folder).mkdir(parents=True)
    for file in ASKED | MADE:
        if not (tmp_path / file).exists():
            (tmp_path / file).write_text("as it was")
    found, probe = Watch.begin(ASKED, MADE), tmp_path / "probe"
    probe.touch()
    while probe.stat().st_ctime_ns <= found.latest:  # until the file system's clock has ticked
        probe.touch()
    return found


def replace(path):
    """Put the same content in place by renaming."""
    beside = path.with_name(f".{path.name}.new")
    beside.write_text("as it was")
    beside.replace(path)


def test_nothing_has_changed(watch):
    assert watch.owners_of_changes(changes_of(watch.asked)) == frozenset()


@pytest.mark.parametrize(
    ("path", "owners"),
    [
        ("journeys/a.yaml", {"a"}),
        ("journeys/actions.yaml", {SHARED}),
        ("made/a.json", {"a"}),
        ("made/b.json", {"b"}),
        ("report", {VIEW}),
    ],
)
def test_a_file_that_is_replaced_is_its_owners_change(watch, tmp_path, path, owners):
    replace(tmp_path / path)
    assert watch.owners_of_changes(changes_of(watch.asked)) == owners


@pytest.mark.parametrize(
    ("path", "owners"),
    [
        ("journeys/a.yaml", {"a", SHARED}),
        ("made/b.json", {"b", SHARED}),
        ("report", {VIEW}),
    ],
)
def test_a_file_that_goes_is_a_change_of_its_folder_too(watch, tmp_path, path, owners):
    (tmp_path / path).unlink()
    assert watch.owners_of_changes(changes_of(watch.asked)) == owners


def test_a_new_file_in_a_shared_folder_is_everybodys_change(watch, tmp_path):
    (tmp_path / "journeys/c.yaml").write_text("new")
    assert watch.owners_of_changes(changes_of(watch.asked)) == {SHARED}


def test_a_new_file_in_a_folder_of_one_is_the_ones(watch, tmp_path):
    (tmp_path / "made/a/raw").write_text("new")
    assert watch.owners_of_changes(changes_of(watch.asked)) == {"a"}


def test_what_an_editor_keeps_beside_is_nobodys(watch, tmp_path):
    (tmp_path / "journeys/.a.yaml.swp").write_text("")
    assert watch.owners_of_changes(changes_of(watch.asked)) == frozenset()


def test_a_folder_that_goes_is_the_change_of_all_in_it(watch, tmp_path):
    for file in (*MADE, "made/a"):
        path = tmp_path / file
        path.rmdir() if path.is_dir() else path.unlink()
    (tmp_path / "made").rmdir()
    assert watch.owners_of_changes(changes_of(watch.asked)) == {"a", "b", SHARED}


def test_it_reads_what_it_wrote(watch):
    assert Watch.from_json(watch.asked, json.loads(json.dumps(watch.to_json()))) == watch
    assert digest_of(changes_of(watch.asked)) == digest_of(changes_of(sorted(ASKED)))


def test_the_latest_change_is_of_any_of_them(watch, tmp_path):
    replace(tmp_path / "made/b.json")
    now = Watch.begin(ASKED, MADE)
    assert now.latest == max(each.stat().st_ctime_ns for each in (tmp_path / "made",))


def test_a_file_that_is_not_there_cannot_be_watched(watch, tmp_path):
    (tmp_path / "report").unlink()
    with pytest.raises(ValueError, match="not there"):
        Watch.begin(ASKED, MADE)


def test_a_name_with_a_line_end_cannot_be_watched(watch, tmp_path):
    name = "made/a\nb"
    (tmp_path / name).write_text("")
    with pytest.raises(ValueError, match="line end"):
        Watch.begin(ASKED | {name: "a"}, MADE)


def test_a_time_that_a_program_sets_hides_nothing(watch, tmp_path):
    path = tmp_path / "journeys/b.yaml"
    kept = path.stat()
    replace(path)
    os.utime(path, ns=(kept.st_atime_ns, kept.st_mtime_ns))
    assert watch.owners_of_changes(changes_of(watch.asked)) == {"b"}
