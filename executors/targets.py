"""What may be ridden: loopback, unless a remote target was both named and enabled."""

from __future__ import annotations

import fnmatch
import ipaddress
import socket
from collections.abc import Callable
from urllib.parse import urlsplit

from tandem.errors import RefusedError
from tandem.settings import Settings

Resolver = Callable[[str], list[str]]
"""From a host's name to its addresses; raises OSError for an unknown one."""


def resolve_host(host: str) -> list[str]:
    """Return all addresses of ``host``, as the machine resolves it."""
    found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return sorted({str(entry[4][0]) for entry in found})


def check_target(settings: Settings, resolver: Resolver = resolve_host) -> None:
    """Raise :class:`RefusedError` when the settings' target may not be ridden."""
    _check_host(settings)
    if settings.environment == "remote":
        _check_remote(settings)
    elif settings.target is not None:
        _check_loopback(settings.target, settings.environment, resolver)


def check_users(settings: Settings, users: int) -> None:
    """Raise :class:`RefusedError` when so many users may not ride at once."""
    most = settings.max_users
    if most is not None and users > most:
        name = settings.environment
        raise RefusedError(
            f"{users} users are more than the {most} that may ride in the environment '{name}'",
            hint=f"Nothing was started. Narrow the run (users={most}), or raise max_users in"
            f" [env.{name}] of tandem.toml.",
        )


def _check_host(settings: Settings) -> None:
    allowed = settings.chosen.hosts
    host = urlsplit(settings.target or "").hostname
    if not allowed or host is None:
        return
    if not any(fnmatch.fnmatchcase(host, pattern.lower()) for pattern in allowed):
        raise RefusedError(
            f"the host '{host}' is not one of those that may be ridden: {', '.join(allowed)}",
            hint=f"Nothing was started. See hosts in [env.{settings.environment}] of tandem.toml.",
        )


def _check_remote(settings: Settings) -> None:
    missing = []
    if settings.target is None:
        missing.append("a base URL (base_url=https://… or [env.remote] base_url in tandem.toml)")
    if not settings.enable_remote:
        missing.append("the enable flag (enable_remote=1 or TANDEM_ENABLE_REMOTE=1)")
    if missing:
        raise RefusedError(
            f"the environment 'remote' is guarded; missing: {' and '.join(missing)}",
            hint="Nothing was started. Ride only systems that you may put load on.",
        )


def _check_loopback(target: str, environment: str, resolver: Resolver) -> None:
    host = urlsplit(target).hostname or ""
    try:
        addresses = resolver(host)
    except OSError as error:
        raise RefusedError(
            f"{target}: the host '{host}' is not known ({error.strerror or error})",
            hint="Nothing was started. Check base_url.",
        ) from error
    outside = [address for address in addresses if not _is_loopback(address)]
    if outside or not addresses:
        found = f" ({host} is {', '.join(outside) or 'nowhere'})" if outside != [host] else ""
        raise RefusedError(
            f"{target} is not on this machine{found}; "
            f"the environment '{environment}' rides loopback only",
            hint="Nothing was started. For another machine use env=remote base_url=… "
            "enable_remote=1.",
        )


def _is_loopback(address: str) -> bool:
    found = ipaddress.ip_address(address.split("%", maxsplit=1)[0])
    mapped = getattr(found, "ipv4_mapped", None)
    return (mapped or found).is_loopback
