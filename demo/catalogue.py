"""The tracks that the demo offers, and the names that follow from a track's path."""

from __future__ import annotations

import re

from pydantic import BaseModel, ConfigDict

_SEED: dict[str, str] = {
    "Test_Artist": "Ambient_Dream Neon_Rain Paper_Lanterns Slow_Comet Glass_Harbour",
    "Ada_Quill": "Ambient_Tide Copper_Sunrise Winter_Circuit Small_Hours Far_Signal",
    "Bitwise_Brothers": "Turbo_Garden Ambient_Arcade Joystick_Samba Border_Colours Raster_Waltz",
    "Cora_Vance": "Velvet_Static Moonlit_Tape Ambient_Postcard Quiet_Engine Seventh_Floor",
    "Delta_Kiosk": "Night_Bus_Home Neon_Market Ambient_Subway Last_Platform Rain_Delay",
    "Ewan_Holt": "Northern_Loop Ambient_Moorland Peat_Smoke Stone_Circle Low_Cloud",
    "Fern_and_Wire": "Ambient_Greenhouse Solder_and_Moss Root_System Copper_Fern Seedling_2084",
    "Gale_Okafor": "Harmattan Ambient_Lagoon Paper_Boats Red_Dust_Drive Evening_Parade",
}


class Track(BaseModel):
    """One track. ``name`` is what the page's test ids end with."""

    model_config = ConfigDict(frozen=True)

    sid_path: str
    display_name: str
    name: str
    artist: str


def slug(display_name: str) -> str:
    """Return the name in camelCase: ``Ambient Dream`` is ``ambientDream``."""
    words: list[str] = re.findall(r"[A-Za-z0-9]+", display_name)
    first, *rest = words or ["track"]
    return first.lower() + "".join(word[0].upper() + word[1:].lower() for word in rest)


def track_at(sid_path: str) -> Track:
    """Return the track that a path like ``Test_Artist/Ambient_Dream.sid`` stands for."""
    artist, _, file = sid_path.rpartition("/")
    display_name = file.removesuffix(".sid").replace("_", " ")
    return Track(
        sid_path=sid_path,
        display_name=display_name,
        name=slug(display_name),
        artist=artist.replace("_", " "),
    )


TRACKS: tuple[Track, ...] = tuple(
    track_at(f"{artist}/{title}.sid")
    for artist, titles in _SEED.items()
    for title in titles.split()
)
"""In the order in which equally good hits of a search are listed."""
