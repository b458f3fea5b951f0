"""A regular expression finds the same in k6 as in Python, which rides browsers."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hostile import FRAGMENTS, texts
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from generators.k6_patterns import in_javascript
from journeys.expressions import escape
from journeys.patterns import checked_pattern

K6 = Path(sys.executable).with_name("k6")
SCRIPT = """
const cases = JSON.parse(open("cases.json"));
export const options = { vus: 1, iterations: 1 };
export default function () {
  const found = cases.map(([pattern, text]) => {
    const match = new RegExp(pattern, "u").exec(text);
    return match && [match[0], match.length > 1 ? match[1] ?? null : match[0]];
  });
  console.log(JSON.stringify(found));
}
"""
Case = tuple[str, str]
"""A pattern and a text to look in."""

BY_HAND: tuple[Case, ...] = (
    (r"Order no\. (\d+)", "Order no. 17."),
    (r"\\😀", "a\\😀"),
    (r"^.$", "😀"),
    (r"[a😀]b", "😀b"),
    (r"a.b", "a\u2028b"),
    (r"a.b", "a\rb"),
    (r"a.b", "a\nb"),
    (r"a\sb", "a\xa0b"),
    (r"a\Sb", "a\xa0b"),
    (r"[\s,]+", "a ,\t\u2003b"),
    (r"a{b}]", "a{b}]"),
    (r"a{2,3}(b)?", "aaaa"),
    (r"\ \-\#\&\~\'\"\/\@", " -#&~'\"/@"),
    (r"[\-x\]]+", "a-]x"),
    (r"[{}.$()|]+", "a.{|}$()b"),
    (r"(\w)\1", "aßßabb"),
    (r"(?<=a)b(?!c)", "abcab"),
    (r"\x41\u00fc\t", "Aü\t"),
    (r"\bä\b|a", "ä a"),
    (r"(?:x|(y))z", "xz"),
)

_ATOMS = st.one_of(
    st.sampled_from(FRAGMENTS).map(re.escape),
    st.sampled_from([".", r"\d", r"\s", r"\S", r"\w", r"\W", "[a-z]", r"[^\s<]", r"[\-\]$]", "}"]),
    st.sampled_from(["(?:a|b)", "(x)", "(?=.)", "(?<=a)", "]", "a{2}", "[日😀]", r"\b", "^", "{"]),
)
_QUANTIFIERS = st.sampled_from(["", "", "", "?", "*", "+", "*?", "{0,2}"])


def is_common(pattern: str) -> bool:
    """Tell whether a spec may hold the pattern, and nothing that looks ahead is repeated."""
    try:
        checked_pattern(escape(pattern))
    except ValueError:
        return False
    return not re.search(r"(?:\(\?<?[=!].\)|\(\?<=a\)|\\b|\^|^|\(|\|)(?:[?*+]|\{[0-9])", pattern)


patterns = st.lists(st.tuples(_ATOMS, _QUANTIFIERS), min_size=1, max_size=4).map(
    lambda parts: "".join(atom + quantifier for atom, quantifier in parts)
)
cases = st.lists(st.tuples(patterns, texts), min_size=100, max_size=100).map(
    lambda drawn: [case for case in drawn if is_common(case[0])]
)


def in_python(case: Case) -> list[str | None] | None:
    """Return all that a browser's script finds, and its first group."""
    match = re.search(case[0], case[1], re.ASCII)
    return match and [match[0], match[min(1, match.re.groups)]]


@settings(max_examples=3, deadline=None, phases=[Phase.generate])
@given(drawn=cases)
def test_both_find_the_same(folder: Path, drawn: list[Case]) -> None:
    """Those written by hand, and whatever else two languages may read alike."""
    every = [*BY_HAND, *drawn]
    given_to_k6 = [[in_javascript(pattern), text] for pattern, text in every]
    (folder / "cases.json").write_text(json.dumps(given_to_k6), encoding="utf-8")
    (folder / "script.js").write_text(SCRIPT, encoding="utf-8")
    flags = ("--quiet", "--no-usage-report", "--address", "", "--log-format", "raw")
    done = subprocess.run(
        [K6, "run", *flags, folder / "script.js"],
        capture_output=True,
        text=True,
        check=True,
    )
    (line,) = (each for each in done.stderr.split("\n") if each.startswith("["))
    differing = [
        (case, found)
        for case, found in zip(every, json.loads(line), strict=True)
        if found != in_python(case)
    ]
    assert differing == []


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for the script."""
    return tmp_path_factory.mktemp("patterns")
