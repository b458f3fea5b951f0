"""Values of secrets are nowhere in what a run leaves: every byte of it is searched."""

from __future__ import annotations

import base64
import contextlib
import gzip
import html
import io
import json
import os
import re
import signal
import time
import zipfile
import zlib
from pathlib import Path
from urllib.parse import unquote_plus

import pytest

from tests.end_to_end.workspace import make_workspace

CANARIES = {
    "VAULT_QUERY": 'q canary-e41/+&="é',
    "VAULT_FORM": "f canary-77b<&>'\"\\",
    "VAULT_BEARER": "canary.b3ar3r-0c9",
    "VAULT_BASIC": base64.b64encode(b"ann:canary-b4s1c-91d").decode(),
    "VAULT_COOKIE": "canary-c00k1e-5aa",
    "VAULT_HEADER": "canary h34der-f02",
    "VAULT_BODY": "canary b0dy\n\u2028-d3e",
    "VAULT_ROW": "canary-r0w-aa7",
}
HIDDEN = [*CANARIES.values(), "canary-b4s1c-91d"]
VAULT = """
id: vault
pacingSeconds: 0.25
feeders:
  accounts: {file: accounts.csv}
steps:
  - {action: navigate, target: "/form?key=${secret:VAULT_QUERY}"}
  - {action: type, selector: "#name", value: "${data.accounts.name}"}
  - {action: type, selector: "#password", value: "${secret:VAULT_FORM}"}
  - {action: click, selector: "#send"}
  - {action: waitForText, text: You said}
  - action: apiRequest
    target: /echo
    method: POST
    headers:
      Authorization: Bearer ${secret:VAULT_BEARER}
      Cookie: deep=${secret:VAULT_COOKIE}
      X-Key: ${secret:VAULT_HEADER}
    body: {note: "${secret:VAULT_BODY}"}
  - action: apiRequest
    target: /echo
    headers: {Authorization: "Basic ${secret:VAULT_BASIC}"}
"""
SPILL = """
id: spill
pacingSeconds: 0.25
steps:
  - {action: navigate, target: "/form?key=${secret:VAULT_QUERY}"}
  - {id: look, action: waitForText, text: "no ${secret:VAULT_FORM}", timeout: 1}
"""
MAP = """
match:
  - action: click
    when: {selector: "#send"}
    protocol:
      - {method: POST, path: /form, form: {name: ann, password: "${secret:VAULT_FORM}"}}
"""
SETTINGS = """
[app]
command = ["{{python}}", "echo_app.py", "--port", "{{port}}"]
ready_path = "/ready"
sources = ["echo_app.py"]

[browser]
trace = "all"
har = "all"

[profiles.quick]
playwright = [{{ users = {users} }}]
k6 = [{{ users = 1 }}]
"""


def prepare(folder: Path, *, users: int = 1, **journeys: str):
    workspace = make_workspace(folder)
    (folder / "tandem.toml").write_text(SETTINGS.format(users=users))
    (folder / "echo_app.py").write_bytes(Path(__file__).with_name("echo_app.py").read_bytes())
    (folder / "accounts.csv").write_text("name\n${secret:VAULT_ROW}\n")
    (folder / "journeys/actions.yaml").write_text(MAP)
    for name, text in journeys.items():
        (folder / f"journeys/{name}.yaml").write_text(text)
    return workspace


@pytest.fixture(scope="module")
def ridden(tmp_path_factory):
    workspace = prepare(tmp_path_factory.mktemp("vault"), users=2, vault=VAULT, spill=SPILL)
    return workspace, workspace.doit("run", "quick", **CANARIES)


def test_the_secrets_were_used(ridden):
    """Else there would be nothing to find: the app saw each of them, in both executors."""
    workspace, ended = ridden
    cells = {(each["executor"], each["journey"]): each for each in workspace.summary()["cells"]}
    assert cells["playwright", "vault"]["outcome"] == "ok", ended.out
    assert cells["k6", "vault"]["outcome"] == "ok", ended.out
    assert cells["playwright", "spill"]["step"] == "look"
    for executor in ("k6", "playwright"):
        log = workspace.latest / executor / "vault/u001/app.log"
        log = log if executor == "k6" else workspace.latest / "playwright/vault/u002/app.log"
        assert log.read_text(encoding="utf-8").count("REDACTED") >= 6


def test_nothing_of_them_is_left(ridden):
    workspace, ended = ridden
    found = [*places(workspace.folder / "build"), *places(workspace.folder / "results")]
    assert found == []
    assert not in_any_form(ended.out.encode())


