"""Which way imports point: no two modules reach each other."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import contracts

SOURCES = Path(contracts.__file__).parent.parent
PACKAGES = ("contracts", "mockserver", "pytest_flowservice")


@cache
def modules() -> Mapping[str, Path]:
    """Every module of the kit by its name; a package goes by the name of its folder."""
    files = [file for package in PACKAGES for file in sorted((SOURCES / package).rglob("*.py"))]
    return {".".join(file.relative_to(SOURCES).with_suffix("").parts).removesuffix(".__init__"): file for file in files}


def imports(file: Path) -> Iterator[tuple[int, str]]:
    """Line and name of each module of the kit that ``file`` imports, anywhere in it, ``TYPE_CHECKING`` included."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names if alias.name in modules())
        elif isinstance(node, ast.ImportFrom) and node.module:
            full = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from ((node.lineno, name) for name in full if name in modules())
            if node.module in modules() and not all(name in modules() for name in full):
                yield node.lineno, node.module


FACES = (
    "contracts",
    "contracts.battery",
    "contracts.sources.source_catalogue",
    "contracts.strategies",
    "mockserver",
    "pytest_flowservice",
)
"""Packages that hand on names of the modules in them and define nothing."""


@cache
def arrows() -> Mapping[str, set[str]]:
    return {name: {to for _, to in imports(file)} for name, file in modules().items()}


def reached(start: str) -> Iterator[str]:
    """All that ``start`` comes to by imports, but not through a face, which imports only what is asked of it."""
    waiting, seen = [start], set()
    while waiting:
        for name in arrows()[waiting.pop()]:
            if name not in seen:
                seen.add(name)
                yield name
                if name not in FACES:
                    waiting.append(name)


def test_no_two_modules_reach_each_other() -> None:
    below = {name: set(reached(name)) for name in modules() if name not in FACES}
    circles = [f"{name} and {other}" for name in below for other in below[name] if name in below.get(other, ())]
    assert circles == [], "move what both need into a third module below them, or ask for it by a Protocol there"
