"""Builds of the app to be held against each other: servers, revisions, or the workspace."""

from __future__ import annotations

import io
import shutil
import subprocess
import tarfile
from dataclasses import dataclass
from pathlib import Path

from executors.app_identity import identify_app
from executors.targets import check_target
from graph.freshness import app_sources
from tandem.errors import RefusedError, SettingsError
from tandem.settings import Settings, checked_origin

CHECKOUTS = Path(".tandem", "ab")
"""Where revisions lie while they are ridden."""
_PATIENCE_S = 120


@dataclass(frozen=True, slots=True)
class Build:
    """One of the two."""

    name: str
    """``base`` or ``head``."""
    said: str
    """How it was asked for."""
    settings: Settings
    """Those of the run, with this build as the app."""
    digest: str
    """Tells it from every other."""


def build_of(name: str, asked: str, settings: Settings) -> Build:
    """Return a build; raise :class:`SettingsError` or :class:`RefusedError` for what is none.

    ``asked`` is a URL, a git revision, or empty for the workspace as it stands.
    """
    if not asked:
        return _as_it_stands(name, settings)
    if "://" in asked:
        try:
            origin = checked_origin(asked)
        except ValueError as error:
            raise SettingsError(f"{name}={asked}: {error}") from error
        ridden = settings.model_copy(update={"base_url": origin})
        check_target(ridden)
        return Build(name, asked, ridden, digest=f"{origin} {_version(ridden)}")
    return _revision(name, asked, settings)


def _as_it_stands(name: str, settings: Settings) -> Build:
    target = settings.target
    sources = () if target else app_sources(settings.app.sources, settings.results)
    found = identify_app(settings.app.model_dump(mode="json"), sources, target)
    return Build(name, "the workspace", settings, digest=found["digest"])


def _version(settings: Settings) -> str:
    found = identify_app(settings.app.model_dump(mode="json"), (), settings.target)
    return found["digest"]


def _revision(name: str, asked: str, settings: Settings) -> Build:
    if settings.target is not None:
        raise RefusedError(
            f"{name}={asked}: a revision is started in the job, and base_url names a server",
            hint=f"Ride without base_url=, or give {name}=http://… too.",
        )
    commit = _git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{asked}^{{commit}}")
    if commit is None:
        raise SettingsError(
            f"{name}={asked}: neither a URL nor a revision of this repository",
            hint="In CI fetch it first: a shallow clone has one revision only.",
        )
    sha = commit.decode().strip()
    folder = CHECKOUTS / sha[:12]
    if not folder.is_dir():
        _take_out(sha, folder)
    app = settings.app.model_copy(update={"folder": (folder / settings.app.folder).as_posix()})
    ridden = settings.model_copy(update={"app": app})
    return Build(name, f"{asked} ({sha[:7]})", ridden, digest=sha)


def _take_out(sha: str, folder: Path) -> None:
    archive = _git("archive", "--format=tar", sha)
    if archive is None:
        raise RefusedError(f"{sha}: git cannot take this revision out of the repository")
    aside = folder.with_name(f"{folder.name}.part")
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    with tarfile.open(fileobj=io.BytesIO(archive)) as files:
        files.extractall(aside, filter=_of_the_revision)  # noqa: S202 - nothing gets out
    aside.rename(folder)


def _of_the_revision(member: tarfile.TarInfo, folder: str) -> tarfile.TarInfo | None:
    """Leave a link out that leads elsewhere: what is there is no part of the revision."""
    try:
        return tarfile.data_filter(member, folder)
    except (tarfile.AbsoluteLinkError, tarfile.LinkOutsideDestinationError):
        return None


def _git(*words: str) -> bytes | None:
    """Return what git says; None when it refuses, or is not there."""
    try:
        ended = subprocess.run(
            ["git", *words],  # noqa: S607 - whichever git the user has
            capture_output=True,
            check=False,
            timeout=_PATIENCE_S,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return ended.stdout if ended.returncode == 0 else None


def remove_checkouts() -> None:
    """Remove the revisions that were taken out."""
    shutil.rmtree(CHECKOUTS, ignore_errors=True)
