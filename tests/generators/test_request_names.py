"""What requests are called."""

from __future__ import annotations

import pytest

from generators.request_names import request_name


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("/", "GET /"),
        ("", "GET /"),
        ("http://127.0.0.1:4173", "GET /"),
        ("http://127.0.0.1:4173/api/search?q=a#b", "GET /api/search"),
        ("/api/tracks/42", "GET /api/tracks/:id"),
        ("/api/tracks/42/play", "GET /api/tracks/:id/play"),
        ("/api/streams/3f9a0c1d.wav", "GET /api/streams/:id"),
        ("/u/123e4567-e89b-12d3-a456-426614174000", "GET /u/:id"),
        ("/s/aB3dE5fG7hI9jK1lM3nO", "GET /s/:id"),
        ("/static/app.css", "GET /static/app.css"),
        ("/a-long-name-without-any-digit", "GET /a-long-name-without-any-digit"),
        ("/facade", "GET /facade"),
        ("/v2/items", "GET /v2/items"),
    ],
)
def test_requests_of_one_endpoint_share_a_name(url: str, expected: str) -> None:
    """Without host and query; what names one of many things is ``:id``."""
    assert request_name("GET", url) == expected
