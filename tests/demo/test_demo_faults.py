"""Faults on purpose: what they do, that they can be foreseen, and who may set them."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from demo.admin import is_loopback
from demo.clock import burn_cpu
from demo.faults import Fault, FaultBox, FaultChanges, Faults
from demo.problems import explain
from demo.settings import Settings, read_settings

CONTROL = "/_control/faults"


def put(browser, faults):
    response = browser.ask("PUT", CONTROL, json=faults)
    assert response.status_code == 200
    return response


def test_nothing_is_set_at_first(browser, time):
    assert browser.get(CONTROL).json() == {}
    assert browser.get("/api/search").status_code == 200
    assert time.slept == time.burnt == []


def test_latency_and_cpu_time_come_before_the_answer(browser, time):
    put(browser, {"GET /api/search": {"latency_ms": 300, "cpu_ms": 20}})
    assert browser.get("/api/search?q=neon").status_code == 200
    assert (time.slept, time.burnt) == ([0.3], [0.02])
    browser.get("/api/version")
    assert len(time.slept) == 1


def test_jitter_can_be_foreseen(browser, time):
    fault = {"GET /api/version": {"latency_ms": 100, "jitter_ms": 50, "seed": 7}}
    for _ in range(2):  # setting it again starts it anew
        put(browser, fault)
        for _ in range(10):
            browser.get("/api/version")
    assert time.slept[:10] == time.slept[10:]
    assert all(0.1 <= seconds < 0.15 for seconds in time.slept)
    assert len(set(time.slept[:10])) == 10


def test_an_error_replaces_the_answer(browser):
    put(browser, {"GET /api/search": {"error_rate": 1}})
    response = browser.get("/api/search?q=neon")
    assert response.status_code == 500 and "on purpose" in response.json()["error"]["message"]
    put(browser, {"GET /api/search": {"error_rate": 1, "error_status": 503}})
    assert browser.get("/api/search?q=neon").status_code == 503


def test_a_rate_hits_that_share_of_the_requests_the_same_ones_each_time():
    def hits():
        box = FaultBox(Faults({"*": Fault(error_rate=0.25, seed=3)}))
        return [box.fate("GET", "/").error_status for _ in range(1000)]

    assert 200 < hits().count(500) < 300
    assert hits() == hits()


def test_one_setting_does_not_shift_the_chances_of_another():
    def hits(**more):
        box = FaultBox(Faults({"*": Fault(error_rate=0.5, **more)}))
        return [box.fate("GET", "/").error_status for _ in range(50)]

    assert hits() == hits(jitter_ms=10, reset_rate=0.5)


def test_a_reset_gives_no_answer_at_all(browser):
    put(browser, {"GET /api/version": {"reset_rate": 1}})
    with pytest.raises(ConnectionResetError):
        browser.get("/api/version")


def test_everything_does_not_mean_the_health_check_and_the_control(browser):
    put(browser, {"*": {"error_rate": 1}, "* /*": {"error_rate": 1}})
    assert browser.get("/").status_code == browser.get("/static/app.js").status_code == 500
    assert browser.get("/api/health").status_code == 200
    assert browser.get(CONTROL).status_code == 200
    put(browser, {"GET /api/health": {"error_rate": 1}, "GET /_control/faults": {"error_rate": 1}})
    assert browser.get("/api/health").status_code == 500  # asked for by its name
    assert browser.get(CONTROL).status_code == 200


def test_the_most_precise_endpoint_counts_alone():
    box = FaultBox(
        Faults(
            {
                "*": Fault(latency_ms=1),
                "GET /api/*": Fault(latency_ms=2),
                "GET /api/streams/*.wav": Fault(latency_ms=3),
                "GET /api/search": Fault(latency_ms=4),
            }
        )
    )
    asked = ["GET /", "GET /api/version", "GET /api/streams/00.wav", "GET /api/search"]
    fates = [box.fate(*each.split()) for each in [*asked, "POST /api/search"]]
    assert [round(fate.delay_s * 1000) for fate in fates] == [1, 2, 3, 4, 1]


def test_a_change_leaves_the_other_endpoints_alone(browser):
    put(browser, {"GET /": {"latency_ms": 1}, "GET /login": {"latency_ms": 2}})
    changes = {"GET /": None, "GET /account": {"cpu_ms": 3}}
    response = browser.ask("PATCH", CONTROL, json=changes)
    assert response.status_code == 200
    assert set(browser.get(CONTROL).json()) == {"GET /login", "GET /account"}
    put(browser, {"*": {}})
    assert set(browser.get(CONTROL).json()) == {"*"}


def test_a_change_lets_the_other_random_numbers_go_on():
    whole, changed = (FaultBox(Faults({"*": Fault(jitter_ms=9)})) for _ in range(2))
    expected = [whole.fate("GET", "/") for _ in range(4)]
    first = [changed.fate("GET", "/") for _ in range(2)]
    changed.change(FaultChanges({"GET /login": Fault()}))
    assert first + [changed.fate("GET", "/") for _ in range(2)] == expected


def test_all_faults_are_taken_away(browser):
    put(browser, {"*": {"error_rate": 1}})
    assert browser.ask("DELETE", CONTROL).json() == {}
    assert browser.get("/").status_code == 200


def test_what_is_shown_can_be_set_again(browser):
    shown = put(browser, {"* /api/*": {"latency_ms": 5, "seed": 2}}).json()
    assert put(browser, shown).json() == shown


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE"])
def test_faults_are_set_from_this_machine_only(open_browser, method):
    for host in ("192.0.2.7", "2001:db8::1", "somewhere", "::ffff:192.0.2.7"):
        assert open_browser(host).ask(method, CONTROL, json={}).status_code == 403
    passed_on = open_browser().ask(method, CONTROL, headers={"X-Forwarded-For": "192.0.2.7"})
    assert passed_on.status_code == 403


def test_this_machine_has_several_addresses():
    assert all(map(is_loopback, ("127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1")))


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
@pytest.mark.parametrize(
    ("faults", "status", "message"),
    [
        ('{"*": {"latncy_ms": 3}}', 422, "* → latncy_ms: unknown field"),
        ('{"*": {"error_rate": 1.5}}', 422, "error_rate: Input should be less than"),
        ('{"*": {"latency_ms": -1}}', 422, "latency_ms"),
        ('{"*": {"latency_ms": "3"}}', 422, "latency_ms"),
        ('{"*": {"error_status": 200}}', 422, "error_status"),
        ('{"/api/search": {}}', 422, '"/api/search" is no endpoint: write for example "GET'),
        ('{"get /api/search": {}}', 422, "is no endpoint"),
        ("[]", 422, "object"),
        ("{", 400, "JSON"),
    ],
)
def test_a_fault_that_makes_no_sense_is_refused(browser, method, faults, status, message):
    put(browser, {"GET /": {"latency_ms": 1}})
    response = browser.ask(method, CONTROL, content=faults)
    assert response.status_code == status
    assert message in response.json()["error"]["message"]
    assert set(browser.get(CONTROL).json()) == {"GET /"}


def test_settings_come_from_the_environment():
    given = {
        "DEMO_VERSION": "2",
        "DEMO_CLASSIFY_S": "0.5",
        "DEMO_ADMIN_USER": "",
        "DEMO_ADMIN_PASSWORD": "else",
        "DEMO_FAULTS": '{"*": {"cpu_ms": 1}}',
    }
    settings = read_settings(given)
    assert settings == Settings(
        version="2",
        classify_s=0.5,
        admin_password="else",
        faults=Faults({"*": Fault(cpu_ms=1)}),
    )
    assert read_settings(given, "{}").faults == Faults({})


def test_a_wrong_setting_is_named():
    with pytest.raises(ValidationError) as caught:
        read_settings({"DEMO_CLASSIFY_S": "soon"})
    assert explain(caught.value).startswith("classify_s: ")
    with pytest.raises(ValidationError) as caught:
        read_settings({}, '{"*": {"oops": 1}}')
    assert explain(caught.value) == "* → oops: unknown field"


def test_cpu_time_is_burnt(monkeypatch):
    at = iter(range(100))
    monkeypatch.setattr("time.thread_time", lambda: next(at))
    burn_cpu(5)
    assert next(at) == 6  # it was asked at 0 and then until 5
