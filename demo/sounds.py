"""The bytes behind a track, made from its path alone: the same ones on every start and host."""

from __future__ import annotations

import hashlib
import math
import struct
from array import array
from functools import lru_cache

from demo.catalogue import Track

RATE = 8000
"""Samples per second: little to transfer, and plenty for a square wave."""
NOTES = 12
NOTE_SAMPLES = RATE // 4
"""Four notes a second: a stream lasts three seconds."""

_SCALE = (0, 3, 5, 7, 10, 12, 15)
_ATTACK = 80
_PEAK = 7000
_HARMONICS = ((1, 1.0), (2, 0.35), (3, 0.2), (5, 0.08))
_STRENGTH = sum(share for _, share in _HARMONICS)
_WAVE = tuple(
    sum(share * math.sin(math.tau * n * step / 256) for n, share in _HARMONICS) / _STRENGTH
    for step in range(256)
)
"""One period, so that a note costs a look-up per sample and not a sine."""
_ENVELOPE = tuple(
    min(1.0, at / _ATTACK) * (1 - at / NOTE_SAMPLES) ** 1.5 * _PEAK for at in range(NOTE_SAMPLES)
)

_RTS = 0x60
_LOAD_ADDRESS = 0x1000
_PSID_HEADER = struct.Struct(">4s7HI32s32s32s4H")


@lru_cache(maxsize=128)
def wave_file(track: Track) -> bytes:
    """Return the track as WAV: 8 kHz, mono, 16 bits, three seconds."""
    samples = array("h")
    for note in hashlib.sha256(track.sid_path.encode()).digest()[:NOTES]:
        pitch = 196.0 * 2 ** (_SCALE[note % len(_SCALE)] / 12)
        step = pitch * 256 / RATE
        samples.extend(
            int(volume * _WAVE[int(at * step) & 255]) for at, volume in enumerate(_ENVELOPE)
        )
    content = struct.pack(f"<{len(samples)}h", *samples)
    form = struct.pack("<HHIIHH", 1, 1, RATE, RATE * 2, 2, 16)
    chunks = _chunk(b"fmt ", form) + _chunk(b"data", content)
    return _chunk(b"RIFF", b"WAVE" + chunks)


def sid_file(track: Track) -> bytes:
    """Return a PSID file that names the track; its program returns at once."""
    header = _PSID_HEADER.pack(
        b"PSID",
        2,  # version
        _PSID_HEADER.size,
        _LOAD_ADDRESS,
        _LOAD_ADDRESS,  # init
        _LOAD_ADDRESS,  # play
        1,  # songs
        1,  # the first of them
        0,
        track.display_name.encode("latin-1", "replace"),
        track.artist.encode("latin-1", "replace"),
        b"Undertone",
        0,
        0,
        0,
        0,
    )
    return header + bytes((_RTS,))


def _chunk(name: bytes, content: bytes) -> bytes:
    return name + struct.pack("<I", len(content)) + content
