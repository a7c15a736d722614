"""The version of the installed distribution."""

from __future__ import annotations

from functools import cache

__all__ = ["version"]


@cache
def version() -> str:
    from importlib import metadata  # with what it imports a tenth of the command's start, and asked for by few

    try:
        return metadata.version("flowservice-kit")
    except metadata.PackageNotFoundError:  # a checkout that was never installed
        return "unknown"
