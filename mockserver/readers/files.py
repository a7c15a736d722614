"""The files that paths, folders and patterns name."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from mockserver.readers.recognised import SUFFIXES

__all__ = ["files_of"]

_PASSED_OVER = frozenset(("node_modules", "__pycache__", "site-packages", "venv"))


def files_of(paths: Iterable[str]) -> Iterator[tuple[str, bool]]:
    """Each file once, and whether it was named itself; ``-`` is standard input. `ValueError` for what isn't there.

    In a folder those count whose names end in one of `SUFFIXES`; hidden ones don't.
    """
    seen = set()
    for path, is_named in _all(paths):
        if path not in seen:
            seen.add(path)
            yield path, is_named


def _all(paths: Iterable[str]) -> Iterator[tuple[str, bool]]:
    for path in paths:
        if path == "-":
            yield path, True
        elif Path(path).exists():
            yield from _below(path) if Path(path).is_dir() else [(path, True)]
        else:
            found = sorted(glob.glob(path, recursive=True)) if glob.has_magic(path) else []  # noqa: PTH207 -- absolute too
            if not found:
                raise ValueError(f"no file {path!r}")
            for each in found:
                yield from _below(each) if Path(each).is_dir() else [(each, False)]


def _below(folder: str) -> Iterator[tuple[str, bool]]:
    for here, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in _PASSED_OVER)
        for name in sorted(files):
            if name.lower().endswith(tuple(SUFFIXES)) and not name.startswith("."):
                yield os.path.join(here, name), False  # noqa: PTH118 -- as the user has written it, also "./x"
