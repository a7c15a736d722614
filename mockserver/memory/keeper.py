"""The port to what lies behind a mock's memory: nothing by default, or a store that other processes share."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any, Protocol

__all__ = ["Keeper", "Memory"]


class Keeper(Protocol):
    """Where those who hold a mock's state tell what they changed."""

    def table(self, kind: str) -> MutableMapping[Any, Any]:
        """A new, empty mapping whose changes are noted by themselves."""

    def note(self, kind: str, key: Any, value: Any) -> None:
        """What ``key`` is from now on; ``None`` where it is no more."""

    def forget(self) -> None:
        """Forget everything that was noted but what lasts beyond a reset."""


class Memory:
    """Nothing outlives the process, so nothing is noted."""

    def table(self, kind: str) -> MutableMapping[Any, Any]:  # noqa: ARG002
        return {}

    def note(self, kind: str, key: Any, value: Any) -> None:
        pass

    def forget(self) -> None:
        pass
