"""Where nights are kept: folders, object stores and git branches, each of them real."""

from __future__ import annotations

import subprocess
import time
from concurrent.futures import ThreadPoolExecutor

import boto3
import pytest
from moto.server import ThreadedMotoServer
from pyarrow import fs

from summary.history.frozen import freeze, night_file
from summary.history.object_store import ObjectStore
from summary.history.records import to_text
from summary.history.stores import open_store
from tandem.errors import SettingsError
from tests.summary.history.nights import name_of, record

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


def test_a_workspace_below_the_top_of_its_repository_reads_what_it_wrote(clone, monkeypatch):
    (clone / "clone/performance").mkdir()
    monkeypatch.chdir(clone / "clone/performance")
    store = open_store("git:history")
    store.write("nights/nightly/a.json", b"a")
    assert store.names("nights/nightly") == ["nights/nightly/a.json"]
    assert dict(store.read_all(store.names("nights/nightly"))) == {"nights/nightly/a.json": b"a"}
    monkeypatch.chdir(clone / "clone")
    assert store.names("nights/nightly") == ["nights/nightly/a.json"]


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


def test_a_store_that_does_not_answer_is_told():
    dead = fs.S3FileSystem(
        access_key="a",
        secret_key="a",
        endpoint_override="127.0.0.1:9",
        scheme="http",
        region="us-east-1",
        retry_strategy=fs.AwsDefaultS3RetryStrategy(max_attempts=0),
    )
    store = ObjectStore(dead, "nights/x", "s3://nights/x?endpoint_override=127.0.0.1:9")
    with pytest.raises(SettingsError, match="s3://nights/x cannot be used"):
        store.names("nights/nightly")


def test_all_are_read_at_once_as_they_are_singly(store):
    written = {f"nights/nightly/{number:02d}.json": b"\n" * number for number in range(20)}
    for name, content in written.items():
        store.write(name, content)
    names = store.names("nights/nightly")
    assert dict(store.read_all(names)) == written
    assert [name for name, _ in store.read_all(names[3:7])] == names[3:7]
    assert list(store.read_all([])) == []


def test_writers_of_one_night_leave_one_of_them_whole(store):
    contents = [bytes([65 + number]) * 5000 for number in range(4)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda content: store.write("nights/nightly/a.json", content), contents))
    assert store.names("nights/nightly") == ["nights/nightly/a.json"]
    assert store.read("nights/nightly/a.json") in contents


def test_half_of_an_upload_is_no_night_until_it_is_there_as_a_whole(store):
    whole = to_text(record(1)).encode()
    store.write(night_file("nightly", name_of(0)), to_text(record(0)).encode())
    store.write(night_file("nightly", name_of(1)), whole[: len(whole) // 2])
    found = freeze(store, "x", name_of(5), "nightly")
    assert [each.night for each in found.nights] == [name_of(0)]
    (told,) = found.unreadable
    assert "torn" in told and name_of(1) in told
    store.write(night_file("nightly", name_of(1)), whole)
    found = freeze(store, "x", name_of(5), "nightly")
    assert [each.night for each in found.nights] == [name_of(0), name_of(1)]
    assert found.unreadable == ()


INDEX = "index/nights/nightly.json"
NAMES = [f"nights/nightly/{number}.json" for number in range(5)]


@pytest.fixture
def indexed(bucket):
    """Open the object store anew, some minutes later; say what is read of it object by object."""

    def opened(later_s=1000.0):
        plain = open_store(bucket)
        store = ObjectStore(plain._filesystem, plain._base, bucket, lambda: time.time() + later_s)
        singly = []
        read = store.read
        store.read = lambda name: (singly.append(name), read(name))[1]
        return store, singly

    store, _ = opened()
    for name in NAMES:
        store.write(name, name.encode())
    return opened


def read_of(opened, later_s=1000.0):
    """What a store opened anew reads, and which objects it asked for."""
    store, singly = opened(later_s)
    return dict(store.read_all(store.names("nights/nightly"))), singly


def test_an_index_is_derived_and_read_in_place_of_its_records(indexed):
    first, singly = read_of(indexed)
    assert sorted(singly) == [INDEX, *NAMES]
    again, singly = read_of(indexed)
    assert first == again == {name: name.encode() for name in NAMES}
    assert singly == [INDEX]


def test_a_record_that_is_new_or_another_one_is_read_itself(indexed):
    read_of(indexed)
    store, _ = indexed()
    store.write(NAMES[2], b"another night of that name")
    store.write("nights/nightly/9.json", b"new")
    found, singly = read_of(indexed)
    assert (
        found[NAMES[2]] == b"another night of that name"
        and found["nights/nightly/9.json"] == b"new"
    )
    assert sorted(singly) == [INDEX, NAMES[2], "nights/nightly/9.json"]
    assert read_of(indexed)[1] == [INDEX]


def test_an_empty_record_is_no_hindrance_to_those_after_it(indexed):
    store, _ = indexed()
    store.write(NAMES[2], b"")
    read_of(indexed)
    store.write("nights/nightly/9.json", b"new")
    found, singly = read_of(indexed)
    assert (found[NAMES[2]], found["nights/nightly/9.json"]) == (b"", b"new")
    assert sorted(singly) == [INDEX, "nights/nightly/9.json"]


@pytest.mark.parametrize(
    "damaged",
    [
        b"",
        b"{",
        b"[]",
        b"\xff",
        b'{"version": 2, "records": {}}',
        b'{"version": 1, "records": {"nights/nightly/0.json": 3}}',
    ],
)
def test_an_index_that_cannot_be_used_is_made_anew(indexed, damaged):
    read_of(indexed)
    store, _ = indexed()
    store.write(INDEX, damaged)
    assert read_of(indexed)[0] == {name: name.encode() for name in NAMES}
    assert read_of(indexed)[1] == [INDEX]


def test_what_was_altered_in_the_index_is_read_from_its_record(indexed):
    read_of(indexed)
    store, _ = indexed()
    store.write(INDEX, store.read(INDEX).replace(b'nights/nightly/1.json"}', b'other"}'))
    found, singly = read_of(indexed)
    assert found[NAMES[1]] == NAMES[1].encode()
    assert singly == [INDEX, NAMES[1]]


def test_records_of_this_minute_are_not_indexed(indexed):
    read_of(indexed, later_s=0.0)
    assert len(read_of(indexed, later_s=0.0)[1]) == 1 + len(NAMES)


def test_readers_at_the_same_time_agree_whatever_becomes_of_the_index(indexed):
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: read_of(indexed)[0], range(8)))
    assert all(each == {name: name.encode() for name in NAMES} for each in found)
