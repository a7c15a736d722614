"""The port to what lies behind a mock's memory: nothing by default, or a store that other processes share.

Whoever holds state tells here what was changed, and what it was before. So a call that fails half-way is taken back.
"""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from typing import Any, Protocol

__all__ = ["Apply", "Keeper", "Memory", "Unavailable", "undone"]

Apply = Callable[[Any, Any], None]
"""Sets what a key is, without telling anybody; ``None`` where it is no more."""


class Unavailable(Exception):
    """What lies behind the memory can't be reached just now; ``str()`` is one line without secrets."""


class Keeper(Protocol):
    """Where those who hold a mock's state tell what they changed.

    ``appliers`` take what is told back in, by kind; tables take in their own.
    """

    appliers: dict[str, Apply]

    def table(self, kind: str) -> MutableMapping[Any, Any]:
        """A new, empty mapping whose changes are noted by themselves. Its values are never changed in place."""

    def note(self, kind: str, key: Any, value: Any, before: Any) -> None:
        """What ``key`` is from now on, and what it was; ``None`` where it is no more, or wasn't."""

    def begin(self) -> None:
        """What was noted so far stays: another call begins."""

    def mark(self) -> int:
        """This moment of the call, as `undo` takes it; 0 is its beginning."""

    def undo(self, mark: int = 0) -> None:
        """Take back what was noted since."""

    def forget(self) -> None:
        """Forget everything that was noted but what lasts beyond a reset."""


class Memory:
    """Nothing outlives the process, so what is noted is kept only until the next call begins."""

    def __init__(self) -> None:
        self.appliers: dict[str, Apply] = {}
        self._noted: list[tuple[str, Any, Any]] = []

    def table(self, kind: str) -> MutableMapping[Any, Any]:
        table = _Table(kind, self._noted)
        self.appliers[kind] = table.apply
        return table

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


class _Table(dict[Any, Any]):
    """A mapping that notes what it changes; reading costs what it costs of a dictionary."""

    def __init__(self, kind: str, noted: list[tuple[str, Any, Any]]) -> None:
        super().__init__()
        self._kind = kind
        self._noted = noted

    def __setitem__(self, key: Any, value: Any) -> None:
        self._noted.append((self._kind, key, self.get(key)))
        super().__setitem__(key, value)

    def __delitem__(self, key: Any) -> None:
        self._noted.append((self._kind, key, self[key]))
        super().__delitem__(key)

    def apply(self, key: Any, value: Any) -> None:
        if value is None:
            super().pop(key, None)
        else:
            super().__setitem__(key, value)

    # A dictionary's own ones would tell nobody.

    def pop(self, key: Any, *default: Any) -> Any:
        if default and key not in self:
            return default[0]
        value = self[key]
        del self[key]
        return value

    popitem = MutableMapping.popitem
    clear = MutableMapping.clear
    update = MutableMapping.update  # type: ignore[assignment]
    setdefault = MutableMapping.setdefault
