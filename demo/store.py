"""The app's data: SQLite in memory, one connection, used from the event loop only.

Every operation is over within microseconds and never awaits, so no two of them mix.
"""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Iterable
from typing import Literal

from pydantic import BaseModel, ConfigDict

from demo.catalogue import TRACKS, Track

SEARCH_LIMIT = 20
KEPT_ROWS = 50_000
"""How many plays, sessions and playlists are kept: a long test must not fill the memory."""

_SCHEMA = """
CREATE TABLE tracks (
    position INTEGER PRIMARY KEY, sid_path TEXT NOT NULL UNIQUE, display_name TEXT NOT NULL,
    name TEXT NOT NULL UNIQUE, artist TEXT NOT NULL, folded TEXT NOT NULL
);
CREATE TABLE favourites (
    id INTEGER PRIMARY KEY, visitor TEXT NOT NULL, sid_path TEXT NOT NULL,
    UNIQUE (visitor, sid_path)
);
CREATE TABLE plays (id INTEGER PRIMARY KEY, token TEXT NOT NULL UNIQUE, sid_path TEXT NOT NULL);
CREATE TABLE sessions (id INTEGER PRIMARY KEY, token TEXT NOT NULL UNIQUE, user TEXT NOT NULL);
CREATE TABLE playlists (
    id INTEGER PRIMARY KEY AUTOINCREMENT, user TEXT NOT NULL, name TEXT NOT NULL
);
CREATE INDEX playlists_of_user ON playlists (user, id);
"""
_TRACK = "sid_path, display_name, name, artist"


class Playlist(BaseModel):
    """One playlist of one user."""

    model_config = ConfigDict(frozen=True)

    id: int
    name: str


class Store:
    """All that the app remembers; gone with the process."""

    def __init__(self, tracks: Iterable[Track] = TRACKS) -> None:
        self._db = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        self._db.row_factory = sqlite3.Row
        self._db.executescript(_SCHEMA)
        self._db.executemany(
            f"INSERT INTO tracks ({_TRACK}, folded) VALUES (?, ?, ?, ?, ?)",  # noqa: S608 (ours)
            [(*track.model_dump().values(), track.display_name.casefold()) for track in tracks],
        )

    def close(self) -> None:
        """Let the data go."""
        self._db.close()

    def count_tracks(self) -> int:
        """Return how many tracks there are."""
        return int(self._db.execute("SELECT count(*) FROM tracks").fetchone()[0])

    def track(self, sid_path: str) -> Track | None:
        """Return the track at that path."""
        return self._one_track("tracks WHERE sid_path = ?", sid_path)

    def search(self, query: str) -> list[Track]:
        """Return the tracks with the text in their name; where it comes earlier, they do."""
        folded = " ".join(query.casefold().split())
        if not folded:
            return []
        return self._tracks(
            "tracks WHERE instr(folded, :q) ORDER BY instr(folded, :q), position LIMIT :n",
            {"q": folded, "n": SEARCH_LIMIT},
        )

    def favourites(self, visitor: str) -> list[Track]:
        """Return the visitor's favourites, the latest last."""
        return self._tracks(
            "favourites JOIN tracks USING (sid_path) WHERE visitor = ? ORDER BY id", (visitor,)
        )

    def add_favourite(self, visitor: str, sid_path: str) -> bool:
        """Add a favourite; return False when it was one already."""
        added = self._db.execute(
            "INSERT OR IGNORE INTO favourites (visitor, sid_path) VALUES (?, ?)",
            (visitor, sid_path),
        ).rowcount
        self._trim("favourites")
        return bool(added)

    def remove_favourite(self, visitor: str, sid_path: str) -> None:
        """Take a favourite away, if it is one."""
        self._db.execute(
            "DELETE FROM favourites WHERE visitor = ? AND sid_path = ?", (visitor, sid_path)
        )

    def open_play(self, sid_path: str) -> str:
        """Return a fresh token that nobody can guess; it stands for playing that track."""
        token = secrets.token_hex(16)
        self._db.execute("INSERT INTO plays (token, sid_path) VALUES (?, ?)", (token, sid_path))
        self._trim("plays")
        return token

    def played_track(self, token: str) -> Track | None:
        """Return the track that a token stands for."""
        return self._one_track("plays JOIN tracks USING (sid_path) WHERE token = ?", token)

    def open_session(self, user: str) -> str:
        """Return the token of a new session of that user."""
        token = secrets.token_urlsafe(32)
        self._db.execute("INSERT INTO sessions (token, user) VALUES (?, ?)", (token, user))
        self._trim("sessions")
        return token

    def session_user(self, token: str) -> str | None:
        """Return whose session it is."""
        row = self._db.execute("SELECT user FROM sessions WHERE token = ?", (token,)).fetchone()
        return str(row["user"]) if row else None

    def close_session(self, token: str) -> None:
        """End a session, if it is one."""
        self._db.execute("DELETE FROM sessions WHERE token = ?", (token,))

    def add_playlist(self, user: str, name: str) -> int:
        """Make a playlist and return its number."""
        added = self._db.execute("INSERT INTO playlists (user, name) VALUES (?, ?)", (user, name))
        self._trim("playlists")
        return added.lastrowid or 0

    def playlists(self, user: str, limit: int = 20) -> list[Playlist]:
        """Return the user's latest playlists, newest first."""
        rows = self._db.execute(
            "SELECT id, name FROM playlists WHERE user = ? ORDER BY id DESC LIMIT ?", (user, limit)
        )
        return [Playlist(**row) for row in rows]

    def playlist(self, user: str, number: int) -> Playlist | None:
        """Return a playlist of that user; somebody else's is none."""
        row = self._db.execute(
            "SELECT id, name FROM playlists WHERE user = ? AND id = ?", (user, number)
        ).fetchone()
        return Playlist(**row) if row else None

    def _tracks(self, source: str, values: dict[str, object] | tuple[str, ...]) -> list[Track]:
        rows = self._db.execute(f"SELECT {_TRACK} FROM {source}", values)  # noqa: S608 (ours)
        return [Track(**row) for row in rows]

    def _one_track(self, source: str, value: str) -> Track | None:
        found = self._tracks(source, (value,))
        return found[0] if found else None

    def _trim(self, table: Literal["favourites", "plays", "sessions", "playlists"]) -> None:
        self._db.execute(
            f"DELETE FROM {table} WHERE id <= (SELECT max(id) FROM {table}) - ?",  # noqa: S608 (ours)
            (KEPT_ROWS,),
        )
