"""Which night a nightly run belongs to, and whether it is in the history. Standard library only.

An open night is gone on with, also past midnight; a new one begins with another date, or another
``night=``. Each load is ridden once a night.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from graph.freshness import read_json
from graph.plan import Plan, View
from tandem.errors import SettingsError
from tandem.files import digest_bytes

NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


def night_file(view: View) -> Path:
    """Return where the view's night is on record."""
    return view.build / "night.json"


def history_file(view: View) -> Path:
    """Return where the history before the night is."""
    return view.build / "history.json"


def remembered_file(view: View) -> Path:
    """Return the note that the night is in the history."""
    return view.build / "remembered.json"


def again_file(view: View) -> Path:
    """Return where it is on record what was ridden once more in the night."""
    return view.build / "again" / "again.json"


def suspects_are_confirmed(view: View) -> bool:
    """Tell whether all that had to be ridden once more in this night has been."""
    night = read_json(night_file(view)).get("night")
    return night is not None and read_json(again_file(view)).get("night") == night


def night_is_current(view: View, plan: Plan, asked: str) -> bool:
    """Tell whether the night on record is the one to go on with."""
    known = read_json(night_file(view))
    if not known or known.get("location") != plan.settings["history"]["location"]:
        return False
    if asked or known.get("asked"):
        return bool(known.get("night") == asked) if asked else False
    if known["night"] == today():
        return True
    is_open = read_json(remembered_file(view)).get("night") != known["night"]
    hours = float(plan.settings["history"]["open_hours"])
    return is_open and now() - datetime.fromisoformat(known["begun_at"]) < timedelta(hours=hours)


def checked_night(asked: str) -> str:
    """Return the night's name; raise :class:`SettingsError` for one that names no file."""
    if asked and not NAME.fullmatch(asked):
        raise SettingsError(
            f"night={asked}: expected a name such as {today()}: letters, digits, '.', '_' and '-'"
        )
    return asked or today()


def night_is_remembered(view: View) -> bool:
    """Tell whether the history holds the night as it was judged last."""
    try:
        text = (view.build / "summary" / "night.json").read_bytes()
    except OSError:
        return False
    return read_json(remembered_file(view)).get("sha256") == _digest(text)


def note_of(night: str, text: bytes) -> dict[str, Any]:
    """Return what is noted of a night that was put into the history."""
    return {"night": night, "sha256": _digest(text)}


def _digest(text: bytes) -> str:
    return digest_bytes(text)


def today() -> str:
    """Return the date, UTC."""
    return now().date().isoformat()


def now() -> datetime:
    """Return the moment, UTC."""
    return datetime.now(UTC)
