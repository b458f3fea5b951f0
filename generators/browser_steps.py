"""What a browser does for one built-in action, as the lines of a Python function. Pure."""

from __future__ import annotations

from functools import singledispatch

from generators import browser_requests, python_files
from generators.browser_elements import acted_on, any_of, called_with, expected_of
from generators.python_layout import Argument, call
from generators.python_values import text_argument
from journeys.api_request import ApiRequest
from journeys.checks import Expect, WaitFor, WaitForText
from journeys.step_base import StepSpec
from journeys.ui_actions import (
    Check,
    Click,
    Download,
    GoBack,
    Hover,
    Navigate,
    Press,
    Reload,
    Scroll,
    Select,
    Type,
    Uncheck,
    Upload,
)

_HELPERS: dict[type[StepSpec], tuple[str, ...]] = {
    GoBack: ("go_back",),
    Reload: ("reload",),
    Download: ("download",),
}
_USER = Argument(("user",))


@singledispatch
def lines_of(step: StepSpec) -> list[str]:
    """Return the statements of a built-in action, not indented."""
    raise TypeError(f"{type(step).__name__} is no built-in action")


def helpers_of(step: StepSpec) -> tuple[str, ...]:
    """Return the names that the statements of a built-in action call, beside the user's own."""
    if isinstance(step, ApiRequest):
        return browser_requests.helpers_of(step)
    if isinstance(step, Expect) and step.url is None:
        if step.selector is not None:
            return ("expect",)
        return ("page_answer", *(["expect_json"] if step.json_values else []))
    if isinstance(step, WaitFor) and step.response is not None:
        return ("fresh_answer",)
    if isinstance(step, Upload):
        return ("upload", *python_files.helpers_of(step.file))
    return _HELPERS.get(type(step), ())


@lines_of.register
def _navigate(step: Navigate) -> list[str]:
    return call("await user.open", [text_argument(step.target)])


@lines_of.register
def _go_back(_step: GoBack) -> list[str]:
    return ["await go_back(user)"]


@lines_of.register
def _reload(_step: Reload) -> list[str]:
    return ["await reload(user)"]


@lines_of.register(Click)
@lines_of.register(Hover)
@lines_of.register(Check)
@lines_of.register(Uncheck)
def _touch(step: Click | Hover | Check | Uncheck) -> list[str]:
    return acted_on(step.selector, step.action)


@lines_of.register
def _type(step: Type) -> list[str]:
    return acted_on(step.selector, "fill", text_argument(step.value))


@lines_of.register
def _press(step: Press) -> list[str]:
    key = text_argument(step.key)
    if step.selector is None:
        return call("await user.page.keyboard.press", [key])
    return acted_on(step.selector, "press", key)


@lines_of.register
def _select(step: Select) -> list[str]:
    return acted_on(step.selector, "select_option", _option(step))


def _option(step: Select) -> Argument:
    if step.index is not None:
        return Argument((str(step.index),), "index")
    if step.label is not None:
        return text_argument(step.label, "label")
    return text_argument(step.value or "", "value")


@lines_of.register
def _upload(step: Upload) -> list[str]:
    lines, names = python_files.named_files(step.file)
    return [*lines, *called_with("await upload", step.selector, *names)]


@lines_of.register
def _download(step: Download) -> list[str]:
    return called_with("await download", step.selector)


@lines_of.register
def _scroll(step: Scroll) -> list[str]:
    if step.selector is not None:
        return acted_on(step.selector, "scroll_into_view_if_needed")
    return [f"await user.page.mouse.wheel(0, {step.by})"]


@lines_of.register
def _wait_for_text(step: WaitForText) -> list[str]:
    return call("await user.page.get_by_text", [text_argument(step.text)], ".first.wait_for()")


@lines_of.register
def _wait_for(step: WaitFor) -> list[str]:
    if step.url is not None:
        return call("await user.page.wait_for_url", [text_argument(step.url)])
    if step.response is not None:
        return call("await fresh_answer", [_USER, text_argument(step.response)])
    selector = step.selector or ""
    return acted_on(selector, f"{any_of(selector)}wait_for")


@lines_of.register
def _expect(step: Expect) -> list[str]:
    if step.url is not None:
        return call("await user.page.wait_for_url", [text_argument(step.url)])
    if step.selector is None:
        return _expect_answer(step)
    if step.text is not None:
        return expected_of(step.selector, "to_contain_text", text_argument(step.text))
    if step.value is not None:
        return expected_of(step.selector, "to_have_value", text_argument(step.value))
    if step.count is not None:
        return expected_of(step.selector, "to_have_count", Argument((str(step.count),)))
    return expected_of(step.selector, "to_be_visible" if step.visible else "to_be_hidden")


def _expect_answer(step: Expect) -> list[str]:
    lines = ["answer = own_answer(user)"]
    if step.response is not None:
        lines = call("answer = await page_answer", [_USER, text_argument(step.response)])
    if step.status:
        lines.append(f"expect_status(answer, {', '.join(map(str, step.status))})")
    return [*lines, *browser_requests.expect_json(step.json_values)]


@lines_of.register
def _api_request(step: ApiRequest) -> list[str]:
    return browser_requests.lines_of(step)
