"""A damaged database of doit's costs a sentence, never a traceback or a load."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from graph.database import usable_database


@pytest.fixture
def file(tmp_path):
    """A sound database of a few pages."""
    path = tmp_path / ".tandem" / "doit.db"
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as database:
        database.execute("create table doit (task_id text primary key, task_data text)")
        rows = [(f"task{number}", "x" * 500) for number in range(100)]
        database.executemany("insert into doit values (?, ?)", rows)
        database.commit()
    return path


def test_a_sound_database_stays(file, capsys):
    """Nothing is said, nothing is moved."""
    content = file.read_bytes()
    assert usable_database(file) == str(file)
    assert file.read_bytes() == content
    assert capsys.readouterr().err == ""


def test_a_first_call_makes_the_folder(tmp_path, capsys):
    """Without a database there is nothing to check; doit finds a folder to make one in."""
    file = tmp_path / "new" / "doit.db"
    usable_database(file)
    assert file.parent.is_dir()
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("damage", ["garbage", "torn", "truncated"])
def test_a_damaged_database_is_put_aside(file, damage, capsys):
    """The message names the file and says what is not lost."""
    content = file.read_bytes()
    broken = {
        "garbage": b"no database at all" * 100,
        "torn": content[:8192] + bytes(4096) + content[12288:],
        "truncated": content[: len(content) // 2],
    }[damage]
    file.write_bytes(broken)
    usable_database(file)
    assert not file.exists()
    assert file.with_name("doit.db.damaged").read_bytes() == broken
    said = capsys.readouterr().err
    assert "doit.db" in said
    assert "what was ridden still stands" in said


def test_a_busy_database_is_not_a_damaged_one(file, capsys):
    """Another doit that writes right now loses nothing."""
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("begin exclusive")
        usable_database(file)
        other.execute("rollback")
    assert file.exists()
    assert capsys.readouterr().err == ""
