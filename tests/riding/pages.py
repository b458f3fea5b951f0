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


ACTIONS = """<!doctype html><meta charset="utf-8"><title>Actions</title>
<style>
  #far { margin-top: 5000px } #tip { display: none } #menu:hover #tip { display: block }
</style>
<h1>Actions</h1>
<p id="done" role="status">nothing yet</p>
<label>Search <input id="search"></label>
<label>Colour <select id="colour">
  <option value="r">Red</option><option value="g">Green</option><option value="b">Blue</option>
</select></label>
<label><input type="checkbox" id="news"> News</label>
<label>Pictures <input type="file" id="pictures" multiple></label>
<div id="menu">Menu <span id="tip">a tip</span></div>
<button onclick="save()">Save</button>
<button onclick="setTimeout(save, 700)">Save later</button>
<button onclick="history.pushState({}, '', '/actions/saved?id=7')">Rename</button>
<a href="/form">Form</a>
<a href="/report.csv" download>Report</a>
<ul><li>one</li><li>two</li><li>three</li></ul>
<p id="far">far below</p>
<script>
  const say = (text) => { document.querySelector("#done").textContent = text; };
  search.onkeydown = (event) => say(`${event.ctrlKey ? "Control+" : ""}${event.key} in search`);
  document.body.onkeydown = ({ target, key }) => {
    if (target === document.body) say(`${key} down`);
  };
  colour.onchange = () => say(`colour is ${colour.value}`);
  pictures.onchange = async () => {
    const told = [...pictures.files].map(async (file) => {
      const text = await file.text();
      return `${file.name} ${file.type} ${file.size} ${text.slice(0, 6)}`;
    });
    say((await Promise.all(told)).join(", "));
  };
  news.onchange = () => say(`news ${news.checked ? "on" : "off"}`);
  new IntersectionObserver(([seen]) => seen.isIntersecting && say("far is near")).observe(far);
  addEventListener("scroll", () => scrollY === 120 && say("scrolled"));
  async function save() {
    const answer = await fetch("/api/items/7?full=1", { method: "PUT" });
    say(`saved ${(await answer.json()).item.id}`);
  }
</script>
"""
ITEM = '{"item": {"id": 7, "name": "seven", "tags": ["a", "b"], "sold": false}}'


class _Pages(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        pages = {"/form": FORM, "/actions": ACTIONS}
        if self.path == "/report.csv":
            self._answer(200, "text/csv", "a,b\n" * 1000)
        elif self.path.startswith("/api/items/7"):
            self._answer(200, "application/json", ITEM)
        elif self.path in pages:
            self._answer(200, "text/html", pages[self.path])
        else:
            self._answer(404, "text/html", "not found")

    def do_PUT(self) -> None:
        self._answer(201, "application/json", ITEM)

    def _answer(self, status: int, kind: str, text: str) -> None:
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
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
