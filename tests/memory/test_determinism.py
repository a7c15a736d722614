"""With a seed, the same calls give the same bytes: across processes, hash seeds, resets, and xdist's workers."""

from __future__ import annotations

import http.client
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts import BASE_PATH
from mockserver import Mock
from tests.kit import chain
from tests.kit.connection import HEADERS, zoho
from tests.kit.depth import examples, few
from tests.kit.sender import Answer, Sender, core
from tests.kit.serving import serving
from tests.kit.zoho import CLIENT, access_token, accounts, crm, refresh

IMS = {"grant_type": "client_credentials", "client_id": "x", "client_secret": "y", "scope": "openid,AdobeID"}


def calls(send: Sender) -> None:
    """A long mixed sequence over all services; what is sent depends on what was answered before."""
    there = chain.chain(send)
    chain.make(send, "flows", chain.flow(there.source, there.target, **chain.SCHEDULED))
    for collection in ("connections", "sourceConnections", "targetConnections", "flows", "runs", "connectionSpecs"):
        for query in ("", "?limit=1&orderby=-createdAt", "?property=name!=x", "?count=true", "?nosuch=1&limit=x"):
            send("GET", f"/{collection}{query}")
        send("POST", f"/{collection}/search", {"queryString": "name==x"})
    for region in ("eu", "us", "in"):
        send.create(zoho(region))
    listed = send("GET", "/connections?limit=2&orderby=name")
    send("GET", listed.json["_links"]["next"]["href"])
    for document in (
        {},
        [],
        {**zoho(), "surprise": {"b": 1, "a": 2}, "another": 1},
        zoho(accountsUrl="x", endpoint=""),
    ):
        send("POST", "/connections", document)
    run = chain.make(send, "runs", chain.run(there.flow))
    for _ in range(20):
        send("GET", f"/runs/{run}")
    send.raw("POST", "/__admin/clock", {}, b'{"advance": 86400}')
    send("GET", "/runs?orderby=-createdAt")
    send("GET", f"/connections/{there.base}/test")
    send("GET", f"/connections/{there.base}/explore?objectType=root")
    send("GET", f"/connections/{there.base}/explore?objectType=table&object=Leads&preview=true")
    send("PATCH", f"/flows/{there.flow}", [{"op": "replace", "path": "/name", "value": "x"}], if_match="*")
    chain.make(send, "connectionSpecs", {"name": "acme", "providerId": "p", "authSpec": []})
    send.raw("POST", "/ims/token/v3", {"Content-Type": "application/x-www-form-urlencoded"}, b"&".join(_form(IMS)))
    token = access_token(send)
    refresh(send, "us", client_id="1000.EUCLIENT")
    accounts(send, "eu", "/oauth/v2/token", {"grant_type": "authorization_code", **CLIENT, "code": "1000.x"})
    for path in (
        "v8/Leads?fields=Last_Name,Email",
        "v8/settings/modules",
        "v2/users",
        "v8/settings/fields?module=Leads",
    ):
        crm(send, path, token)
    crm(send, "v8/coql", token, body=b'{"select_query": "select id from Leads where id > 0 order by Last_Name"}')
    boxes = "/data/foundation/sandbox-management/sandboxes"
    made = {"name": "acme-dev", "title": "Acme", "type": "development"}
    send.raw("POST", boxes, HEADERS, json.dumps(made).encode())
    send.raw("POST", "/__admin/faults", {}, b'{"status": 429, "times": 2}')
    send.raw("POST", "/__admin/stubs", {}, b'{"path": "/v1/things", "json": {"id": 7}}')
    for _ in range(12):
        send.raw("GET", boxes, HEADERS)
    send("DELETE", f"/flows/{there.flow}")


def _form(fields: Mapping[str, str]) -> Iterator[bytes]:
    return (f"{name}={value}".encode() for name, value in fields.items())


