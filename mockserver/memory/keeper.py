"""The port to what lies behind a mock's memory: nothing by default, or a store that other processes share.

Whoever holds state tells here what was changed, and what it was before. So a call that fails half-way is taken back.
"""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from typing import Any, Protocol

__all__ = ["Apply", "Keeper", "Memory", "Table", "Unavailable", "undone"]

Apply = Callable[[Any, Any], None]
"""Sets what a key is, without telling anybody; ``None`` where it is no more."""


class Unavailable(Exception):
    """What lies behind the memory can't be reached just now; ``str()`` is one line without secrets."""


class Keeper(Protocol):
    """Where those who hold a mock's state tell what they changed.

    ``appliers`` take what is told back in, by kind; tables take in their own.
    """

    appliers: dict[str, Apply]

    def table(self, kind: str, most: int | None = None) -> Table:
        """A new, empty mapping whose changes are noted by themselves. Its values are never changed in place.

        Of one with a limit in bytes the oldest entries make room.
        """

    def shelves(self) -> dict[Any, Any]:
        """A new, empty mapping by whose it is and collection. Its changes aren't noted by themselves."""

    def need(self, whose: Any) -> None:
        """A call is about to change all that is a tenant's."""

    def note(self, kind: str, key: Any, value: Any, before: Any) -> None:
        """What ``key`` is from now on, and what it was; ``None`` where it is no more, or wasn't."""

    def begin(self) -> None:
        """What was noted so far stays: another call begins."""

    def mark(self) -> int:
        """This moment of the call, as `undo` takes it; 0 is its beginning. `Unavailable` where it has to begin anew."""

    def undo(self, mark: int = 0) -> None:
        """Take back what was noted since."""

    def forget(self) -> None:
        """Forget everything that was noted but what lasts beyond a reset."""


class Memory:
    """Nothing outlives the process, so what is noted is kept only until the next call begins."""

    def __init__(self) -> None:
        self.appliers: dict[str, Apply] = {}
        self._noted: list[tuple[str, Any, Any]] = []

    def table(self, kind: str, most: int | None = None) -> Table:
        table = Table(kind, self.note, most)
        self.appliers[kind] = table.apply
        return table

    def shelves(self) -> dict[Any, Any]:
        return {}

    def need(self, whose: Any) -> None:
        """All of it is there."""

    def note(self, kind: str, key: Any, value: Any, before: Any) -> None:  # noqa: ARG002 -- the holder has it
        self._noted.append((kind, key, before))

    def begin(self) -> None:
        self._noted.clear()

    def mark(self) -> int:
        return len(self._noted)

    def undo(self, mark: int = 0) -> None:
        for kind, key, before in undone(self._noted, mark):
            self.appliers[kind](key, before)

    def forget(self) -> None:
        self._noted.clear()


def undone(noted: list[Any], mark: int) -> list[Any]:
    """What was noted since, the newest first; it is taken off the list."""
    since = noted[mark:]
    del noted[mark:]
    return since[::-1]


class Table(dict[Any, Any]):
    """A mapping that notes what it changes; reading costs what it costs of a dictionary.

    With ``most`` the oldest entries make room for new ones: about so many bytes are kept.
    """

    def __init__(self, kind: str, note: Callable[[str, Any, Any, Any], None], most: int | None = None) -> None:
        super().__init__()
        self._kind = kind
        self._note = note
        self._most = most
        self.size = 0
        """Bytes, roughly; counted only where there is a limit."""
        self.changes = 0
        """How often something of it has changed."""

    def __setitem__(self, key: Any, value: Any) -> None:
        self._note(self._kind, key, value, self.get(key))
        self.apply(key, value)
        while self._most is not None and self.size > self._most:
            del self[next(iter(self))]

    def __delitem__(self, key: Any) -> None:
        self._note(self._kind, key, None, self[key])
        self.apply(key, None)

    def apply(self, key: Any, value: Any) -> None:
        """Set ``key``, or take it off with ``None``, without noting that."""
        self.changes += 1
        if self._most is not None:
            self.size += _size(key, value) - _size(key, self.get(key))
        if value is None:
            super().pop(key, None)
        else:
            super().__setitem__(key, value)

    def forget(self) -> None:
        """All of it, without noting that."""
        self.size = 0
        self.changes += 1
        super().clear()

    # A dictionary's own ones would tell nobody.

    def pop(self, key: Any, *default: Any) -> Any:
        if default and key not in self:
            return default[0]
        value = self[key]
        del self[key]
        return value

    popitem = MutableMapping.popitem
    clear = MutableMapping.clear
    update = MutableMapping.update
    setdefault = MutableMapping.setdefault


_ENTRY = 300  # bytes that an entry takes beside its texts


def _size(key: Any, value: Any) -> int:
    return 0 if value is None else _ENTRY + len(repr(key)) + len(repr(value))
