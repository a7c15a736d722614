"""The secrets that exchanges have named, of which none is shown of another exchange either.

A client sends its secret to IMS and repeats it in the path of a later call, where none belongs: by that call alone
nobody can tell. A journal and a file may name many secrets. So they are found by how they begin, in any of their
spellings, and only those are spelt out whose beginning stands in what is shown.
"""

from __future__ import annotations

import json
import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from itertools import islice
from typing import Any, NamedTuple

from contracts.judging.placeholders import is_placeholder
from contracts.reading import json_text
from contracts.tables import COLLECTIONS, OPERATIONS, RULES
from mockserver.exchange.masking import MASK, SHORTEST
from mockserver.exchange.texts import CUT, over_all_texts, spellings, without, without_beginnings
from mockserver.hosts import emulated_domains

__all__ = ["KnownSecrets", "Row", "broken_without", "masked"]

_LONGEST = 1_000  # characters of one that are looked for
_MOST = 1_000_000  # characters of all
_CUT = json.dumps(CUT)[1:-1]
_MOST_PIECES, _SHORT = 10_000, 100  # texts that are remembered, and characters of one
_QUOTES = re.compile(r'(?<!\\)"')  # which no text of a row has
_FEW = 20  # secrets that are looked for one by one


class Row(NamedTuple):
    """A journal's row as JSON; ``since`` is how many of the known secrets it is without."""

    text: bytes
    since: int


class KnownSecrets:
    """Those that the exchanges of one recording have named; of too many the oldest are forgotten. Safe in threads."""

    def __init__(self, most: int = _MOST) -> None:
        self._room = most
        self._numbers: OrderedDict[str, int] = OrderedDict()
        """The number of each, oldest first. A `dict` finds its first key the later, the more are gone."""
        self._begun: dict[str, list[str]] = {}
        """Secrets by the first characters of their spellings."""
        self._clean: tuple[int, set[str]] = (0, set())
        """Texts in which none begins of the first so many: rows say the same again and again."""
        self._lock = threading.Lock()
        self.count = 0
        """How many have been named so far."""

    def add(self, texts: Iterable[str]) -> None:
        cut = dict.fromkeys(text[:_LONGEST] for text in texts)
        secret = [text for text in cut if text not in self._numbers and not _is_no_secret(text)]
        if not secret:
            return
        with self._lock:
            for text in secret:
                if text in self._numbers:  # another thread was quicker
                    continue
                self._room -= len(text)
                self._numbers[text] = self.count
                self.count += 1
                for beginning in _beginnings(text):
                    self._begun.setdefault(beginning, []).append(text)
            while self._room < 0:
                self._forget(next(iter(self._numbers)))

    def _forget(self, text: str) -> None:
        self._room += len(text)
        del self._numbers[text]
        for beginning in _beginnings(text):
            self._begun[beginning].remove(text)  # the oldest is the first
            if not self._begun[beginning]:
                del self._begun[beginning]

    def forms_in(self, text: str, since: int = 0, between: re.Pattern[str] | None = None) -> Sequence[str]:
        """The spellings of those that stand in ``text``, or begin there where it was cut; the longest first.

        The first ``since`` of them needn't be looked for. None has what stands ``between`` texts in it.
        """
        with self._lock:
            if self.count - since <= _FEW:
                looked_for = [*self._newest(since)]
            else:
                looked_for = [*self._begun_in(between.split(text) if between else (text,))]
        is_cut = CUT in text or _CUT in text
        spelt: set[str] = set()
        for each in looked_for:
            forms = spellings(each)
            if any(form in text or (is_cut and form[:SHORTEST] in text) for form in forms):
                spelt.update(forms)
        return sorted(spelt, key=len, reverse=True)

    def _newest(self, since: int) -> Iterable[str]:
        return islice(reversed(self._numbers), self.count - since)

    def _begun_in(self, pieces: Iterable[str]) -> Iterable[str]:
        if self._clean[0] != self.count or len(self._clean[1]) > _MOST_PIECES:
            self._clean = (self.count, set())
        clean, found = self._clean[1], dict[str, None]()
        for piece in set(pieces) - clean:
            begun = {piece[at : at + SHORTEST] for at in range(len(piece) - SHORTEST + 1)} & self._begun.keys()
            found.update(dict.fromkeys(each for beginning in begun for each in self._begun[beginning]))
            if not begun and len(piece) < _SHORT:
                clean.add(piece)
        return found

    def out_of_row(self, row: Row) -> Row:
        """The row without all that are known by now."""
        count = self.count
        if count <= row.since:
            return row
        text = row.text.decode("ascii")
        forms = self.forms_in(text, row.since, _QUOTES)
        return Row(_row_without(row.text, forms) if forms else row.text, count)

    def out_of(self, value: Any) -> Any:
        """Any JSON value without them."""
        forms = self.forms_in(json_text.render(value).decode("ascii"), between=_QUOTES) if self.count else ()
        return over_all_texts(value, lambda text: masked(text, forms)) if forms else value


def masked(text: str, forms: Sequence[str]) -> str:
    """``text`` without these spellings of secrets, nor the beginning of one before a place where it was cut."""
    return without_beginnings(without(text, forms, MASK), forms, SHORTEST, MASK)


def _row_without(text: bytes, forms: Sequence[str]) -> bytes:
    """A journal's row, of which the kit's own words are left as they are."""
    row = json.loads(text)

    def change(text: str) -> str:
        return masked(text, forms)

    shown = {name: over_all_texts(row[name], change) for name in ("org_id", "sandbox_name", "fault", "stub")}
    sides = {side: _side(row[side], change) for side in ("request", "response")}
    broken = [broken_without(each, forms) for each in row["violations"]]
    return json_text.render({**row, **shown, **sides, "violations": broken})


def _side(side: Mapping[str, Any], change: Callable[[str], str]) -> dict[str, Any]:
    return {name: over_all_texts(value, change) for name, value in side.items()}


QUOTING = ("pointer", "message", "found", "nearest")
"""What of a broken rule may quote the request."""


def broken_without(broken: Mapping[str, Any], forms: Sequence[str]) -> dict[str, Any]:
    """A broken rule; what it allows is documented, and no secret."""
    documented = "\n".join(broken["allowed"])
    secret = [form for form in forms if form not in documented]
    return {**broken, **{name: masked(broken[name], secret) for name in QUOTING if broken[name]}}


def _beginnings(text: str) -> set[str]:
    """How its spellings begin."""
    return {form[:SHORTEST] for form in spellings(text[: 2 * SHORTEST])}


def _is_no_secret(text: str) -> bool:
    """Whether it is too short, to be filled in, or a word that documents have."""
    if len(text) < SHORTEST or is_placeholder(text):
        return True
    words, beginnings = _documented_words()
    return text[:SHORTEST] in beginnings and text in words


@cache
def _documented_words() -> tuple[str, frozenset[str]]:
    """What stands in the paths, names and rules of all services, and names their hosts; and what begins in it."""
    words = [*emulated_domains()]
    for operation in OPERATIONS:
        words += [operation.id, operation.path, *operation.query]
    for collection in COLLECTIONS.values():
        words += [collection.name, *collection.own, *collection.fields]
    for rule in RULES.values():
        words += [rule.id, rule.demand, rule.mend]
    text = "\n".join(words)
    return text, frozenset(text[at : at + SHORTEST] for at in range(len(text)))
