"""An app that repeats all it is told, on its pages, in its answers and in its log."""

from __future__ import annotations

import argparse
import html
import json
import secrets
import socket
import sys

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

FORM = """<!doctype html><title>Form</title><form method="post" action="/form">
<input id="name" name="name"><input id="password" name="password" type="password">
<input type="hidden" name="csrf_token" value="{token}"><button id="send">Send</button></form>
<p>You asked for {asked}</p>"""


async def told(request: Request) -> dict[str, object]:
    """Everything of a request, which goes to the log as well."""
    body = (await request.body()).decode()
    found = {"url": str(request.url), "headers": dict(request.headers), "body": body}
    print(json.dumps(found, ensure_ascii=False), flush=True)
    return found


async def form(request: Request) -> Response:
    found = await told(request)
    if request.method == "GET":
        page = FORM.format(token=secrets.token_hex(8), asked=html.escape(str(found["url"])))
        answer = HTMLResponse(page)
        answer.set_cookie("sid", secrets.token_hex(8))
        return answer
    given = {key: str(value) for key, value in (await request.form()).items()}
    shown = "".join(f"<li>{html.escape(f'{key}: {value}')}" for key, value in given.items())
    return HTMLResponse(f"<title>Sent</title><p>You said</p><ul>{shown}</ul>")


async def echo(request: Request) -> Response:
    return JSONResponse(await told(request))


async def ready(request: Request) -> Response:
    return Response("ready")


app = Starlette(
    routes=[
        Route("/form", form, methods=["GET", "POST"]),
        Route("/echo", echo, methods=["GET", "POST"]),
        Route("/ready", ready),
    ]
)

if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    listening = socket.create_server(("127.0.0.1", parser.parse_args().port))
    sys.exit(uvicorn.Server(uvicorn.Config(app, log_level="warning")).run(sockets=[listening]))
