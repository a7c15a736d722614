"""What the verdict tells of calls that the mock has no answer for, and how to give it one."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import pytest

from contracts import Request
from mockserver import Mock, StoredMock
from mockserver.http.way_out import WayOut
from mockserver.run.verdict import Verdict
from tests.kit import chain
from tests.kit.connection import HEADERS
from tests.kit.sender import Sender, core


def asked(mock: Mock, method: str, host: str, target: str) -> bytes:
    headers = {name.lower(): value for name, value in HEADERS.items()}
    return mock.handle(Request(method, target, {**headers, "host": host}, b"", f"https://{host}")).body


def told(calls: Iterable[tuple[str, str, str]], mock: Mock | None = None) -> str:
    mock = mock or Mock()
    verdict = Verdict(mock, WayOut())
    for call in calls:
        asked(mock, *call)
    return "\n".join(verdict.lines())


def test_a_store_numbers_its_calls_later_and_each_is_told_for_itself(tmp_path: Path) -> None:
    mock = StoredMock(f"sqlite:///{tmp_path}/store.db")
    text = told([("GET", "platform.adobe.io", f"/data/core/idnamespace/{name}") for name in "ab"], mock)
    mock.close()
    assert text.count("error FS-URL-03, once") == 2


def test_each_path_that_isnt_imitated_is_told_with_its_service_and_a_stub_to_begin_with() -> None:
    calls = [
        ("GET", "platform.adobe.io", "/data/core/idnamespace/identities?limit=5"),
        ("GET", "platform.adobe.io", "/data/foundation/query/queries"),
        ("GET", "experience.adobe.io", "/unifiedtags/tags"),
        ("POST", "www.zohoapis.eu", "/crm/v8/Leads/actions/mass_update"),
    ]
    text = told(calls * 2)
    for service in ("Identity Service", "Query Service", "Unified Tags"):
        assert f"path of {service}, which isn't imitated here" in " ".join(text.split())
    assert text.count("error FS-URL-03, 2 times") == 3
    start = text.partition("--stubs FILE")[2]
    stubs = json.loads(start[start.index("[") : start.rindex("]") + 1])
    assert [(row["method"], row["host"], row["path"]) for row in stubs] == [
        (method, host, target.partition("?")[0]) for method, host, target in calls
    ]
    mock = Mock(stubs=stubs)
    assert [asked(mock, *call) for call in calls] == [b"{}"] * 4


@pytest.mark.parametrize("host", ["[", "[::1", "a]b:99999", "x@[", "", "\x9b31m", "a" * 300])
def test_a_client_that_calls_its_host_something_odd_is_told_like_any_other(host: str) -> None:
    mock = Mock()
    verdict = Verdict(mock, WayOut())
    for target in ("/data/foundation/flowservice/nosuch", "/nosuch", "/data/foundation/query/queries"):
        assert b'"status":500' not in asked(mock, "GET", host, target).replace(b" ", b"")
    text = "\n".join(verdict.lines())
    assert text.count("\n  error FS-URL") == 3
    assert "\x9b" not in text


def test_what_watches_the_calls_costs_them_nothing(mock: Mock, caplog: pytest.LogCaptureFixture) -> None:
    def fails(*_: object) -> None:
        raise RuntimeError("a bug")

    heard: list[object] = []
    mock.journal.listeners += [fails, lambda *given: heard.append(given)]
    assert b'"status":404' in asked(mock, "GET", "platform.adobe.io", "/data/foundation/flowservice/nosuch")
    assert len(heard) == len(mock.journal.rows()) == 1
    assert "builtins.RuntimeError" in caplog.text


def test_what_a_client_can_mend_comes_first() -> None:
    missing = ("GET", "platform.adobe.io", "/data/foundation/query/queries")
    wrong = ("GET", "platform.adobe.io", "/data/foundation/flowservice/flows/nosuch")
    text = told([missing, wrong])
    assert text.index("/flows/nosuch") < text.index("/query/queries")
    assert "--stubs" not in told([wrong])


def test_of_many_paths_the_first_are_told() -> None:
    text = told(("GET", "platform.adobe.io", f"/data/foundation/query/queries/{number}") for number in range(50))
    assert text.count("error FS-URL-03") == 20
    assert "error FS-URL-03, 31 times" in text


def test_an_unknown_base_connection_leads_to_the_option_that_makes_it_known() -> None:
    mock = Mock()
    verdict = Verdict(mock, WayOut())
    Sender("core", mock, core(mock))("POST", "/sourceConnections", chain.source("made-in-the-ui"))
    assert "--connections FILE" in " ".join("\n".join(verdict.lines()).split())
