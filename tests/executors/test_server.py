"""The app under test: started on a free port, waited for, stopped, and never left behind."""

from __future__ import annotations

import os
import socket

import pytest

from executors.http_get import get
from executors.server import LOG, running_app
from tandem.app_settings import AppSettings
from tandem.errors import ServerError

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


def test_the_port_may_be_handed_over_in_the_environment(tmp_path):
    """As many apps want it; braces of anything else in it stand for themselves."""
    code = "import os, http.server as h; assert os.environ['MORE'] == '{\"a\": {}}'; "
    code += "h.ThreadingHTTPServer(('127.0.0.1', int(os.environ['PORT'])), "
    code += "h.SimpleHTTPRequestHandler).serve_forever()"
    given = {"PORT": "{port}", "MORE": '{"a": {}}'}
    serve = app("{python}", "-c", code.replace("{", "{{").replace("}", "}}"), environment=given)
    with running_app(serve, None, tmp_path, ()) as running:
        assert get(running.origin, "/", 5).status == 200


def test_with_a_target_nothing_is_started(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as listening:
        target = f"http://127.0.0.1:{listening.getsockname()[1]}"
        with running_app(app("no-such-program"), target, tmp_path, ()) as running:
            assert running.origin == target
    assert not (tmp_path / LOG).exists()


def test_a_target_at_which_nothing_listens_has_failed(tmp_path):
    said = r"nothing listens at http://127\.0\.0\.1:9: connection refused"
    with (
        pytest.raises(ServerError, match=said),
        running_app(app(*SERVE), "http://127.0.0.1:9", tmp_path, ()),
    ):
        pass


def test_a_command_that_cannot_be_started_is_the_app_s_failure(tmp_path):
    with (
        pytest.raises(ServerError, match=r"the app did not start: no-such-program cannot be"),
        running_app(app("no-such-program", "{port}"), None, tmp_path, ()),
    ):
        pass


def test_an_app_that_ends_at_once_is_told_with_its_last_words(tmp_path):
    broken = app("{python}", "-c", "import sys; print('no database'); sys.exit(4)")
    with (
        pytest.raises(ServerError, match=r"exit code 4 at its start; it printed: no database"),
        running_app(broken, None, tmp_path, ()),
    ):
        pass


def test_of_many_last_words_the_very_last_are_told(tmp_path):
    """As of a traceback, whose last line says what went wrong."""
    code = "raise OSError('Address already in use, ' + 30 * 'which is told at length, ')"
    with (
        pytest.raises(ServerError) as caught,
        running_app(
            app("{python}", "-c", f"import sys\nprint({'x' * 200!r})\n{code}"), None, tmp_path, ()
        ),
    ):
        pass
    said = caught.value.message.partition("; it printed: ")[2]
    assert len(said) < 200
    assert said.endswith("which is told at length,")


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
        pytest.raises(ServerError, match=r"GET http://127\.0\.0\.1:\d+/missing answered 404"),
        running_app(missing, None, tmp_path, ()),
    ):
        pass


def test_an_app_can_say_with_a_status_that_it_is_ready(tmp_path):
    ready = app(*SERVE, ready_path="/missing", ready_status=404)
    with running_app(ready, None, tmp_path, ()) as running:
        assert get(running.origin, "/", 5).status == 200


def test_an_app_can_say_with_a_line_that_it_is_ready(tmp_path):
    says = "import time; print('starting'); print('ready: 17', flush=True); time.sleep(60)"
    ready = app("{python}", "-c", says, ready_log=r"^ready: \d+$")
    with running_app(ready, None, tmp_path, ()) as running:
        assert running.why_gone() == ""


def test_an_app_that_does_not_print_its_line_is_not_ready(tmp_path):
    mute = app(*SERVE, ready_log="listening", ready_timeout_s=0.5)
    with (
        pytest.raises(ServerError, match=r"it printed no line with 'listening'"),
        running_app(mute, None, tmp_path, ()),
    ):
        pass


def test_an_app_that_goes_away_is_noticed(tmp_path):
    with running_app(app(*SERVE), None, tmp_path, ()) as running:
        process = running._process
        assert process is not None
        process.stop()
        assert "the app ended during the ride" in running.why_gone()
