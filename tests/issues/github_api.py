"""An app like https://api.github.com, with the repository ``shop/app``."""

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

ROOT = "/repos/shop/app"


class GitHub:
    def __init__(self, store: Store) -> None:
        self.store = store

    def app(self) -> Any:
        routes = [
            Route("/user", self.user),
            Route("/graphql", self.viewer, methods=["POST"]),
            Route(f"{ROOT}/issues", self.issues, methods=["GET", "POST"]),
            Route(f"{ROOT}/issues/{{number:int}}", self.issue, methods=["GET", "PATCH"]),
            Route(f"{ROOT}/issues/{{number:int}}/comments", self.comments, methods=["GET", "POST"]),
            Route(f"{ROOT}/issues/comments/{{id:int}}", self.comment, methods=["GET", "PATCH"]),
        ]
        app = Starlette(routes=routes, exception_handlers={404: not_found})
        return Faulty(app, self.store, lambda each: token_in(each, "authorization") == TOKEN)

    async def user(self, _request: Request) -> Response:
        if not self.store.is_somebody:
            return JSONResponse({"message": "Resource not accessible by integration"}, 403)
        return JSONResponse({"login": self.store.me})

    async def viewer(self, _request: Request) -> Response:
        if not self.store.has_viewer:
            return JSONResponse({"data": None, "errors": [{"message": "no", "type": "FORBIDDEN"}]})
        return JSONResponse({"data": {"viewer": {"login": self.store.me}}})

    def shown(self, issue: Issue) -> dict[str, Any]:
        kind = "pull" if issue.is_request else "issues"
        return {
            "number": issue.number,
            "id": issue.number,
            "url": f"http://127.0.0.1{ROOT}/issues/{issue.number}",
            "html_url": f"https://github.example/shop/app/{kind}/{issue.number}",
            "state": issue.state,
            "state_reason": issue.state_reason,
            "title": issue.title,
            "body": issue.body,
            "labels": [{"name": name} for name in issue.labels],
            "user": {"login": issue.author},
            "created_at": moment(issue.created_at),
            **({"pull_request": {"url": ""}} if issue.is_request else {}),
        }

    def comment_shown(self, each: Comment) -> dict[str, Any]:
        return {
            "id": each.id,
            "url": f"http://127.0.0.1{ROOT}/issues/comments/{each.id}",
            "html_url": f"https://github.example/shop/app/issues#issuecomment-{each.id}",
            "body": each.body,
            "user": {"login": each.author},
            "created_at": moment(each.created_at),
        }

    def issue_of(self, request: Request) -> Issue:
        return self.store.issues[request.path_params["number"] - 1]

    async def issues(self, request: Request) -> Response:
        if request.method == "POST":
            given = await request.json()
            if not set(given.get("assignees", ())) <= set(self.store.users):
                fault = {"resource": "Issue", "field": "assignees", "code": "invalid"}
                return JSONResponse({"message": "Validation Failed", "errors": [fault]}, 422)
            labels = given["labels"] if self.store.may_label else []
            made = self.store.open(given["title"], given["body"], labels)
            made.assignees = given.get("assignees", [])
            return JSONResponse(self.shown(made), 201)
        wanted = request.query_params.get("labels", "")
        state = request.query_params.get("state", "open")
        found = [
            self.shown(each)
            for each in reversed(self.store.issues)
            if set(filter(None, wanted.split(","))) <= set(each.labels)
            and state in ("all", each.state)
        ]
        return paged(request, found, self.store)

    async def issue(self, request: Request) -> Response:
        found = self.issue_of(request)
        if request.method == "PATCH":
            for name, value in (await request.json()).items():
                setattr(found, name, value)
        return JSONResponse(self.shown(found))

    async def comments(self, request: Request) -> Response:
        found = self.issue_of(request)
        if request.method == "POST":
            made = self.store.comment(found, (await request.json())["body"])
            return JSONResponse(self.comment_shown(made), 201)
        return paged(request, [self.comment_shown(each) for each in found.comments], self.store)

    async def comment(self, request: Request) -> Response:
        number = request.path_params["id"]
        (found,) = [
            each for issue in self.store.issues for each in issue.comments if each.id == number
        ]
        if request.method == "PATCH":
            found.body = (await request.json())["body"]
        return JSONResponse(self.comment_shown(found))
