"""What tells one build of the app from another."""

from __future__ import annotations

from executors.app_identity import identify_app
from tandem.settings import AppSettings


def plain(**given):
    return AppSettings(**given).model_dump(mode="json")


def test_nothing_configured_identifies_nothing():
    assert identify_app(plain(), (), None) == {"app": "", "digest": ""}


def test_sources_identify_by_content_and_by_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.py").write_text("1")
    first = identify_app(plain(), ("a.py",), None)
    assert first["app"] == first["digest"][:12]
    (tmp_path / "b.py").write_text("1")
    assert identify_app(plain(), ("b.py",), None) != first
    (tmp_path / "a.py").write_text("2")
    assert identify_app(plain(), ("a.py",), None) != first


def test_a_value_is_shown_as_it_is():
    found = identify_app(plain(value="release-7"), (), None)
    assert found["app"] == "release-7"
    assert found["digest"] != identify_app(plain(value="release-8"), (), None)["digest"]


def test_a_server_that_does_not_answer_identifies_nothing():
    found = identify_app(plain(value="x", version_path="/version"), (), "http://127.0.0.1:9")
    assert found == {"app": "", "digest": ""}
