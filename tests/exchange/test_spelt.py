"""Secrets are found in steps that depend on the text alone, and found where a look for each by itself finds them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.exchange.known import KnownSecrets
from mockserver.exchange.spelt import Spelt
from mockserver.exchange.texts import CUT, MASK, SHORTEST
from tests.kit.counting import calls_once


def spelt(forms: Sequence[str]) -> Spelt:
    made = Spelt()
    made.add(forms)
    return made


def looked_for_one_by_one(text: str, forms: Sequence[str], documented: str = "") -> str:
    """What overlaps has one mask."""
    found = []
    for start in range(len(text)):
        here = [form for form in forms if text.startswith(form, start)]
        end = start + max(map(len, here), default=0)
        if text[start:end] in documented:
            end = start
        cut = text.find(CUT, start + SHORTEST)
        if cut > end and any(form.startswith(text[start:cut]) for form in forms):
            end = cut
        if end > start:
            found.append((start, end))
    shown, told = "", 0
    for start, end in found:
        if start >= told:
            shown += text[told:start] + MASK
        told = max(told, end)
    return shown + text[told:]


FORMS = st.lists(st.text("ab", min_size=SHORTEST, max_size=60), max_size=12)


@st.composite
def texts_with_some(draw: Callable[..., Any]) -> tuple[list[str], str]:
    forms = draw(FORMS)
    pieces = [st.text("ab", max_size=8), st.sampled_from([CUT, "a" * 30])]
    if forms:
        pieces += [st.sampled_from(forms), st.sampled_from(forms).map(lambda form: form[:-1])]
    return forms, "".join(draw(st.lists(st.one_of(pieces), max_size=12)))


@given(texts_with_some(), st.text("ab", max_size=30))
def test_what_is_masked_is_what_a_look_for_each_finds(given: tuple[list[str], str], documented: str) -> None:
    forms, text = given
    assert spelt(forms).masked(text) == looked_for_one_by_one(text, forms)
    assert spelt(forms).masked(text, documented) == looked_for_one_by_one(text, forms, documented)


@given(texts_with_some(), FORMS)
def test_one_that_was_removed_is_as_one_that_never_came(given: tuple[list[str], str], others: list[str]) -> None:
    forms, text = given
    both = spelt(forms)
    with pytest.MonkeyPatch.context() as at_once:
        at_once.setattr("mockserver.exchange.spelt._MANY", 0)
        both.add(others)
        both.remove(others)
        assert both.masked(text) == spelt(forms).masked(text)
        both.remove(forms)
        assert both.masked(text) == text


def alike(beginning: str, count: int) -> list[str]:
    return [f"{beginning}{number:08}" for number in range(count)]


MANY: dict[str, Callable[[int], list[str]]] = {
    "a JWT": lambda count: alike("eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.", count),
    "a scheme": lambda count: alike("Bearer ", count),
    "Zoho's": lambda count: alike("1000.", count),
    "each the beginning of the next": lambda count: ["a" * (SHORTEST + number) for number in range(count)],
    "all of one letter but the last": lambda count: ["a" * (SHORTEST + number) + "B" for number in range(count)],
    "parts of one": lambda count: [("".join(map(str, range(400)))[number:])[:300] for number in range(count)],
}
ALIKE = [*MANY][:3]
TEXTS: dict[str, Callable[[list[str]], str]] = {
    "nothing of them": lambda _: "lorem ipsum ",
    "one": lambda secrets: f"{secrets[-1]} ",
    "nearly one": lambda secrets: f"{secrets[-1][:-1]} ",
    "one that was cut": lambda secrets: f"{secrets[-1][:-1]}{CUT} ",
    "the letter": lambda _: "a",
}
FEW_KNOWN, MANY_KNOWN, LENGTH = 200, 800, 4000
MOST_STEPS = 50  # for a character of a text in which a long one begins everywhere


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("many", MANY)
def test_work_grows_with_the_text_and_with_nothing_else(many: str, text: str) -> None:
    few, more = (MANY[many](count) for count in (FEW_KNOWN, MANY_KNOWN))
    shown = (TEXTS[text](few) * LENGTH)[:LENGTH]
    costs = []
    for secrets in (few, more):
        known = KnownSecrets()
        known.add(secrets)
        costs += [
            calls_once(lambda known=known: known.out_of([shown])),
            calls_once(lambda known=known: known.out_of([shown * 4])),
        ]
    assert costs[1] <= 5 * costs[0] + LENGTH
    assert costs[3] <= 5 * costs[2] + LENGTH
    assert max(costs[0], costs[2]) <= MOST_STEPS * LENGTH
    if many in ALIKE:
        assert costs[2] <= 1.2 * costs[0]


@pytest.mark.parametrize("many", MANY)
def test_adding_and_forgetting_cost_as_much_each_however_many_there_are(many: str) -> None:
    secrets = MANY[many](MANY_KNOWN)
    known = KnownSecrets(most=50_000)
    quarter = MANY_KNOWN // 4
    costs = [
        calls_once(lambda start=start: known.add(secrets[start : start + quarter]))
        for start in range(0, MANY_KNOWN, quarter)
    ]
    assert max(costs[2:]) <= 4 * costs[0]