def recorded(wire: http.client.HTTPConnection) -> tuple[list[tuple[Any, ...]], Sender]:
    """A sender that keeps every answer as it came: status, header fields in their order, body."""
    found: list[tuple[Any, ...]] = []

    def exchange(method: str, target: str, headers: Mapping[str, str], body: bytes) -> Answer:
        wire.request(method, target, body, {**headers, "Host": "localhost"})
        answer = wire.getresponse()
        text = answer.read()
        found.append((answer.status, answer.getheaders(), text))
        return Answer(answer.status, {name.lower(): value for name, value in answer.getheaders()}, text)

    return found, Sender("http", Mock(), exchange)


@pytest.mark.parametrize("options", few([["--lenient", "--zoho-regions", "all"], []], 0, 1))
def test_two_servers_with_one_seed_answer_byte_for_byte_alike(options: list[str]) -> None:
    played = []
    for hash_seed in ("1", "2"):
        with serving("--port", "0", "--seed", "7", *options, PYTHONHASHSEED=hash_seed) as (origin, _):
            wire = http.client.HTTPConnection("127.0.0.1", int(origin.rpartition(":")[2]), timeout=20)
            found, send = recorded(wire)
            calls(send)
            for control in ("requests", "contract", "clock", "faults", "stubs", "openapi.json"):
                send.raw("GET", f"/__admin/{control}", {})
            wire.close()
            played.append(found)
    for one, other in zip(*played, strict=True):
        assert one == other
    assert len(played[0]) > 100
    assert len({status for status, _, _ in played[0]}) > 5


def told(mock: Mock) -> str:
    calls(Sender("core", mock, core(mock)))
    rows = [{**row, "id": 0} for row in mock.journal.rows()]
    return json.dumps(rows)


def test_another_seed_or_none_makes_up_others() -> None:
    first = told(Mock(seed=1))

    assert told(Mock(seed=1)) == first
    assert len({first, told(Mock(seed=2)), told(Mock()), told(Mock())}) == 4


def test_a_reset_begins_anew_with_a_seed_and_only_then() -> None:
    mock, without = Mock(seed=1), Mock()
    first, _ = told(mock), told(without)
    mock.reset()
    assert told(mock) == first
    before = without.journal.rows()[0]["response"]["body"]["id"]
    without.reset()
    told(without)
    assert without.journal.rows()[0]["response"]["body"]["id"] != before


@settings(max_examples=examples(20))
@given(st.lists(st.sampled_from(["create", "list", "advance"]), max_size=8))
def test_a_snapshot_holds_what_is_made_up_next(script: list[str]) -> None:
    mock = Mock(seed=3)
    sent = Sender("core", mock, core(mock))
    sent.create()
    snapshot = mock.snapshot()

    def play() -> list[bytes]:
        mock.restore(snapshot)
        for step in script:
            if step == "create":
                sent.create()
            elif step == "advance":
                mock.clock.advance(60)
            else:
                sent("GET", "/connections")
        listed = sent("GET", "/connections")
        ids = [item["id"] for item in listed.json["items"]]
        assert len(set(ids)) == len(ids) == 1 + script.count("create")
        return [listed.text]

    assert play() == play()


# Time


def test_time_goes_by_calls_and_by_what_it_is_told() -> None:
    mock = Mock(seed=1)
    sent = Sender("core", mock, core(mock))
    begin = mock.clock.now()
    assert mock.clock.now() == begin
    id, etag = sent.create()
    assert sent.read(id)["createdAt"] == begin + 250
    assert int(etag.rpartition("-")[2][:8], 16) == begin // 1000
    mock.clock.advance(hours=1)
    sent("GET", "/connections")
    assert mock.clock.now() == begin + 3_600_000 + 750
    mock.reset()
    assert mock.clock.now() == begin


def test_what_takes_time_comes_about_by_asking() -> None:
    mock = Mock(seed=1)
    there = chain.chain(Sender("core", mock, core(mock)))
    run = chain.make(there.sent, "runs", chain.run(there.flow))
    states = [chain.read(there.sent, "runs", run)["metrics"]["statusSummary"]["status"] for _ in range(30)]
    assert list(dict.fromkeys(states)) == ["scheduled", "inProgress", "success"]


