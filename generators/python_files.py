"""Files that a browser user hands to the app, as the lines of a Python script. Pure."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence

from generators.literals import python_string
from generators.python_layout import Argument, call
from generators.python_values import Expression, text_argument
from journeys.uploads import UploadedFile

_BASE64_WIDTH = 96


def helpers_of(fields: Iterable[object]) -> tuple[str, ...]:
    """Return the names that :func:`named_files` calls for those of the fields that are files."""
    return tuple(_helper(each) for each in fields if isinstance(each, UploadedFile))


def named_files(files: Sequence[UploadedFile]) -> tuple[list[str], list[str]]:
    """Return the statements that put each file into a variable, and the variables."""
    names = [f"file_{number}" if len(files) > 1 else "file" for number in range(1, len(files) + 1)]
    lines = [
        line
        for name, file in zip(names, files, strict=True)
        for line in call(f"{name} = {_helper(file)}", _arguments(file))
    ]
    return lines, names


def with_named_files(
    fields: Mapping[str, str | UploadedFile],
) -> tuple[list[str], dict[str, str | Expression]]:
    """Return the statements for the files of a form, and the form with variables for them."""
    files = {name: each for name, each in sorted(fields.items()) if isinstance(each, UploadedFile)}
    lines, names = named_files([*files.values()])
    variables = dict(zip(files, map(Expression, names), strict=True))
    texts = {name: each for name, each in fields.items() if isinstance(each, str)}
    return lines, {**texts, **variables}


def stored(files: Mapping[str, str]) -> Iterator[str]:
    """Yield the items of a dict with the contents of files, in base64 and on lines of their own."""
    for path, content in sorted(files.items()):
        yield f'    {python_string(path)}: """'
        yield from textwrap.wrap(content, _BASE64_WIDTH)
        yield '""",'


def _helper(file: UploadedFile) -> str:
    return (
        "stored_file"
        if file.path is not None
        else "text_file"
        if file.content is not None
        else "filler_file"
    )


def _arguments(file: UploadedFile) -> list[Argument]:
    if file.path is not None:
        content = Argument((f"FILES[{python_string(file.path)}]",))
    elif file.content is not None:
        content = text_argument(file.content)
    else:
        content = Argument((f"{file.size or 0:_}",))
    return [text_argument(file.shown_name), Argument((python_string(file.type),)), content]
