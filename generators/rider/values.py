"""What is made anew for each iteration, and what the environment holds."""

from __future__ import annotations

import base64
import os
import time
import uuid
from collections.abc import Callable, Sequence

from generators.rider.messages import log
from generators.rider.user import User


def kept(user: User, make: Callable[[], dict[str, str]]) -> dict[str, str]:
    """Return what the user's iteration keeps; made when it is first asked for."""
    if user.kept_for != user.iteration:
        user.kept, user.kept_for = make(), user.iteration
    return user.kept


def pick(
    user: User, rows: Sequence[dict[str, str]], how: str, per: str, seed: int
) -> dict[str, str]:
    """Return the row of a feeder for this user and iteration: k6's script picks the same one."""
    number, iteration = user.number - 1, 0 if per == "user" else user.iteration
    index = mix(seed, number, iteration) if how == "random" else iteration * user.users + number
    if how == "unique" and index >= len(rows):
        raise AssertionError(f"all {len(rows)} unique rows have been picked")
    return rows[index % len(rows)]


def draw(user: User, key: int, least: int, greatest: int) -> int:
    """Return a whole number from least to greatest: k6's script draws the same one."""
    return least + mix(key, user.number - 1, user.iteration) % (greatest - least + 1)


def mix(*parts: int) -> int:
    """Return whole numbers well shaken, as one of 32 bits."""
    mixed = 0
    for part in parts:
        mixed = (mixed + part + 0x9E3779B9) & 0xFFFFFFFF
        mixed = (mixed ^ (mixed >> 16)) * 0x85EBCA6B & 0xFFFFFFFF
        mixed = (mixed ^ (mixed >> 13)) * 0xC2B2AE35 & 0xFFFFFFFF
        mixed ^= mixed >> 16
    return mixed


def new_uuid() -> str:
    """Return a UUID that nobody has seen."""
    return str(uuid.uuid4())


def milliseconds() -> str:
    """Return the milliseconds since 1970."""
    return str(time.time_ns() // 1_000_000)


def basic(credentials: str) -> str:
    """Return the header of basic authentication for ``USER:PASSWORD``."""
    return "Basic " + base64.b64encode(credentials.encode()).decode()


def variable(name: str) -> str:
    """Return an environment variable; without it there is no ride."""
    value = os.environ.get(name)
    if not value:
        log(f"the environment variable {name} is not set")
        raise SystemExit(2)
    return value
