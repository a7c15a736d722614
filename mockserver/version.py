"""The version of the installed distribution."""

from __future__ import annotations

import os
import sys
from functools import cache

__all__ = ["version"]

_NAME = "flowservice-kit"


@cache
def version() -> str:
    """As the folder says in which the distribution is described; importlib.metadata imports a tenth of a start."""
    begin, end = f"{_NAME.replace('-', '_')}-", ".dist-info"
    for folder in sys.path:
        for name in _names_in(folder):
            if name.startswith(begin) and name.endswith(end):
                return name.removeprefix(begin).removesuffix(end)
    return _by_metadata()


def _names_in(folder: str) -> list[str]:
    try:
        return os.listdir(folder or ".")  # noqa: PTH208 -- pathlib would have to be imported
    except OSError:  # not there, or an archive
        return []


def _by_metadata() -> str:
    from importlib import metadata

    try:
        return metadata.version(_NAME)
    except metadata.PackageNotFoundError:  # a checkout that was never installed
        return "unknown"
