"""The documentation site: it is built without a warning, has every page, and loads nothing from elsewhere."""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
import sys
import threading
import tomllib
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

import pytest

from contracts import ERRORS
from contracts.services.flow_service.not_imitated import NOT_IMITATED
from mockserver.control.docs.pasted import fixed
from tests.kit.depth import deep, few
from tests.kit.paths import ROOT

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
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


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("zensical", reason="pip install 'flowservice-kit[docs]'")
    folder = tmp_path_factory.mktemp("site")
    shutil.copy(SETTINGS, folder)
    shutil.copytree(DOCS, folder / "docs")
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
@pytest.mark.parametrize(
    ("link", "is_good"), [("errors.md#found", True), ("no-such-page.md", False), ("errors.md#lost", False)]
)
def test_a_link_that_leads_nowhere_stops_the_build(link: str, is_good: bool, tmp_path: Path) -> None:
    pytest.importorskip("zensical", reason="pip install 'flowservice-kit[docs]'")
    settings = re.sub(r"^nav = \[.*?^\]$", "", SETTINGS.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)
    (tmp_path / SETTINGS.name).write_text(settings, "utf-8")
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/errors.md").write_text("# Errors\n\n## Found\n", "utf-8")
    (tmp_path / "docs/index.md").write_text(f"# Start\n\n[there]({link})\n", "utf-8")
    assert (built(tmp_path).returncode == 0) is is_good


@deep
def test_no_sign_of_markdown_is_left_in_a_table(site: Path) -> None:
    for page in site.glob("*.html"):
        cells = re.findall(r"<td[^>]*>(.*?)</td>", page.read_text("utf-8"), re.DOTALL)
        assert [cell for cell in cells if "\\|" in cell or "`" in cell] == [], page.name


TEXTS = {
    **{id: fixed(row)[0] for id, row in ERRORS.items()},
    **{id: id for id in NOT_IMITATED},
}
"""What is searched for, by the error that has to be found."""


@deep
def test_every_errors_text_stands_below_its_heading(site: Path) -> None:
    entries = json.loads((site / "search.json").read_text("utf-8"))["items"]
    told = {}
    for entry in entries:
        if entry["location"].startswith("errors.html#"):
            text = html.unescape(re.sub(r"<[^>]*>", "", f"{entry['title']} {entry['text']}"))
            told[entry["title"]] = told.get(entry["title"], "") + text
    names = {id: ERRORS[id].title if id.startswith("zoho-") else id for id in TEXTS}
    told = {title: " ".join(text.split()) for title, text in told.items()}
    assert {id: text for id, text in TEXTS.items() if " ".join(text.split()) not in told.get(names[id], "")} == {}


@pytest.fixture(scope="module")
def page(site: Path) -> Iterator[Any]:
    """The site's first page in a browser, as a server of files shows it."""
    api = pytest.importorskip("playwright.sync_api", reason="playwright isn't installed")

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: Any) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(site))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        origin = f"http://127.0.0.1:{server.server_address[1]}"
        with api.sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            page = browser.new_page()
            asked: list[str] = []
            page.on("request", lambda sent: asked.append(sent.url))
            page.goto(f"{origin}/index.html")
            yield page
            browser.close()
        server.shutdown()
    assert [url for url in asked if not url.startswith((origin, "data:", "blob:"))] == []


@pytest.fixture
def box(page: Any) -> Any:
    """Where the site is searched. The keys are heard once the page's script has run, on a long page after its load."""
    from playwright.sync_api import TimeoutError as TimedOut  # where it isn't installed, the page has skipped the test

    page.reload(wait_until="networkidle")
    found = page.get_by_role("combobox", name="Search")
    for _ in range(30):
        page.keyboard.press("Control+k")
        with suppress(TimedOut):
            found.wait_for(timeout=1_000)
            return found
    pytest.fail("Control+K opens no search")


@deep
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")
def test_the_search_finds_an_error_by_its_text(page: Any, box: Any) -> None:
    for text in [each for each in TEXTS.values() if len(each) > 20][::5]:  # of two words there are too many
        box.fill(text)
        query = quote_plus(text)
        page.locator(f"ol a[href*='errors.html?h={query}']").first.wait_for(timeout=10_000)


PASTE = """(box, text) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text", text);
    box.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, composed: true, cancelable: true }));
}"""
OWN = 'a "value" of one\'s own, 6e3f-42'


@deep
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")
def test_the_search_finds_a_pasted_answer_with_own_values(page: Any, box: Any) -> None:
    with_values = [row for row in ERRORS.values() if "{" in row.template and len(fixed(row)[0]) > 20]
    for row in with_values[::4]:
        box.fill("")
        answer = json.dumps({"title": row.title, "message": re.sub(r"\{\w+\}", OWN, row.template)}, indent=2)
        box.evaluate(PASTE, f"HTTP 400: {answer}")
        query = quote_plus(fixed(row)[0])
        page.locator(f"ol a[href*='errors.html?h={query}']").first.wait_for(timeout=10_000)
    told = "E  FS-CON-02 /description: expected a string, found null (acme.py:22)"
    box.evaluate(PASTE, told)
    page.locator("ol a[href*='rules.html?h=FS-CON-02']").first.wait_for(timeout=10_000)


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")
@pytest.mark.parametrize("width", [pytest.param(1280, marks=pytest.mark.nightly), 390])
@pytest.mark.parametrize("stem", few(["index", "rules", "sources", "command-line", "leads"], 0, 2))
def test_no_page_is_wider_than_its_window(page: Any, stem: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(f"{page.url.rpartition('/')[0]}/{stem}.html")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
