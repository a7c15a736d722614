"""The pages of docs/ that are written from the tables."""

from __future__ import annotations

from pathlib import Path

import pytest

from mockserver.control.docs import PAGES, main
from tests.kit.paths import ROOT

DOCS = ROOT / "docs"


@pytest.mark.skipif(not DOCS.is_dir(), reason="the documentation isn't beside the tests")
def test_each_page_is_what_the_command_writes(tmp_path: Path) -> None:
    main(tmp_path)
    written = {path.name: path.read_text("utf-8") for path in tmp_path.iterdir()}
    assert set(written) == set(PAGES)
    behind = [name for name, text in written.items() if (DOCS / name).read_text("utf-8") != text]
    assert behind == [], "run: python -m mockserver.control.docs docs"
