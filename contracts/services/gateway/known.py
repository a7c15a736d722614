"""What the gateway's rules ask of other services."""

from __future__ import annotations

from typing import Literal, Protocol

from contracts.judging.model import Ask

__all__ = ["SANDBOXES", "TOKENS", "Sandboxes", "Tokens"]


class Tokens(Protocol):
    """What IMS knows."""

    def token(self, text: str) -> Literal["issued", "expired"] | None:
        """What has become of an access token that IMS issued here, ``None`` for any other."""


class Sandboxes(Protocol):
    """What the Sandbox API knows."""

    def state(self, org_id: str, name: str) -> str | None:
        """The state of a sandbox that was made or changed through the Sandbox API, ``None`` for any other."""


TOKENS: Ask[Tokens] = Ask("ims")
SANDBOXES: Ask[Sandboxes] = Ask("sandboxes")
