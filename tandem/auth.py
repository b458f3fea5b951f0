"""How a user says to the app who they are; credentials are only ever named."""

from __future__ import annotations

import re
from typing import Final, Literal

from pydantic import field_validator, model_validator

from tandem.models import FrozenModel

Kind = Literal["basic", "bearer", "header", "cookie", "journey"]

NEEDS: Final[dict[str, tuple[str, ...]]] = {
    "basic": ("user", "password"),
    "bearer": ("token",),
    "header": ("name", "value"),
    "cookie": ("name", "value"),
    "journey": ("journey",),
}
"""What each kind says beside its kind."""
OF_REQUESTS: Final = ("basic", "bearer", "header")
"""Kinds that a single request may have; the others are all of a user's."""

_VARIABLE = r"[A-Za-z_][A-Za-z0-9_]*"
_SECRET = re.compile(rf"[^${{}}]*\$\{{secret:{_VARIABLE}\}}[^${{}}]*")
_NAMED = re.compile(rf"[^${{}}:]*|\$\{{(?:secret|env):{_VARIABLE}\}}")
_ON_THE_WIRE = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")


class AuthSettings(FrozenModel):
    """One way to say who the user is. Its secret parts name environment variables."""

    kind: Kind
    """basic, bearer, header (one of the app's own), cookie, or journey (which logs in)."""
    user: str | None = None
    """Of basic: a name, ``${env:NAME}`` or ``${secret:NAME}``."""
    password: str | None = None
    """Of basic: ``${secret:NAME}``."""
    token: str | None = None
    """Of bearer: ``${secret:NAME}``."""
    name: str | None = None
    """Of header and cookie: what it is called."""
    value: str | None = None
    """Of header and cookie: ``${secret:NAME}``, with text around it if need be."""
    journey: str | None = None
    """Of journey: the id of the journey that logs in, once for each user."""

    @field_validator("password", "token", "value")
    @classmethod
    def _is_named_only(cls, text: str | None) -> str | None:
        # What is wrong is not repeated: it may be the secret itself.
        if text is not None and not _SECRET.fullmatch(text):
            raise ValueError("is no reference to a secret; write ${secret:NAME} and set NAME")
        return text

    @field_validator("user")
    @classmethod
    def _is_a_name(cls, text: str | None) -> str | None:
        if text is not None and not _NAMED.fullmatch(text):
            raise ValueError("is neither a name without ':' nor ${env:NAME} nor ${secret:NAME}")
        return text

    @field_validator("name")
    @classmethod
    def _can_be_sent(cls, text: str | None) -> str | None:
        if text is not None and not _ON_THE_WIRE.fullmatch(text):
            raise ValueError(f"'{text}' is not the name of a header or a cookie")
        return text

    @model_validator(mode="after")
    def _says_what_its_kind_needs(self) -> AuthSettings:
        needed = NEEDS[self.kind]
        given = {name for name, value in self if name != "kind" and value is not None}
        if missing := [name for name in needed if getattr(self, name) is None]:
            raise ValueError(f'kind = "{self.kind}" needs {" and ".join(missing)}')
        if more := sorted(given - {*needed}):
            raise ValueError(
                f'kind = "{self.kind}" has {" and ".join(needed)}, but no {" and no ".join(more)}'
            )
        return self

    @property
    def header(self) -> str:
        """The header that carries it; empty for a kind that is all of a user's."""
        if self.kind not in OF_REQUESTS:
            return ""
        return self.name or "" if self.kind == "header" else "Authorization"
