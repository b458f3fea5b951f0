"""No secret is left in what a ride leaves, however it was written down."""

from __future__ import annotations

import base64
import gzip
import html
import io
import json
import zipfile
from pathlib import Path
from urllib.parse import quote, quote_plus, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from executors.outcome import WithheldFile
from executors.redaction import values
from executors.redaction.files import Redaction
from executors.redaction.har import redacted_har
from executors.redaction.packed import is_in_packed
from executors.redaction.rules import NameRules
from executors.redaction.values import MIN_LENGTH, SecretValues

RECORDED = Path(__file__).parents[1] / "summary/recorded"
SECRET = 'S3cr+t/"é&<>\\ key'
WRITTEN = {
    "plain": SECRET,
    "JSON": json.dumps({"key": SECRET}),
    "JSON of other letters": json.dumps({"key": SECRET}, ensure_ascii=False),
    "JSON in JSON": json.dumps(json.dumps(SECRET)),
    "query": urlencode({"key": SECRET, "a": "b"}),
    "path": f"/a/{quote(SECRET)}/b",
    "component": quote(SECRET, safe="~!*'()"),
    "small digits": quote(SECRET, safe="").lower(),
    "URL in a URL": urlencode({"next": f"/a?{urlencode({'key': SECRET})}"}),
    "form": quote_plus(SECRET),
    "HTML": html.escape(SECRET),
    "HTML of Go": html.escape(SECRET).replace("&quot;", "&#34;").replace("+", "&#43;"),
    "HTML of Jinja": html.escape(SECRET).replace("&quot;", "&#34;"),
    "JSON of Go": json.dumps({"key": SECRET}, ensure_ascii=False)
    .replace("&", r"\u0026")
    .replace("<", r"\u003c")
    .replace(">", r"\u003e"),
    "JSON of PHP": json.dumps({"key": SECRET}).replace("/", r"\/"),
    "JSON in JSON of PHP": json.dumps(json.dumps(SECRET).replace("/", r"\/")),
    "basic": base64.b64encode(f"ann:{SECRET}".encode()).decode(),
    "basic of a longer name": base64.b64encode(f"anna:{SECRET}!".encode()).decode(),
    "base64 for URLs": base64.urlsafe_b64encode(f"annie:{SECRET}".encode()).decode(),
    "base64 of JSON": base64.b64encode(json.dumps({"k": SECRET}).encode()).decode(),
}
secrets = st.text(st.characters(codec="utf-8"), min_size=MIN_LENGTH, max_size=30)


@pytest.mark.parametrize("how", WRITTEN)
def test_a_secret_is_found_however_it_is_written(how):
    known = SecretValues([SECRET.lower() if how == "small digits" else SECRET])
    written = WRITTEN[how].encode()
    assert known.are_in(written)
    redacted = known.redact(written)
    assert b"REDACTED" in redacted
    assert not known.are_in(redacted)


@given(secret=secrets, before=st.binary(max_size=9), after=st.binary(max_size=9))
def test_any_secret_is_found_at_any_place_of_base64(secret, before, after):
    found = SecretValues([secret]).redact(base64.b64encode(before + secret.encode() + after))
    assert b"REDACTED" in found


@given(secret=secrets, before=st.text(max_size=9))
def test_text_around_a_secret_stays(secret, before):
    found = SecretValues([secret]).redact_text(f"<{before}>{secret}</>")
    assert secret not in found
    assert secret in before or found == f"<{before}>REDACTED</>" or "REDACTED" in before


@pytest.mark.parametrize("step", [1, 7, 64])
def test_a_secret_between_two_blocks_is_found(monkeypatch, step):
    monkeypatch.setattr(values, "_CHUNK", step)
    target = io.BytesIO()
    SecretValues(["canary-17"]).redact_stream(io.BytesIO(b"a canary-17 canary-17b"), target)
    assert target.getvalue() == b"a REDACTED REDACTEDb"


HAR = {
    "log": {
        "entries": [
            {
                "request": {
                    "url": "http://ann:pw@127.0.0.1/a?q=rain&access_token=abc#code=1",
                    "headers": [
                        {"name": "Authorization", "value": "Bearer abc"},
                        {"name": "Referer", "value": "http://127.0.0.1/?api-key=abc"},
                        {"name": "Accept", "value": "text/html"},
                    ],
                    "cookies": [{"name": "sid", "value": "abc"}],
                    "queryString": [{"name": "access_token", "value": "abc"}],
                    "postData": {
                        "mimeType": "application/x-www-form-urlencoded",
                        "params": [{"name": "password", "value": "abc"}],
                        "text": "name=ann&password=abc",
                    },
                },
                "response": {
                    "headers": [{"name": "set-cookie", "value": "sid=abc"}],
                    "content": {"text": '{"data": {"token": "abc", "title": "rain"}}'},
                    "redirectURL": "/b?session_id=abc&page=2",
                },
            }
        ]
    }
}


