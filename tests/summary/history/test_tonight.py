"""What of a run becomes its night's record."""

from __future__ import annotations

import pytest

from summary.history.frozen import FrozenHistory
from summary.history.tonight import MOST_REQUESTS, night_record, step_digest
from summary.summarise import without_refuted
from summary.tables.totals import Totals
from tests.summary.builders import journey, rows

HISTORY = FrozenHistory(night="2026-11-23", location="h", profile="nightly", runner="large")


def changed(step, **given):
    """The journey with one step changed."""
    plain = journey().model_dump(mode="json", by_alias=True, exclude_defaults=True)
    plain["steps"][step] |= given
    return journey(**plain)


def digests(spec, pacing_s=3.0):
    return [step_digest(step, spec, pacing_s) for step in spec.steps]


def test_a_step_holds_the_locations_of_its_requests(run):
    asked = [
        *rows([10, 10], kind="request", name="GET /"),
        *rows([4, 4], kind="request", name="GET /app.js"),
    ]
    record = night_record(HISTORY, run([*rows([100, 200]), *asked]), {})
    assert {each.step: each.requests for each in record.series} == {
        "open": {"GET /": 10.0, "GET /app.js": 4.0}
    }
    assert record.fingerprint is not None
    assert set(record.fingerprint.journeys) == {"home"} and record.fingerprint.runner == "large"


def test_a_cell_whose_numbers_contradict_each_other_becomes_no_part_of_what_is_usual(run):
    """Fewer rows than iterations came through, or others than k6 counted."""
    whole = [*rows([100, 200]), *rows([0, 0], step="look", has_protocol=False)]
    sound, few = run(whole), run(rows([100, 200]))
    other = run(whole, totals=Totals(requests=7))
    kept = [night_record(HISTORY, without_refuted(each), {}).series for each in (sound, few, other)]
    assert [len(series) for series in kept] == [1, 0, 0]


def test_a_page_of_many_parts_is_not_written_down_part_by_part(run):
    asked = [
        row
        for number in range(30)
        for row in rows([number + 1], kind="request", name=f"GET /{number:02d}.png")
    ]
    record = night_record(HISTORY, run([*rows([100, 200]), *asked]), {})
    (opened,) = record.series
    assert len(opened.requests) == MOST_REQUESTS
    assert min(opened.requests.values()) == 30 - MOST_REQUESTS + 1


@pytest.mark.parametrize(
    ("spec", "anew"),
    [
        (changed(0, description="Opens the page"), []),
        (changed(1, slos=[{"threshold": "p(95)<5"}]), []),
        (changed(0, protocol=[[{"path": "/other"}]]), [0]),
        (changed(1, browser=[{"action": "waitForText", "text": "Bye"}]), [1]),
        (journey(values={"texts": {"who": "x"}}), []),
        (journey(headers={"X-Cache": "off"}), [0, 1]),
        (journey(cookies={"plan": "free"}), [0, 1]),
        (journey(login=[journey().steps[0].model_dump(mode="json", by_alias=True)]), [0, 1]),
    ],
)
def test_what_makes_a_step_another_one(spec, anew):
    before = digests(journey())
    assert [at for at, each in enumerate(digests(spec)) if each != before[at]] == anew


def test_another_pacing_makes_every_step_another_one():
    assert not set(digests(journey())) & set(digests(journey(), pacing_s=2.0))


def test_a_feeder_makes_the_steps_that_use_it_other_ones():
    asks = {"browser": [{"action": "waitForText", "text": "${data.artists.name}"}]}
    plain = changed(1, **asks).model_dump(mode="json", by_alias=True, exclude_defaults=True)

    def fed(name):
        feeder = {"file": "a.csv", "pick": "sequential", "per": "user", "seed": 1}
        feeders = {"artists": feeder | {"rows": [{"name": name}]}}
        return journey(**plain | {"values": {"feeders": feeders}})

    one, other = digests(fed("Nina")), digests(fed("Miles"))
    assert one[0] == other[0] and one[1] != other[1]


@pytest.mark.parametrize(
    ("at", "hands_over"),
    [
        (1, {"browser": [{"action": "upload", "selector": "#f", "file": "cover.png"}]}),
        (0, {"protocol": [[{"path": "/", "multipart": {"cover": {"path": "cover.png"}}}]]}),
    ],
)
def test_another_content_of_an_uploaded_file_makes_the_step_another_one(at, hands_over):
    plain = changed(at, **hands_over).model_dump(mode="json", by_alias=True, exclude_defaults=True)
    one, other = (digests(journey(**plain | {"files": {"cover.png": each}})) for each in "ab")
    assert one[at] != other[at] and one[1 - at] == other[1 - at]
