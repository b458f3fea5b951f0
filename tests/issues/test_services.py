"""Against servers on loopback that behave like GitHub's and GitLab's APIs."""

from __future__ import annotations

import time

import pytest

from summary.issues.marks import is_sticky, sticky
from summary.issues.models import Open, Say
from summary.issues.sending import TRIES, put_comment
from summary.issues.trackers import MOST_CHARACTERS
from tandem.errors import TrackerError
from tests.issues.nights import tonight, unit
from tests.issues.store import BOT, TOKEN

SLOW = unit("regression", 24.0)
WELL = unit("pass", 0.5)
LABEL = "performance-regression"


def no_wait(_seconds):
    """Wait for nothing."""


def put(service, request, kind, text):
    return put_comment(
        service.tracker(),
        request.number,
        lambda held: is_sticky(kind, held),
        sticky(kind, text),
        no_wait,
    )


def said(store, number=1):
    return [each.body for each in store.issues[number - 1].comments if not each.system]


def test_a_whole_life(service):
    """Opened, commented on, closed, opened again; nothing is done twice for a night."""
    store = service.store
    labels = {"labels": ("speed", LABEL), "assignees": ("grace",)}
    assert service.night(tonight("n01", SLOW), **labels) == ["open"]
    (issue,) = store.issues
    assert issue.title == "shop, step search: slower than usual"
    assert sorted(issue.labels) == [LABEL, "speed"]
    assert issue.assignees == ["grace"]
    assert issue.body.startswith('<!-- tandem-issue {"key":"')
    assert service.night(tonight("n01", SLOW)) == []
    assert service.night(tonight("n02", SLOW)) == ["say"]
    assert service.night(tonight("n02", SLOW)) == []
    assert service.night(tonight("n03", WELL)) == ["say", "close"]
    assert issue.state == "closed"
    assert service.night(tonight("n04", WELL)) == []
    assert service.night(tonight("n05", SLOW)) == ["say", "reopen"]
    assert issue.state == "open"
    assert [text.splitlines()[1].split(" in night")[0] for text in said(store)] == [
        "Still so",
        "As usual again",
        "It is back",
    ]


def test_a_list_of_many_pages_is_read_whole(service):
    """Issues and comments: what is on the last page is found, too."""
    store = service.store
    store.page = 2
    service.night(tonight("n01", SLOW))
    for number in range(5):
        store.open(f"Another {number}", "somebody's", [LABEL], author="somebody")
        store.comment(store.issues[0], f"comment {number}", author="somebody")
    store.request()
    assert service.night(tonight("n02", SLOW)) == ["say"]
    assert service.night(tonight("n02", SLOW)) == []
    assert len(store.issues) == 7


def test_reading_is_tried_again_while_the_service_is_ill(service):
    service.store.next("GET", 502, times=2)
    assert service.night(tonight("n01", SLOW)) == ["open"]


def test_a_service_that_stays_ill_is_told_in_words(service):
    service.store.next("GET", 503, times=20)
    with pytest.raises(TrackerError, match="is ill: it answers 503"):
        service.night(tonight("n01", SLOW))
    assert service.store.writes == []


@pytest.mark.parametrize("done", [True, False], ids=["done", "not done"])
def test_what_may_have_been_posted_is_looked_for_before_it_is_posted_again(service, done):
    """The answer was lost, or the server fell over before: one issue, one comment either way."""
    store = service.store
    store.next("POST", 502, done=done)
    assert len(service.night(tonight("n01", SLOW))) == 1 - done
    store.next("POST", 504, done=done)
    assert len(service.night(tonight("n02", SLOW))) == 1 - done
    assert len(store.issues) == 1
    assert len(said(store)) == 1


def test_a_rate_limit_is_waited_for_and_then_gone_on_with(service):
    """Of writing too: what was refused for it was not done."""
    store = service.store
    status = 403 if service.name == "github" else 429
    store.next("GET", status, headers={"Retry-After": "0"})
    store.next("POST", 429, headers={"Retry-After": "0"})
    assert service.night(tonight("n01", SLOW)) == ["open"]
    reset = {"github": "X-RateLimit-Reset", "gitlab": "RateLimit-Reset"}[service.name]
    past = {reset: str(int(time.time()) - 2), "X-RateLimit-Remaining": "0"}
    store.next("POST", status, headers=past)
    assert service.night(tonight("n02", SLOW)) == ["say"]
    assert len(store.issues) == len(said(store)) == 1


