"""What an environment gives to the journeys that are ridden in it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from journeys.expressions import Reference, Template, parse
from journeys.faults import FaultsError
from tandem.auth import OF_REQUESTS, AuthSettings
from tandem.models import FrozenModel
from tandem.wording import nearest


class UserAuth(FrozenModel):
    """Who the user of a journey is, for everything that it does."""

    of_requests: str = ""
    """The auth of each request that has none of its own."""
    credentials: tuple[str, ...] = ()
    """User and password for pages that ask for basic authentication."""
    cookies: dict[str, str] = {}
    """What the user has from the start."""
    login: str = ""
    """The journey that logs in."""


class JourneyEnvironment(FrozenModel):
    """Who the user is, what requests carry, which data are ridden, and which features are on.

    All of it is set per environment, so that the same journey rides in each.
    """

    name: str = "local"
    auth: dict[str, AuthSettings] = {}
    """By the names that journeys use."""
    headers: dict[str, str] = {}
    """Sent with every request, unless it has its own of that name."""
    feeders: dict[str, str] = {}
    """Files in place of those that journeys' feeders name, by the feeders' names."""
    flags: dict[str, bool] = {}
    """Every flag that any environment sets, and whether this one does."""

    def auth_of_requests(self, name: str) -> AuthSettings:
        """Return an auth that a request can carry; raise :class:`FaultsError` for another."""
        found = self._known(name)
        if found.kind not in OF_REQUESTS:
            raise FaultsError.single(
                (),
                f"'{name}' is of kind {found.kind}, which is all of the user's; "
                "let the journey have it",
            )
        return found

    def auth_of_user(self, name: str) -> UserAuth:
        """Return what a whole journey has; raise :class:`FaultsError` for what it cannot have."""
        found = self._known(name)
        match found.kind:
            case "cookie":
                return UserAuth(cookies={found.name or "": found.value or ""})
            case "basic":
                credentials = (found.user or "", found.password or "")
                return UserAuth(of_requests=name, credentials=credentials)
            case "journey":
                return UserAuth(login=found.journey or "")
        raise FaultsError.single(
            (),
            f"'{name}' is of kind {found.kind}: a page would send it to every host that it asks; "
            "let the requests have it that need it",
        )

    def _known(self, name: str) -> AuthSettings:
        if name not in self.auth:
            listed = f"; known are {', '.join(self.auth)}" if self.auth else "; there is none"
            raise FaultsError.single(
                (), f"'{name}' is not in [auth] of the settings{nearest(name, self.auth) or listed}"
            )
        return self.auth[name]

    def flag(self, name: str) -> bool:
        """Tell whether a flag is set; raise :class:`FaultsError` for one that nobody sets."""
        if name not in self.flags:
            listed = f"; known are {', '.join(self.flags)}" if self.flags else "; there is none"
            near = nearest(name, self.flags) or listed
            raise FaultsError.single((), f"'{name}' is a flag of no environment{near}")
        return self.flags[name]


NOTHING_SET = JourneyEnvironment()


def environment_of(settings: Mapping[str, Any]) -> JourneyEnvironment:
    """Return the environment of ``settings`` (in plain form)."""
    name = settings["environment"]
    chosen = settings["env"].get(name) or {}
    known = sorted(flag for each in settings["env"].values() for flag in each["flags"])
    return JourneyEnvironment(
        name=name,
        auth={**_given(settings["auth"]), **_given(chosen.get("auth", {}))},
        headers=chosen.get("headers", {}),
        feeders=chosen.get("feeders", {}),
        flags={flag: chosen.get("flags", {}).get(flag, False) for flag in known},
    )


def _given(auth: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    return {
        name: {key: value for key, value in each.items() if value is not None}
        for name, each in auth.items()
    }


def auth_template(name: str, auth: AuthSettings) -> Template:
    """Return what the header of an auth holds, as it stands in a resolved journey."""
    if auth.kind == "basic":
        return (Reference("auth", (name,)),)
    return (
        ("Bearer ", *parse(auth.token or "")) if auth.kind == "bearer" else parse(auth.value or "")
    )


def basic_credentials(auth: AuthSettings) -> str:
    """Return a template of what basic authentication encodes."""
    return f"{auth.user}:{auth.password}"


def with_environment(plain: Any, environment: JourneyEnvironment, auth: str = "") -> Any:
    """Return requests (in plain form) with what the environment adds to their headers.

    ``auth: NAME`` becomes the header that it stands for; ``auth`` is that of requests which have
    none. Raises :class:`FaultsError`.
    """
    if isinstance(plain, list | tuple):
        faults, parts = FaultsError(), []
        for index, part in enumerate(plain):
            with faults.below((index,)):
                parts.append(with_environment(part, environment, auth))
        faults.raise_if_any()
        return parts
    if "parallel" in plain:
        return {**plain, "parallel": with_environment(plain["parallel"], environment, auth)}
    headers = dict(plain.get("headers", {}))
    if auth and "auth" not in plain and "authorization" not in {each.lower() for each in headers}:
        plain = {**plain, "auth": auth}
    for name, value in _added(plain, environment):
        if name.lower() not in {each.lower() for each in headers}:
            headers[name] = value
    kept = {key: value for key, value in plain.items() if key not in ("auth", "headers")}
    return {**kept, "headers": headers} if headers else kept


def _added(plain: Mapping[str, Any], environment: JourneyEnvironment) -> Iterator[tuple[str, str]]:
    if name := plain.get("auth"):
        faults = FaultsError()
        with faults.below(("auth",)):
            header = environment.auth_of_requests(name).header
            if header.lower() in {each.lower() for each in plain.get("headers", {})}:
                raise FaultsError.single((), f"the request has a header {header} of its own")
            yield header, f"${{auth:{name}}}"
        faults.raise_if_any()
    yield from environment.headers.items()
