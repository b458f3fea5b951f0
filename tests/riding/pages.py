"""A few pages on loopback that have what steps look for; each says what was done to it."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

FORM = """<!doctype html><meta charset="utf-8"><title>Form</title>
<h1>Form</h1>
<form onsubmit="return false">
  <label>Full name <input data-testid="name"></label>
  <label for="mail">E-mail</label><input id="mail" placeholder="you@example.org">
</form>
<ul>
  <li>First <button>Pick</button></li>
  <li>Second <button>Pick</button> <button>Pick two</button></li>
  <li data-testid="third">Third <button>Pick</button></li>
</ul>
<p id="done">nothing yet</p>
<script>
  const say = (text) => { document.querySelector("#done").textContent = text; };
  for (const button of document.querySelectorAll("button")) {
    button.onclick = () => say(`${button.textContent} in ${button.parentNode.firstChild.data}`);
  }
  for (const field of document.querySelectorAll("input")) {
    field.oninput = () => say(`${field.id || field.dataset.testid} is ${field.value}`);
  }
</script>
"""


class _Pages(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        pages = {"/form": FORM}
        found = pages.get(self.path)
        body = (found or "not found").encode()
        self.send_response(200 if found else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextlib.contextmanager
def pages() -> Iterator[str]:
    """Serve the pages; yield their origin."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Pages) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()
