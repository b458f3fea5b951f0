"""What Chromium is told at its start."""

from __future__ import annotations

import os
import sys
from typing import Final

_QUIET: Final = (
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")
_UNSEEN: Final = ("WebUIOmniboxPopup", "WebUIOmniboxAimPopup")
"""Chromium gets the list below its address bar ready for every window, in a process of each one's
own. Nobody sees it, and it costs more than the user's page itself does at its start."""
PLAYWRIGHTS: Final = (
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable",
    "LensOverlay",
    "MediaRouter",
    "PaintHolding",
    "ThirdPartyStoragePartitioning",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "TcpPortRandomizationWin",
    "OptimizationHints",
    "NetworkTimeServiceQuerying",
    "AimEnabled",
    "PreconnectToSearch",
    "msForceBrowserSignIn",
    "msEdgeUpdateLaunchServicesPreferredVersion",
)
"""The features that Playwright switches off. Chromium heeds the last list that it is given: ours
must hold them as well, and a test holds that it does."""


def chromium_arguments(guarded_host: str | None) -> tuple[str, ...]:
    """Return the flags that the browser needs here, and those that keep it from talking on its own.

    With a ``guarded_host``, the name or address of a target on this machine, the browser reaches
    that and loopback, and nothing else: no other name is resolved and no address is gone to. A
    proxy is not used either; one on this machine would be a way out.
    """
    # Chromium refuses to start as root with its sandbox, and containers mostly run as root.
    needed = ("--no-sandbox",) if sys.platform == "linux" and os.geteuid() == 0 else ()
    off = f"--disable-features={','.join((*PLAYWRIGHTS, *_UNSEEN))}"
    if guarded_host is None:
        return (*needed, *_QUIET, off)
    # Chromium compares IPv6 addresses without brackets.
    reachable = dict.fromkeys((*_LOOPBACK, guarded_host.strip("[]").lower()))
    rules = " , ".join(["MAP * ~NOTFOUND", *(f"EXCLUDE {host}" for host in reachable)])
    return (*needed, *_QUIET, off, "--no-proxy-server", f"--host-resolver-rules={rules}")
