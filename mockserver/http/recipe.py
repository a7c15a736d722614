"""What it takes to make a mock."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from contracts import Contract
from mockserver.services.zoho.settings import ZohoSettings

if TYPE_CHECKING:
    from mockserver.memory.existing import Existing
    from mockserver.mock import Mock

__all__ = ["Recipe"]


class Recipe(NamedTuple):
    """What a process needs to make its mock.

    ``stubs`` are rows of those that stand from the start; ``store`` is a URL, ``None`` for memory; ``prepare`` is
    called first in each worker, ``watch`` with each mock; ``existing`` connections are there from the start.
    """

    contract: Contract
    journal: int
    zoho: ZohoSettings
    seed: int | None
    stubs: Sequence[Mapping[str, Any]]
    store: str | None
    prepare: Callable[[], None]
    watch: Callable[[Mock], None] | None = None
    existing: Sequence[Existing] = ()

    def packed(self) -> bytes:
        """All of it, for other processes; to be asked for before a mock uses the contract, which then holds more."""
        import pickle  # which few need

        return pickle.dumps(self)

    def mock(self) -> Mock:
        """`StoreProblem` where the store can't be opened."""
        made = self._made()
        made.hold(self.existing)
        if self.watch is not None:
            self.watch(made)
        return made

    def _made(self) -> Mock:
        from mockserver.mock import Mock  # when it is wanted: a command needn't wait for it

        if self.store is None:
            return Mock(self.contract, self.journal, self.zoho, seed=self.seed, stubs=self.stubs)
        from mockserver.stored.address import address_of

        address_of(self.store)  # what isn't installed is told before it is imported
        from mockserver.stored.mock import StoredMock

        return StoredMock(self.store, self.contract, self.journal, self.zoho, seed=self.seed, stubs=self.stubs)
