"""The dashboard in a real Chromium."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from contracts import BASE_PATH
from contracts.reports.coverage import Coverage
from contracts.reports.session import SessionReport
from mockserver import Mock
from mockserver.http.server import ServerThread
from tests.kit.connection import HEADERS, zoho
from tests.kit.depth import deep, few
from tests.kit.paths import ROOT
from tests.kit.serving import shell
from tests.kit.ways import served

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
SECRET = "fake-client-secret-7"

pytestmark = [deep, pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    api = pytest.importorskip("playwright.sync_api", reason="playwright isn't installed")
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def origin(mock: Mock, thread: ServerThread) -> Iterator[str]:
    with served(mock, thread) as origin:
        yield origin


@pytest.fixture(params=[{"width": 1280, "height": 800}, {"width": 390, "height": 844}], ids=["desktop", "phone"])
def page(request: pytest.FixtureRequest, browser: Any, origin: str) -> Iterator[Any]:
    """The dashboard, live; a problem of its script or a request to another host fails the test."""
    page = browser.new_page(viewport=request.param)
    problems: list[str] = []
    page.on("pageerror", lambda problem: problems.append(str(problem)))
    page.on("request", lambda sent: sent.url.startswith((f"{origin}/", "data:")) or problems.append(sent.url))
    page.goto(f"{origin}/")
    page.get_by_role("link", name="Open the dashboard").click()
    page.locator("#live[data-state=live]").wait_for()
    yield page
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.close()
    assert problems == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(browser: Any, origin: str, scheme: str) -> None:
    page = browser.new_page(color_scheme=scheme)
    page.goto(f"{origin}/")
    assert found_by_axe(page) == []
    page.goto(f"{origin}/__admin/")
    assert found_by_axe(page) == []
    create(origin, accountsUrl="https://accounts.zoho.com")
    create(origin)
    page.locator("#list [data-id]").last.click()
    for tab in ("Calls", "Stored", "Coverage", "Faults", "Accounts"):
        page.get_by_role("tab", name=re.compile(tab)).click()
        page.wait_for_timeout(300)
        assert found_by_axe(page) == []
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("findings", few([2, 0], 0, 1))
def test_axe_finds_nothing_serious_in_a_report(browser: Any, scheme: str, findings: int, tmp_path: Path) -> None:
    found = [finding(number) for number in range(findings)]
    SessionReport(Coverage({"operation/createConnection": {"a test"}}), found).write(tmp_path / "report.html")
    page = browser.new_page(color_scheme=scheme)
    page.goto((tmp_path / "report.html").as_uri())
    assert found_by_axe(page) == []
    page.close()


def finding(number: int) -> dict[str, Any]:
    return {
        "rule": "FS-CON-02",
        "line": f"acme.py:{number}",
        "place": "body/description",
        "expected": "a string",
        "found": "null",
        "curl": "curl https://platform.adobe.io",
        "test": f"test_it.py::test_{number}",
    }


def found_by_axe(page: Any) -> list[tuple[str, str, str]]:
    """What axe-core finds in a page as it is shown now, but for what it calls minor."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python isn't installed")
    found = axe.Axe().run(page).response["violations"]
    rows = [(row["id"], row["impact"], row["nodes"][0]["html"]) for row in found]
    return [row for row in rows if row[1] != "minor"]


def create(origin: str, **params: str) -> None:
    body = zoho(clientSecret=SECRET, **params)
    requests.post(f"{origin}{BASE_PATH}/connections", headers=HEADERS, json=body, timeout=10)


def test_an_empty_page_says_what_to_do_first(page: Any) -> None:
    page.get_by_role("heading", name="No call yet").wait_for()
    first = page.get_by_label("a first call", exact=True).inner_text()
    assert '"access_token"' in shell(f"{first} --silent", ROOT)


def test_a_call_appears_within_two_seconds_and_tells_what_to_mend(page: Any, origin: str) -> None:
    create(origin, accountsUrl="https://accounts.zoho.com")
    page.locator("#list [data-id]").click(timeout=2000)
    detail = page.locator("#detail")
    assert "Take both from the region" in detail.inner_text()
    assert "zohoapis" in page.locator("pre .hit").first.inner_text()
    assert "github.com/AdobeDocs" in detail.get_by_role("link").first.get_attribute("href")
    assert SECRET not in page.content()


def test_filters_choose_calls(page: Any, origin: str) -> None:
    create(origin)
    create(origin, accountsUrl="https://accounts.zoho.com")
    requests.post(f"{origin}/ims/token/v3", timeout=10)
    calls = page.locator("#list [data-id]")
    page.get_by_text("3 of 3 calls").wait_for()
    page.locator("#service").select_option("ims")
    page.get_by_text("1 of 3 calls").wait_for()
    page.locator("#service").select_option("")
    page.locator("#status").select_option("2xx")
    page.get_by_text("1 of 3 calls").wait_for()
    page.locator("#status").select_option("")
    page.get_by_label("Broken rules").check()
    page.get_by_text("2 of 3 calls").wait_for()
    page.keyboard.press("/")
    page.keyboard.type("FS-ZOHO-03")
    page.get_by_text("1 of 3 calls").wait_for()
    assert "FS-ZOHO-03" in calls.inner_text()


