"""What a client's class is handed, as its author sees it: where to send, and as whom."""

from __future__ import annotations

from typing import Protocol

from contracts.sources.regions import Region

__all__ = ["Platform", "ZohoServers"]


class ZohoServers(Protocol):
    """Zoho's side of a platform."""

    def accounts_url(self, region: str | Region) -> str:
        """That region's accounts server."""

    def api_domain(self, region: str | Region) -> str:
        """That region's CRM."""

    def now(self) -> float:
        """The platform's time in seconds since 1970."""


class Platform(Protocol):
    """One tenant of one platform. Everything that a client needs to know of it stands here."""

    @property
    def url(self) -> str:
        """The Flow Service base, without a slash at its end."""

    @property
    def origin(self) -> str:
        """Scheme, host and port, below which every service of Platform has its documented path."""

    @property
    def ims_url(self) -> str:
        """Where IMS is, for a client that fetches its own token: ``ims_url + "/token/v3"``."""

    @property
    def access_token(self) -> str:
        """A token that is taken as it is."""

    @property
    def api_key(self) -> str:
        """The client's id, sent as ``x-api-key``."""

    @property
    def org_id(self) -> str:
        """The organisation, sent as ``x-gw-ims-org-id``."""

    @property
    def sandbox_name(self) -> str:
        """The sandbox, sent as ``x-sandbox-name``."""

    @property
    def headers(self) -> dict[str, str]:
        """All five headers, a new mapping each time."""

    @property
    def zoho(self) -> ZohoServers:
        """Zoho's accounts servers and CRM, as this platform imitates them."""
