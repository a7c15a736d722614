"""The pages for contributors name what is there, and the drawing of the floors has every folder."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from importlib.util import find_spec

import pytest

from tests.kit.paths import ROOT

PAGES = ("docs/architecture.md", "CONTRIBUTING.md", "docs/dependencies.md")
HAS_SOURCES = (ROOT / "contracts").is_dir()

pytestmark = pytest.mark.skipif(not HAS_SOURCES, reason="the sources aren't beside the tests")

PACKAGE = re.compile(r"(?:contracts|mockserver|pytest_flowservice|tests|benchmarks)(?:\.[a-z_0-9]+)+")
FILE_AT_ROOT = re.compile(r"[A-Z]+\.md|[a-z]+\.toml")


def text_of(page: str) -> str:
    return (ROOT / page).read_text("utf-8")


def words(page: str) -> Iterator[str]:
    """The words that stand in backticks, but for those that stand for any name."""
    for code in re.findall(r"(?<!`)`([^`\n]+)`(?!`)", text_of(page)):
        yield from (word for word in code.split() if "NAME" not in word and "*" not in word)


@pytest.mark.parametrize("page", PAGES)
def test_every_file_that_a_page_names_is_there(page: str) -> None:
    named = {word for word in words(page) if ("/" in word and word[0] != "-") or FILE_AT_ROOT.fullmatch(word)}
    outside = {"multipart/form-data"}
    wrong = [
        f"{page} names {word}: write where it stands now"
        for word in sorted(named - outside)
        if not (ROOT / word).exists() or word.endswith("/") != (ROOT / word).is_dir()
    ]
    assert wrong == []


@pytest.mark.parametrize("page", PAGES)
def test_every_module_that_a_page_names_is_there(page: str) -> None:
    named = {word for word in words(page) if PACKAGE.fullmatch(word)}
    wrong = [f"{page} names {word}: write what it is called now" for word in sorted(named) if find_spec(word) is None]
    assert wrong == []


@pytest.mark.parametrize("page", PAGES)
def test_every_link_of_a_page_leads_somewhere(page: str) -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", text_of(page))
    assert [f"{page} links {link}" for link in links if not (ROOT / page).parent.joinpath(link).exists()] == []


def test_what_stands_beside_a_file_is_defined_in_it() -> None:
    pairs = re.findall(r"`([\w/]+\.py)`, `([\w.]+)`", text_of("docs/architecture.md"))
    assert len(pairs) > 10
    wrong = []
    for file, name in pairs:
        text, last = (ROOT / file).read_text("utf-8"), name.rpartition(".")[2]
        if not re.search(rf"^ *(?:async def|def|class) {last}\b|^{last}\b.* = ", text, re.MULTILINE):
            wrong.append(f"docs/architecture.md looks for {name} in {file}: write where it stands now")
    assert wrong == []


def floors() -> dict[str, int]:
    """The table of the floors; a test may not be imported, so it is read."""
    module = ast.parse((ROOT / "tests/house/test_direction.py").read_text("utf-8"))
    tables = {
        target.id: node.value
        for node in module.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    read: dict[str, int] = ast.literal_eval(tables["FLOORS"])
    return read


def test_the_drawing_has_every_folder_on_its_floor() -> None:
    page = text_of("docs/architecture.md")
    drawing = page.partition("\n```\n")[2].partition("\n```\n")[0]
    assert [package for package in floors() if "/" not in package and package not in drawing] == []
    drawn = {}
    for line in drawing.splitlines():
        left, _, right = line.partition("-->")
        floor, *names = left.split() or [""]
        if floor.isdigit():
            drawn |= {f"mockserver/{name}": int(floor) for name in names}
        if right:
            *names, floor = right.split()
            drawn |= {f"contracts/{name}": int(floor) for name in names}
    expected = {place: floor for place, floor in floors().items() if "/" in place}
    assert drawn == expected, "draw the floors as FLOORS has them"


def test_the_table_says_what_each_folder_is() -> None:
    page = text_of("docs/architecture.md")
    missing = [place for place in floors() if place not in ("contracts", "mockserver") and f"| `{place}" not in page]
    assert missing == [], "add a row to the table below the drawing"
