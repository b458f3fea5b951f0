"""Regular expressions that mean the same to Python, which rides browsers, and to k6. Pure.

What is common to both languages: characters and classes, groups, alternatives, repetitions,
looking ahead and behind, back-references by number. ``\\d``, ``\\w`` and ``\\b`` are about ASCII.
"""

from __future__ import annotations

import re

from journeys.expressions import Reference, parse

_FOREIGN = re.compile(
    r"""(?P<escape> \\(?! [bBdDfnrsStvwW] | x[0-9A-Fa-f]{2} | u[0-9A-Fa-f]{4} | [1-9](?![0-9]) )
                    [A-Za-z0-9] )
    | \\ .
    | (?P<group> \(\?(?! : | [=!] | <[=!] ) )
    | (?P<eager> [*+?}]\+ )
    | (?P<open> \{, )
    | (?P<class> \[\^?\] )
    | (?P<end> \$ )
    """,
    re.VERBOSE | re.DOTALL,
)
_SAID = {
    "escape": "a backslash before this",
    "group": "groups other than (…), (?:…), (?=…), (?!…), (?<=…) and (?<!…)",
    "eager": "repetitions with + behind them",
    "open": "repetitions without a least number",
    "end": "the end of a text; write \\$ for a dollar",
    "class": "']' as the first of a class; write \\]",
}


def checked_pattern(text: str) -> str:
    """Return ``text`` if it is a pattern of both; raise ValueError for another one."""
    literal = pattern(text)
    try:
        re.compile(literal, re.ASCII)
    except re.error as error:
        raise ValueError(f"'{text}' is not a regular expression: {error}") from error
    for found in _FOREIGN.finditer(literal):
        if found.lastgroup:
            what = f"'{found.group()}', {_SAID[found.lastgroup]}"
            raise ValueError(f"'{text}': k6 and Python do not agree on {what}")
    return text


def pattern(text: str) -> str:
    """Return the pattern that a text of a spec stands for; ValueError for one with references."""
    template = parse(text)
    if any(isinstance(part, Reference) for part in template):
        raise ValueError(f"'{text}': a regular expression holds no ${{…}}")
    return "".join(map(str, template))
