"""Files of data beside the modules of a package. `importlib.resources` would import twenty modules more."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

__all__ = ["file_of"]


def file_of(package: str, name: str) -> Path:
    """``name`` below the folder of ``package``; the file need not be there."""
    return Path(import_module(package).__path__[0], name)
