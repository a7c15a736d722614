"""The tests' own house: what they share stands in tests/kit."""

from __future__ import annotations

import re

from tests.kit.paths import DATA, ROOT

FILES = sorted((ROOT / "tests").rglob("*.py"))


def test_no_test_imports_a_test() -> None:
    found = [
        f"{path.relative_to(ROOT).as_posix()}:{text.count(chr(10), 0, each.start()) + 1}"
        for path in FILES
        for text in [path.read_text("utf-8")]
        for each in re.finditer(r"^ *(from|import) tests\.(\w+\.)*test_|^ *from tests\S* import .*\btest_", text, re.M)
    ]
    assert found == [], "move what both need into a module of tests/kit that is named by what it holds"


def test_every_test_stands_in_a_folder() -> None:
    beside = [path.name for path in (ROOT / "tests").glob("test_*.py")]
    assert beside == [], "move it into the folder of tests/ that is named like what it tests"
    ours = [path.parent for path in FILES if DATA not in path.parents]
    bare = [str(folder.relative_to(ROOT)) for folder in ours if not (folder / "__init__.py").exists()]
    assert sorted(set(bare)) == [], "add an empty __init__.py, so that two folders may hold a file of the same name"
