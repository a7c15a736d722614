"""The tests' own house: what they share stands in tests/kit."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.kit.paths import ROOT

FILES = sorted((ROOT / "tests").rglob("*.py"))


def named(path: Path) -> Iterator[tuple[int, str]]:
    """Line and full name of whatever a file imports."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def test_no_test_imports_a_test() -> None:
    found = [
        f"{path.relative_to(ROOT).as_posix()}:{line} imports {name}"
        for path in FILES
        for line, name in named(path)
        if name.startswith("tests.") and any(part.startswith("test_") for part in name.split("."))
    ]
    assert found == [], "move what both need into a module of tests/kit that is named by what it holds"


def test_every_test_stands_in_a_folder() -> None:
    beside = [path.name for path in (ROOT / "tests").glob("test_*.py")]
    assert beside == [], "move it into the folder of tests/ that is named like what it tests"
    bare = [str(path.parent.relative_to(ROOT)) for path in FILES if not (path.parent / "__init__.py").exists()]
    assert sorted(set(bare)) == [], "add an empty __init__.py, so that two folders may hold a file of the same name"
