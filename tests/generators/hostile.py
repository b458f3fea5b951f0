"""Values that try to get out of where they stand."""

from __future__ import annotations

import random

from hypothesis import strategies as st

FRAGMENTS = (
    '"',
    "'",
    '"""',
    "'''",
    "`",
    "\\",
    "\\\\",
    '\\"',
    "\\n",
    "\\u0022",
    "\\N{DIGIT ONE}",
    "\\x",
    "</script>",
    "<!--",
    "*/",
    "/*",
    "//",
    "#",
    "\n",
    "\r\n",
    "\t",
    "\x00",
    "\x07",
    "\x1b[31m",
    "\x7f",
    "\x85",
    "\u2028",
    "\u2029",
    "\ufeff",
    "\u202e",
    "\u200b",
    "${",
    "$${",
    "${1+1}",
    "$",
    "{{ 7*7 }}",
    "{% raw %}",
    "{# x #}",
    "{user}",
    "%s",
    "%(x)s",
    "%",
    "%41",
    "&",
    "+",
    "=",
    ";",
    "?",
    "); process.exit(1); (",
    "__proto__",
    "constructor",
    "1",
    " ",
    "  ",
    "ß",
    "日本",
    "é\u0301",
    "😀",
    "\U0010ffff",
    "true",
    "null",
)
"""What means something to Python, JavaScript, jinja, a URL or a terminal, and what is rare."""

texts = st.one_of(
    st.lists(st.sampled_from(FRAGMENTS), max_size=6).map("".join),
    st.text(st.characters(codec="utf-8"), max_size=20),
)
"""Any text that a spec can hold."""


def some_texts(count: int) -> list[str]:
    """Return every fragment and then so many mixtures, always the same ones."""
    chosen = random.Random(20240131)  # noqa: S311 - reproducible, not secret
    mixtures = ("".join(chosen.choices(FRAGMENTS, k=chosen.randint(2, 6))) for _ in range(count))
    return list(dict.fromkeys([*FRAGMENTS, *mixtures]))
