"""Rows of exchanges in a block, and back."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from mockserver.stored.exchanges import packed, size_of, unpacked

BODIES = st.binary(max_size=60) | st.sampled_from([b"", b"\n", b"[1]\n{}", b"\xff\x00", "\u2028é".encode()])


@given(bodies=st.lists(st.tuples(BODIES, BODIES) | st.text(max_size=9), max_size=9))
def test_whatever_the_bodies_are_they_come_back(bodies: list[Any]) -> None:
    rows = [{"row": each, "secrets": []} if isinstance(each, str) else _with(*each) for each in bodies]
    assert list(unpacked(packed(rows))) == rows


def _with(asked: bytes, answered: bytes) -> list[Any]:
    """A row with these bodies; the order of its fields is `row_of`'s."""
    return [*range(8), asked, 201, {}, answered, "", [], None]


def test_a_body_takes_the_room_that_it_has() -> None:
    """A block is closed once its rows take as much as they may."""
    assert size_of(_with(b"\xff" * 100_000, b"")) > 100_000
    assert len(packed([_with(b"\xff" * 100_000, b"")])) < 101_000
