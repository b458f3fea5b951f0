"""How long is waited, and what is asked again, for both services alike.

Reading is asked again when the service is ill. What may have been done already (a comment that was
posted, with an answer that got lost) is never sent again blindly: the next look at the tracker
tells. What a rate limit refused was not done, and is sent again once the service allows it. GitHub
says so with 403 or 429 and ``Retry-After`` or ``X-RateLimit-Reset``; GitLab with 429 and
``Retry-After`` or ``RateLimit-Reset``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from time import sleep, time
from typing import Any, Final

from urllib3.exceptions import InvalidHeader, MaxRetryError
from urllib3.response import BaseHTTPResponse
from urllib3.util.retry import Retry

MOST_TRIES: Final = 4
_ILL: Final = frozenset((500, 502, 503, 504))
_LIMITED: Final = frozenset((403, 429))
_FIRST_WAIT_S: Final = 0.5


@dataclass(slots=True)
class Budget:
    """The seconds that may still be waited, over all that is sent in one call."""

    left_s: float

    def wait(self, seconds: float) -> bool:
        """Wait; do not, and say so, when that is longer than may be waited."""
        if seconds > self.left_s:
            return False
        self.left_s -= seconds
        sleep(seconds)
        return True


class Patience(Retry):
    """A rule for urllib3, which requests, PyGithub and python-gitlab stand on."""

    def __init__(self, budget: Budget, **given: Any) -> None:
        self._budget = budget
        super().__init__(
            **{
                "total": MOST_TRIES - 1,
                "allowed_methods": frozenset(("GET",)),
                "status_forcelist": _ILL,
                "raise_on_status": False,
                **given,
            }
        )

    def new(self, **given: Any) -> Patience:
        """Return the rule for the next try."""
        return super().new(budget=self._budget, **given)

    def is_retry(
        self,
        method: str,
        status_code: int,
        has_retry_after: bool = False,
    ) -> bool:
        """Tell whether an answer is looked at more closely."""
        if status_code in _LIMITED:
            return True
        return super().is_retry(method, status_code, has_retry_after and method == "GET")

    def increment(  # type: ignore[override]
        self,
        method: str | None = None,
        url: str | None = None,
        response: BaseHTTPResponse | None = None,
        error: Exception | None = None,
        *others: Any,
        **named: Any,
    ) -> Retry:
        """Wait for the next try, and return its rule; end here when there is to be none."""
        rule = super().increment(method, url, response, error, *others, **named)
        tries = len(rule.history)
        wait = _FIRST_WAIT_S * 2 ** (tries - 1)
        if response is not None:
            asked = asked_wait_s(response.status, response.headers)
            if asked is None and response.status in _LIMITED:
                raise MaxRetryError(named["_pool"], url or "", None)  # no limit: it is forbidden
            wait = wait if asked is None else asked
        if not self._budget.wait(wait):
            raise MaxRetryError(named["_pool"], url or "", error)
        return rule

    def sleep(self, response: BaseHTTPResponse | None = None) -> None:
        """Do nothing: it was waited when the next try was decided upon."""


def asked_wait_s(status: int, headers: Mapping[str, str]) -> float | None:
    """Return how long the service asks to be left alone; None when it does not."""
    if after := headers.get("Retry-After"):
        try:
            return Retry().parse_retry_after(after)
        except InvalidHeader:
            return None
    used_up = headers.get("X-RateLimit-Remaining", "") == "0" or status == 429
    reset = headers.get("X-RateLimit-Reset") or headers.get("RateLimit-Reset") or ""
    if used_up and reset.isdecimal():
        return max(0.0, int(reset) - time()) + 1.0
    return _FIRST_WAIT_S * 2 if status == 429 else None
