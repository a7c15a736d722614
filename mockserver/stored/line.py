"""The port to a database: one connection, which serves one transaction after the other.

A **part** of the state is what one lock guards: an organisation's sandbox, what the whole organisation has, or one
table of everybody's. Each has a version, which grows with each transaction that changes it: in PostgreSQL by one, in a
file to the number of that change among those of all parts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from mockserver.memory.keeper import Unavailable

__all__ = [
    "ALL",
    "LASTING",
    "NEW",
    "SHARED",
    "Asked",
    "Changes",
    "Entry",
    "Found",
    "Held",
    "Line",
    "Version",
    "Watch",
]

LASTING = ("granted", "points", "forgotten")
"""Kinds of entries that a reset leaves."""

ALL = 0x666C6F77
"""PostgreSQL's advisory lock that whoever is alone holds, and everybody else shares."""
SHARED = f"SELECT pg_advisory_xact_lock_shared({ALL})"


class Held(Unavailable):
    """The database is well, but another process has kept for too long what was asked for."""

    def __init__(self) -> None:
        super().__init__("another process has kept what this call is about for too long")


class Entry(NamedTuple):
    """What one key of the state is: ``value`` is sealed, ``place`` orders entries by their creation.

    It was ``changed`` by that version of its part.
    """

    part: str
    name: str
    kind: str
    value: bytes
    gone: bool
    place: int
    changed: int


class Version(NamedTuple):
    """Of a part; deletions up to the version ``purged`` aren't told any more."""

    version: int = 0
    purged: int = 0


NEW = Version()
"""Of a part that nobody has changed yet."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a transaction begins with: the parts that it ``holds``, for which it ``waits`` or goes on without.

    ``alone`` it keeps all others out. In a file ``at_once`` fails with `Held` where another process writes. ``known``
    are the parts that it looks at, and the versions that are known already; with ``all_parts`` it looks at the versions
    of all others too. ``pid`` is the session in which this process
    is present. One that holds nothing is no transaction: it looks.
    """

    holds: Sequence[str] = ()
    waits: bool = False
    alone: bool = False
    at_once: bool = False
    known: Mapping[str, int] = field(default_factory=dict)
    all_parts: bool = False
    pid: int = 0

    @property
    def is_look(self) -> bool:
        return not self.holds and not self.alone


@dataclass(frozen=True, slots=True)
class Found:
    """The versions of the parts, what was changed since those that were known, and the parts that others hold.

    ``present`` is how many processes are there, 0 where this one isn't known to be. In a file ``newest`` is the number
    of the last change: the versions of all parts are counted together there.
    """

    versions: Mapping[str, Version]
    entries: Sequence[Entry]
    refused: frozenset[str]
    present: int = 1
    newest: int | None = None


@dataclass(frozen=True, slots=True)
class Changes:
    """What a transaction leaves: new versions of parts with what they changed.

    ``purged`` are parts whose deletions up to a version are told no more. With ``forgets`` everything but what lasts is
    deleted before, and the journal too.
    """

    versions: Mapping[str, int]
    entries: Sequence[Entry]
    purged: Mapping[str, int]
    forgets: bool = False


class Line(Protocol):
    """Methods raise what the driver raises; the line is of no use then."""

    def open(self, asked: Asked) -> Found:
        """Begin a transaction, or just look. In PostgreSQL one round trip."""

    def load(self, part: str) -> Iterator[list[Entry]]:
        """All of a part, some thousand at a time, in the order of creation; what is gone may be left out."""

    def hand_in(self, changes: Changes) -> Callable[[], None]:
        """What ends the transaction with them: when that returns, they are kept. In PostgreSQL one round trip."""

    def rollback(self) -> None:
        """Let go of what is held, with nothing changed."""

    def write_down(self, count: int, part: str) -> tuple[int, Sequence[Entry]]:
        """Begin a transaction of the journal, of so many exchanges; the number of the last, and what that part has."""

    def written(self, number: int, count: int, value: bytes, points: Sequence[Entry], most: int) -> None:
        """End it with its block, and with points that may be known already; the newest ``most`` exchanges are kept."""

    def blocks(self, newest: int) -> list[tuple[int, int, bytes]]:
        """The last numbers, counts and values of the blocks that hold the newest exchanges, oldest first."""

    def forget_blocks(self, points: Sequence[Entry]) -> None:
        """Delete the journal, and these points; what is being written down is waited for."""

    def close(self) -> None: ...


class Watch(Protocol):
    """Tells what others have changed, without a round trip. ``pid`` is the session in which it is present."""

    pid: int

    def misses(self) -> bool:
        """Whether anything may have changed that `news` won't tell."""

    def news(self) -> Mapping[str, int]:
        """New versions of parts since it was last asked."""

    def settle(self) -> None:
        """Wait until everybody who watches knows of this process; before it writes."""

    def counted(self, at: float, present: int) -> None:
        """So many processes were present at that time, of `time.monotonic`."""

    def close(self) -> None: ...
