"""Values of answers in JSON."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

import jmespath
from playwright.async_api import APIResponse, Error, Response


def one_kind_of_number(text: str) -> float | int:
    """Return a number as k6 knows it: 2.0 is 2."""
    number = float(text)
    return int(number) if number.is_integer() else number


JSON_NUMBERS = partial(json.loads, parse_float=one_kind_of_number)


async def expect_json(answer: Response | APIResponse, path: str, expected: object) -> None:
    """Insist on what stands at ``path``, such as ``data.items[0].id``, of an answer in JSON."""
    found = await value_at(answer, path)
    if json.dumps(found, sort_keys=True) != json.dumps(as_json(expected), sort_keys=True):
        is_, wanted = (json.dumps(each, ensure_ascii=False)[:200] for each in (found, expected))
        raise AssertionError(f"{path} is {is_}, expected {wanted}")


async def json_value(answer: APIResponse, path: str) -> str:
    """Return a single value at ``path``, as a text."""
    found = await value_at(answer, path)
    if isinstance(found, dict | list):
        raise AssertionError(f"the answer holds more than a single value at {path}")
    if found is None or found == "":
        raise AssertionError(f"the answer holds no {path}")
    return found if isinstance(found, str) else json.dumps(found)


async def value_at(answer: Response | APIResponse, path: str) -> Any:
    """Return what stands at the path of JMESPath; None for nothing."""
    try:
        return jmespath.search(path, JSON_NUMBERS(await answer.text()))
    except (ValueError, Error) as error:
        raise AssertionError(f"{answer.url} did not answer in JSON") from error


def as_json(value: object) -> object:
    """Return a value as it comes out of JSON."""
    return JSON_NUMBERS(json.dumps(value))
