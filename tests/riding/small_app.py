"""An app whose pages are hard to measure: ``python -m tests.riding.small_app PORT``."""

from __future__ import annotations

import asyncio
import struct
import sys
from collections.abc import AsyncIterator

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

UNCACHED = {"Cache-Control": "no-store"}
"""The browser does not take such content in until the page reads it."""
FRAME = "<!doctype html><title>{0}</title><body><h1>{0}</h1>{1}</body>"
POLLING = """<script>
  async function poll() {
    for (;;) { await fetch("/api/wait"); }
  }
  poll();
</script>"""
LISTENING = """<script>
  new EventSource("/api/events");
  fetch("/api/events").then((answer) => answer.body.getReader().read());
</script>"""
LOADING = """<script>
  fetch("/api/slow?page");
</script>"""
GIVING_UP = """<script>
  const control = new AbortController();
  fetch("/api/wait?given-up", { signal: control.signal }).catch(() => {});
  setTimeout(() => control.abort(), 50);
</script>"""
PLAYING = """<audio></audio><script>
  const audio = document.querySelector("audio");
  audio.src = "/api/sound";
  audio.play().catch(() => {});
  setTimeout(() => { audio.src = ""; }, 150);
</script>"""
SHIFTING = """<button id="go">Go</button><p id="said"></p><p>Below</p><script>
  setTimeout(() => document.querySelector("h1").style.marginTop = "200px", 30);
  document.querySelector("#go").addEventListener("click", async () => {
    const until = performance.now() + 40;
    while (performance.now() < until);
    await fetch("/api/slow");
    document.querySelector("#said").textContent = "done";
  });
</script>"""
NOISY = """<script>
  console.log("a word"); console.warn("a warning"); console.error("a complaint \\ud83d");
  setTimeout(() => { throw new Error("nobody caught me"); });
</script>"""
BROKEN = """<button id="go">Go</button><script>
  document.querySelector("#go").addEventListener("click", () => fetch("/api/broken"));
</script>"""
SENDING = """<button id="go">Go</button><script>
  document.querySelector("#go").addEventListener("click", () => {
    fetch("/api/kept", { method: "POST" });
    fetch("/api/nothing", { method: "POST" });
  });
</script>"""
ENDLESS = """<script>
  fetch("/api/endless").then((answer) => answer.text());
</script>"""
PAGES = {
    "plain": "",
    "polling": POLLING,
    "listening": LISTENING,
    "loading": LOADING,
    "giving-up": GIVING_UP,
    "playing": PLAYING,
    "shifting": SHIFTING,
    "noisy": NOISY,
    "broken": BROKEN,
    "sending": SENDING,
    "endless": ENDLESS,
}


async def page(request: Request) -> Response:
    """Show one of the pages."""
    name = request.path_params["name"]
    return HTMLResponse(FRAME.format(name, PAGES[name]))


async def wait(_: Request) -> Response:
    """Answer a long poll, which nobody should wait for."""
    await asyncio.sleep(30)
    return PlainTextResponse("nothing happened")


async def slow(_: Request) -> Response:
    """Take 200 ms."""
    await asyncio.sleep(0.2)
    return PlainTextResponse("at last")


async def broken(_: Request) -> Response:
    """Fail; the page does not read why."""
    return PlainTextResponse("no", status_code=503, headers=UNCACHED)


async def kept(_: Request) -> Response:
    """Say more than the page reads."""
    return PlainTextResponse("thank you", status_code=201, headers=UNCACHED)


async def nothing(_: Request) -> Response:
    """Answer without content."""
    return Response(status_code=204)


async def endless(_: Request) -> Response:
    """Begin an answer that does not end."""

    async def flow() -> AsyncIterator[str]:
        while True:
            yield "more "
            await asyncio.sleep(0.1)

    return StreamingResponse(flow(), media_type="text/plain")


async def events(_: Request) -> Response:
    """Send events for ever."""

    async def flow() -> AsyncIterator[str]:
        while True:
            yield "data: tick\n\n"
            await asyncio.sleep(0.1)

    return StreamingResponse(flow(), media_type="text/event-stream")


async def sound(_: Request) -> Response:
    """Play silence for as long as anybody listens."""
    endless = 0xFFFFFFFF
    header = struct.pack("<4sI4s4sI", b"RIFF", endless, b"WAVE", b"fmt ", 16)
    header += struct.pack("<HHIIHH4sI", 1, 1, 44_100, 88_200, 2, 16, b"data", endless)

    async def flow() -> AsyncIterator[bytes]:
        yield header
        while True:
            yield bytes(8820)
            await asyncio.sleep(0.05)

    return StreamingResponse(flow(), media_type="audio/wav")


app = Starlette(
    routes=[
        Route("/api/wait", wait),
        Route("/api/slow", slow),
        Route("/api/broken", broken),
        Route("/api/kept", kept, methods=["POST"]),
        Route("/api/nothing", nothing, methods=["POST"]),
        Route("/api/endless", endless),
        Route("/api/events", events),
        Route("/api/sound", sound),
        Route("/{name}", page),
    ]
)

if __name__ == "__main__":
    uvicorn.run(app, port=int(sys.argv[1]), log_level="warning", timeout_graceful_shutdown=1)
