"""What can be set, and its defaults. :mod:`tandem.load_settings` says where values come from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, Literal
from urllib.parse import SplitResult, urlsplit

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from tandem.app_settings import PORT, AppSettings
from tandem.auth import AuthSettings
from tandem.issues_settings import IssuesSettings
from tandem.models import FrozenModel
from tandem.profile_settings import ProfileSettings, default_profiles
from tandem.wording import nearest

ENVIRONMENT_PREFIX = "TANDEM_"
_HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_HEADER_TEXT = re.compile(r"[\t\x20-\x7e]*")

EnvironmentName = Literal["local", "ci", "remote"]


EvidenceMode = Literal["all", "first", "failures", "sample", "off"]
"""Of all users, the first, those that failed, the first and those that failed, or nobody."""


def checked_origin(url: str) -> str:
    """Return ``url`` as an origin, without a slash at its end; raise ValueError when it is none."""
    parts = urlsplit(url)
    if parts.username is not None or parts.password is not None:
        raise ValueError("a base URL holds no user name or password")
    if parts.scheme not in ("http", "https") or not parts.hostname or not _has_usable_port(parts):
        raise ValueError(f"'{url}' is not a base URL such as http://127.0.0.1:4173")
    if parts.path not in ("", "/") or parts.query or parts.fragment:
        raise ValueError(f"'{url}' is more than an origin; paths belong into the journeys")
    return f"{parts.scheme}://{parts.netloc}"


def _has_usable_port(parts: SplitResult) -> bool:
    try:
        return parts.port != 0
    except ValueError:
        return False


class RetentionSettings(FrozenModel):
    """What ``doit prune`` keeps: some of ``20 runs, 30 days, 5 GB`` for each.

    None: what is said further out, in the end by :data:`BUILT_IN_RETENTION`.
    """

    raw: str | None = None
    tables: str | None = None
    summaries: str | None = None
    total: str | None = None
    """A size: of everything below ``results``."""


class HistorySettings(FrozenModel):
    """Where the nights are kept that a night is held against."""

    location: str = ".tandem/history"
    """A folder, ``s3://BUCKET/PREFIX``, or ``git:BRANCH`` for a branch of this repository."""
    open_hours: float = Field(default=12.0, gt=0, le=72)
    """A night that was not finished is gone on with for so long, also past midnight."""
    confirm_cells: int = Field(default=5, ge=0, le=100)
    """So many cells of suspects are ridden once more in their night, and a control with them."""
    confirm_minutes: float = Field(default=30.0, ge=0, le=600)
    """And for so long at most, the control not counted."""

    @field_validator("location")
    @classmethod
    def _holds_no_credentials(cls, value: str) -> str:
        if not value.strip():
            raise ValueError("names no folder, bucket or branch")
        if "@" in urlsplit(value).netloc:
            raise ValueError(
                "holds credentials; give them by the environment "
                "(AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY), so that they stand in no file"
            )
        return value


class RedactionSettings(FrozenModel):
    """What stands in no artifact, beside the secrets that journeys refer to."""

    names: tuple[str, ...] = ()
    """Headers, cookies, parameters and fields of bodies, beside the usual ones."""
    variables: tuple[str, ...] = ()
    """Environment variables whose values are secrets, such as those that only the app reads."""


_USUALLY: Final = {"raw": "10 runs", "tables": "60 runs", "summaries": "400 days", "total": "20 GB"}
BUILT_IN_RETENTION: Final[Mapping[EnvironmentName, Mapping[str, str]]] = {
    "local": {**_USUALLY, "raw": "10 runs, 14 days"},
    "ci": {**_USUALLY, "raw": "3 runs", "tables": "90 runs", "total": "10 GB"},
    "remote": _USUALLY,
}
"""Where nothing is set: a desk keeps what somebody still looks into, CI what its history needs."""


MAX_REMOTE_USERS: Final = 20
"""What nobody has agreed to is little."""


class EnvironmentSettings(FrozenModel):
    """What is ridden under one environment's name."""

    base_url: str | None = None
    """The origin of a running server; without it the app is started in the job."""
    hosts: tuple[str, ...] = ()
    """Patterns of host names (* stands for anything): no other host is ridden. Empty: any."""
    max_users: int | None = Field(default=None, ge=1)
    """No cell has more users; None: MAX_REMOTE_USERS in ``remote``, as many as wanted else."""
    retention: RetentionSettings = RetentionSettings()
    """In place of the common one, as far as it says something."""
    actions: tuple[str, ...] = ()
    """More action maps, over the common ones."""
    auth: dict[str, AuthSettings] = {}
    """In place of the common ones of the same names."""
    headers: dict[str, str] = {}
    """Sent with every request, of a page too; no place for secrets."""
    feeders: dict[str, str] = {}
    """Data files in place of those that journeys' feeders of these names name."""
    flags: dict[str, bool] = {}
    """Features that are on or off here: ``${flag:NAME}``, and ``onlyIf`` of a step."""

    @field_validator("headers")
    @classmethod
    def _can_be_sent(cls, value: dict[str, str]) -> dict[str, str]:
        for name, text in value.items():
            if not _HEADER.fullmatch(name) or not _HEADER_TEXT.fullmatch(text):
                raise ValueError(f"{name!r} is no header of printable ASCII")
            if "${" in text:
                raise ValueError(
                    f"'{name}' is sent as it stands, to whatever host a page asks; "
                    "a secret belongs into [auth]"
                )
        return value

    @field_validator("feeders")
    @classmethod
    def _stay_inside(cls, value: dict[str, str]) -> dict[str, str]:
        for file in value.values():
            if not file or file.startswith(("/", "~")) or ".." in file.split("/"):
                raise ValueError(f"'{file}' is not a file below the workspace")
        return value

    @field_validator("base_url")
    @classmethod
    def _is_origin(cls, value: str | None) -> str | None:
        return None if value is None else checked_origin(value)


