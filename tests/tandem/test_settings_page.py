"""docs/configuration.md: every setting stands there, and what the built-in profiles are."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tandem.app_settings import AppSettings
from tandem.issues_settings import IssuesSettings
from tandem.profile_settings import CellSettings, ProfileSettings, default_profiles
from tandem.settings import (
    BrowserSettings,
    EnvironmentSettings,
    HistorySettings,
    RedactionSettings,
    RetentionSettings,
    Settings,
)

DOCS = Path(__file__).parents[2] / "docs"
TABLES = {
    "app": AppSettings,
    "browser": BrowserSettings,
    "history": HistorySettings,
    "profiles.quick": ProfileSettings,
    "redaction": RedactionSettings,
    "retention": RetentionSettings,
}


def keys_in(page: str, table: str) -> set[str]:
    """The keys that the page's TOML shows in a table; an empty name is the top level."""
    text = (DOCS / page).read_text(encoding="utf-8")
    found: set[str] = set()
    for block in re.findall(r"```toml\n(.*?)```", text, re.DOTALL):
        here = ""
        for line in block.splitlines():
            if named := re.match(r"\[([\w.-]+)\]", line):
                here = named[1]
            elif (key := re.match(r"(\w+) = ", line)) and here == table:
                found.add(key[1])
    return found


@pytest.mark.parametrize("table", TABLES)
def test_every_key_of_a_table_is_on_the_page(table: str) -> None:
    """And nothing that is none."""
    assert keys_in("configuration.md", table) == set(TABLES[table].model_fields)


def test_every_key_of_issues_is_on_its_page() -> None:
    """docs/configuration.md shows some of them only."""
    assert keys_in("issues.md", "issues") == set(IssuesSettings.model_fields)


def test_every_key_of_the_top_level_and_of_an_environment_is_on_the_page() -> None:
    """Those that are tables themselves have a head of their own."""
    text = (DOCS / "configuration.md").read_text(encoding="utf-8")
    heads = {head.split(".")[0] for head in re.findall(r"^\[([\w.-]+)\](?!\()", text, re.MULTILINE)}
    assert keys_in("configuration.md", "") | heads == set(Settings.model_fields)
    below = {"retention", "auth"}  # [env.NAME.retention], [env.NAME.auth.…]
    assert all(f"env.NAME.{name}" in text for name in below)
    assert (
        keys_in("configuration.md", "env.remote") == set(EnvironmentSettings.model_fields) - below
    )


@pytest.mark.parametrize("name", default_profiles())
def test_the_built_in_profiles_are_as_the_page_says(name: str) -> None:
    """What is left out of a profile stays so."""
    text = (DOCS / "configuration.md").read_text(encoding="utf-8")
    (row,) = (line for line in text.splitlines() if line.startswith(f"| `{name}` | "))
    profile = default_profiles()[name]
    assert [cell.strip() for cell in row.strip("|").split("|")][1:] == [
        _columns(profile.playwright),
        _columns(profile.k6),
        str(profile.warmup_iterations),
        str(profile.browser_retries),
        str(profile.max_failed_iterations),
        f"`{profile.default_slo}`",
    ]


def _columns(cells: tuple[CellSettings, ...]) -> str:
    return ", ".join(f"{cell.users} ({cell.iterations})" for cell in cells)
