"""Which files of the workspace a spec or an action map hands to the app, and what is in them."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from journeys.places import Field
from journeys.uploads import MAX_FILE_BYTES, UploadedFile
from journeys.workspace_files import path_inside
from tandem.errors import SpecError


def paths_in(value: Any, field: Field = ()) -> Iterator[tuple[Field, str]]:
    """Yield the path of every such file below a model, and the field that it stands in."""
    if isinstance(value, UploadedFile):
        if value.path is not None:
            yield field, value.path
    elif isinstance(value, BaseModel):
        for name, info in type(value).model_fields.items():
            if name != "data":
                yield from paths_in(getattr(value, name), (*field, info.alias or name))
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from paths_in(item, (*field, key))
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from paths_in(item, (*field, index))


def paths_in_plain(step: Mapping[str, Any]) -> Iterator[str]:
    """Yield what a step names, right or wrong in all else."""
    multipart = step.get("multipart")
    given = list(multipart.values()) if isinstance(multipart, dict) else []
    if step.get("action") == "upload":
        file = step.get("file")
        given += file if isinstance(file, list) else [file]
        yield from (each for each in given if isinstance(each, str))
    for each in given:
        if isinstance(each, dict) and isinstance(each.get("path"), str):
            yield each["path"]


def read_upload(file: str, workspace: Path) -> str:
    """Return the content of a file in base64; raise :class:`SpecError` for one that cannot be."""
    path = path_inside(file, workspace)
    try:
        size = path.stat().st_size
        if size > MAX_FILE_BYTES:
            raise SpecError(
                f"{file}: {size} bytes, expected at most {MAX_FILE_BYTES}, since every script "
                "holds it; 'size' makes a larger one"
            )
        content = path.read_bytes()
    except OSError as error:
        raise SpecError(f"{file}: cannot be read: {error.strerror}") from error
    return base64.b64encode(content).decode()
