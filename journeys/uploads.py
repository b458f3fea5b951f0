"""Files that a user hands to the app: in a page's file field, and as parts of a form."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Discriminator,
    Field,
    StringConstraints,
    Tag,
    model_validator,
)

from journeys.texts import TemplateText, WorkspaceFile
from tandem.models import FrozenModel

MAX_FILE_BYTES = 100_000
"""Of a file of the workspace, which each script holds."""
MAX_FILES_BYTES = 1_000_000
"""Of all such files of a journey together."""
MAX_FILLER_BYTES = 10_000_000
DEFAULT_TYPE = "application/octet-stream"

MEDIA_TYPE_PATTERN = r"^[A-Za-z0-9!#$&^_.+-]+/[A-Za-z0-9!#$&^_.+-]+$"


def _checked_file(text: str) -> str:
    if "${" in text:
        raise ValueError("a file's path holds no ${…}")
    return text


class UploadedFile(FrozenModel):
    """A file to hand over: one of the workspace, a text, or so many bytes of no meaning.

    Exactly one of ``path``, ``content`` and ``size``.
    """

    path: Annotated[WorkspaceFile, AfterValidator(_checked_file)] | None = None
    """A file below the workspace, which the script then holds."""
    content: TemplateText | None = None
    """A text, in UTF-8."""
    size: Annotated[int, Field(ge=0, le=MAX_FILLER_BYTES)] | None = None
    """So many bytes, all of them ``x``."""
    name: Annotated[TemplateText, StringConstraints(min_length=1)] | None = None
    """What the app is told that it is called; that of the file at ``path`` unless it says so."""
    type: Annotated[str, StringConstraints(pattern=MEDIA_TYPE_PATTERN)] = DEFAULT_TYPE
    """Its media type, such as ``image/png``."""

    @model_validator(mode="after")
    def _has_one_content(self) -> UploadedFile:
        if sum(each is not None for each in (self.path, self.content, self.size)) != 1:
            raise ValueError("a file has exactly one of path, content and size")
        if self.path is None and self.name is None:
            raise ValueError("a file without a path has a name")
        return self

    @property
    def shown_name(self) -> str:
        """What it is called."""
        return self.name if self.name is not None else PurePosixPath(self.path or "").name


def _kind_of_file(value: Any) -> str:
    return "UploadedFile" if isinstance(value, dict | UploadedFile) else "text"


def _as_files(value: Any) -> Any:
    """Read a single file as a list of one, and a path as the file that is there."""
    given = value if isinstance(value, list | tuple) else (value,)
    if not all(isinstance(each, str | dict | UploadedFile) for each in given):
        raise ValueError("expected the path of a file, or an object such as {name: a, size: 10}")
    return tuple({"path": each} if isinstance(each, str) else each for each in given)


def canonical_files(value: Any) -> Any:
    """Return the plain form of files such that two ways to write the same ones are equal."""
    return [
        {name: item for name, item in each.items() if (name, item) != ("type", DEFAULT_TYPE)}
        if isinstance(each, dict)
        else each
        for each in _as_files(value)
    ]


FormField = Annotated[
    Annotated[TemplateText, Tag("text")] | Annotated[UploadedFile, Tag("UploadedFile")],
    Discriminator(_kind_of_file),
]
"""A text, or a file."""
_File = WorkspaceFile | UploadedFile
Files = Annotated[
    tuple[UploadedFile, ...],
    Field(min_length=1, max_length=20),
    BeforeValidator(_as_files, json_schema_input_type=_File | tuple[_File, ...]),
]
"""One file or several; a text is the path of one."""
