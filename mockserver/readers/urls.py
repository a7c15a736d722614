"""Which URLs of a file may lead to an emulated service."""

from __future__ import annotations

from urllib.parse import urlsplit

from mockserver.hosts import is_emulated

__all__ = ["may_be_ours"]

_LOCAL = ("localhost", "127.0.0.1", "[::1]", "0.0.0.0", "host.docker.internal")  # noqa: S104 -- an address to recognise


def may_be_ours(url: str) -> bool:
    """Whether the host is emulated, this machine, or unknown since a placeholder stands for it."""
    try:
        host = urlsplit(url).netloc.rpartition("@")[2].lower()
    except ValueError:
        return False
    name = host if host.startswith("[") else host.partition(":")[0]
    return not host or "{" in host or "$" in host or name in _LOCAL or is_emulated(name)
