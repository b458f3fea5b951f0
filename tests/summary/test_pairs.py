"""k6's tags and metadata, a column at once."""

from __future__ import annotations

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from summary.tables.pairs import PairColumn, as_pairs

TEXT = st.dictionaries(
    st.sampled_from(["vu", "iter", "lateness_us", "v", "iteration", "reason"]),
    st.integers(0, 10**12),
)


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
    assert column.texts("reason") == reasons


def test_a_part_of_a_longer_column_is_read_alone():
    column = pa.array([b"vu=1", b"vu=22&iter=3", b"iter=4&vu=5", b"vu=6"]).slice(1, 2)
    assert PairColumn.of(column).numbers("vu").to_pylist() == [22, 5]
    assert PairColumn.of(column).numbers("iter").to_pylist() == [3, 4]
