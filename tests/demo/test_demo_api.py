"""What the API answers: search, sessions and their streams, favourites, classification."""

from __future__ import annotations

import io
import re
import wave

import pytest

from demo.catalogue import TRACKS, slug, track_at
from demo.sounds import wave_file
from demo.store import Store

AMBIENT = "Test_Artist/Ambient_Dream.sid"
NEON = "Test_Artist/Neon_Rain.sid"


def names(response):
    return [track["display_name"] for track in response.json()["data"]["results"]]


def favourites(response):
    return [track["sid_path"] for track in response.json()["data"]["favorites"]]


@pytest.mark.parametrize(
    ("display_name", "expected"),
    [
        ("Ambient Dream", "ambientDream"),
        ("Night Bus Home", "nightBusHome"),
        ("SEEDLING 2084", "seedling2084"),
        ("It's a sid-tune!", "itSASidTune"),
        ("…", "track"),
    ],
)
def test_a_slug_is_the_name_in_camel_case(display_name, expected):
    assert slug(display_name) == expected


def test_every_track_can_be_told_from_the_others_by_its_slug():
    assert len({track.name for track in TRACKS}) == len(TRACKS) == 40
    assert all(track == track_at(track.sid_path) for track in TRACKS)


def test_a_search_lists_the_best_hit_first(browser):
    ambient = names(browser.get("/api/search", params={"q": "aMbient"}))
    assert ambient[0] == "Ambient Dream" and len(ambient) == 8
    assert names(browser.get("/api/search", params={"q": " neon  RAIN "})) == ["Neon Rain"]
    rain = names(browser.get("/api/search", params={"q": "rain"}))
    assert rain == ["Rain Delay", "Neon Rain"]  # where the text comes earlier


def test_a_result_says_what_the_page_needs(browser):
    found = browser.get("/api/search?q=neon+rain").json()["data"]["results"][0]
    assert found.items() >= {
        ("sid_path", NEON),
        ("display_name", "Neon Rain"),
        ("name", "neonRain"),
    }


@pytest.mark.parametrize("query", ["", "   ", "%", "_", "nothing like it", "x" * 5000])
def test_a_search_without_a_hit_is_empty(browser, query):
    response = browser.get("/api/search", params={"q": query})
    assert response.status_code == 200 and names(response) == []


def test_a_search_lists_twenty_at_most(browser):
    assert len(names(browser.get("/api/search?q=a"))) == 20


def play(browser, sid_path=AMBIENT):
    response = browser.post("/api/play", json={"sid_path": sid_path})
    assert response.status_code == 201
    return response.json()["data"]["session"]


def test_each_play_gets_a_stream_of_its_own(browser):
    first, second = play(browser), play(browser)
    urls = [session["streamUrls"]["wav"]["url"] for session in (first, second)]
    assert all(re.fullmatch(r"/api/streams/[0-9a-f]{32}\.wav", url) for url in urls)
    assert urls[0] != urls[1] and first["id"] != second["id"]
    assert browser.get(urls[0]).content == browser.get(urls[1]).content


def test_a_stream_is_a_short_wave_file(browser):
    response = browser.get(play(browser)["streamUrls"]["wav"]["url"])
    assert response.status_code == 200
    assert response.headers["content-type"] == "audio/wav"
    assert response.headers["accept-ranges"] == "bytes"
    with wave.open(io.BytesIO(response.content)) as heard:
        assert (heard.getframerate(), heard.getnchannels(), heard.getsampwidth()) == (8000, 1, 2)
        assert heard.getnframes() == 3 * 8000
        assert any(heard.readframes(8000))


def test_every_track_sounds_different():
    assert len({wave_file(track) for track in TRACKS[:8]}) == 8


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [
        ("bytes=0-", 0, 48044),
        ("bytes=0-0", 0, 1),
        ("bytes=100-199", 100, 200),
        ("bytes=48000-99999", 48000, 48044),
        ("bytes=-44", 48000, 48044),
        ("bytes=-99999", 0, 48044),
    ],
)
def test_a_range_is_sent_alone(browser, asked, start, end):
    url = play(browser)["streamUrls"]["wav"]["url"]
    response = browser.get(url, headers={"Range": asked})
    assert response.status_code == 206
    assert response.headers["content-range"] == f"bytes {start}-{end - 1}/48044"
    assert response.content == wave_file(track_at(AMBIENT))[start:end]


@pytest.mark.parametrize("asked", ["bytes=48044-", "bytes=99999-100000", "bytes=-0"])
def test_a_range_outside_of_the_stream_is_refused(browser, asked):
    url = play(browser)["streamUrls"]["wav"]["url"]
    response = browser.get(url, headers={"Range": asked})
    assert response.status_code == 416
    assert response.headers["content-range"] == "bytes */48044"


