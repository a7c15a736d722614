"""Zoho's side of one mock, as a test sees it."""

from __future__ import annotations

from typing import Any, Protocol

from contracts.sources.regions import Region, zoho_regions
from mockserver.memory.clock import Clock
from mockserver.services.zoho.accounts import Account
from mockserver.services.zoho.settings import ZohoProblem, account_of

__all__ = ["Zoho"]

_REAL = "https://platform.adobe.io"


class Registry(Protocol):
    """What of a mock Zoho's side is told by a test."""

    clock: Clock

    def register(self, account: Account) -> None:
        """From now on this account exists."""

    def revoke(self, token: str) -> None:
        """The token is void from now on."""


class Zoho:
    """The accounts servers and the CRM of every data centre; a ``region`` is a code or a `Region`."""

    def __init__(self, mock: Registry, origin: str) -> None:
        self._mock = mock
        self._origin = "" if origin == _REAL else origin

    def accounts_url(self, region: str | Region) -> str:
        """Where a client under test finds that region's accounts server."""
        return self._address(_region(region).accounts_url)

    def api_domain(self, region: str | Region) -> str:
        """Where it finds that region's CRM."""
        return self._address(_region(region).api_endpoint)

    def now(self) -> float:
        """The mock's time in seconds since 1970, for clients that can be given a clock."""
        return self._mock.clock.now() / 1000

    def register(self, *, region: str | Region, client_id: str, client_secret: str, **more: Any) -> Account:
        """From now on this account exists, and none but those that were registered.

        ``more`` are ``refresh_token``, ``access_token``, ``grant_code``, ``redirect_uri``, ``scope`` and ``multi_dc``
        (codes of further data centres); `ValueError` says what doesn't fit.
        """
        code = _region(region).code
        account = account_of({"region": code, "client_id": client_id, "client_secret": client_secret, **more})
        self._mock.register(account)
        return account

    def revoke(self, token: str) -> None:
        """As if the user had taken the consent back: the refresh token and its access tokens are void."""
        self._mock.revoke(token)

    def _address(self, url: str) -> str:
        return f"{self._origin}/{url.removeprefix('https://')}" if self._origin else url


def _region(region: str | Region) -> Region:
    code = str(getattr(region, "code", region))
    if code not in zoho_regions():
        raise ZohoProblem(f"no region {code!r}; allowed: {', '.join(zoho_regions())}")
    return zoho_regions()[code]
