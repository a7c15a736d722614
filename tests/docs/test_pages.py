"""The pages of docs/ that are written from the tables."""

from __future__ import annotations

from pathlib import Path

import pytest

from mockserver.control.docs import PAGES, main
from tests.kit.paths import ROOT

DOCS = ROOT / "docs"


@pytest.mark.skipif(not DOCS.is_dir(), reason="the documentation isn't beside the tests")
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_what_the_tables_say(name: str) -> None:
    assert (DOCS / name).read_text("utf-8") == PAGES[name](), "run: python -m mockserver.control.docs docs"


def test_the_command_writes_every_page(tmp_path: Path) -> None:
    main(tmp_path)
    assert {path.name: path.read_text("utf-8") for path in tmp_path.iterdir()} == {
        name: page() for name, page in PAGES.items()
    }
