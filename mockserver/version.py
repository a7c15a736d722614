"""The version of the installed distribution."""

from __future__ import annotations

from importlib import metadata

__all__ = ["version"]


def version() -> str:
    try:
        return metadata.version("flowservice-kit")
    except metadata.PackageNotFoundError:  # a checkout that was never installed
        return "unknown"
