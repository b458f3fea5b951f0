"""What a real browser's ride measures and leaves, on pages that make it hard."""

from __future__ import annotations

import zipfile
from functools import partial

import pytest

from tests.riding.rig import ride, side_by_side, small_app

STREAMS = ("/api/wait*",)


def go(name):
    return {"id": f"open-{name}", "action": "navigate", "target": f"/{name}", "timeout": 5}


def press(name):
    return {"id": name, "action": "click", "selector": "#go", "timeout": 3}


QUIET = ("polling", "listening", "giving-up", "playing", "loading", "shifting")
STEPS = [
    *map(go, QUIET),
    press("press"),
    *(go("sending"), press("send"), go("plain")),
    {**go("endless"), "timeout": 1, "optional": True},
]
FAILING = [go("noisy"), go("broken"), press("press"), go("plain")]


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    with small_app(tmp_path_factory.mktemp("app")) as origin:
        yield origin


@pytest.fixture(scope="module")
def rides(app, tmp_path_factory):
    """By what they are of: pages that work, and such that do not."""
    ways = {
        "working": (STEPS, {"pacing_s": 0.9, "streams": STREAMS}),
        "failing": (FAILING, {"pacing_s": 0.7, "users": 2, "iterations": 2}),
    }
    return side_by_side(
        {
            name: partial(ride, "playwright", steps, tmp_path_factory.mktemp(name), app, **how)
            for name, (steps, how) in ways.items()
        }
    )


@pytest.fixture
def ridden(rides):
    """One user on all the pages that work, on two of them with a click, and on one without end."""
    return rides["working"]


def only(found):
    (one,) = found
    return one


def vitals(ridden, name):
    return {row["step"]: row["value"] for row in ridden.timings["vitals"] if row["name"] == name}


# What an interaction waits for.


def test_every_page_is_ridden_to_its_end(ridden):
    assert ridden.result.failures == ()
    assert [row.step for row in ridden.interactions()] == [step["id"] for step in STEPS]
    assert [row.step for row in ridden.interactions() if row.skipped] == ["open-endless"]


@pytest.mark.parametrize("step", ["open-loading", "press"])
def test_an_interaction_lasts_until_what_it_set_off_is_done(ridden, step):
    assert only(ridden.interactions(step)).duration_us >= 200_000


@pytest.mark.parametrize("name", ["polling", "listening", "playing"])
def test_nobody_waits_for_what_goes_on_for_ever(ridden, name):
    """A long poll by its pattern, events by their type, media by what they are."""
    waited_for = [row for row in ridden.timings["requests"] if row["step"] == f"open-{name}"]
    assert {row["stream"] for row in waited_for} == {False, True}
    assert only(ridden.interactions(f"open-{name}")).ok


def test_what_the_page_gives_up_is_no_error_and_has_no_duration(ridden):
    dropped = [row for row in ridden.timings["requests"] if row["ended"] == "dropped"]
    assert {row["url"].partition("/api/")[2] for row in dropped} >= {"wait?given-up", "sound"}
    rows = [*ridden.requests("GET /api/wait"), *ridden.requests("GET /api/sound")]
    assert rows
    assert {(row.ok, row.error, row.duration_us) for row in rows} == {(True, None, None)}


def test_every_request_has_its_step_and_status(ridden):
    slow = only(row for row in ridden.requests("GET /api/slow") if row.step == "press")
    assert (slow.status, slow.method, slow.ok) == (200, "GET", True)
    assert slow.duration_us is not None and slow.duration_us >= 200_000
    assert slow.bytes == len("at last")


def test_nobody_waits_for_content_that_the_page_never_reads(ridden):
    for name, status in (("POST /api/kept", 201), ("POST /api/nothing", 204)):
        row = only(ridden.requests(name))
        assert (row.step, row.status, row.ok) == ("send", status, True)
        assert row.duration_us is not None


