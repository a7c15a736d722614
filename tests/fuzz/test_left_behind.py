"""What fails leaves nothing behind: neither a request that the mock fails at, nor one at the end of its time."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from contracts import BASE_PATH, Request
from mockserver import Mock, StoredMock
from mockserver.memory.clock import END
from mockserver.services.table import action_of, steps
from mockserver.services.zoho.state import ZOHO
from tests.kit import chain
from tests.kit.connection import HEADERS, zoho
from tests.kit.sender import Sender, core

ANY = {"If_Match": "*"}
CENTURY = b'{"advance": 3153600000}'


@pytest.fixture(params=["memory", "store"])
def mock(request: pytest.FixtureRequest, tmp_path: Path) -> Mock:
    return Mock() if request.param == "memory" else StoredMock(f"sqlite:///{tmp_path}/store.db")


def state(mock: Mock) -> Any:
    """All that the mock remembers, but for how many numbers it has given out."""
    with mock.alone() as world:
        (_, shelves, referrers), agenda, timers, states = world.snapshot()
    records = {key: list(shelf.values()) for key, shelf in shelves.items() if len(shelf)}
    return records, referrers, sorted(agenda), timers, states, mock.faults.rows()


def failing(action: Any) -> Any:
    """Does all that ``action`` does, and then fails."""

    def fails(*arguments: Any) -> Any:
        action(*arguments)
        raise RuntimeError("a bug")

    return fails


@pytest.fixture
def there(mock: Mock, monkeypatch: pytest.MonkeyPatch) -> chain.Chain:
    there = chain.chain(Sender("core", mock, core(mock)))
    mock.faults.add(status=429, path="/nothing", times=2)
    monkeypatch.setattr("mockserver.mock.action_of", lambda row: failing(action_of(row)))
    return there


def attempts(there: chain.Chain) -> list[tuple[str, str, Any]]:
    spec = {"name": "acme", "providerId": "p"}
    patch = [{"op": "replace", "path": "/name", "value": "x"}]
    return [
        ("POST", "/connections", zoho()),
        ("POST", "/sourceConnections", chain.source(there.base)),
        ("POST", "/flows", chain.flow(there.source, there.target, **chain.SCHEDULED)),
        ("POST", "/runs", chain.run(there.flow)),
        ("POST", "/connectionSpecs", spec),
        ("PATCH", f"/connections/{there.base}", patch),
        ("PATCH", f"/flows/{there.flow}", patch),
        ("DELETE", f"/flows/{there.flow}", ...),
        ("DELETE", f"/connections/{there.base}", ...),
    ]


def test_an_action_that_fails_leaves_nothing(there: chain.Chain, mock: Mock) -> None:
    before = state(mock)
    for method, path, body in attempts(there):
        assert there.sent(method, path, body, **ANY).status in (500, 409, 400), path
        assert state(mock) == before, f"{method} {path}"
    sandboxes = "/data/foundation/sandbox-management/sandboxes"
    new = {"name": "dev", "title": "Dev", "type": "development"}
    assert there.sent.raw("POST", sandboxes, None, json.dumps(new).encode()).status == 500
    assert there.sent.raw("PUT", f"{sandboxes}/prod", None, b'{"action": "reset"}').status == 500
    form = {"content-type": "application/x-www-form-urlencoded"}
    refresh = b"grant_type=refresh_token&client_id=1000.X&client_secret=x&refresh_token=1000.y"
    assert there.sent.raw("POST", "/accounts.zoho.eu/oauth/v2/token", form, refresh).status == 500
    assert state(mock) == before
    rows = [row for row in mock.journal.rows() if row["response"]["status"] == 500]
    assert rows
    assert all("builtins.RuntimeError" in row["failure"] and "tests/fuzz" in row["failure"] for row in rows)


def test_the_order_of_creation_outlives_a_deletion_that_fails(mock: Mock, monkeypatch: pytest.MonkeyPatch) -> None:
    sent = Sender("core", mock, core(mock))
    ids = [sent.create()[0] for _ in range(4)]
    assert [item["id"] for item in sent("GET", "/connections?orderby=name").json["items"]] == ids
    with monkeypatch.context() as patch:
        patch.setattr("mockserver.mock.action_of", lambda row: failing(action_of(row)))
        assert sent("DELETE", f"/connections/{ids[1]}").status == 500
    assert [item["id"] for item in sent("GET", "/connections?orderby=name").json["items"]] == ids


def test_a_step_that_fails_is_left_out_and_the_call_is_answered(mock: Mock, monkeypatch: pytest.MonkeyPatch) -> None:
    there = chain.chain(Sender("core", mock, core(mock)), **chain.SCHEDULED)
    for name, step in list(steps().items()):
        monkeypatch.setitem(steps(), name, failing(step))
    mock.clock.advance(minutes=95)
    assert there.sent("GET", "/runs?count=true").json == {"count": 0}
    monkeypatch.undo()
    mock.clock.advance(minutes=95)
    assert there.sent("GET", "/flows").status == 200


def test_the_clock_has_an_end_and_says_so(mock: Mock) -> None:
    sent = Sender("core", mock, core(mock))
    answers = [mock.handle(Request("POST", "/__admin/clock", {}, CENTURY)) for _ in range(90)]
    assert {answer.status for answer in answers} == {200, 400}
    assert b"the mock's clock ends with the year 8999" in answers[-1].body
    mock.clock.advance((END - mock.clock.now()) // 1000 - 1)
    there = chain.chain(sent, **chain.SCHEDULED)
    sandboxes = "/data/foundation/sandbox-management/sandboxes"
    new = {"name": "dev", "title": "Dev", "type": "development"}
    assert sent.raw("POST", sandboxes, None, json.dumps(new).encode()).status == 202
    assert sent.raw("GET", sandboxes).status == 200
    lead = {"authorization": "Zoho-oauthtoken 1000.x"}
    assert sent.raw("GET", "/www.zohoapis.eu/crm/v8/Leads?fields=id&per_page=1", lead).status == 200
    assert sent("GET", f"/flows/{there.flow}").status == 200
    assert mock.handle(Request("POST", "/__admin/reset")).status == 204
    assert mock.clock.now() < END / 2


@pytest.mark.parametrize(
    "uri",
    [
        "http://x/%0d%0aSet-Cookie:a=b",
        "http://x/%00",
        "http://x/%20y",
        "x",
        "",
        "http://x/" + "a" * 3000,
        "http://x/%7f",
    ],
)
def test_a_redirect_that_is_no_url_is_refused(mock: Mock, uri: str) -> None:
    with mock.alone() as world:
        assert not world.of(ZOHO).codes
    target = f"/accounts.zoho.eu/oauth/v2/auth?client_id=x&scope=a&response_type=code&redirect_uri={uri}"
    answer = mock.handle(Request("GET", target))
    assert (answer.status, "Location" in answer.headers) == (400, False)
    with mock.alone() as world:
        assert not world.of(ZOHO).codes


@pytest.mark.parametrize(
    ("uri", "location"),
    [
        ("http://x/%C3%A9", "http://x/%C3%A9?"),
        ("http://x/é", "http://x/%C3%A9?"),
        ("urn:ietf:wg:oauth:2.0:oob", "urn:"),
    ],
)
def test_a_redirect_that_isnt_ascii_is_encoded(mock: Mock, uri: str, location: str) -> None:
    target = f"/accounts.zoho.eu/oauth/v2/auth?client_id=x&scope=a&response_type=code&redirect_uri={uri}"
    answer = mock.handle(Request("GET", target))
    assert answer.status == 302
    assert answer.headers["Location"].startswith(location)


@pytest.mark.parametrize("field", ["sourceConnectionIds", "targetConnectionIds"])
def test_half_of_a_flow_is_refused_as_at_creation(mock: Mock, field: str) -> None:
    there = chain.chain(Sender("core", mock, core(mock)))
    answer = there.sent("PATCH", f"/flows/{there.flow}", [{"op": "remove", "path": f"/{field}"}], **ANY)
    rules = there.sent.rules
    assert answer.status == 400
    created = there.sent("POST", "/flows", chain.without(chain.flow(there.source, there.target), field))
    assert (created.status, there.sent.rules) == (400, rules)
    assert there.sent("DELETE", f"/sourceConnections/{there.source}").status == 400
    head = dict(HEADERS)
    assert there.sent.raw("GET", f"{BASE_PATH}/flows/{there.flow}", head).json["items"][0][field]


@pytest.mark.parametrize("token", ["WzAsIngiLDBd", "WzAseCww", "é", "W10", "bnVsbA", "W3RydWUsIngiLDBd"])
@pytest.mark.parametrize("path", ["users", "Leads", "Leads/search"])
def test_any_page_token_is_answered(mock: Mock, token: str, path: str) -> None:
    lead = {"authorization": "Zoho-oauthtoken 1000.x"}
    for version in ("v3", "v8"):
        target = f"/www.zohoapis.eu/crm/{version}/{path}?fields=id&word=abc&page_token={token}"
        assert mock.handle(Request("GET", target, lead)).status == 400