def test_what_is_not_imitated_looks_so_and_broke_nothing(page: Any, origin: str) -> None:
    create(origin)
    requests.get(f"{origin}/data/foundation/query/queries", headers=HEADERS, timeout=10)
    page.get_by_text("2 of 2 calls · 1 not imitated", exact=True).wait_for()
    row = page.locator("#list [data-id]").first
    assert "not imitated" in row.inner_text()
    assert row.locator(".error-text").count() == 0
    assert page.title() == "Flow Service mock"
    row.click()
    assert "no breach" in page.locator("#detail .finding.odd").inner_text()
    page.keyboard.press("Escape")
    page.get_by_label("Broken rules").check()
    page.get_by_text("0 of 2 calls").wait_for()


def test_the_title_counts_the_calls_that_broke_the_contract(page: Any, origin: str) -> None:
    create(origin, accountsUrl="https://accounts.zoho.com")
    page.get_by_text("1 broke the contract").wait_for()
    assert page.title() == "(1) Flow Service mock"


@pytest.mark.parametrize("page", [{"width": 1280, "height": 800}], indirect=True)
def test_every_moment_has_one_form(page: Any, origin: str) -> None:
    create(origin)
    form = r"[A-Z][a-z]{2} \d{1,2}, \d{4}, \d\d:\d\d:\d\d"
    assert re.fullmatch(form, page.locator("#now").inner_text())
    page.get_by_role("tab", name="Stored").click()
    assert re.search(form, page.locator("#stored summary").inner_text())
    page.get_by_role("tab", name="Accounts").click()
    page.get_by_role("table", name="Zoho: tokens").wait_for()
    assert re.search(form, page.get_by_role("table", name="Zoho: tokens").inner_text())


def test_a_page_outlasts_its_server(browser: Any, thread: ServerThread, mock: Mock) -> None:
    """It says that the server is away, and shows the calls of the one that comes, whose ids begin again."""
    server = thread.start(mock.handle)
    origin = server.origin
    create(origin)
    create(origin, accountsUrl="https://accounts.zoho.com")
    page = browser.new_page()
    page.goto(f"{origin}/__admin/")
    page.get_by_text("2 of 2 calls").wait_for()
    thread.stop(server)
    page.get_by_text("connection lost, trying again").wait_for()
    page.get_by_role("tab", name="Stored").click()
    page.get_by_text("The server doesn't answer").wait_for()
    later = thread.start(Mock().handle, port=int(origin.rpartition(":")[2]))
    requests.get(f"{origin}{BASE_PATH}/flows", headers=HEADERS, timeout=10)
    page.locator("#live[data-state=live]").wait_for()
    page.get_by_role("tab", name="Calls").click()
    page.get_by_text("1 of 1 calls").wait_for()
    assert "/flows" in page.locator("#list [data-id]").inner_text()
    page.close()
    thread.stop(later)


def test_a_replay_is_a_call_of_its_own(page: Any, origin: str) -> None:
    create(origin)
    page.locator("#list [data-id]").click()
    page.get_by_role("button", name="Replay").click()
    page.get_by_text("Sent again: 201").wait_for()
    assert len(requests.get(f"{origin}/__admin/requests", timeout=10).json()["requests"]) == 2


def test_a_fault_by_form_is_met(page: Any, origin: str) -> None:
    page.get_by_role("tab", name=re.compile("Faults")).click()
    page.get_by_label("What happens").select_option("503")
    page.get_by_role("button", name="Add fault").click()
    page.get_by_role("cell", name="503").wait_for()
    create(origin)
    (row,) = requests.get(f"{origin}/__admin/requests", timeout=10).json()["requests"]
    assert row["response"]["status"] == 503


def test_a_stub_of_any_method_says_so(page: Any, origin: str) -> None:
    requests.post(f"{origin}/__admin/stubs", json={"path": "/v1/rates"}, timeout=10).raise_for_status()
    page.get_by_role("tab", name=re.compile("Faults")).click()
    page.get_by_role("cell", name="any /v1/rates").wait_for()


def test_what_is_stored_is_drawn_and_the_keyboard_leads_there(page: Any, origin: str) -> None:
    create(origin)
    page.get_by_role("tab", name="Calls").focus()
    page.keyboard.press("ArrowRight")
    node = page.get_by_role("button", name="connections: Zoho CRM base connection")
    node.wait_for()
    node.press("Enter")
    assert page.locator("details[open] pre").count() == 1
    assert SECRET not in page.content()


def test_accounts_and_coverage_are_shown_without_secrets(page: Any, origin: str) -> None:
    create(origin)
    page.get_by_role("tab", name="Accounts").click()
    page.get_by_role("heading", name="Zoho: tokens").wait_for()
    page.get_by_text("1000.CLIENT").wait_for()
    assert SECRET not in page.content()
    page.get_by_role("tab", name="Coverage").click()
    page.get_by_role("heading", name="flow-service").wait_for()
