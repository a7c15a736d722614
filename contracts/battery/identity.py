"""Whose a request is: the four headers that carry a platform's identity."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

__all__ = ["IDENTITY", "IdentityBreach", "identity_breaches"]

IDENTITY = {
    "FC-REQ-01": ("Authorization", "access_token"),
    "FC-REQ-02": ("x-api-key", "api_key"),
    "FC-REQ-03": ("x-gw-ims-org-id", "org_id"),
    "FC-REQ-04": ("x-sandbox-name", "sandbox_name"),
}
"""By the rule that wants it: the header, and the platform's attribute that it carries."""


@dataclass(frozen=True)
class IdentityBreach:
    """A header that doesn't carry the platform's own value; ``is_remembered`` where it is an earlier platform's."""

    rule: str
    header: str
    attribute: str
    value: str | None
    is_remembered: bool


def identity_breaches(exchange: Any, platform: Any) -> Iterator[IdentityBreach]:
    """What of a request to Flow Service isn't the platform's own. A token that IMS issued to it is."""
    for rule, (header, attribute) in IDENTITY.items():
        value = exchange.request.headers.get(header.lower())
        plain = (value or "").removeprefix("Bearer ") if attribute == "access_token" else value
        own = platform.tokens if attribute == "access_token" else (platform.identity[attribute],)
        if plain not in own or (attribute == "access_token" and plain == value):
            yield IdentityBreach(rule, header, attribute, value, platform.is_anothers(attribute, plain))
