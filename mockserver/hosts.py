"""The real hosts that the mock stands for, and where a request to one of them leads."""

from __future__ import annotations

import re
from functools import cache

from contracts import Request, zoho_regions

__all__ = ["is_emulated", "locate", "pattern"]

_PLATFORM = r"platform(?:-[a-z0-9-]+)?\.adobe\.io"
_IMS = r"ims-na1(?:-stg1)?\.adobelogin\.com"


@cache
def pattern() -> str:
    """A regular expression for every emulated host (flow-service.yaml; IMS.md; Zoho's data centres)."""
    zoho = sorted({host for region in zoho_regions().values() for host in region.hosts})
    return "|".join([_PLATFORM, _IMS, *map(re.escape, zoho)])


def is_emulated(host: str) -> bool:
    return _compiled().fullmatch(host.lower()) is not None


def locate(request: Request) -> str:
    """The path that the request means: ``/data/...`` on the platform's own host, ``/HOST/...`` on any other.

    A host is named by the first segment of the path or by the ``Host`` header.
    """
    path = request.path
    first, slash, rest = path[1:].partition("/")
    if "." in first and is_emulated(first):
        return _on(first.lower(), slash + rest)
    host = request.headers.get("host", "").partition(":")[0]
    return _on(host.lower(), path) if "." in host and is_emulated(host) else path


def _on(host: str, path: str) -> str:
    return path or "/" if re.fullmatch(_PLATFORM, host) else f"/{host}{path}"


@cache
def _compiled() -> re.Pattern[str]:
    return re.compile(pattern())
