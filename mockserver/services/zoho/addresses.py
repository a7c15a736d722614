"""Where Zoho's hosts are found from outside: at the mock itself, or under their own names."""

from __future__ import annotations

from contracts import Call
from contracts.sources.regions import Region, accounts_region
from mockserver.services.zoho.settings import ZohoSettings

__all__ = ["address", "api_domain"]


def address(url: str, call: Call, settings: ZohoSettings) -> str:
    """``url`` of a host of Zoho's, as the sender of ``call`` reaches it.

    One who named a host in the path goes on at the mock's origin, so that nobody wanders off to the real Zoho; one
    who was redirected by the host's name finds the others by their names too.
    """
    first = call.request.path[1:].partition("/")[0]
    if settings.api_domain == "real" or accounts_region(first) is None:
        return url
    return f"{call.request.origin}/{url.removeprefix('https://')}"


def api_domain(region: Region, call: Call, settings: ZohoSettings) -> str:
    """What comes with a token."""
    return address(region.api_endpoint, call, settings)