def test_content_that_does_not_end_is_told_with_the_status_that_came(ridden):
    reason = "GET /api/endless answered 200, and its content did not end in time"
    assert only(ridden.interactions("open-endless")).error == reason


# What the page itself knows.


def test_each_document_has_its_vitals_with_their_step(ridden):
    for name in QUIET:
        for vital in ("TTFB", "FCP", "LCP"):
            assert vitals(ridden, vital)[f"open-{name}"] > 0, (name, vital)
    assert vitals(ridden, "CLS")["open-plain"] == 0


def test_a_layout_shift_belongs_to_the_step_in_which_it_happened(ridden):
    assert vitals(ridden, "CLS")["open-shifting"] > 0


def test_the_answer_to_a_click_belongs_to_the_click(ridden):
    """Also when the page is left for another one afterwards."""
    assert vitals(ridden, "INP")["press"] >= 40


def test_navigations_and_resources_are_on_record(ridden):
    navigation = only(row for row in ridden.timings["navigations"] if row["step"] == "open-loading")
    phases = navigation["phases"]
    assert 0 < phases["ttfb"] <= phases["dom_interactive"] <= phases["load"]
    resource = only(row for row in ridden.timings["resources"] if "slow?page" in row["url"])
    assert resource["step"] == "open-loading"
    assert resource["duration_us"] >= resource["wait_us"] >= 190_000


def test_the_scripts_own_lateness_is_noted(ridden):
    lags = [row for row in ridden.samples if row.kind == "health"]
    assert lags
    assert all(row.name == "event_loop_lag" and row.unit == "ms" for row in lags)


# What is left of failures.


@pytest.fixture
def failed(rides):
    """Two users who fail in each iteration: a complaining page, and a broken request."""
    return rides["failing"]


def test_a_failed_request_of_the_page_fails_the_step_that_set_it_off(failed):
    """Also where the page does not read what the answer says, as here."""
    reasons = {(each.step, each.reason) for each in failed.result.failures}
    assert reasons == {("press", "GET /api/broken answered 503")}
    passes = [row for row in failed.samples if row.kind == "iteration"]
    assert [row.ok for row in passes] == [False] * 4
    assert failed.result.iterations_ok == 0
    assert not failed.interactions("open-plain"), "the iteration ends there"


def test_a_failure_leaves_a_picture_a_text_and_a_trace(failed):
    for user in (1, 2):
        name = f"user{user:03d}-iteration000-press"
        assert (failed.folder / f"failure-{name}.png").read_bytes().startswith(b"\x89PNG")
        text = (failed.folder / f"failure-{name}.txt").read_text(encoding="utf-8")
        assert "/broken" in text and "Go" in text
    trace = failed.folder / "trace-user002-iteration000-press.zip"
    assert "trace.trace" in zipfile.ZipFile(trace).namelist()
    assert (failed.folder / "user002.har").exists()


def test_complaints_of_the_page_are_rows_and_its_small_talk_is_not(failed):
    said = [(row["source"], row["level"], row["text"]) for row in failed.timings["messages"]]
    assert said.count(("console", "warning", "a warning")) == 4
    assert said.count(("console", "error", "a complaint ?")) == 4, "half a character is none"
    assert sum("nobody caught me" in text and source == "page" for source, _, text in said) == 4
    assert not any("a word" in text for _, _, text in said)
    assert {row["step"] for row in failed.timings["messages"]} >= {"open-noisy"}


def test_of_users_who_did_not_fail_only_the_first_leaves_trace_and_har(app, tmp_path):
    """The default; tests/generators/test_evidence.py has the others. Each has a browser here."""
    settings = {"per_user": True}
    done = ride("playwright", [go("plain")], tmp_path, app, users=2, browser_settings=settings)
    assert done.result.failures == ()
    assert done.result.iterations_ok == 2
    assert [path.name for path in tmp_path.glob("*.har")] == ["user001.har"]
    assert [path.name for path in tmp_path.glob("trace-*")] == ["trace-user001.zip"]
