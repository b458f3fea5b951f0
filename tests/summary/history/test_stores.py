"""Where nights are kept: folders, object stores and git branches, each of them real."""

from __future__ import annotations

import subprocess
from concurrent.futures import ThreadPoolExecutor

import boto3
import pytest
from moto.server import ThreadedMotoServer

from summary.history.stores import open_store
from tandem.errors import SettingsError

# boto3, which only speaks to the test's own server here, warns of its own datetime use.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


@pytest.fixture(scope="module")
def object_server():
    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"{host}:{port}"
    server.stop()


@pytest.fixture
def bucket(object_server, monkeypatch):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    client = boto3.client("s3", endpoint_url=f"http://{object_server}", region_name="us-east-1")
    client.create_bucket(Bucket="nights")
    options = f"endpoint_override={object_server}&scheme=http&region=us-east-1"
    yield f"s3://nights/shop?{options}"
    for each in client.list_objects_v2(Bucket="nights").get("Contents", []):
        client.delete_object(Bucket="nights", Key=each["Key"])


def git(*arguments, at):
    subprocess.run(["git", *arguments], cwd=at, check=True, capture_output=True)


@pytest.fixture
def clone(tmp_path, monkeypatch):
    git("init", "--bare", "-q", "remote.git", at=tmp_path)
    for name in ("clone", "other"):
        git("clone", "-q", "remote.git", name, at=tmp_path)
    monkeypatch.chdir(tmp_path / "clone")
    return tmp_path


@pytest.fixture(params=["folder", "s3", "git"])
def store(request, tmp_path):
    match request.param:
        case "folder":
            return open_store(str(tmp_path / "history"))
        case "s3":
            return open_store(request.getfixturevalue("bucket"))
        case _:
            request.getfixturevalue("clone")
            return open_store("git:performance-history")


def test_a_new_store_is_empty(store):
    assert store.names("nights/nightly") == []


def test_what_is_put_is_there_and_in_order(store):
    for night in ("2026-11-02", "2026-11-01"):
        store.write(f"nights/nightly/{night}.json", night.encode())
    store.write("decisions/one.json", b"1")
    names = ["nights/nightly/2026-11-01.json", "nights/nightly/2026-11-02.json"]
    assert store.names("nights/nightly") == names
    assert store.read(names[1]) == b"2026-11-02"


def test_putting_again_replaces_and_repeats_nothing(store):
    for content in (b"first", b"second", b"second"):
        store.write("nights/nightly/a.json", content)
    assert store.names("nights/nightly") == ["nights/nightly/a.json"]
    assert store.read("nights/nightly/a.json") == b"second"


def test_writers_at_the_same_time_lose_nothing(store):
    names = [f"nights/nightly/{number}.json" for number in range(4)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda name: store.write(name, name.encode()), names))
    assert store.names("nights/nightly") == names


def test_two_machines_push_to_one_branch(clone, monkeypatch):
    first = open_store("git:history")
    monkeypatch.chdir(clone / "other")
    second = open_store("git:history")
    second.write("nights/nightly/b.json", b"b")
    monkeypatch.chdir(clone / "clone")
    first.write("nights/nightly/a.json", b"a")
    assert first.names("nights/nightly") == ["nights/nightly/a.json", "nights/nightly/b.json"]
    tree = subprocess.run(
        ["git", "ls-tree", "-r", "--name-only", "history"],
        cwd=clone / "remote.git",
        capture_output=True,
        text=True,
        check=True,
    )
    assert tree.stdout.split() == ["nights/nightly/a.json", "nights/nightly/b.json"]
    assert not list((clone / "clone").glob("nights"))


def test_a_push_that_is_refused_says_so(clone):
    (clone / "remote.git/hooks/pre-receive").write_text("#!/bin/sh\nexit 1\n")
    (clone / "remote.git/hooks/pre-receive").chmod(0o755)
    with pytest.raises(SettingsError, match="could not be pushed to origin"):
        open_store("git:history").write("nights/nightly/a.json", b"a")


@pytest.mark.parametrize(
    ("location", "said"),
    [
        ("ftp://somewhere/else", "history.location"),
        ("git:", "names no branch"),
        ("git:a..b", "names no branch"),
        ("git:history", "needs a git repository"),
        ("s3://", "history.location"),
    ],
)
def test_a_location_that_cannot_be_used_is_refused(tmp_path, monkeypatch, location, said):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SettingsError, match=said):
        open_store(location)


def test_a_store_that_does_not_answer_is_told(monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "a")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "a")
    location = "s3://nights/x?endpoint_override=127.0.0.1:9&scheme=http&region=us-east-1"
    with pytest.raises(SettingsError, match="s3://nights/x cannot be used"):
        open_store(location).names("nights/nightly")
