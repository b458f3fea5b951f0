"""The pages: what they load, the login and its forms, playlists, and that nothing is trusted."""

from __future__ import annotations

import re

import pytest

EVIL = "<script>alert('x')</script> & \"more\""


def test_the_player_loads_nothing_from_elsewhere(browser):
    page = browser.get("/").text
    assert re.findall(r'(?:href|src)="([^"]+)"', page) == [
        "data:,",
        "/static/app.css",
        "/static/app.js",
        "/",
        "/",
        "/account",
    ]
    assert 'data-testid="search-input"' in page
    assert re.search(r'<button[^>]* disabled [^>]*data-testid="player-play"', page)
    assert "playing" not in page.lower()  # the status alone may say so


def test_no_script_names_another_host(browser):
    for name in ("app.js", "app.css"):
        assert "://" not in browser.get(f"/static/{name}").text


@pytest.mark.parametrize(("name", "kind"), [("app.css", "text/css"), ("app.js", "text/javascript")])
def test_a_static_file_is_sent_once(browser, name, kind):
    first = browser.get(f"/static/{name}")
    assert first.status_code == 200 and first.headers["content-type"].startswith(kind)
    tag = first.headers["etag"]
    again = browser.get(f"/static/{name}", headers={"If-None-Match": tag})
    assert again.status_code == 304 and again.content == b"" and again.headers["etag"] == tag
    assert browser.get(f"/static/{name}", headers={"If-None-Match": '"old"'}).status_code == 200


@pytest.mark.parametrize("path", ["/static/nothing.js", "/static/..%2Fapp.py", "/nowhere"])
def test_what_is_not_there_gets_a_page_that_says_so(browser, path):
    response = browser.get(path)
    assert response.status_code == 404 and "That did not work" in response.text


def test_a_refused_api_request_gets_json(browser):
    response = browser.get("/api/play")
    assert response.status_code == 405 and response.headers["allow"] == "POST"
    assert response.json() == {"error": {"message": "Method Not Allowed"}}


def test_a_login_leads_to_the_account(browser):
    response = browser.log_in()
    assert response.status_code == 303 and response.headers["location"] == "/account"
    assert "httponly" in response.headers["set-cookie"].lower()
    assert "Signed in as alice" in browser.get("/account").text


def test_a_login_replaces_the_session(browser):
    browser.get("/login")
    before = browser.cookies["session"]
    browser.log_in()
    first = browser.cookies["session"]
    browser.log_in()
    assert len({before, first, browser.cookies["session"]}) == 3
    assert browser.get("/account", headers={"Cookie": f"session={first}"}).status_code == 303


@pytest.mark.parametrize(
    ("user", "password"), [("alice", "wrong"), ("alice", ""), ("nobody", "demo"), (EVIL, "é")]
)
def test_wrong_credentials_show_the_form_again(browser, user, password):
    response = browser.log_in(user, password)
    assert response.status_code == 401
    assert "Wrong name or password" in response.text and "login-submit" in response.text
    assert EVIL not in response.text
    assert browser.get("/account").status_code == 303


def test_the_login_form_belongs_to_the_browser_that_opened_it(open_browser):
    mine, theirs = open_browser(), open_browser()
    theirs.get("/login")
    form = {"csrf_token": mine.csrf_token("/login"), "username": "alice", "password": "demo"}
    assert theirs.post("/login", data=form).status_code == 403
    assert open_browser().post("/login", data=form).status_code == 403
    assert mine.post("/login", data=form | {"csrf_token": ""}).status_code == 403
    assert mine.post("/login", data=form).status_code == 303


def test_a_token_ends_with_its_session(browser):
    browser.log_in()
    old = browser.csrf_token("/account")
    browser.log_in()
    assert browser.post("/playlists", data={"csrf_token": old, "name": "x"}).status_code == 403


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/account"), ("POST", "/playlists"), ("GET", "/playlists/1")]
)
def test_the_account_is_for_who_is_logged_in(browser, method, path):
    for cookie in ("", "session=x", f"session={'A' * 43}"):
        response = browser.ask(method, path, headers={"Cookie": cookie})
        assert response.status_code == 303 and response.headers["location"] == "/login"


def test_a_log_out_needs_its_form_and_ends_the_session(browser):
    browser.log_in()
    session = browser.cookies["session"]
    assert browser.post("/logout").status_code == 403
    form = {"csrf_token": browser.csrf_token("/account")}
    assert browser.post("/logout", data=form).headers["location"] == "/"
    assert "session" not in browser.cookies
    again = browser.get("/account", headers={"Cookie": f"session={session}"})
    assert again.status_code == 303


def add_playlist(browser, name):
    form = {"csrf_token": browser.csrf_token("/account"), "name": name}
    return browser.post("/playlists", data=form)


def test_a_playlist_is_shown_to_its_user_alone(open_browser):
    alice, bob = open_browser(), open_browser()
    alice.log_in()
    bob.log_in("bob")
    made = add_playlist(alice, "  Late evening ")
    path = made.headers["location"]
    assert made.status_code == 303 and re.fullmatch(r"/playlists/\d+", path)
    assert ">Late evening</h1>" in alice.get(path).text
    assert f'<a href="{path}">Late evening</a>' in alice.get("/account").text
    assert bob.get(path).status_code == 404
    assert "Late evening" not in bob.get("/account").text


def test_what_a_user_wrote_is_escaped(browser):
    browser.log_in()
    path = add_playlist(browser, EVIL).headers["location"]
    for page in (browser.get(path).text, browser.get("/account").text):
        assert "&lt;script&gt;alert(" in page and "<script>" not in page


@pytest.mark.parametrize("name", ["", "   ", "x" * 81])
def test_a_playlist_needs_a_name(browser, name):
    browser.log_in()
    response = add_playlist(browser, name)
    assert response.status_code == 422 and "needs a name" in response.text


def test_a_number_that_no_playlist_can_have_is_not_found(browser):
    browser.log_in()
    assert browser.get(f"/playlists/{'9' * 40}").status_code == 404


def test_a_file_in_a_form_is_refused(browser):
    browser.get("/login")
    assert browser.post("/login", files={"csrf_token": b"x"}).status_code == 400
