"""The project's own regular expressions are linear: twice the text takes twice the steps."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator

import pytest

from tests.kit.depth import few
from tests.kit.regexes import Regex, attacks, own_regexes, steps

LENGTH = 24
FEW = 120
"""Steps that any text may take."""
MANY = 2500
"""Steps that no linear expression takes for the shorter text."""


@pytest.fixture(autouse=True)
def deep_stack() -> Iterator[None]:
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(20_000)
    yield
    sys.setrecursionlimit(before)


def growth(regex: Regex) -> tuple[float, str]:
    """How many times the steps the worst text of double the length takes, and what that text is."""
    worst = 0.0, ""
    for beginning, piece, end in attacks(regex):
        short = beginning + piece * (LENGTH // len(piece) + 1) + end
        long = beginning + piece * (2 * LENGTH // len(piece) + 1) + end
        least = max(FEW, steps(regex, short, MANY))
        if least > MANY:
            return math.inf, f"{beginning!r} {piece!r} {end!r}"
        worst = max(worst, (steps(regex, long, 8 * least) / least, f"{beginning!r} {piece!r} {end!r}"))
    return worst


def test_they_are_all_looked_at() -> None:
    ours = own_regexes()

    assert len(ours) > 30
    assert any(regex.place.startswith("contracts/services/flow_service/updates.py") for regex in ours)


@pytest.mark.parametrize("third", few(range(3), 0, 1))
def test_each_of_them_is_linear(third: int) -> None:
    grows = {f"{regex.place}: {regex.pattern}": growth(regex) for regex in own_regexes()[third::3]}

    assert {regex: found for regex, found in grows.items() if found[0] >= 3} == {}


@pytest.mark.parametrize(
    ("pattern", "searches"),
    [
        (r"(/([^~]|~[01])*)+", False),
        (r"^(a+)+$", True),
        (r"(;\s*(?!charset)[^;=]*=)([^;]*)", True),
        (r"(a|a)*b", False),
        (r"\s+x", True),
    ],
)
def test_one_that_isnt_is_found(pattern: str, searches: bool) -> None:
    assert growth(Regex("here", pattern, 0, searches))[0] >= 3
