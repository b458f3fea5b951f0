"""Where k6 and browsers may be, and whether a recorded tool still is what would be found.

This runs on every no-op: standard library only, no process, a few dozen file stats. The order of
the candidates is decided here and nowhere else, so that the search (:mod:`executors.toolchain`)
and the check after it look at the same places.
"""

from __future__ import annotations

import json
import os
import stat
import sys
import sysconfig
from collections.abc import Iterator, Mapping
from pathlib import Path

Facts = dict[str, str | int]
"""``path`` as found; ``file``, ``size`` and ``mtime_ns`` of the executable that it leads to."""

Candidate = tuple[str, str]
"""A path, and in words how it was come by."""

BROWSER_NAMES = ("google-chrome", "google-chrome-stable", "chromium", "chromium-browser")
MAC_APPLICATIONS = (
    "Google Chrome.app/Contents/MacOS/Google Chrome",
    "Chromium.app/Contents/MacOS/Chromium",
)
SNAPS = Path("/snap")
_TESTING = "Google Chrome for Testing.app/Contents/MacOS/Google Chrome for Testing"
PLAYWRIGHT_LAYOUTS: dict[str, dict[str, tuple[str, ...]]] = {
    "chromium": {
        "linux-x64": ("chrome-linux64/chrome",),
        "linux-arm64": ("chrome-linux-arm64/chrome", "chrome-linux/chrome"),
        "darwin": (f"chrome-mac-arm64/{_TESTING}", f"chrome-mac-x64/{_TESTING}"),
    },
    "chromium-headless-shell": {
        "linux-x64": ("chrome-headless-shell-linux64/chrome-headless-shell",),
        "linux-arm64": (
            "chrome-headless-shell-linux-arm64/chrome-headless-shell",
            "chrome-linux/headless_shell",
        ),
        "darwin": (
            "chrome-headless-shell-mac-arm64/chrome-headless-shell",
            "chrome-headless-shell-mac-x64/chrome-headless-shell",
        ),
    },
}
"""Where Playwright's registry puts the executables, by browser and platform.

From EXECUTABLE_PATHS in playwright 1.65's driver/package/lib/coreBundle.js; the second entries
for Linux on ARM are those of its earlier builds.
"""
_ARCHITECTURES = {"x86_64": "x64", "amd64": "x64", "aarch64": "arm64", "arm64": "arm64"}


def still_the_same(tool: Mapping[str, object]) -> bool:
    """Return whether a search would find ``tool`` again, from its recorded JSON alone.

    False when its file was replaced or deleted, when another candidate appeared, changed or went
    away, and when the record is not one of ours. It trusts the recorded ``configured``: whoever
    changes that setting searches anew.
    """
    name, configured = tool.get("name"), tool.get("configured")
    if not isinstance(name, str) or not isinstance(configured, str | None):
        return False
    own, examined = _own_facts(tool), tool.get("examined")
    now = [_program(found) for found, _ in existing(name, configured)]
    return (
        isinstance(examined, list)
        and now == [_program(each) for each in examined if isinstance(each, dict)]
        and _program(own) in now
        and facts(str(own["path"])) == own
    )


def _own_facts(tool: Mapping[str, object]) -> dict[str, object]:
    return {key: tool.get(key) for key in ("path", "file", "size", "mtime_ns")}


def _program(known: Mapping[str, object]) -> dict[str, object]:
    """Return the facts without the path: a venv that is a link leads to the same program twice."""
    return {key: value for key, value in known.items() if key != "path"}


def existing(name: str, configured: str | None) -> list[tuple[Facts, str]]:
    """Return the facts of every candidate that exists, best first, each file once."""
    found: dict[str | int, tuple[Facts, str]] = {}
    for path, source in candidates(name, configured):
        if (known := facts(path)) is not None:
            found.setdefault(known["file"], (known, source))
    return list(found.values())


def candidates(name: str, configured: str | None) -> list[Candidate]:
    """Return where ``name`` ("k6" or "chromium") is looked for; a configured one is the only one.

    A configured value without a slash is a name to be found on PATH.
    """
    if configured is not None:
        if os.sep not in configured:
            return [(path, f"configured, {configured} on PATH") for path in on_path(configured)]
        return [(str(_home_expanded(configured).absolute()), "configured")]
    return list(_k6_candidates() if name == "k6" else _browser_candidates())


