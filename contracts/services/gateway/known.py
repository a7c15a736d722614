"""What rules ask of services that are not their own: the gateway's of tokens and sandboxes, many of schemas."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, Protocol

from contracts.judging.model import Ask, Tenant

__all__ = ["SANDBOXES", "SCHEMAS", "TOKENS", "Sandboxes", "Schemas", "Tokens"]


class Tokens(Protocol):
    """What IMS knows."""

    def are_any(self) -> bool:
        """Whether IMS issued any here."""

    def token(self, text: str) -> Literal["issued", "expired"] | None:
        """What has become of an access token that IMS issued here, ``None`` for any other."""


class Sandboxes(Protocol):
    """What the Sandbox API knows."""

    def state(self, org_id: str, name: str) -> str | None:
        """The state of a sandbox that was made or changed through the Sandbox API, ``None`` for any other."""


class Schemas(Protocol):
    """What the Schema Registry knows."""

    def schema(self, tenant: Tenant, id: str) -> Mapping[str, Any] | None:
        """The schema of that ``$id`` or ``meta:altId`` with all that it refers to in it, ``None`` if there is none."""

    def ids(self, tenant: Tenant) -> tuple[str, ...]:
        """The ``$id`` of every schema that was made in that sandbox."""


TOKENS: Ask[Tokens] = Ask("ims")
SANDBOXES: Ask[Sandboxes] = Ask("sandboxes")
SCHEMAS: Ask[Schemas] = Ask("schema_registry")
