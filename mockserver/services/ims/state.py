"""The access tokens that IMS issued here."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any, Literal

from contracts.judging.model import Ask
from mockserver.memory.world import World

__all__ = ["IMS", "MOST", "TOKEN_LASTS", "IssuedTokens"]

TOKEN_LASTS = 86_399  # seconds; IMS.md
MOST = 32 * 1024 * 1024
"""Bytes of tokens that are remembered, some 70,000; of more the oldest are unknown again."""


class IssuedTokens:
    """When they expire (ms); those that were granted outlive a reset, which issues them anew."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._granted: MutableMapping[str, bool] = world.keeper.table("granted", MOST)
        self.clear()

    def clear(self) -> None:
        self._expire: MutableMapping[str, int] = self._world.keeper.table("tokens", MOST)
        for token in self._granted:
            self.issue(TOKEN_LASTS * 1000, token)

    def token(self, text: str) -> Literal["issued", "expired"] | None:
        expires = self._expire.get(text)
        if expires is None:
            return None
        return "issued" if self._world.now() < expires else "expired"

    def issue(self, lasts: int, token: str | None = None) -> str:
        """A token, a new one by default, that is current for so many milliseconds from now."""
        token = token or self._world.stamps.token()
        self._expire[token] = self._world.now() + lasts
        return token

    def grant(self, token: str) -> None:
        """Take ``token`` as one that was just issued here; a reset issues it anew."""
        self._granted[token] = True
        self.issue(TOKEN_LASTS * 1000, token)

    def snapshot(self) -> Any:
        return dict(self._expire)

    def restore(self, snapshot: Any) -> None:
        self._expire.clear()
        self._expire.update(snapshot)


IMS: Ask[IssuedTokens] = Ask("ims")
