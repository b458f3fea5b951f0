"""What issues say: with everything that is known, and with somebody's text as text."""

from __future__ import annotations

import re

import pytest

from graph.variables import KNOWN
from summary.issues import texts, told
from summary.issues.chart import chart
from summary.issues.marks import comment_marks, issue_mark, marked
from summary.issues.models import Accepted, CommentMark, Issue, IssueMark, Key, Point, UnitEffect
from summary.issues.planner import plan_issues
from tests.issues.nights import Listed, tonight, unit

HOSTILE = "x--> <b>@ada #12 !3 &4 %5 ~6 $7 ^8 [a](http://b.c) | `q` www.d.e /close\n/assign @eve"
URL = "https://github.example/shop/app/actions/runs/7"


@pytest.fixture
def opened():
    slow = unit("regression", 24.0, nights=("2026-11-22", "2026-11-23"))
    tracker = Listed()
    tracker.night(tonight("2026-11-23", slow, run_url=URL))
    return tracker.held[0]


def test_an_issue_holds_the_evidence(opened):
    """Effect, interval, p, nights, what would have shown, where from, links, how to see it."""
    for part in (
        "durations **+24.0 % (+21.0 to +27.0)**",
        "2026-11-22, 2026-11-23",
        "Adjusted p 0.001",
        "8.0 %",
        "back end: POST /api/search +24 % in k6 and browser",
        "```mermaid\nxychart-beta\n",
        "The last 5 nights: ▃",
        f"({URL})",
        "`20261123-010203`",
        "doit run quick journey=shop executor=k6 users=10 iterations=10",
        "doit run ab base=REVISION journey=shop",
    ):
        assert part in opened.body, part


def test_every_command_that_it_names_is_one(opened):
    (block,) = re.findall(r"```sh\n(.*?)```", opened.body, flags=re.S)
    for line in block.splitlines():
        assert line.startswith("doit ")
        assert {word.partition("=")[0] for word in line.split() if "=" in word} <= set(KNOWN)


def hostile_bodies():
    key = Key(journey=HOSTILE, step=HOSTILE, metric="loc")
    slow = unit("regression", 9.0, step=HOSTILE, journey=HOSTILE, nights=(HOSTILE,))
    told_of = tonight(HOSTILE, slow)
    told_of = told_of.model_copy(update={"app": HOSTILE, "stamp": HOSTILE, "run_url": ""})
    now = told_of.regressed[0].model_copy(update={"key": key, "came_from": HOSTILE})
    decision = Accepted(journey="", reason=HOSTILE, decided_at=HOSTILE)
    bodies = {
        "opened": texts.opened(now, told_of),
        "still": texts.still(now, told_of),
        "returned": texts.returned(now, told_of),
        "recovered": texts.recovered([unit()], [], told_of),
        "usual": texts.usual([unit()], told_of),
        "accepted": texts.accepted(decision),
        "title": texts.title(key),
    }
    return [pytest.param(body, id=name) for name, body in bodies.items()]


@pytest.mark.parametrize("body", hostile_bodies())
def test_somebody_s_text_is_text(body):
    """No mention, no link, no reference, no HTML, no quick action."""
    prose = re.sub(r"^```.*?^```", "", body, flags=re.M | re.S)
    assert not re.search(r"@\w", prose)
    assert not re.search(r"[#!%~$^]\d", prose)
    assert not re.search(r"&(amp;)?4", prose)
    assert "<b>" not in prose
    assert not re.search(r"(?<!\\)\]\(", prose)
    assert "://b.c" not in prose
    assert not re.search(r"^\s*/", prose, flags=re.M)
    assert not re.search(r"www\.", prose)


def test_nothing_of_somebody_s_is_a_command(opened):
    """A journey or a stamp that is no word is left out of what is to be typed."""
    slow = unit("regression", 9.0, journey="$(reboot)")
    now = tonight("n01", slow).regressed[0]
    body = texts.opened(now, tonight("n01", slow).model_copy(update={"stamp": "; rm"}))
    (block,) = re.findall(r"```sh\n(.*?)```", body, flags=re.S)
    assert block == "doit run ab base=REVISION\n"


def test_a_mark_comes_back_whatever_its_texts_are():
    """A comment of HTML ends at its first end: nothing in it may look like one."""
    key = Key(journey="a--b-->---c", step=HOSTILE, metric="errors")
    effect = UnitEffect(unit="step", executor="", users=0, effect_pct=-3.25)
    mark = IssueMark(
        key=key.fingerprint, about=key, night="n--1>", effects=(effect,), cells=("k6/1",)
    )
    text = marked(mark, "text")
    assert issue_mark(text) == mark
    assert text.index("-->") == text.index("\n") - 3
    assert issue_mark(f"somebody wrote before it\n{text}") == mark
    said = CommentMark(night="n1", told="still")
    comment = {"author": "bot", "created_at": "t"}
    bodies = [marked(said, "x"), f"> {marked(said, 'quoted')}", "<!-- tandem-night {} -->"]
    issue = Issue(
        number=1,
        url="",
        is_open=True,
        author="bot",
        created_at="",
        title="",
        body="",
        comments=tuple({"body": body, **comment} for body in bodies),
    )
    assert [each for _, each in comment_marks(issue)] == [said]


@pytest.mark.parametrize("name", ["2026-11-23", 'a"b\nc', "x" * 90])
def test_a_chart_is_one_that_mermaid_reads(name):
    """Numbers, and labels that cannot end their quotes."""
    points = [Point(night=name, value=100.0), Point(night=name, value=124.5)]
    lines = chart("loc", points).splitlines()
    assert lines[:2] == ["```mermaid", "xychart-beta"]
    assert re.fullmatch(r'    x-axis "[\w .-]+" 1 --> 2', lines[2])
    assert re.fullmatch(r'    y-axis "duration, % of usual" [\d.]+ --> [\d.]+', lines[3])
    assert lines[4:] == ["    line [100, 124.5]", "```"]
    assert chart("loc", points[:1]) == ""
    flat = chart("errors", [Point(night="a", value=0.0), Point(night="b", value=0.0)])
    assert '"failed samples, %" 0.0 --> 1.0' in flat


def test_what_would_be_sent_is_shown_without_the_marks():
    tracker = Listed()
    actions = plan_issues(tonight("n01", unit("regression", 24.0)), tracker.held, (), 3)
    shown = told.whole(actions[0])
    assert shown.startswith(
        "opens an issue: shop, step search: slower than usual\n    In night n01"
    )
    assert "tandem-issue" not in shown
