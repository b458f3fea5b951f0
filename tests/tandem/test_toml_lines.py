"""Finding the line of a key in a TOML text."""

from __future__ import annotations

import pytest

from tandem.toml_lines import line_of

TEXT = """\
top = 1 # top
"quoted key" = 2
a.dotted.key = 3
[table]
top = 4
[table."with space".below]
x = [
  { y = 1 },
]
[[list]]
n = 1
[[list]]
n = 2
"""


@pytest.mark.parametrize(
    ("field", "line"),
    [
        (("top",), 1),
        (("quoted key",), 2),
        (("a", "dotted", "key"), 3),
        (("table",), 4),
        (("table", "top"), 5),
        (("table", "with space", "below"), 6),
        (("table", "with space", "below", "x", "0", "y"), 7),
        (("list", "0", "n"), 11),
        (("list", "1", "n"), 13),
        (("list", "1", "missing"), 12),
        (("nowhere",), 0),
    ],
)
def test_a_key_is_found_in_its_table(field: tuple[str, ...], line: int) -> None:
    """The key itself, else what stands nearest around it, else nothing."""
    assert line_of(TEXT, field) == line
