"""Reading YAML and JSON: what is accepted, what is refused, and where a fault is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from journeys.documents import MAX_BYTES, Document, parse_document, read_document
from tandem.errors import SpecError

PROPERTY = settings(max_examples=150)


def parsed(text: str, *, is_json: bool = False) -> Document:
    """Parse a text as the file ``f``."""
    return parse_document(text, "f", is_json=is_json)


def fault(text: str, *, is_json: bool = False) -> str:
    """Return the first line of what is wrong with a text."""
    with pytest.raises(SpecError) as caught:
        parsed(text, is_json=is_json)
    return str(caught.value).splitlines()[0]


def test_json_may_carry_line_comments() -> None:
    """Comments go to the end of their line; ``//`` inside a text is none."""
    text = '{ // one\n  "a": "http://x", // two "quoted" {\r\n  "b": "\\"// no" // three\n}// end'
    assert parsed(text, is_json=True).value == {"a": "http://x", "b": '"// no'}


def test_places_in_json_do_not_move_by_comments() -> None:
    """A comment counts as so many spaces."""
    text = '// first\n{"a": 1, // second\n "b": }'
    assert fault(text, is_json=True) == "f:3:7: not valid JSON: Expecting value"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("true", True),
        ("False", False),
        ("yes", "yes"),
        ("no", "no"),
        ("on", "on"),
        ("y", "y"),
        ("null", None),
        ("~", None),
        ("", None),
        ("12", 12),
        ("-1", -1),
        ("007", "007"),
        ("0x1F", "0x1F"),
        ("1_000", "1_000"),
        ("1:30", "1:30"),
        ("1.5", 1.5),
        ("1e3", 1000.0),
        ("1.2.3", "1.2.3"),
        (".inf", ".inf"),
        (".nan", ".nan"),
        ("2024-01-31", "2024-01-31"),
        ("=", "="),
        ("!!str 5", "5"),
        ("!!int '5'", 5),
        ("!!float 5", 5.0),
    ],
)
def test_yaml_scalars_are_what_yaml_1_2_says(text: str, expected: object) -> None:
    """Country codes, times and dates stay texts."""
    found = parsed(f"x: {text}").value["x"]
    assert (found, type(found)) == (expected, type(expected))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: 1\nb: 2\na: 3", "f:3:1: the key 'a' stands twice"),
        ("a: {b: 1, b: 1}", "f:1:11: the key 'b' stands twice"),
        ("1: a", "f:1:1: a key must be a text (put it in quotes)"),
        ("true: a", "f:1:1: a key must be a text (put it in quotes)"),
        ("[a]: b", "f:1:1: a key must be a text (put it in quotes)"),
        ("? {a: 1}\n: b", "f:1:3: a key must be a text (put it in quotes)"),
        ("x: !!python/object/apply:os.system [ls]", "f:1:4: the tag '!!python/object/apply:os"),
        ("x: !mine 1", "f:1:4: the tag '!mine' is not known here"),
        ("x: !!set {a, b}", "f:1:4: the tag '!!set' is not known here"),
        ("x: !!timestamp nothing", "f:1:4: the tag '!!timestamp' is not known here"),
        ("x: !!binary eA==", "f:1:4: the tag '!!binary' is not known here"),
        ("x: !!int abc", "f:1:4: 'abc' is not a number"),
        ("x: !!bool maybe", "f:1:4: 'maybe' is neither true nor false"),
        ("a: b: c", "f:1:5: not valid YAML: mapping values are not allowed in this context"),
        ("a:\n\t- b", "f:2:1: not valid YAML: found character that cannot start any token"),
        ("a: *b", "f:1:4: not valid YAML: found undefined alias"),
        ("a: 1\n---\nb: 2", "f:2:1: not valid YAML: but found another document"),
        ("a: b\nc: d\x00", "f:2: not valid YAML: the character U+0000 cannot stand in it"),
        ('a: "\\ud800"', "f:1:7: not valid YAML: found invalid Unicode character escape code"),
        ("a: 1e999", "f:1:1: the number is too large"),
        ("a: 9007199254740993", "f:1:1: the number is too large to be kept exact"),
        (f"a: {'9' * 5000}", "f:1:1: the number is too large to be kept exact"),
    ],
)
def test_yaml_is_refused_with_its_place(text: str, message: str) -> None:
    """Line and column stand before what is wrong; nothing of it is a traceback."""
    assert fault(text).startswith(message)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"a": 1,\n "b": {"c": 1, "c": 2}}', "f:2:16: the key 'c' stands twice"),
        ('[{"a": 1, "\\u0061": 2}]', "f:1:11: the key 'a' stands twice"),
        ('{"a": NaN}', "f:1: NaN is not a JSON value"),
        ('{"a": -Infinity}', "f:1: -Infinity is not a JSON value"),
        ('{"a": 1,}', "f:1:"),
        ('{"a": "\\ud800"}', "f:1:2: '\\ud800' is not valid Unicode text"),
        ('{"\\udc00": 1}', "f:1:1: '\\udc00' is not valid Unicode text"),
        ('{"a": [1, 1e999]}', "f:1:11: the number is too large"),
        (f'{{"a": -{"9" * 5000}}}', "f:1:2: the number is too large to be kept exact"),
        ("", "f:1:1: not valid JSON: Expecting value"),
    ],
)
def test_json_is_refused_with_its_place(text: str, message: str) -> None:
    """The same holds for JSON."""
    assert fault(text, is_json=True).startswith(message)


