"""The grammar of ``${…}``."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from journeys.expressions import (
    BARE,
    DOTTED,
    MAX_RANDOM,
    ExpressionError,
    Reference,
    Template,
    escape,
    parse,
    references,
    substitute,
    unparse,
)

PROPERTY = settings(max_examples=300)

USER = Reference("user", ())
names = st.from_regex(r"[A-Za-z_][A-Za-z0-9_-]{0,6}|[0-9]{1,3}", fullmatch=True)
bare = st.sampled_from(BARE).map(lambda name: Reference(name, ()))
dotted = st.builds(
    Reference,
    st.sampled_from(DOTTED),
    st.lists(names, min_size=1, max_size=4).map(tuple),
)
limits = st.integers(0, MAX_RANDOM)
with_argument = st.one_of(
    st.builds(
        lambda kind, name: Reference(kind, (f"SHOP_{name}",)),
        st.sampled_from(["env", "secret"]),
        st.from_regex(r"[A-Za-z0-9_]{0,6}", fullmatch=True),
    ),
    st.tuples(limits, limits).map(lambda pair: Reference("random", (f"{min(pair)}-{max(pair)}",))),
)
literals = st.text(st.one_of(st.sampled_from("${}.$ a"), st.characters(codec="utf-8")), min_size=1)


def _without_neighbours(segments: list[str | Reference]) -> Template:
    """Return segments as the parser gives them: no two texts side by side."""
    kept: list[str | Reference] = []
    for segment in segments:
        if not (isinstance(segment, str) and kept and isinstance(kept[-1], str)):
            kept.append(segment)
    return tuple(kept)


templates = st.lists(st.one_of(literals, bare, dotted, with_argument), max_size=6).map(
    _without_neighbours
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ()),
        ("plain", ("plain",)),
        ("${user}", (USER,)),
        ("a${user}b", ("a", USER, "b")),
        ("${user}${iteration}", (USER, Reference("iteration", ()))),
        (
            "${data.trackRefs.0.sid-path}",
            (Reference("data", ("trackRefs", "0", "sid-path")),),
        ),
        ("$5 and 5$ and {user}", ("$5 and 5$ and {user}",)),
        ("$${user}", ("${user}",)),
        ("$$${user}", ("$", USER)),
        ("$$$${user}", ("$${user}",)),
        ("$$", ("$$",)),
        ("a$${b", ("a${b",)),
    ],
)
def test_texts_and_references_are_told_apart(text: str, expected: Template) -> None:
    """A pair of dollars before a brace is one dollar; all else is what it looks like."""
    assert parse(text) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("${user", "'${user' is not closed; write '}', or '$${' for a literal '${'"),
        ("a ${", "'${' is not closed"),
        ("${${user}}", "'${$' is not closed"),
        ("${}", "'${}' is not known; known are ${param.…}, ${data.…}"),
        ("${env.HOME}", "'${env.HOME}' is not known"),
        ("${ user }", "'${ user }' is not known"),
        ("${User}", "'${User}' is not known"),
        ("${data}", "'${data}' is not a name with dots"),
        ("${user.name}", "'${user.name}' is not a name with dots"),
        ("${data..x}", "'${data..x}' is not a name with dots"),
        ("${data.x()}", "'${data.x()}' is not a name with dots"),
        ("${data.x y}", "'${data.x y}' is not a name with dots"),
        ("${data.x\n}", "is not a name with dots"),
        ("${data.ä}", "'${data.ä}' is not a name with dots"),
        ("${1+1}", "'${1+1}' is not known"),
    ],
)
def test_what_the_grammar_has_not_is_refused(text: str, message: str) -> None:
    """Nothing is evaluated, and nothing unknown passes as text."""
    with pytest.raises(ExpressionError) as caught:
        parse(text)
    assert message in str(caught.value)


@PROPERTY
@given(templates)
@example(("$", USER))
@example(("${", USER, "$$"))
def test_unparse_gives_what_parse_reads(template: Template) -> None:
    """A template survives being written down, whatever dollars and braces are in its texts."""
    assert parse(unparse(template)) == template


@PROPERTY
@given(literals)
def test_an_escaped_text_is_that_text_alone(literal: str) -> None:
    """Escaping makes any text at all a literal."""
    assert parse(escape(literal)) == (literal,)


@PROPERTY
@given(st.text(st.sampled_from("${}user.data x")))
def test_every_text_is_read_or_refused(text: str) -> None:
    """No text makes the parser fail in another way, and what is read can be written again."""
    try:
        template = parse(text)
    except ExpressionError:
        return
    assert parse(unparse(template)) == template


def test_substitution_fills_in_what_is_known() -> None:
    """What has no value yet stays a reference; neighbouring texts become one."""
    template = parse("a ${data.x} ${user} $${b}")
    filled = substitute(
        template, lambda reference: ("${c}",) if reference.namespace == "data" else None
    )
    assert filled == ("a ${c} ", USER, " ${b}")
    assert unparse(filled) == "a $${c} ${user} $${b}"


def test_substitution_takes_templates() -> None:
    """A value may hold references itself."""
    filled = substitute(parse("<${param.x}>"), lambda _: ("u", USER))
    assert filled == ("<u", USER, ">")


def test_references_come_in_their_order() -> None:
    """Each as often as it stands."""
    assert [str(each) for each in references("${user} ${capture.a} ${user}")] == [
        "${user}",
        "${capture.a}",
        "${user}",
    ]