def facts(path: str) -> Facts | None:
    """Return what a cheap look at an executable tells; None when there is none at ``path``."""
    try:
        file = executable_behind(Path(path))
        status = file.stat()
    except (OSError, RuntimeError):  # RuntimeError: links in a circle
        return None
    if not (stat.S_ISREG(status.st_mode) and os.access(path, os.X_OK)):
        return None
    return {
        "path": path,
        "file": str(file),
        "size": status.st_size,
        "mtime_ns": status.st_mtime_ns,
    }


def executable_behind(path: Path) -> Path:
    """Follow links, and the wrappers of packaged browsers, to the file that is the program.

    An upgrade of the browser changes that file and may leave its wrapper as it was.
    """
    real = path.resolve(strict=True)
    beyond: tuple[Path, ...] = ()
    if real.name == "google-chrome":  # Google's own packages
        beyond = (real.with_name("chrome"),)
    elif real.name == "snap":  # one program stands for all that snap installed
        beyond = (SNAPS / path.name / "current/usr/lib/chromium-browser/chrome",)
    elif real.name in BROWSER_NAMES:  # Debian; Fedora
        prefix = real.parent.parent
        beyond = tuple(prefix / lib / real.name / real.name for lib in ("lib", "lib64"))
    return next((file.resolve() for file in beyond if file.is_file()), real)


def on_path(name: str) -> Iterator[str]:
    """Yield the ``name`` that a shell would start, if there is one."""
    for folder in os.environ.get("PATH", os.defpath).split(os.pathsep):
        path = Path(folder).absolute() / name
        if path.is_file() and os.access(path, os.X_OK):
            yield str(path)
            return


def _k6_candidates() -> Iterator[Candidate]:
    environment = "from the Python environment"
    yield str(Path(sys.executable).absolute().with_name("k6")), environment
    if sys.prefix == sys.base_prefix:  # no venv: scripts may be installed elsewhere
        yield str(Path(sysconfig.get_path("scripts"), "k6")), environment
    yield from ((path, "on PATH") for path in on_path("k6"))


def _browser_candidates() -> Iterator[Candidate]:
    """Full Chromium comes before the headless shell: it is what users have, and can be watched."""
    yield from playwright_browsers()
    for name in BROWSER_NAMES:
        yield from ((path, f"{name} on PATH") for path in on_path(name))
    if sys.platform == "darwin":
        for folder in (Path("/Applications"), _home_expanded("~/Applications")):
            for application in MAC_APPLICATIONS:
                yield str(folder / application), "an installed application"


def playwright_browsers() -> Iterator[Candidate]:
    """Yield where Playwright's own browsers are, those whose installation was completed."""
    package = playwright_package()
    revisions = {} if package is None else _revisions(package)
    for browser, layouts in PLAYWRIGHT_LAYOUTS.items():
        if package is None or browser not in revisions:
            continue
        folder = _registry(package) / f"{browser.replace('-', '_')}-{revisions[browser]}"
        # The marker is written last: without it the download was broken off.
        if (folder / "INSTALLATION_COMPLETE").is_file():
            for layout in layouts.get(_platform(), ()):
                yield str(folder / layout), f"Playwright's own {browser}"


def playwright_package() -> Path | None:
    """Return the folder of Playwright's driver package; found on sys.path without an import."""
    for entry in sys.path:
        folder = Path(entry, "playwright", "driver", "package")
        if (folder / "browsers.json").is_file():
            return folder
    return None


def _revisions(package: Path) -> dict[str, str]:
    """Return the browser revisions that this Playwright is made for, by browser.

    It overrides some of them for old systems; those are no Chromium's.
    """
    try:
        listed = json.loads((package / "browsers.json").read_bytes())
        return {entry["name"]: entry["revision"] for entry in listed["browsers"]}
    except (OSError, ValueError, LookupError, TypeError):
        return {}  # of another make: its browsers are not found, others may be


def _registry(package: Path) -> Path:
    """Return the folder that Playwright keeps its browsers in (registryDirectory in its driver)."""
    given = os.environ.get("PLAYWRIGHT_BROWSERS_PATH")
    if given == "0":
        return package / ".local-browsers"
    if given:
        return Path(os.environ.get("INIT_CWD") or Path.cwd(), given)
    if sys.platform == "darwin":
        return _home_expanded("~/Library/Caches/ms-playwright")
    cache = os.environ.get("XDG_CACHE_HOME") or _home_expanded("~/.cache")
    return Path(cache, "ms-playwright")


def _home_expanded(path: str) -> Path:
    try:
        return Path(path).expanduser()
    except RuntimeError:  # nobody's home, as in some containers
        return Path(path)


def _platform() -> str:
    architecture = _ARCHITECTURES.get(os.uname().machine.lower(), "unknown")
    return "darwin" if sys.platform == "darwin" else f"linux-{architecture}"
