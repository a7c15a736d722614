"""``mockserver verify``: the mock is as described, and what is planted is found by its name."""

from __future__ import annotations

import copy
import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import requests

from contracts import BASE_PATH, Request
from mockserver import Mock, Response, ServerThread
from mockserver.cli.exports.har import har_of
from tests.kit import chain
from tests.kit.connection import HEADERS, zoho
from tests.kit.depth import few
from tests.kit.recorded import CONNECTIONS, entry, har
from tests.kit.sender import Sender, core
from tests.kit.serving import serving, typed, until
from tests.kit.ways import served

Json = dict[str, Any]


@pytest.fixture
def origin(mock: Mock, thread: ServerThread, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A mock with one item of each kind, and two connections, in the sandbox that is verified."""
    monkeypatch.setenv("MOCKSERVER_VERIFY_ORG_ID", HEADERS["x-gw-ims-org-id"])
    monkeypatch.setenv("MOCKSERVER_VERIFY_SANDBOX", HEADERS["x-sandbox-name"])
    there = chain.chain(Sender("core", mock, core(mock)))
    chain.make(there.sent, "runs", chain.run(there.flow))
    mock.clock.advance(60)
    chain.make(there.sent, "connections", {**zoho(), "name": "another"})
    with served(mock, thread) as origin:
        yield origin


@pytest.mark.parametrize("write", [False, True])
def test_the_mock_is_as_described(mock: Mock, origin: str, write: bool) -> None:
    before = mock.stored((HEADERS["x-gw-ims-org-id"], HEADERS["x-sandbox-name"]))
    mock.journal.clear()
    ran = typed("verify", origin, *(["--write"] if write else []))
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.startswith("Good: ")
    rows = mock.journal.rows()
    methods = {row["request"]["method"] for row in rows}
    assert methods == ({"GET", "POST", "PATCH", "DELETE"} if write else {"GET"})
    assert {row["response"]["status"] for row in rows} >= ({200, 400, 403, 404} | ({201, 204, 412} if write else set()))
    assert mock.stored((HEADERS["x-gw-ims-org-id"], HEADERS["x-sandbox-name"])) == before


def test_what_is_written_is_in_the_tenant_of_the_variables_and_deleted(
    mock: Mock, origin: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    secrets = dict(zip(VARIABLES, ("t0ken-of-verify", "k3y-of-verify", "0RG-of-verify@AdobeOrg", BOX), strict=True))
    for name, value in secrets.items():
        monkeypatch.setenv(name, value)
    facts = tmp_path / "facts.json"
    ran = typed("verify", f"{origin}{BASE_PATH}/", "--write", "-v", "--format", "json", "--record", str(facts))
    assert json.loads(ran.stdout)["drifts"] == []
    written = ran.stdout + ran.stderr + facts.read_text("utf-8")
    assert [value for value in secrets.values() if value in written] == []
    (created,) = (
        row for row in mock.journal.rows() if row["request"]["method"] == "POST" and row["sandbox_name"] == BOX
    )
    assert created["org_id"] == "0RG-of-verify@AdobeOrg"
    assert mock.stored(("0RG-of-verify@AdobeOrg", BOX)) == []


BOX = "sandb0x-of-verify"
VARIABLES = ["MOCKSERVER_VERIFY_" + name for name in ("TOKEN", "API_KEY", "ORG_ID", "SANDBOX")]


@pytest.mark.usefixtures("origin")
def test_drift_of_a_live_endpoint_is_found(mock: Mock, thread: ServerThread) -> None:
    def spoilt(request: Request) -> Response:
        answer = mock.handle(request)
        body = json.loads(answer.body) if answer.body else None
        if request.path.endswith("/connections") and isinstance(body, dict) and "items" in body:
            body["items"] = [{**item, "new": 1} for item in reversed(body["items"])]
            return replace(answer, body=json.dumps(body).encode())
        return replace(answer, status=418) if answer.status == 412 else answer

    server = thread.start(spoilt)
    try:
        found = json.loads(typed("verify", server.origin, "--write", "--format", "json").stdout)["drifts"]
    finally:
        thread.stop(server)
    assert {(row["kind"], row["operation"], row["pointer"]) for row in found} == {
        ("extra", "listConnections", "/items/*/new"),
        ("order", "listConnections", "/items"),
        ("status", "patchConnection", ""),
    }


def test_a_real_host_wants_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    ran = typed("verify", "https://platform.adobe.io")
    assert (ran.returncode, ran.stdout) == (2, "")
    assert "MOCKSERVER_VERIFY_TOKEN, MOCKSERVER_VERIFY_API_KEY, MOCKSERVER_VERIFY_ORG_ID" in ran.stderr


@pytest.mark.deep
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
@pytest.mark.parametrize(
    ("stalled", "how"), few([("PATCH", signal.SIGINT), ("POST", signal.SIGINT), ("PATCH", signal.SIGTERM)], 1, 1)
)
def test_what_was_made_is_deleted_after_ctrl_c(stalled: str, how: signal.Signals) -> None:
    with serving("--port", "0") as (origin, _):
        path = "/connections/*" if stalled == "PATCH" else "/connections"
        kind = "stall" if stalled == "PATCH" else "commit_then_drop"
        fault = {"method": stalled, "path": path, "kind": kind, "delay": 0}
        requests.post(f"{origin}/__admin/faults", json={key: fault[key] for key in fault if key != "delay"}, timeout=10)
        process = subprocess.Popen(
            [sys.executable, "-m", "mockserver", "verify", origin, "--write"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        until(lambda: any(row["fault"] for row in rows(origin)))
        if stalled == "PATCH":
            process.send_signal(how)
        process.communicate(timeout=60)
        assert process.returncode not in (0, None)
        assert "POST" in [row["request"]["method"] for row in rows(origin)]
        answer = requests.get(f"{origin}{BASE_PATH}/connections", headers=FAKE_HEADERS, timeout=10)
        assert answer.json()["items"] == []


FAKE_HEADERS = {
    "Authorization": "Bearer x",
    "x-api-key": "x",
    "x-gw-ims-org-id": "FAKE0ORGANISATION@AdobeOrg",
    "x-sandbox-name": "prod",
}


def rows(origin: str) -> list[Json]:
    found: list[Json] = requests.get(f"{origin}/__admin/requests", timeout=10).json()["requests"]
    return found


# Drift


def recording(mock: Mock) -> Json:
    """What a mock with two connections has answered, as HAR; with its bodies as they were."""
    sent = Sender("core", mock, core(mock))
    chain.make(sent, "connections", {**zoho(), "name": "first"})
    mock.clock.advance(10)
    made = chain.make(sent, "connections", {**zoho(), "name": "second"})
    sent("GET", "/connections")
    sent("GET", f"/connections/{made}")
    sent("GET", "/connections?limit=0")
    return har_of(mock.journal.rows())


PAGE, ONE, REFUSED = 2, 3, 4


def swapped(items: list[Json]) -> None:
    items.reverse()


PLANTED: dict[str, tuple[int, Callable[[Any], Any], tuple[str, str, str]]] = {
    "a missing key": (PAGE, lambda body: body["items"][0].pop("etag"), ("missing", "listConnections", "/items/*/etag")),
    "a missing link": (PAGE, lambda body: body.pop("_links"), ("missing", "listConnections", "/_links")),
    "an extra key": (
        ONE,
        lambda body: body["items"][0].update(newKey={"a": 1}),
        ("extra", "retrieveConnection", "/items/*/newKey"),
    ),
    "an extra key at the top": (PAGE, lambda body: body.update(total=5), ("extra", "listConnections", "/total")),
    "another type": (
        ONE,
        lambda body: body["items"][0].update(createdAt="2020-01-01T00:00:00Z"),
        ("type", "retrieveConnection", "/items/*/createdAt"),
    ),
    "null": (PAGE, lambda body: body.update(items=None), ("type", "listConnections", "/items")),
    "another form": (
        REFUSED,
        lambda body: body.update(type="https://ns.adobe.com/aep/errors/OTHER"),
        ("type", "listConnections", "/type"),
    ),
    "another order": (PAGE, lambda body: swapped(body["items"]), ("order", "listConnections", "/items")),
}


def verified(file: Path, document: Json, *options: str) -> Json:
    file.write_text(json.dumps(document), "utf-8")
    ran = typed("verify", str(file), "--format", "json", *options)
    found: Json = json.loads(ran.stdout)
    assert ran.returncode == bool(found["drifts"])
    return found


@pytest.mark.parametrize("name", PLANTED)
def test_planted_drift_is_found_by_its_name(mock: Mock, tmp_path: Path, name: str) -> None:
    clean = recording(mock)
    file, facts = tmp_path / "x.har", tmp_path / "facts.json"
    assert verified(file, clean) == {"drifts": [], "answers": 5, "operations": 3, "not_described": 0, "trouble": 0}
    number, plant, (kind, operation, pointer) = PLANTED[name]
    spoilt = copy.deepcopy(clean)
    content = spoilt["log"]["entries"][number]["response"]["content"]
    body = json.loads(content["text"])
    plant(body)
    content["text"] = json.dumps(body)
    (drift,) = verified(file, spoilt, "--record", str(facts))["drifts"]
    assert (drift["kind"], drift["operation"], drift["pointer"]) == (kind, operation, pointer)
    offline = json.loads(typed("verify", str(facts), "--format", "json").stdout)
    assert offline["drifts"] == [drift]
    assert f"{kind:<7} {operation} " in typed("verify", str(file)).stdout


@pytest.mark.parametrize(("status", "is_drift"), [(202, True), (418, True), (429, False), (503, False)])
def test_a_status_that_nobody_describes_is_drift_but_for_trouble(
    mock: Mock, tmp_path: Path, status: int, is_drift: bool
) -> None:
    spoilt = recording(mock)
    spoilt["log"]["entries"][ONE]["response"]["status"] = status
    found = verified(tmp_path / "x.har", spoilt)
    drifts = [(row["kind"], row["operation"], row["status"]) for row in found["drifts"]]
    assert drifts == ([("status", "retrieveConnection", status)] if is_drift else [])


def test_an_answer_that_is_no_json_is_drift(tmp_path: Path) -> None:
    row = entry(answer={})
    row["response"]["content"]["text"] = "<html>"
    (drift,) = verified(tmp_path / "x.har", har(row))["drifts"]
    assert (drift["kind"], drift["pointer"]) == ("type", "")


def test_facts_hold_no_value(tmp_path: Path) -> None:
    secret = "s3cret-value-of-a-service"
    item = {"id": secret, "name": secret, secret: {secret: secret}, "auth": {"params": {"clientSecret": secret}}}
    file = tmp_path / "facts.json"
    url = f"{CONNECTIONS}?orderby={secret}"
    row = entry(url=url, answer={"items": [item], "_links": {"next": {"href": secret}}}, comment=secret)
    verified(tmp_path / "x.har", har(row), "--record", str(file))
    assert secret not in file.read_text("utf-8")
    assert '"clientSecret"' in file.read_text("utf-8")


def test_facts_are_the_same_whatever_order_the_answers_came_in(mock: Mock, tmp_path: Path) -> None:
    document = recording(mock)
    texts = []
    for entries in (document["log"]["entries"], document["log"]["entries"][::-1]):
        file = tmp_path / "facts.json"
        verified(tmp_path / "x.har", har(*entries), "--record", str(file))
        texts.append(file.read_text("utf-8"))
    assert texts[0] == texts[1]


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("{", "no JSON"),
        ("{}", "no HAR"),
        (json.dumps(har(entry(url="https://example.com"))), "no answer of a described operation"),
        ('{"facts": 9}', "another format"),
        ('{"facts": 1, "operations": []}', "no file of facts"),
    ],
)
def test_what_cant_be_verified_is_wrong_use(tmp_path: Path, text: str, hint: str) -> None:
    file = tmp_path / "x.har"
    file.write_text(text, "utf-8")
    ran = typed("verify", str(file))
    assert (ran.returncode, ran.stdout) == (2, "")
    assert hint in ran.stderr


def test_nobody_there_is_one_line_and_2() -> None:
    ran = typed("verify", "http://127.0.0.1:9")
    assert (ran.returncode, ran.stdout) == (2, "")
    assert "no answer" in ran.stderr
    assert typed("verify", "nowhere.har").returncode == 2
    assert typed("verify", "nowhere.har", "--write").returncode == 2
