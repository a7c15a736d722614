"""The kit's own modules, and nothing else that has the name of one of its packages."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest

__all__ = ["ROOT", "kit"]

ROOT = Path(__file__).resolve().parent.parent
_PACKAGES = ("contracts", "mockserver", "pytest_flowservice")


def kit(name: str) -> Any:
    """A module of the kit; one clear line where something else has its package's name."""
    for package in _PACKAGES:
        loaded = sys.modules.get(package)
        if loaded is not None and _OURS.get(package) is loaded:
            continue
        found = _file_of(package)
        if found is None or _folder_of(found) != ROOT / package:
            pytest.fail(
                f"flowservice-kit needs its own package {package!r}, but {found or 'something else'} shadows it: "
                "rename that, or keep its folder off sys.path (pytest --import-mode=importlib)",
                pytrace=False,
            )
        if loaded is not None:
            _OURS[package] = loaded
    return importlib.import_module(name)


_OURS: dict[str, Any] = {}
"""Packages of the kit that are loaded and are no others of these names."""


def _file_of(package: str) -> str | None:
    try:
        spec = importlib.util.find_spec(package)
    except ValueError:  # a module that was made up at run time
        return None
    return spec.origin if spec is not None else None


@cache
def _folder_of(file: str) -> Path:
    return Path(file).parent.resolve()
