"""The app under test: started on a free port, waited for, stopped, and never left behind."""

from __future__ import annotations

import os

import pytest

from executors.http_get import get
from executors.server import LOG, running_app
from tandem.errors import ServerError
from tandem.settings import AppSettings

SERVE = ("{python}", "-m", "http.server", "{port}", "--bind", "127.0.0.1")


def app(*command, **given):
    return AppSettings(command=command, **given)


def test_the_app_answers_while_it_runs_and_is_gone_afterwards(tmp_path):
    with running_app(app(*SERVE), None, tmp_path, ()) as running:
        assert get(running.origin, "/", 5).status == 200
        assert running.why_gone() == ""
    with pytest.raises(OSError, match="refused"):
        get(running.origin, "/", 5)
    assert "GET / HTTP" in (tmp_path / LOG).read_text()


def test_with_a_target_nothing_is_started(tmp_path):
    with running_app(app("no-such-program"), "http://127.0.0.1:9", tmp_path, ()) as running:
        assert running.origin == "http://127.0.0.1:9"
    assert not (tmp_path / LOG).exists()


def test_an_app_that_ends_at_once_is_told_with_its_last_words(tmp_path):
    broken = app("{python}", "-c", "import sys; print('no database'); sys.exit(4)")
    with (
        pytest.raises(ServerError, match=r"exit code 4 at its start; it printed: no database"),
        running_app(broken, None, tmp_path, ()),
    ):
        pass


def test_an_app_that_is_never_ready_is_given_up_and_stopped(tmp_path):
    mute = app("{python}", "-c", "import os, time; print(os.getpid(), flush=True); time.sleep(60)")
    mute = mute.model_copy(update={"ready_timeout_s": 0.5})
    with (
        pytest.raises(ServerError, match=r"not ready within 0\.5 s"),
        running_app(mute, None, tmp_path, ()),
    ):
        pass
    pid = int((tmp_path / LOG).read_text())
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_an_error_page_is_not_ready(tmp_path):
    missing = app(*SERVE, ready_path="/missing", ready_timeout_s=1.0)
    with (
        pytest.raises(ServerError, match="GET /missing answered 404"),
        running_app(missing, None, tmp_path, ()),
    ):
        pass


def test_an_app_that_goes_away_is_noticed(tmp_path):
    with running_app(app(*SERVE), None, tmp_path, ()) as running:
        process = running._process
        assert process is not None
        process.stop()
        assert "the app ended during the ride" in running.why_gone()
