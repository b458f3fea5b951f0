"""Reads a request's JSON body into a model, or refuses it with a reason."""

from __future__ import annotations

from typing import TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request

from demo.problems import explain, is_not_json
from demo.store import Store

MAX_BODY = 64 * 1024

Model = TypeVar("Model", bound=BaseModel)


class TrackChoice(BaseModel):
    """The body of every request that is about one track."""

    model_config = ConfigDict(frozen=True)

    sid_path: str = Field(min_length=1, max_length=300)


async def read_json(request: Request, model: type[Model]) -> Model:
    """Return the body; 400 when it is no JSON, 422 when it is not what the model says."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > MAX_BODY:
            raise HTTPException(413, f"The body is larger than {MAX_BODY} bytes.")
    try:
        return model.model_validate_json(bytes(body))
    except ValidationError as error:
        raise HTTPException(400 if is_not_json(error) else 422, explain(error)) from error


async def read_sid_path(request: Request, store: Store) -> str:
    """Return the path of the track that the body names; 404 when there is none."""
    choice = await read_json(request, TrackChoice)
    if store.track(choice.sid_path) is None:
        raise HTTPException(404, "There is no such track.")
    return choice.sid_path
