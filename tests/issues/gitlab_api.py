"""An app like https://gitlab.com, with the project ``shop/app``."""

from __future__ import annotations

from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.issues.store import (
    TOKEN,
    Comment,
    Faulty,
    Issue,
    Store,
    moment,
    not_found,
    paged,
    token_in,
)

ROOT = "/api/v4/projects/shop/app"
"""The slash in the project's name comes encoded, and is decoded before routes are matched."""


class GitLab:
    def __init__(self, store: Store) -> None:
        self.store = store

    def app(self) -> Any:
        routes = [
            Route(f"{ROOT}/issues", self.issues, methods=["GET", "POST"]),
            Route(f"{ROOT}/issues/{{number:int}}", self.issue, methods=["GET", "PUT"]),
            Route("/api/v4/user", self.user),
            Route("/api/v4/users", self.users),
        ]
        for kind in ("issues", "merge_requests"):
            where = f"{ROOT}/{kind}/{{number:int}}/notes"
            routes.append(Route(where, self.notes, methods=["GET", "POST"]))
            routes.append(Route(f"{where}/{{id:int}}", self.note, methods=["GET", "PUT"]))
        app = Starlette(routes=routes, exception_handlers={404: not_found})
        return Faulty(app, self.store, lambda each: token_in(each, "private-token") == TOKEN)

    async def user(self, _request: Request) -> Response:
        return JSONResponse({"id": 1, "username": self.store.me})

    def shown(self, issue: Issue) -> dict[str, Any]:
        return {
            "id": 90_000 + issue.number,
            "iid": issue.number,
            "project_id": 7,
            "web_url": f"https://gitlab.example/shop/app/-/issues/{issue.number}",
            "state": {"open": "opened", "closed": "closed"}[issue.state],
            "title": issue.title,
            "description": issue.body,
            "labels": issue.labels,
            "author": {"username": issue.author},
            "created_at": moment(issue.created_at + 3600, ".123+01:00"),
        }

    def note_shown(self, each: Comment) -> dict[str, Any]:
        return {
            "id": each.id,
            "body": each.body,
            "author": {"username": each.author},
            "created_at": moment(each.created_at, ".123Z"),
            "system": each.system,
        }

    def of(self, request: Request) -> Issue:
        return self.store.issues[request.path_params["number"] - 1]

    async def issues(self, request: Request) -> Response:
        if request.method == "POST":
            given = await request.json()
            labels = given["labels"] if self.store.may_label else []
            labels = labels.split(",") if isinstance(labels, str) else labels
            made = self.store.open(given["title"], given["description"], labels)
            made.assignees = [self.store.users[each - 1] for each in given.get("assignee_ids", ())]
            return JSONResponse(self.shown(made), 201)
        wanted = request.query_params.get("labels", "")
        found = [
            self.shown(each)
            for each in reversed(self.store.issues)
            if not each.is_request and set(filter(None, wanted.split(","))) <= set(each.labels)
        ]
        return paged(request, found, self.store)

    async def issue(self, request: Request) -> Response:
        found = self.of(request)
        if request.method == "PUT":
            given = await request.json()
            found.body = given.get("description", found.body)
            states = {"close": "closed", "reopen": "open"}
            if "state_event" in given:
                found.state = states[given["state_event"]]
                said = Comment(0, given["state_event"], "root", self.store.now(), system=True)
                found.comments.append(said)
        return JSONResponse(self.shown(found))

    async def notes(self, request: Request) -> Response:
        found = self.of(request)
        if request.method == "POST":
            made = self.store.comment(found, (await request.json())["body"])
            return JSONResponse(self.note_shown(made), 201)
        ordered = found.comments
        if request.query_params.get("sort") != "asc":
            ordered = list(reversed(ordered))
        return paged(request, [self.note_shown(each) for each in ordered], self.store)

    async def note(self, request: Request) -> Response:
        number = request.path_params["id"]
        (found,) = [each for each in self.of(request).comments if each.id == number]
        if request.method == "PUT":
            found.body = (await request.json())["body"]
        return JSONResponse(self.note_shown(found))

    async def users(self, request: Request) -> Response:
        name = request.query_params.get("username")
        found = [
            {"id": index, "username": each}
            for index, each in enumerate(self.store.users, start=1)
            if each == name
        ]
        return paged(request, found, self.store)