@pytest.mark.parametrize("is_json", [False, True])
@pytest.mark.parametrize("mark", ["[", '{"a":'])
def test_deep_nesting_is_refused(mark: str, is_json: bool) -> None:
    """However deep: neither a traceback nor an overflow of the parser's own stack."""
    assert fault(mark * 60, is_json=is_json).startswith("f:1: nested more than 50 deep")
    assert fault(mark * 200_000, is_json=is_json).startswith("f:1: nested more than 50 deep")


def test_an_alias_bomb_does_not_unfold() -> None:
    """Values count as often as they stand, and no more of them are made than may stand."""
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    for level in range(1, 20):
        lines.append(f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 10)}]")
    assert "more than 100000 values once aliases are unfolded" in fault("\n".join(lines))
    assert "nested more than 50 deep once aliases are unfolded" in fault("a: &a [*a]")


def test_a_few_aliases_are_fine() -> None:
    """An anchor spares writing the same thing twice."""
    assert parsed("a: &x {b: 1}\nc: *x").value == {"a": {"b": 1}, "c": {"b": 1}}


@pytest.mark.parametrize(
    ("field", "place"),
    [
        ((), (1, 1)),
        (("steps",), (2, 1)),
        (("steps", 0), (3, 5)),
        (("steps", 1), (4, 5)),
        (("steps", 1, "target"), (4, 24)),
        (("steps", 1, "absent"), (4, 5)),
        (("steps", 9), (2, 1)),
        (("absent", "below"), (1, 1)),
    ],
)
def test_places_in_yaml(field: tuple[str | int, ...], place: tuple[int, int]) -> None:
    """A field is where its key is; one that is not there is what stands around it."""
    text = "id: a\nsteps:\n  - {action: click}\n  - {action: navigate, target: /}\n"
    assert parsed(text).places().place(field) == place


@pytest.mark.parametrize(
    ("field", "place"),
    [
        ((), (1, 1)),
        (("a",), (2, 2)),
        (("a", 0), (2, 9)),
        (("a", 1), (2, 12)),
        (("a", 1, "ü"), (2, 13)),
        (("a", 2), (2, 2)),
        (("b",), (3, 2)),
    ],
)
def test_places_in_json(field: tuple[str | int, ...], place: tuple[int, int]) -> None:
    """Tabs, escapes and comments do not matter."""
    text = '{ // {"a": [\n\t"a": [ 1, {"\\u00fc": "}]\\""} ],\n\t"b": "\\/\\ud83d\\ude00"\n}'
    assert parsed(text, is_json=True).places().place(field) == place


values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8")),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(codec="utf-8"), max_size=5), inner, max_size=4)
    ),
    max_leaves=15,
)


@PROPERTY
@given(values, st.sampled_from([None, 2, "\t"]), st.booleans())
def test_any_json_is_read_as_it_is(value: object, indent: int | str | None, ascii_: bool) -> None:
    """Whatever JSON can say arrives, and every value in it has a place."""
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_)
    document = parsed(text, is_json=True)
    assert document.value == value
    known = document.places().known
    pending: list[tuple[tuple[str | int, ...], object]] = [((), value)]
    while pending:
        field, item = pending.pop()
        assert field in known
        if isinstance(item, dict):
            pending.extend(((*field, key), inner) for key, inner in item.items())
        elif isinstance(item, list):
            pending.extend(((*field, index), inner) for index, inner in enumerate(item))


def test_files_that_cannot_be_used_are_refused(tmp_path: Path) -> None:
    """Missing, too large, not UTF-8: each says so."""
    path = tmp_path / "a.yaml"
    with pytest.raises(SpecError, match=r"^a\.yaml: cannot be read: No such file"):
        read_document(path, "a.yaml")
    path.write_bytes(b"a: \xff")
    with pytest.raises(SpecError, match=r"^a\.yaml:1: byte 3 is not UTF-8"):
        read_document(path, "a.yaml")
    path.write_bytes(b"#" * (MAX_BYTES + 1))
    with pytest.raises(SpecError, match=r"^a\.yaml: 1000001 bytes, expected at most 1000000"):
        read_document(path, "a.yaml")


def test_a_byte_order_mark_is_skipped(tmp_path: Path) -> None:
    """Some editors write one."""
    path = tmp_path / "a.json"
    path.write_bytes(b'\xef\xbb\xbf{"a": 1}')
    assert read_document(path, "a.json").value == {"a": 1}
