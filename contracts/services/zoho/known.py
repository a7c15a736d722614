"""What the rules of Zoho's CRM ask of its accounts servers."""

from __future__ import annotations

from typing import Literal, NamedTuple, Protocol

from contracts.judging.model import Ask
from contracts.sources.regions import Region

__all__ = ["ACCOUNTS", "KnownTokens", "ZohoToken"]


class ZohoToken(NamedTuple):
    """An access token as one data centre sees it; ``region`` is the one that issued it, ``scope`` what it may do."""

    state: Literal["valid", "unknown", "expired", "revoked", "elsewhere"]
    scope: str = ""
    region: str = ""


class KnownTokens(Protocol):
    """What the accounts servers know."""

    def token(self, text: str, region: Region, issued_only: bool) -> ZohoToken:
        """What an access token is at that data centre; an unknown one may be genuine all the same."""


ACCOUNTS: Ask[KnownTokens] = Ask("zoho")