@pytest.mark.parametrize("asked", ["bytes=-", "bytes=5-2", "bytes=0-1,4-5", "lines=1-2", "bytes"])
def test_a_header_that_is_no_single_range_gets_the_whole(browser, asked):
    url = play(browser)["streamUrls"]["wav"]["url"]
    response = browser.get(url, headers={"Range": asked})
    assert response.status_code == 200 and len(response.content) == 48044


def test_the_sid_of_a_session_names_its_track(browser):
    response = browser.get(play(browser, NEON)["sidUrl"])
    assert response.status_code == 200
    assert response.content.startswith(b"PSID") and b"Neon Rain\0" in response.content


@pytest.mark.parametrize("path", [f"/api/streams/{'0' * 32}.wav", f"/api/sids/{'0' * 32}.sid"])
def test_a_stream_cannot_be_guessed(browser, path):
    assert browser.get(path).status_code == 404


ONE_TRACK = [
    ("POST", "/api/play"),
    ("POST", "/api/favorites"),
    ("DELETE", "/api/favorites"),
]


@pytest.mark.parametrize(("method", "path"), ONE_TRACK)
@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b'{"sid_path": "No/Such.sid"}', 404),
        (b"{", 400),
        (b"", 400),
        (b"\xff\xfe", 400),
        (b"[]", 422),
        (b"{}", 422),
        (b'{"sid_path": 3}', 422),
        (b" " * 70_000, 413),
    ],
)
def test_a_body_without_a_known_track_is_refused_with_a_reason(browser, method, path, body, status):
    response = browser.ask(method, path, content=body)
    assert response.status_code == status
    assert response.json()["error"]["message"]


def test_favourites_are_kept_for_each_visitor(open_browser):
    mine, theirs = open_browser(), open_browser()
    mine.get("/")
    body = {"sid_path": AMBIENT}
    assert mine.post("/api/favorites", json=body).status_code == 201
    assert mine.post("/api/favorites", json=body).status_code == 200
    assert favourites(mine.post("/api/favorites", json={"sid_path": NEON})) == [AMBIENT, NEON]
    assert favourites(theirs.get("/api/favorites")) == []
    removed = mine.ask("DELETE", "/api/favorites", json=body)
    assert removed.status_code == 200 and favourites(removed) == [NEON]
    assert mine.ask("DELETE", "/api/favorites", json=body).status_code == 200
    assert favourites(mine.get("/api/favorites")) == [NEON]


def test_a_visitor_gets_one_cookie_and_keeps_it(browser):
    cookie = browser.get("/").headers["set-cookie"]
    assert re.match(r"visitor=[0-9a-f-]{36};", cookie)
    assert "httponly" in cookie.lower() and "samesite=lax" in cookie.lower()
    assert "set-cookie" not in browser.get("/").headers
    assert "set-cookie" not in browser.get("/api/favorites").headers


def test_the_api_gives_the_cookie_when_no_page_did(browser):
    browser.post("/api/favorites", json={"sid_path": NEON})
    assert favourites(browser.get("/api/favorites")) == [NEON]


def test_a_cookie_that_the_app_did_not_make_is_replaced(browser):
    response = browser.get("/api/favorites", headers={"Cookie": "visitor=everybody"})
    assert "visitor=" in response.headers["set-cookie"]


ADMIN = ("admin", "demo-admin")


def test_classifying_is_for_the_administrator(browser):
    refused = [
        browser.post("/api/classify", json={"sid_path": NEON}, **given)
        for given in (
            {},
            {"auth": ("admin", "demo")},
            {"auth": ("alice", "demo-admin")},
            {"headers": {"Authorization": "Basic !"}},
            {"headers": {"Authorization": "Bearer YWRtaW46ZGVtby1hZG1pbg=="}},
        )
    ]
    assert [response.status_code for response in refused] == [401] * 5
    assert all(each.headers["www-authenticate"].startswith("Basic ") for each in refused)


def test_one_track_is_classified_at_a_time(browser, time):
    def classify(sid_path=NEON):
        return browser.post("/api/classify", json={"sid_path": sid_path}, auth=ADMIN).status_code

    assert classify("No/Such.sid") == 404
    assert [classify(), classify()] == [202, 409]
    time.at += 0.99
    assert classify() == 409
    time.at += 0.01
    assert classify() == 202


def test_health_and_version(browser):
    assert browser.get("/api/health").json() == {"status": "ok"}
    assert browser.get("/api/version").json() == {"version": "7.8.9"}


@pytest.mark.parametrize("path", ["/api/version", "/api/search?q=a", "/", "/login", "/nowhere"])
def test_nothing_but_static_files_is_stored(browser, path):
    assert browser.get(path).headers["cache-control"] == "no-store"


def test_the_store_does_not_grow_for_ever(monkeypatch):
    monkeypatch.setattr("demo.store.KEPT_ROWS", 3)
    store = Store()
    tokens = [store.open_play(NEON) for _ in range(5)]
    assert [store.played_track(token) is not None for token in tokens] == [False] * 2 + [True] * 3
    store.close()
