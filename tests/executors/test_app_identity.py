"""What tells one build of the app from another."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from executors.app_identity import identify_app
from tandem.app_settings import AppSettings


def plain(**given):
    return AppSettings(**given).model_dump(mode="json")


@pytest.fixture
def server():
    """A running app; what it says of itself can be changed."""

    class Answer(BaseHTTPRequestHandler):
        said = (200, b"one")

        def do_GET(self):
            status, content = self.said if self.path == "/version" else (404, b"")
            self.send_response(status)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as listening:
        thread = threading.Thread(target=listening.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{listening.server_port}", Answer
        listening.shutdown()
        thread.join()


def test_nothing_configured_identifies_nothing_and_says_what_would():
    found = identify_app(plain(), (), None)
    assert (found["app"], found["digest"]) == ("", "")
    assert "set app.sources" in found["unknown"]


def test_sources_identify_by_content_and_by_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.py").write_text("1")
    first = identify_app(plain(), ("a.py",), None)
    assert (first["app"], first["unknown"]) == (first["digest"][:12], "")
    (tmp_path / "b.py").write_text("1")
    assert identify_app(plain(), ("b.py",), None) != first
    (tmp_path / "a.py").write_text("2")
    assert identify_app(plain(), ("a.py",), None) != first


def test_a_value_is_shown_as_it_is():
    found = identify_app(plain(value="release-7"), (), None)
    assert found["app"] == "release-7"
    assert found["digest"] != identify_app(plain(value="release-8"), (), None)["digest"]


@pytest.mark.parametrize(
    "changed",
    [
        {"command": ("serve", "--debug")},
        {"environment": {"CACHE": "off"}},
        {"ready_path": "/up"},
    ],
)
def test_an_app_that_is_started_another_way_is_another_app(changed):
    usual = {"command": ("serve",), "environment": {"CACHE": "on"}, "value": "1"}
    first = identify_app(plain(**usual), (), None)
    assert identify_app(plain(**usual | changed), (), None)["digest"] != first["digest"]


def test_sources_that_lie_here_say_nothing_about_a_server_that_runs(tmp_path, monkeypatch, server):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.py").write_text("1")
    origin, _ = server
    found = identify_app(plain(sources=("a.py",)), ("a.py",), origin)
    assert (found["app"], found["digest"]) == ("", "")
    assert origin in found["unknown"] and "set app.version_path" in found["unknown"]


def test_a_running_server_is_what_it_says_it_is(server):
    origin, answer = server
    settings = plain(version_path="/version", command=("serve",))
    first = identify_app(settings, (), origin)
    assert first["digest"]
    assert identify_app(plain(version_path="/version", command=()), (), origin) == first
    answer.said = (200, b"two")
    assert identify_app(settings, (), origin)["digest"] not in ("", first["digest"])
    answer.said = (503, b"")
    assert "answered 503" in identify_app(settings, (), origin)["unknown"]


def test_a_stated_value_identifies_a_running_server(server):
    assert identify_app(plain(value="release-7"), (), server[0])["app"] == "release-7"


def test_a_server_that_does_not_answer_identifies_nothing():
    found = identify_app(plain(value="x", version_path="/version"), (), "http://127.0.0.1:9")
    assert (found["app"], found["digest"]) == ("", "")
    assert "http://127.0.0.1:9/version" in found["unknown"]