@pytest.mark.parametrize("header", ["Retry-After", "reset"])
def test_a_limit_that_lasts_longer_than_our_patience_is_told(service, header):
    """Nothing waits for an hour; the next call tries again."""
    status = 403 if service.name == "github" else 429
    reset = {"github": "X-RateLimit-Reset", "gitlab": "RateLimit-Reset"}[service.name]
    headers = {"Retry-After": "3600"}
    if header == "reset":
        headers = {reset: str(int(time.time()) + 3600), "X-RateLimit-Remaining": "0"}
    service.store.next("GET", status, headers=headers)
    with pytest.raises(TrackerError, match=rf"asked too often \({status}\)") as caught:
        service.night(tonight("n01", SLOW))
    assert "issues.patience_s" in str(caught.value)
    assert len(service.store.asked) == 1


def test_a_limit_that_only_its_words_tell_is_one(service):
    """GitHub's secondary limits come without any header at times; GitLab's have a status."""
    words = "You have exceeded a secondary rate limit. Please wait a few minutes."
    service.store.next("GET", 403, message=words)
    expected = {"github": r"asked too often \(403\)\n", "gitlab": "may not do this"}
    with pytest.raises(TrackerError, match=expected[service.name]):
        service.tracker().issues()


def test_an_answer_that_does_not_come_is_not_waited_for_long(service):
    """And what was sent is not sent twice for that."""
    service.store.next("POST", 500, delay_s=1.5)
    with pytest.raises(TrackerError, match=r"cannot be reached at http.*: no answer in time"):
        service.tracker(timeout_s=1.0).do(Open(title="t", body="b"))
    assert len(service.store.writes) == 1


def test_nobody_there_is_told(service):
    service.url = "http://127.0.0.1:9"
    with pytest.raises(TrackerError, match="no connection, or it broke"):
        service.tracker(patience_s=0.0).issues()


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"token": "another-token"}, r"does not accept the token in \w+_TOKEN \(401\)"),
        ({"repository": "shop/other"}, r"has no shop/other that the token in \w+ may see \(404\)"),
    ],
)
def test_what_is_refused_is_told_in_words(service, given, words):
    with pytest.raises(TrackerError, match=words) as caught:
        service.tracker(**given).issues()
    assert "another-token" not in str(caught.value)


def test_a_token_that_may_only_read_is_told_what_it_lacks(service):
    """That of a fork's pull request, for one."""
    service.store.next("POST", 403, message="Resource not accessible by integration")
    with pytest.raises(TrackerError, match=r"may not do this \(403\)") as caught:
        service.night(tonight("n01", SLOW))
    assert "It needs" in str(caught.value)
    assert service.store.issues == []


def test_another_kind_of_server_is_told(service):
    """A proxy's page, with a status that is no fault."""
    service.store.next("GET", 200, message="welcome")
    with pytest.raises(TrackerError, match=r"answers otherwise than|refuses it"):
        service.tracker().issues()


def test_a_label_that_could_not_be_set_is_told(service):
    """Else another one would be opened each night."""
    service.store.may_label = False
    with pytest.raises(TrackerError, match="without the label 'performance-regression'"):
        service.night(tonight("n01", SLOW))


def test_a_user_who_is_not_there_is_told_or_left_out(service):
    if service.name == "gitlab":
        assert service.night(tonight("n01", SLOW), assignees=("nobody",)) == ["open"]
        return
    with pytest.raises(TrackerError, match="Validation Failed: assignees invalid"):
        service.night(tonight("n01", SLOW), assignees=("nobody",))


def test_issues_that_a_killed_call_left_twice_are_made_one(service):
    store = service.store
    service.night(tonight("n01", SLOW))
    for _ in range(2):
        store.open(store.issues[0].title, store.issues[0].body, [LABEL])
    service.night(tonight("n02", SLOW))
    assert [each.state for each in store.issues] == ["open", "closed", "closed"]
    assert service.night(tonight("n02", SLOW)) == []


def test_a_token_that_was_renewed_knows_what_both_said(service):
    """A project's token is another user after that; a job's own may not ask who it is."""
    store = service.store
    service.night(tonight("n01", SLOW))
    store.me = "another[bot]"
    assert service.night(tonight("n02", SLOW)) == ["say"]
    assert service.night(tonight("n02", SLOW)) == []
    store.me, store.is_somebody = "github-actions[bot]", False
    assert service.night(tonight("n03", SLOW)) == ["say"]
    assert service.night(tonight("n03", SLOW)) == []


