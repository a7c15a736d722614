"""The secrets that exchanges have named, of which none is shown of another exchange either.

A client sends its secret to IMS and repeats it in the path of a later call, where none belongs: by that call alone
nobody can tell. A journal and a file may name many secrets, in any of their spellings: `Spelt` finds them.
"""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import islice
from typing import Any, NamedTuple

from contracts.judging.placeholders import is_placeholder
from contracts.reading import json_text
from contracts.tables import COLLECTIONS, OPERATIONS, RULES
from mockserver.exchange.spelt import Spelt
from mockserver.exchange.texts import CUT, SHORTEST, all_spellings, over_all_texts
from mockserver.hosts import emulated_domains

__all__ = ["KnownSecrets", "Row", "broken_without"]

_LONGEST = 1_000  # characters of one that are looked for
_MOST = 16_000_000  # bytes of all, in all their spellings
_FORM = 100  # bytes that a spelling takes beside its characters
_CUT = json.dumps(CUT)[1:-1]
_MOST_PIECES, _SHORT = 10_000, 100  # texts that are remembered, and characters of one
_FEW = 20  # secrets that are looked for one by one


class Row(NamedTuple):
    """A journal's row as JSON; ``since`` is how many of the known secrets it is without."""

    text: bytes
    since: int


class KnownSecrets:
    """Those that the exchanges of one recording have named; of too many the oldest are forgotten. Safe in threads."""

    def __init__(self, most: int = _MOST) -> None:
        self._room = most
        self._order: deque[str] = deque()
        """The oldest first."""
        self._all: set[str] = set()
        self._spelt = Spelt()
        self._remembered: tuple[int, dict[str, str]] = (0, {})
        """Texts without the first so many: rows say the same again and again."""
        self._lock = threading.Lock()
        self.count = 0
        """How many have been named so far."""

    def add(self, texts: Iterable[str]) -> None:
        cut = dict.fromkeys(text[:_LONGEST] for text in texts)
        secret = [text for text in cut if text not in self._all and not _is_no_secret(text)]
        if not secret:
            return
        with self._lock:
            new = [text for text in secret if text not in self._all]  # another thread may have been quicker
            self._all.update(new)
            self._order += new
            forms = all_spellings(new)
            self._room -= _size(forms)
            self._spelt.add(forms)
            self.count += len(new)
            self._spelt.remove(list(self._forgotten()))

    def _forgotten(self) -> Iterator[str]:
        """The forms of the oldest, until there is room."""
        while self._room < 0:
            oldest = self._order.popleft()
            self._all.remove(oldest)
            forms = all_spellings([oldest])
            self._room += _size(forms)
            yield from forms

    def masked(self, text: str, documented: str = "") -> str:
        """``text`` without them, nor the beginning of one before a place where it was cut."""
        if documented or len(text) >= _SHORT:
            return self._spelt.masked(text, documented)
        count, remembered = self._remembered
        if count != self.count or len(remembered) > _MOST_PIECES:
            self._remembered = (_, remembered) = (self.count, {})
        if text not in remembered:
            remembered[text] = self._spelt.masked(text)
        return remembered[text]

    def out_of_row(self, row: Row) -> Row:
        """The row without all that are known by now."""
        count = self.count
        if count <= row.since:
            return row
        if count - row.since <= _FEW and not self._some_stand_in(row.text.decode("ascii"), count - row.since):
            return Row(row.text, count)
        return Row(_row_without(row.text, self.masked), count)

    def _some_stand_in(self, text: str, newest: int) -> bool:
        """Whether one of the newest does, or begins there where it was cut."""
        with self._lock:
            looked_for = [*islice(reversed(self._order), newest)]
        is_cut = CUT in text or _CUT in text
        return any(form in text or (is_cut and form[:SHORTEST] in text) for form in all_spellings(looked_for))

    def out_of(self, value: Any) -> Any:
        """Any JSON value without them."""
        return over_all_texts(value, self.masked) if self.count else value


def _size(forms: Sequence[str]) -> int:
    return sum(map(len, forms)) + _FORM * len(forms)


def _row_without(text: bytes, masked: Callable[..., str]) -> bytes:
    """A journal's row, of which the kit's own words are left as they are."""
    row = json.loads(text)
    shown = {name: over_all_texts(row[name], masked) for name in ("org_id", "sandbox_name", "fault", "stub")}
    sides = {side: _side(row[side], masked) for side in ("request", "response")}
    without = {**row, **shown, **sides, "violations": [broken_without(each, masked) for each in row["violations"]]}
    return text if without == row else json_text.render(without)


def _side(side: Mapping[str, Any], masked: Callable[..., str]) -> dict[str, Any]:
    return {name: over_all_texts(value, masked) for name, value in side.items()}


QUOTING = ("pointer", "message", "found", "nearest")
"""What of a broken rule may quote the request."""


def broken_without(broken: Mapping[str, Any], masked: Callable[[str, str], str]) -> dict[str, Any]:
    """A broken rule; what it allows is documented, and no secret."""
    documented = "\n".join(broken["allowed"])
    return {**broken, **{name: masked(broken[name], documented) for name in QUOTING if broken[name]}}


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