def test_tokens_expire_on_the_seeds_clock() -> None:
    mock = Mock(seed=1)
    sent = Sender("core", mock, core(mock))
    token = access_token(sent)
    assert crm(sent, "v8/Leads?fields=id", token).status == 200
    mock.clock.advance(hours=1)
    assert crm(sent, "v8/Leads?fields=id", token).status == 401
    assert access_token(sent) != token


# pytest


TESTS = """
import pytest
import requests

pytestmark = pytest.mark.flow_service(seed=7)


@pytest.mark.parametrize("number", range(4))
def test_it(flow_service, zoho_credentials, number):
    f = flow_service
    body = {"name": f"acme {number}", "auth": {"specName": "Basic Authentication", "params": zoho_credentials}}
    body["connectionSpec"] = {"id": "929e4450-0237-4ed2-9404-b7e1e0a00309", "version": "1.0"}
    for _ in range(number):
        requests.post(f"{f.url}/connections", headers=f.headers, json={**body, "extra": 1}, timeout=20)
    answer = requests.get(f"{f.url}/connections?limit=1", headers=f.headers, timeout=20).json()
    requests.post(f"{f.origin}/ims/token/v3", data={"grant_type": "client_credentials", "client_id": "x"}, timeout=20)
    assert number % 2, answer


@pytest.mark.flow_service(seed=8)
def test_in_process(flow_service_patched):
    requests.get("https://platform.adobe.io/data/foundation/flowservice/runs", timeout=20)
    raise AssertionError
"""


@pytest.mark.nightly
def test_sessions_with_any_number_of_workers_tell_the_same(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1750000000")
    pytester.makepyfile(test_them=TESTS)
    reports, texts = set(), set()
    for workers in ("0", "2"):
        file = f"report{workers}.json"
        options = ["-p", "no:randomly", "--flow-service-regions=eu", f"--contract-report={file}"]
        result = pytester.runpytest_subprocess("-n", workers, *options)
        assert result.ret == 1
        report = json.loads((pytester.path / file).read_text("utf-8"))
        del report["about"]["command"]  # which says how many workers there were
        reports.add(json.dumps(report))
        texts.add(failures(result.stdout.str()))
    (text,) = texts
    assert len(reports) == 1
    assert "limit=1" in text
    assert "extra" in text


def failures(text: str) -> str:
    """The failures' own text, test by test in one order."""
    body = (
        text.partition("= FAILURES =")[2]
        .partition("= Client contract")[0]
        .partition("\nZoho CRM has reached")[0]
        .partition("\ncontract coverage")[0]
    )
    body = re.sub(r"(?m)^\[gw\d\] .*\n|^=+$|:\d{5}\b", "", body)
    return "\n".join(sorted(part.strip() for part in re.split(r"(?m)^_{3,} ", body)))


@pytest.mark.parametrize("seed", ["'x'", "True", "1.5"])
def test_a_seed_that_is_none_is_told(pytester: pytest.Pytester, seed: str) -> None:
    test = "import pytest\n\n@pytest.mark.flow_service(seed={})\ndef test_it(flow_service): ...\n"
    pytester.makepyfile(test.format(seed))
    result = pytester.runpytest_inprocess("-p", "no:xdist")
    assert "seed is a whole number" in result.stdout.str()
    assert BASE_PATH not in result.stdout.str()


def test_what_is_planned_behind_a_snapshot_is_a_plan_of_its_own() -> None:
    """What a restored mock plans takes nothing else off its agenda."""
    mock = Mock(seed=1)
    with mock.alone() as world:
        for at in (10, 20):
            world.agenda.add(at, "kept", at)
    snapshot = mock.snapshot()
    mock.restore(snapshot)
    with mock.alone() as world:
        for at in (30, 40):
            world.agenda.drop(world.agenda.add(at, "dropped", at))
        assert [due.at for due in world.agenda.snapshot()] == [10, 20]