def test_the_search_would_find_them(tmp_path):
    """In each of the forms that it looks into."""
    secret = HIDDEN[0]
    (tmp_path / "a.txt").write_text(secret)
    (tmp_path / "b.json").write_text(json.dumps({"a": secret}))
    (tmp_path / "c.txt").write_bytes(base64.b64encode(f"ab{secret}".encode()))
    (tmp_path / "d.html").write_text(html.escape(secret))
    with zipfile.ZipFile(tmp_path / "e.zip", "w") as stream:
        stream.writestr("f", gzip.compress(secret.encode()))
    assert len(places(tmp_path)) == 5


def test_pages_are_kept_without_them_and_the_report_says_what_is_not(ridden):
    workspace, _ = ridden
    folder = workspace.latest / "playwright/spill/u002"
    assert not list(folder.rglob("*.png"))
    assert any("REDACTED" in page.read_text() for page in folder.rglob("failure*.txt"))
    report = (workspace.latest / "report.md").read_text(encoding="utf-8")
    assert "was not kept: a picture may show a secret" in report
    with zipfile.ZipFile(next(folder.glob("trace*.zip"))) as trace:
        names = trace.namelist()
        events = trace.read("trace.trace").splitlines()
    assert all(json.loads(event) for event in events)
    assert not [name for name in names if Path(name).name.startswith("page@")]


def test_session_cookies_are_left_out_by_their_name(ridden):
    workspace, _ = ridden
    har = next((workspace.latest / "playwright/vault/u002").glob("*.har")).read_text()
    headers = re.findall(r'"name":"(?:set-cookie|cookie)","value":"([^"]*)"', har, re.I)
    assert headers
    assert set(headers) == {"REDACTED"}


def test_a_killed_run_leaves_them_nowhere_and_the_next_one_cleans_up(tmp_path):
    workspace = prepare(tmp_path, vault=VAULT.replace("0.25", "1.5"))
    stage = tmp_path / ".tandem/stage"
    os.environ.update(CANARIES)
    try:
        running = workspace.start("run", "quick")
        until = time.monotonic() + 120
        while not any(b"canary" in file.read_bytes() for file in stage.rglob("app.log")):
            assert time.monotonic() < until
            assert running.poll() is None, running.communicate()[0]
            time.sleep(0.05)
    finally:
        for name in CANARIES:
            del os.environ[name]
    running.send_signal(signal.SIGKILL)
    running.communicate()
    assert [*places(tmp_path / "build"), *places(tmp_path / "results")] == []
    assert stage.stat().st_mode & 0o077 == 0
    assert list(stage.rglob("app.log"))
    workspace.doit("run", "toolchain")
    assert not list(stage.rglob("app.log")), "purged although nothing was ridden"
    ended = workspace.doit("run", "quick", "executor=k6", "pacing=0.25", **CANARIES)
    assert ended.code == 0, ended.out
    assert not list(stage.iterdir())


def places(folder: Path) -> list[str]:
    """Return every file in which a canary is, in whatever form."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return [str(path) for path in files if in_any_form(path.read_bytes(), depth=3)]


def in_any_form(data: bytes, depth: int = 1) -> bool:
    text = data.decode("utf-8", "replace")
    forms = [text, unquote_plus(text), html.unescape(text), _without_escapes(text)]
    forms += [unquote_plus(unquote_plus(text)), _without_escapes(_without_escapes(text))]
    if any(canary in form for form in forms for canary in HIDDEN):
        return True
    return depth > 0 and any(in_any_form(part, depth - 1) for part in _parts(data))


def _without_escapes(text: str) -> str:
    simple = {"n": "\n", "r": "\r", "t": "\t"}
    text = re.sub(r"\\u([0-9a-fA-F]{4})", lambda found: chr(int(found[1], 16)), text)
    return re.sub(r"\\(.)", lambda found: simple.get(found[1], found[1]), text)


def _parts(data: bytes):
    """Yield what is packed in the data."""
    if data[:3] == b"\x1f\x8b\x08":
        with contextlib.suppress(zlib.error):
            yield zlib.decompressobj(31).decompress(data)
    if data[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            yield from (packed.read(name) for name in packed.namelist())
        return
    for blob in re.findall(rb"[A-Za-z0-9+/_-]{12,}", data):
        standard = blob.replace(b"-", b"+").replace(b"_", b"/")
        for start in range(4):
            part = standard[start:]
            yield base64.b64decode(part[: len(part) // 4 * 4])
