"""The documentation site: it is built without a warning, has every page, and loads nothing from elsewhere."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.kit.depth import deep
from tests.kit.paths import ROOT

SETTINGS = ROOT / "zensical.toml"
DOCS = ROOT / "docs"

pytestmark = pytest.mark.skipif(not SETTINGS.is_file(), reason="the documentation isn't beside the tests")


def built(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "zensical", "build", "--clean", "--strict"],
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


def copied(folder: Path) -> Path:
    shutil.copy(SETTINGS, folder)
    shutil.copytree(DOCS, folder / "docs")
    return folder


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = copied(tmp_path_factory.mktemp("site"))
    ran = built(folder)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return folder / "site"


def in_nav(entry: Any) -> Iterator[str]:
    if isinstance(entry, str):
        yield entry
    else:
        for below in entry.values() if isinstance(entry, dict) else entry:
            yield from in_nav(below)


def test_every_page_is_in_the_navigation_once() -> None:
    listed = list(in_nav(tomllib.loads(SETTINGS.read_text("utf-8"))["project"]["nav"]))
    assert sorted(listed) == sorted(path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md"))


@deep
def test_nothing_comes_from_another_host(site: Path) -> None:
    loaded = re.compile(r"""(?:src|href)=["']?(?:https?:)?//[^"'\s>]+""")
    for page in site.glob("*.html"):
        head_and_scripts = re.findall(r"<(?:link|script|img|iframe)\b[^>]*>", page.read_text("utf-8"))
        assert [tag for tag in head_and_scripts if loaded.search(tag)] == [], page.name


@deep
@pytest.mark.parametrize("link", ["no-such-page.md", "errors.md#no-such-heading"])
def test_a_link_that_leads_nowhere_stops_the_build(link: str, tmp_path: Path) -> None:
    folder = copied(tmp_path)
    with (folder / "docs/index.md").open("a", encoding="utf-8") as page:
        page.write(f"\n[nowhere]({link})\n")
    assert built(folder).returncode != 0