def test_a_muted_issue_is_left_alone(service):
    service.night(tonight("n01", SLOW))
    service.store.issues[0].labels.append("wontfix")
    assert service.night(tonight("n02", SLOW)) == []


def test_the_rest_in_one_issue_is_changed_in_place(service):
    units = [unit("regression", 20.0, step=f"s{number}") for number in range(4)]
    assert service.night(tonight("n01", *units), most=1) == ["open", "open"]
    assert service.night(tonight("n02", *units), most=1) == ["say", "open", "edit"]
    rest = service.store.issues[1]
    assert "step s1" not in rest.body
    assert "step s3" in rest.body


def test_a_body_is_cut_before_it_is_too_long(service):
    action = Open(title="t", body="```sh\n" + "a line\n" * MOST_CHARACTERS)
    service.tracker().do(action)
    body = service.store.issues[0].body
    assert len(body) < MOST_CHARACTERS + 100
    assert body.count("```") == 2
    assert "Cut here" in body


def test_no_line_is_a_quick_action(service):
    """On GitLab a line of a comment can close an issue, or assign it."""
    service.store.open("t", "b", [])
    body = "well\n/close\n  /label ~x\nand/or"
    service.tracker().do(Say(number=1, body=body))
    harmless = {"github": body, "gitlab": "well\n\\/close\n  \\/label ~x\nand/or"}
    assert said(service.store) == [harmless[service.name]]


def test_a_pull_request_has_one_comment_of_a_kind_changed_in_place(service):
    store = service.store
    request = store.request()
    store.comment(request, "a word", author="somebody")
    assert put(service, request, "ab", "first")
    assert put(service, request, "quick", "another kind")
    assert put(service, request, "ab", "second")
    assert put(service, request, "ab", "second") == "", "nothing has changed"
    assert [each.body.split("\n")[-1] for each in request.comments] == [
        "a word",
        "second",
        "another kind",
    ]
    store.next("POST", 502, done=True)
    store.next("POST", 502)
    other = store.request()
    put(service, other, "ab", "x")
    assert len(other.comments) == 1
    assert {each.author for each in other.comments} == {BOT}


def test_what_somebody_else_wrote_like_it_is_not_our_comment(service):
    """Whoever posts the mark first has neither our report nor our silence."""
    request = service.store.request()
    forged = sticky("ab", "# Pass")
    service.store.comment(request, forged, author="somebody")
    assert put(service, request, "ab", "# Pass")
    assert put(service, request, "ab", "# Slower")
    assert put(service, request, "ab", "# Slower") == ""
    assert [(each.author, each.body) for each in request.comments] == [
        ("somebody", forged),
        (BOT, sticky("ab", "# Slower")),
    ]


@pytest.mark.parametrize(
    ("me", "has_viewer"),
    [("github-actions[bot]", True), ("github-actions[bot]", False), ("our-app[bot]", True)],
)
def test_the_token_of_an_app_knows_its_comment(service, me, has_viewer):
    """Such as a job's own: it may not ask for its user."""
    store = service.store
    store.me, store.is_somebody, store.has_viewer = me, False, has_viewer
    request = store.request()
    for text in ("first", "second"):
        assert put(service, request, "ab", text)
    assert [each.body for each in request.comments] == [sticky("ab", "second")]


def test_who_we_are_is_not_guessed_when_the_service_is_ill(service):
    """Another comment would be posted."""
    request = service.store.request()
    put(service, request, "ab", "first")
    service.store.next("GET", 502, times=4, path="/user")
    with pytest.raises(TrackerError, match="is ill"):
        put(service, request, "ab", "second")
    assert len(request.comments) == 1


def test_a_service_that_takes_no_comment_is_asked_a_few_times(service):
    """It reads well and writes never: told in words, after a wait before each further try."""
    store, waited = service.store, []
    request = store.request()
    store.next("POST", 502, times=50)
    with pytest.raises(TrackerError, match="is ill: it answers 502"):
        put_comment(service.tracker(), request.number, lambda _: False, "x", waited.append)
    assert len(store.writes) == TRIES
    assert len([each for each in store.asked if each[0] == "GET"]) == TRIES
    assert len(waited) == TRIES - 1
    assert min(waited) > 0


def test_the_token_is_sent_in_a_header_and_nowhere_else(service):
    service.night(tonight("n01", SLOW))
    service.night(tonight("n02", SLOW))
    assert all(TOKEN not in path for _, path in service.store.asked)
    assert all(TOKEN not in each.body for each in service.store.issues)
