"""Files that the user hands to the app."""

from __future__ import annotations

import base64

from playwright.async_api import FilePayload, Locator

from generators.rider.user import User

FilePart = tuple[str, str, bytes]
"""What the app is told that a file is called, its media type, and its content."""


def text_file(name: str, kind: str, text: str) -> FilePart:
    """Return a file that holds a text."""
    return name, kind, text.encode()


def filler_file(name: str, kind: str, size: int) -> FilePart:
    """Return a file of so many bytes that mean nothing."""
    return name, kind, b"x" * size


def stored_file(name: str, kind: str, content: str) -> FilePart:
    """Return a file whose content stands in the script, in base64."""
    return name, kind, base64.b64decode(content)


async def upload(user: User, element: Locator, *files: FilePart) -> None:
    """Choose the files in a file field."""
    chosen: list[FilePayload] = [
        {"name": name, "mimeType": kind, "buffer": content} for name, kind, content in files
    ]
    await element.set_input_files(chosen, timeout=user.timeout_ms)