def test_names_tell_secrets_in_a_har():
    redacted = NameRules().redact_json(HAR)
    assert "abc" not in json.dumps(redacted)
    request = redacted["log"]["entries"][0]["request"]
    assert request["url"] == "http://127.0.0.1/a?q=rain&access_token=REDACTED#code=1"
    assert request["headers"][2]["value"] == "text/html"
    assert request["postData"]["text"] == "name=ann&password=REDACTED"
    answer = redacted["log"]["entries"][0]["response"]
    assert json.loads(answer["content"]["text"])["data"]["title"] == "rain"
    assert answer["redirectURL"] == "/b?session_id=REDACTED&page=2"


def test_settings_add_names():
    assert not NameRules().is_secret("X-Tenant")
    assert NameRules(["x_tenant"]).is_secret("X-Tenant")
    assert not NameRules().is_secret("author")


def test_bodies_in_base64_are_looked_into():
    body = base64.b64encode(b'{"token": "abc", "n": 1}').decode()
    found = NameRules().redact_json({"content": {"text": body, "encoding": "base64"}})
    assert base64.b64decode(found["content"]["text"]) == b'{"token":"REDACTED","n":1}'


@pytest.mark.parametrize("body", ["", "{", "plain words = none", "<p a=b>", "[1,", "a=b\nc=d"])
def test_other_bodies_stay_as_they_are(body):
    assert NameRules().redact_body(body) == body


def redaction(*secrets):
    return Redaction(SecretValues(secrets), NameRules())


def zipped(path, **entries):
    with zipfile.ZipFile(path, "w") as stream:
        for name, data in entries.items():
            stream.writestr(name.replace("__", "/").replace("_", "."), data)


def har_of(*entries):
    whole = {"log": {"version": "1.2", "entries": entries}}
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":"))


def test_a_har_is_gone_through_an_entry_at_a_time():
    """It can be large; nothing of it is lost, wherever a field stands."""
    recorded = json.loads((RECORDED / "playwright/user001.har").read_bytes())
    recorded["log"] = {
        "entries": recorded["log"].pop("entries"),
        **recorded["log"],
        "é": ["\u2028"],
    }
    recorded |= {"token": "abc", "comment": "at last"}
    pieces = list(redacted_har(json.dumps(recorded).encode(), NameRules()))
    assert len(pieces) == len(recorded["log"]["entries"]) + 2
    found = json.loads(b"".join(pieces).decode("utf-8", "surrogatepass"))
    assert found == NameRules().redact_json(recorded)
    assert json.loads(b"".join(redacted_har(har_of().encode(), NameRules()))) == json.loads(
        har_of()
    )


@pytest.mark.parametrize("whole", [{}, [], {"log": 1}, {"log": {}}, {"log": {"entries": {}}}])
def test_what_is_no_har_is_gone_through_as_a_whole(whole):
    assert json.loads(b"".join(redacted_har(json.dumps(whole).encode(), NameRules()))) == whole


def test_half_a_pair_of_characters_costs_no_artifact(tmp_path):
    """A page that cuts a text within an emoji has one, in its title or on its console."""
    (tmp_path / "user001.har").write_text(json.dumps({"log": {"entries": [{"t": "a\ud83d"}]}}))
    line = json.dumps({"text": "a\ud83d", "token": "abc"}).encode()
    zipped(tmp_path / "trace.zip", trace_trace=line + b"\n", resources__ab_json=line)
    assert redaction("canary-17").clean(tmp_path) == []
    assert json.loads((tmp_path / "user001.har").read_text())["log"]["entries"] == [{"t": "a?"}]
    with zipfile.ZipFile(tmp_path / "trace.zip") as trace:
        found = [json.loads(trace.read(name).decode()) for name in trace.namelist()]
    assert found == [{"text": "a?", "token": "REDACTED"}] * 2


