"""The parts of the state, and what one process knows of each."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

from mockserver.stored.codec import encoded_key
from mockserver.stored.line import NEW
from mockserver.stored.vault import Vault

__all__ = ["UNKNOWN", "Part", "Parts", "Whose"]

Whose = Any
"""What a part of the state is: a tenant, or the name of one of everybody's tables."""

UNKNOWN = -1
_MANY = 10_000  # parts, among which those of tenants that have nothing are looked for


class Part:
    """What this process knows of a part: the version that it has ``seen``, and the newest that it has heard of."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.whose: Whose = None
        self.seen = UNKNOWN
        self.heard = 0
        self.is_contended = False
        """Whether others had changed it since this process looked at it before."""
        self.checked = 0
        """The alarms that had been when it was looked at last."""
        self.holder: object | None = None
        """The turn that has changed it in memory, and not yet in the store."""
        self.loading = threading.Lock()

    @property
    def is_empty(self) -> bool:
        """Whether it is a tenant's of whom nothing was ever stored, as far as this process knows."""
        return self.seen == NEW.version and self.holder is None and isinstance(self.whose, tuple)


class Parts:
    """All that were asked for, by their names in the store. Under the replica's lock."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._by_name: dict[str, Part] = {}
        self._by_whose: dict[Whose, Part] = {}
        self._many = _MANY

    def __iter__(self) -> Iterator[Part]:
        return iter(self._by_name.values())

    def get(self, name: str) -> Part | None:
        """The part of that name, if it was asked for."""
        return self._by_name.get(name)

    def named(self, name: str) -> Part:
        """The part of that name; nobody may know yet whose it is."""
        part = self._by_name.get(name)
        if part is None:
            part = self._by_name[name] = Part(name)
        return part

    def of(self, whose: Whose) -> Part:
        """The part of that tenant or table."""
        part = self._by_whose.get(whose)
        if part is None:
            part = self.named(self._vault.name("part", encoded_key(whose))[:16])
            self.tell(part, whose)
        return part

    def tell(self, part: Part, whose: Whose) -> None:
        """From now on it is known whose the part is."""
        if part.whose is None:
            part.whose = whose
            self._by_whose[whose] = part

    def forget_empty(self) -> None:
        """Keep no part of those that have nothing here: a client may name any organisation."""
        if len(self._by_name) <= self._many:
            return
        for part in list(self):
            if part.is_empty:
                del self._by_name[part.name]
                del self._by_whose[part.whose]
        self._many = max(_MANY, 2 * len(self._by_name))
