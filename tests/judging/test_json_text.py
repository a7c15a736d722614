from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.reading.json_text import JsonProblem, has_too_many, most_values, parse, render

VALUES = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(1 - 2**63, 2**63 - 1),
        st.floats(allow_nan=False, allow_infinity=False),
        st.text(),
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.text(), inner, max_size=4)),
)


@given(VALUES)
def test_what_is_rendered_is_read_back(value: object) -> None:
    assert parse(render(value)) == value


@given(st.binary(max_size=60))
def test_bytes_are_read_as_the_standard_library_reads_them_or_refused(body: bytes) -> None:
    try:
        value = parse(body)
    except JsonProblem:
        return
    assert value == json.loads(body)


def test_lone_surrogates_survive() -> None:
    assert parse(render("\ud800")) == "\ud800"


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b'{"a": 1, "a": 2}', '"a" stands twice'),
        (b"[NaN]", "NaN"),
        (b"[-Infinity]", "Infinity"),
        (b"[1e400]", "too large"),
        (b"9" * 5000, "too large"),
        (b"9223372036854775808", "too large"),
        (b"-9223372036854775808", "too large"),
        (b"[" * 100_000, "nested too deeply"),
        (b"[" * 65 + b"]" * 65, "64 levels"),
        (b"\xff", "UTF-8"),
        (b"{'a': 1}", "line 1, column 2"),
    ],
)
def test_a_refusal_says_why(body: bytes, why: str) -> None:
    with pytest.raises(JsonProblem, match=why):
        parse(body)


def test_sixty_four_levels_are_read() -> None:
    parse(b"[" * 64 + b"]" * 64)


MEGABYTE = 1024 * 1024


@pytest.mark.parametrize("values", ["0", "{}", "[[0]]", '{"a":{}}', '"\\\\"', '"a,b\\",[{"'])
def test_values_are_counted_up_to_a_bound(values: str) -> None:
    most = most_values(MEGABYTE)
    body = f"[{','.join([values] * (most + 1))}]".encode()
    assert has_too_many(body, MEGABYTE)
    assert not has_too_many(body, 20 * len(body))
    assert not has_too_many(body[: len(body) // 5] + b"]", MEGABYTE)


def test_commas_and_brackets_in_texts_are_no_values() -> None:
    assert not has_too_many(render({"rows": '1,"a",[{' * 100_000}), MEGABYTE)
    assert not has_too_many(b'["' + b",[" * 400_000, MEGABYTE)