def test_every_kind_of_file_is_gone_through(tmp_path):
    (tmp_path / "app.log").write_text("key canary-17\n")
    (tmp_path / "attempts/1").mkdir(parents=True)
    (tmp_path / "attempts/1/stdout.txt").write_text("canary-17")
    with gzip.open(tmp_path / "metrics.csv.gz", "wt") as stream:
        stream.write("a,b\nhttp://h/?q=canary-17,1\n")
    (tmp_path / "user001.har").write_text(har_of({"text": "canary-17", "é": "\u2028"}))
    zipped(
        tmp_path / "trace.zip",
        trace_trace=b'{"params":{"value":"canary-17"}}\n{"a":1}\n',
        trace_network=b'{"headers":[{"name":"Cookie","value":"sid=1"}]}\n',
        resources__ab_json=b'{"token":"xyz"}',
        resources__cd_html=b"<p>canary-17</p>",
    )
    assert redaction("canary-17").clean(tmp_path) == []
    assert (tmp_path / "app.log").read_text() == "key REDACTED\n"
    assert (tmp_path / "attempts/1/stdout.txt").read_text() == "REDACTED"
    with gzip.open(tmp_path / "metrics.csv.gz", "rt") as stream:
        assert stream.read() == "a,b\nhttp://h/?q=REDACTED,1\n"
    assert (tmp_path / "user001.har").read_text() == har_of({"text": "REDACTED", "é": "\u2028"})
    with zipfile.ZipFile(tmp_path / "trace.zip") as trace:
        assert {name: trace.read(name) for name in trace.namelist()} == {
            "trace.trace": b'{"params":{"value":"REDACTED"}}\n{"a":1}\n',
            "trace.network": b'{"headers":[{"name":"Cookie","value":"REDACTED"}]}\n',
            "resources/ab.json": b'{"token":"REDACTED"}',
            "resources/cd.html": b"<p>REDACTED</p>",
        }


def packed_in(name, data):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(name, data)
    return stream.getvalue()


@pytest.mark.parametrize(
    "wrap",
    [
        gzip.compress,
        lambda data: packed_in("a.txt", data),
        lambda data: gzip.compress(packed_in("a.txt", data)),
        lambda data: packed_in("a.gz", gzip.compress(data)),
    ],
    ids=["gzip", "zip", "zip in gzip", "gzip in zip"],
)
def test_what_is_packed_in_a_trace_is_unpacked(tmp_path, wrap):
    """As an answer is, or a file that the app offers."""
    other = wrap(b"nothing")
    with zipfile.ZipFile(tmp_path / "trace.zip", "w") as trace:
        trace.writestr("resources/a", wrap(SECRET.encode()))
        trace.writestr("resources/b", other)
        trace.writestr("resources/c", wrap(SECRET.encode())[:-9])
    assert Redaction(SecretValues([SECRET]), NameRules()).clean(tmp_path) == []
    with zipfile.ZipFile(tmp_path / "trace.zip") as trace:
        cleaned, kept, half = (trace.read(f"resources/{name}") for name in "abc")
    assert (kept, half) == (other, b"")
    assert not is_in_packed(cleaned, SecretValues([SECRET]))
    assert is_in_packed(cleaned, SecretValues(["REDACTED"]))


def test_without_secrets_only_names_are_looked_for(tmp_path):
    (tmp_path / "failure.png").write_bytes(b"picture")
    (tmp_path / "stdout.txt").write_text("token=abc")
    zipped(tmp_path / "trace.zip", resources__page_jpeg=b"frame")
    assert redaction().clean(tmp_path) == []
    assert (tmp_path / "stdout.txt").read_text() == "token=abc"
    assert (tmp_path / "failure.png").read_bytes() == b"picture"


@pytest.mark.parametrize("name", ["user001.har", "trace-user001.zip", "metrics.csv.gz"])
def test_what_cannot_be_read_is_not_published(tmp_path, name):
    (tmp_path / name).write_bytes(b'{"log": {"entries": [')
    ((path, why),) = [(each.path, each.why) for each in redaction("canary-17").clean(tmp_path)]
    assert path == name
    assert why.startswith("it cannot be read")
    assert not list(tmp_path.iterdir())


def test_an_answer_that_nobody_can_read_costs_its_trace_alone(tmp_path):
    with zipfile.ZipFile(tmp_path / "trace.zip", "w") as trace:
        trace.writestr("resources/a", "[" * 100_000)
    (withheld,) = Redaction(SecretValues([SECRET]), NameRules()).clean(tmp_path)
    assert withheld.path == "trace.zip"
    assert "it cannot be read (RecursionError)" in withheld.why


def test_pictures_are_not_published_where_there_are_secrets(tmp_path):
    (tmp_path / "failure-user001.png").write_bytes(b"picture")
    with zipfile.ZipFile(tmp_path / "trace.zip", "w") as stream:
        stream.writestr("resources/page@1-2.jpeg", b"frame")
        stream.writestr("resources/ab.jpeg", b"of the app")
    found = redaction("canary-17").clean(tmp_path)
    why = "a picture may show a secret"
    assert found == [WithheldFile(path="failure-user001.png", why=why)]
    with zipfile.ZipFile(tmp_path / "trace.zip") as trace:
        assert trace.namelist() == ["resources/ab.jpeg"]


def test_a_secret_in_packed_data_of_a_page_withholds_it(tmp_path):
    noise = bytes(range(256)) * 4 + b"canary-17"
    blob = base64.b64encode(gzip.compress(noise, mtime=0))
    (tmp_path / "report.html").write_bytes(b"<script>" + blob + b"</script>")
    assert [each.why for each in redaction("canary-17").clean(tmp_path)] == [
        "a secret is still in it"
    ]
