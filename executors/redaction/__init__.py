"""Keeps secrets out of artifacts: by their values wherever they stand, and by rule where sites have
them.

``values`` knows how a secret may be written down, ``rules`` what a name like ``Authorization``
means, ``files`` goes through what a ride left. What cannot be redacted is not published.
"""
