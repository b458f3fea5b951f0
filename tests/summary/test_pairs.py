"""k6's tags and metadata, a column at once."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from summary.tables.pairs import PairColumn, as_pairs

TEXT = st.dictionaries(
    st.sampled_from(["vu", "iter", "lateness_us", "v", "iteration", "reason"]),
    st.integers(0, 10**16 - 1),
)


WORDS = st.text("vuiter=0", max_size=8)
"""What may be taken for a key where it begins in one text and ends in the next."""


@given(rows=st.lists(TEXT), seed=st.randoms(use_true_random=False))
def test_every_number_is_found_whatever_the_order_of_the_pairs(rows, seed):
    texts = []
    for row in rows:
        pairs = [f"{key}={value}" for key, value in row.items()]
        seed.shuffle(pairs)
        texts.append("&".join(pairs))
    assert [as_pairs(text) for text in texts] == [
        {key: str(value) for key, value in row.items()} for row in rows
    ]
    column = PairColumn.of(pa.array(texts, pa.binary()))
    for key in ("vu", "iter", "lateness_us"):
        assert column.numbers(key).to_pylist() == [row.get(key) for row in rows]
        assert column.having(key).to_pylist() == [key in row for row in rows]
    reasons = {at: str(row["reason"]) for at, row in enumerate(rows) if "reason" in row}
    found, texts = column.texts("reason")
    assert dict(zip(found.tolist(), texts.to_pylist(), strict=True)) == reasons


def test_a_part_of_a_longer_column_is_read_alone():
    column = pa.array([b"vu=1", b"vu=22&iter=3", b"iter=4&vu=5", b"vu=6"]).slice(1, 2)
    assert PairColumn.of(column).numbers("vu").to_pylist() == [22, 5]
    assert PairColumn.of(column).numbers("iter").to_pylist() == [3, 4]


@given(rows=st.lists(st.lists(WORDS, max_size=3), max_size=5))
def test_a_key_is_only_what_stands_in_one_pair(rows):
    texts = ["&".join(words) for words in rows]
    column = PairColumn.of(pa.array(texts, pa.binary()))
    for key in ("vu", "iter", "v", "u"):
        has = [any(word.startswith(f"{key}=") for word in words) for words in rows]
        assert column.having(key).to_pylist() == has


@pytest.mark.parametrize("zeros", [1, 6, 7, 12])
def test_zeros_in_front_count_nothing(zeros):
    column = PairColumn.of(
        pa.array([f"vu={'0' * zeros}4711&iter=0", "iter=00&vu=000"], pa.binary())
    )
    assert column.numbers("vu").to_pylist() == [4711, 0]
    assert column.numbers("iter").to_pylist() == [0, 0]


@given(text=st.text("0123456789-+.e/: a\xff", max_size=20))
def test_what_is_no_number_is_told_and_not_made_into_one(text):
    column = PairColumn.of(pa.array([b"iter=1", f"x=y&vu={text}".encode(), b"iter=7"]))
    if text.isascii() and text.isdigit() and len(text) <= 16:
        assert column.numbers("vu").to_pylist() == [None, int(text), None]
    else:
        with pytest.raises(ValueError, match="as 'vu'"):
            column.numbers("vu")
