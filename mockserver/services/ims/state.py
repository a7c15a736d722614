"""The access tokens that IMS issued here."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any, Literal

from contracts.judging.model import Ask
from mockserver.memory.world import World

__all__ = ["IMS", "MOST", "TOKEN_LASTS", "IssuedTokens"]

TOKEN_LASTS = 86_399  # seconds; IMS.md
MOST = 32 * 1024 * 1024
"""Bytes of tokens that are remembered, some 50,000; of more the oldest are unknown again."""

_LONGEST_CLIENT = 100  # characters of a client's id that its token says


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

    def are_any(self) -> bool:
        return bool(self._expire)

    def token(self, text: str) -> Literal["issued", "expired"] | None:
        expires = self._expire.get(text)
        if expires is None:
            return None
        return "issued" if self._world.now() < expires else "expired"

    def issue(self, lasts: int, token: str) -> None:
        """The token is current for so many milliseconds from now."""
        self._expire[token] = self._world.now() + lasts

    def revoke(self, token: str) -> None:
        """From now on it has expired."""
        self.issue(0, token)

    def issue_to(self, client_id: str, lasts: int) -> str:
        """A new token, with the claims that Adobe's own library reads (adobe/aio-lib-ims), times as texts in ms."""
        times = {"created_at": str(self._world.now()), "expires_in": str(lasts)}
        client = client_id[:_LONGEST_CLIENT]
        token = self._world.stamps.token({"type": "access_token", "as": "ims-na1", "client_id": client, **times})
        self.issue(lasts, token)
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
