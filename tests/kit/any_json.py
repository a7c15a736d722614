"""JSON of any kind that a body may hold, made by Hypothesis."""

from __future__ import annotations

from hypothesis import strategies as st

from contracts.reading.json_text import LARGEST_INTEGER

_INTEGERS = st.integers(-LARGEST_INTEGER, LARGEST_INTEGER)

JSON = st.recursive(
    st.none() | st.booleans() | _INTEGERS | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