class BrowserSettings(FrozenModel):
    """Which browser rides, how it is started, and what it leaves for people to look into."""

    executable: str | None = None
    arguments: tuple[str, ...] = ()
    per_user: bool = False
    """A browser for each user; otherwise they share one, with a context each."""
    trace: EvidenceMode = "sample"
    har: EvidenceMode = "sample"


class K6Settings(FrozenModel):
    """Which k6 rides."""

    executable: str | None = None


class Settings(BaseSettings):
    """All that can be set. Paths are below the workspace, the folder that holds dodo.py."""

    model_config = SettingsConfigDict(
        env_prefix=ENVIRONMENT_PREFIX, env_nested_delimiter="__", extra="forbid", frozen=True
    )

    journeys: str = "journeys"
    actions: tuple[str, ...] = ("journeys/actions.yaml",)
    results: str = "results"
    environment: EnvironmentName = "local"
    base_url: str | None = None
    """Rides this running server, whatever the environment's own base URL is."""
    enable_remote: bool = False
    runner: str = Field(default="", max_length=80)
    """The class of machine that rides, such as "large": nights of another are held against none."""
    app: AppSettings = AppSettings()
    env: dict[EnvironmentName, EnvironmentSettings] = {}
    auth: dict[str, AuthSettings] = {}
    """Who the user is to the app, by the names that journeys use."""
    browser: BrowserSettings = BrowserSettings()
    k6: K6Settings = K6Settings()
    history: HistorySettings = HistorySettings()
    issues: IssuesSettings = IssuesSettings()
    redaction: RedactionSettings = RedactionSettings()
    retention: RetentionSettings = RetentionSettings()
    """In place of what is built in for the environment, as far as it says something."""
    profiles: dict[str, ProfileSettings] = Field(default_factory=default_profiles)

    @field_validator("base_url")
    @classmethod
    def _is_origin(cls, value: str | None) -> str | None:
        return None if value is None else checked_origin(value)

    @field_validator("profiles", mode="before")
    @classmethod
    def _over_the_built_in_ones(cls, value: Any) -> Any:
        """What is not said of a built-in profile stays as it is built in."""
        if not isinstance(value, dict):
            return value
        merged: dict[Any, Any] = {
            name: profile.model_dump(mode="json") for name, profile in default_profiles().items()
        }
        for name, given in value.items():
            own = merged.get(name)
            merged[name] = {**own, **given} if own and isinstance(given, dict) else given
        return merged

    @property
    def action_maps(self) -> tuple[str, ...]:
        """The files of the action maps, later ones over earlier ones."""
        return self.actions + self.chosen.actions

    @property
    def chosen(self) -> EnvironmentSettings:
        """What is said of the environment that is ridden."""
        return self.env.get(self.environment, EnvironmentSettings())

    @property
    def target(self) -> str | None:
        """The origin of the running server to ride; None when the app is started in the job."""
        return self.base_url or self.chosen.base_url

    @property
    def max_users(self) -> int | None:
        """How many users a cell may have; None for as many as wanted."""
        usual = MAX_REMOTE_USERS if self.environment == "remote" else None
        return self.chosen.max_users or usual


Fault = tuple[tuple[str, ...], str]
"""A field's place, and what is wrong with it."""


def contradictions(settings: Settings) -> Iterator[Fault]:
    """Yield what is wrong with settings that are each right by themselves."""
    built_in = sorted(default_profiles())
    for name in settings.profiles:
        if name not in built_in:
            said = f"'{name}' is not one of {', '.join(built_in)}{nearest(name, built_in)}"
            yield ("profiles", name), said
    app = settings.app
    if settings.target is not None:
        return
    if app.server == "external":
        said = 'is "external", and no running server is named'
        yield ("app", "server"), f"{said}: set base_url, here or as an argument (base_url=http://…)"
    elif not app.command:
        said = 'no app to ride: set app.command, or app.server = "external" and a base URL'
        yield (), said
    elif not any(PORT in part for part in (*app.command, *app.environment.values())):
        said = "does not hold {port}, the free port that the app must listen on"
        yield ("app", "command"), f"{said}; nor does app.environment"


def retention_of(settings: Mapping[str, Any]) -> dict[str, str]:
    """Return what ``doit prune`` keeps in the environment of ``settings`` (in plain form)."""
    name: EnvironmentName = settings["environment"]
    own = settings["env"].get(name, {}).get("retention", {})
    layers = (BUILT_IN_RETENTION[name], settings["retention"], own)
    return {key: text for layer in layers for key, text in layer.items() if text is not None}
