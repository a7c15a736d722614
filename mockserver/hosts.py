"""The real hosts that the mock stands for, and where a request to one of them leads."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from contracts import Request, zoho_regions
from contracts.services.gateway.hosts import ADOBE, PLATFORM

__all__ = ["emulated_domains", "is_at_home", "is_emulated", "locate"]

_LONGEST = 254  # characters of a name, its last dot included (RFC 1035, 2.3.4)


def is_emulated(host: str) -> bool:
    """Whether ``host`` is one of Adobe's or Zoho's, letter case and a dot at the end aside."""
    return len(host) <= _LONGEST and _is_one(host)


@lru_cache(maxsize=128)
def _is_one(host: str) -> bool:
    labels = _plain(host).split(".")
    return any(".".join(labels[start:]) in emulated_domains() for start in range(len(labels)))


def locate(request: Request) -> tuple[str | None, str]:
    """The host that a request means, ``None`` for the mock's own, and the path on it.

    A host is named by the first segment of the path or by the ``Host`` header. What the platform and IMS answer
    is found below the mock's own origin too; any other path begins with its host: ``/accounts.zoho.eu/oauth/v2/token``.
    """
    path, _, _ = request.target.partition("?")
    first, slash, rest = path[1:].partition("/")
    if first == "ims" and rest.startswith("ims/"):  # a program has the whole path built in, and its host is `ims_url`
        path = slash + rest
    if "." in first and is_emulated(first):
        return _on(_plain(first), slash + rest)
    host = request.headers.get("host", "").partition(":")[0]
    return _on(_plain(host), path) if "." in host and is_emulated(host) else (None, path)


def _on(host: str, path: str) -> tuple[str, str]:
    return host, (path or "/") if is_at_home(host, path) else f"/{host}{path}"


def is_at_home(host: str, path: str) -> bool:
    """Whether ``path`` is one that this host answers and the mock's own origin too."""
    own = (hosts for base_path, hosts in _at_home() if path.startswith(f"{base_path}/"))
    return next(own, PLATFORM).fullmatch(host) is not None


@cache
def _at_home() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Base path and hosts of each service that the mock's own origin answers too."""
    from contracts.tables import SERVICES  # which takes a while; `mockserver run` wants the names above at once

    return tuple((row.base_path, row.hosts) for row in SERVICES if isinstance(row.hosts, re.Pattern))


def _plain(host: str) -> str:
    return host.lower().removesuffix(".")


@cache
def emulated_domains() -> frozenset[str]:
    """Adobe's, and the registered domain of every host of every data centre: what lies below any is emulated."""
    return frozenset(ADOBE).union(*(region.domains for region in zoho_regions().values()))
