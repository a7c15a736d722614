"""Every error that can be answered is answered here, in its shape; the others are listed with a reason."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from contracts import BASE_PATH, ERRORS
from contracts.services.flow_service.ad_hoc import AD_HOC
from contracts.services.flow_service.not_imitated import NOT_IMITATED
from contracts.services.ims.service import IMS
from contracts.services.sandboxes.service import SANDBOX_API
from mockserver import Mock, ServerThread
from mockserver.control.docs import raisers
from pytest_flowservice.stage import Stage
from tests.kit import chain, ims, platform_errors, sandboxes
from tests.kit.chain import make, run, source, without
from tests.kit.connection import HEADERS, with_headers, zoho
from tests.kit.paths import DATA
from tests.kit.sender import Answer, Sender, over_requests, under
from tests.kit.ways import served
from tests.kit.wire import Wire, framed, parsed

Ask = Callable[[Sender], Answer]


def without_header(**changes: str | None) -> Ask:
    return lambda sent: sent("GET", "/connections", headers=with_headers(**changes))


def listing(query: str) -> Ask:
    return lambda sent: sent("GET", f"/connections?{query}")


def fault(status: int, method: str = "GET", target: str = f"{BASE_PATH}/connections") -> Ask:
    def ask(sent: Sender) -> Answer:
        sent.mock.faults.add(status=status)
        return sent.raw(method, target)

    return ask


def connection(**changes: Any) -> Ask:
    return lambda sent: sent("POST", "/connections", {**zoho(), **changes})


def flow(**changes: Any) -> Ask:
    def ask(sent: Sender) -> Answer:
        there = chain.chain(sent)
        return sent("POST", "/flows", chain.flow(there.source, there.target, **changes))

    return ask


def action(query: str) -> Ask:
    return lambda sent: sent("POST", f"/flows/{chain.chain(sent).flow}/action?{query}")


def update(*patch: Any, **headers: str) -> Ask:
    return lambda sent: sent("PATCH", f"/connections/{sent.create()[0]}", list(patch), **headers)


def replaced(path: str, value: Any) -> Ask:
    return update({"op": "replace", "path": path, "value": value}, if_match="*")


def ad_hoc(info: Mapping[str, list[str]]) -> Ask:
    headers = with_headers(accept="application/vnd.adobe.adhoc.activation+json; version=2")
    body = json.dumps({"activationInfo": info}).encode()
    return lambda sent: sent.raw("POST", f"{AD_HOC.base_path}/adhocrun", headers, body)


def published_before_its_base(sent: Sender) -> Answer:
    base = make(sent, "connections", zoho(), "?mode=draft")
    id = make(sent, "sourceConnections", source(base), "?mode=draft")
    return sent("POST", f"/sourceConnections/{id}/action?op=publish")


def in_a_sandbox_that_is_being_made(sent: Sender) -> Answer:
    sandbox("POST", "/sandboxes", sandboxes.DEV)(sent)
    return without_header(x_sandbox_name="acme-dev")(sent)


def sandbox(method: str, path: str, document: Any = ...) -> Ask:
    return lambda sent: sandboxes.call(sent, method, path, document)


def sandbox_twice(sent: Sender) -> Answer:
    sandboxes.made(sent)
    return sandbox("POST", "/sandboxes", sandboxes.DEV)(sent)


def sandbox_reset_at_once(sent: Sender) -> Answer:
    sandbox("POST", "/sandboxes", sandboxes.DEV)(sent)
    return sandbox("PUT", "/sandboxes/acme-dev", {"action": "reset"})(sent)


def token(**changes: str) -> Ask:
    return lambda sent: ims.ask(sent, "/ims/token/v3", {**ims.TOKEN, **changes})  # type: ignore[no-any-return]


def exchange(**claims: Any) -> Ask:
    def ask(sent: Sender) -> Answer:
        fields = ims.exchange(ims.jwt(sent.mock, **claims))
        return ims.ask(sent, "/ims/exchange/jwt", fields)  # type: ignore[no-any-return]

    return ask


def exchange_without_secret(sent: Sender) -> Answer:
    fields = {**ims.exchange(ims.jwt(sent.mock)), "client_secret": ""}
    return ims.ask(sent, "/ims/exchange/jwt", fields)  # type: ignore[no-any-return]


def strictly(ask: Ask) -> Ask:
    return lambda _: ask(under("strict"))


ASKED: dict[str, Ask] = {
    "400003": without_header(x_gw_ims_org_id=None),
    "401013": without_header(Authorization="Basic x"),
    "403000": without_header(x_api_key=None),
    "403010": without_header(Authorization=None),
    "403027": strictly(without_header(x_gw_ims_org_id="acme")),
    "404000": lambda sent: sent("GET", "/nosuch"),
    "not-imitated": lambda sent: sent.raw("GET", "/data/foundation/query/queries"),
    "405000": lambda sent: sent("PUT", "/connections"),
    "413000": connection(description="x" * 2_000_000),
    "429050": fault(429),
    "408000": fault(408),
    "409000": fault(409),
    "502000": fault(502),
    "431000": without_header(x_padding="x" * 70_000),
    "content-type": lambda sent: sent("POST", "/connections", zoho(), headers=with_headers(Content_Type="text/plain")),
    "FLOW-1100-400": connection(name=""),
    "FLOW-1100-422": connection(connectionSpec=without(zoho()["connectionSpec"], "version")),
    "FLOW-1102-500": fault(500),
    "FLOW-1103-503": fault(503),
    "FLOW-1104-504": fault(504),
    "FLOW-1401-400": listing("limit=1&count=true"),
    "FLOW-1402-400": action("op=finalize"),
    "FLOW-1403-400": update(),
    "FLOW-1404-412": update({"op": "replace", "path": "/name", "value": "x"}, if_match='"stale"'),
    "FLOW-1405-400": lambda sent: sent("POST", "/connections"),
    "FLOW-1410-400": flow(state="enabled"),
    "FLOW-1412-400": flow(transformations=[{"name": "Mapping", "params": {"mappingId": "x", "mappingVersion": "x"}}]),
    "FLOW-1413-400": connection(connectionSpec={"id": "nosuch", "version": "1.0"}),
    "FLOW-1414-400": replaced("/connectionSpec", {}),
    "FLOW-1415-400": connection(auth={"specName": "nosuch", "params": {}}),
    "FLOW-1418-400": lambda sent: sent("DELETE", f"/connections/{chain.chain(sent).base}"),
    "FLOW-1421-400": published_before_its_base,
    "FLOW-1422-400": action("op=enable"),
    "FLOW-1423-400": lambda sent: sent("POST", "/connections/search", {"nosuch": "x"}),
    "FLOW-1430-400": lambda sent: sent("POST", "/runs", run("nosuch")),
    "FLOW-1432-400": listing("orderby=*name"),
    "FLOW-1433-400": listing("orderby=nosuch"),
    "FLOW-1434-400": action("op=nosuch"),
    "FLOW-1435-400": action("op=disable&subOp=nosuch"),
    "FLOW-1436-400": action("op=disable&subOp=apply"),
    "FLOW-1439-400": lambda sent: sent("POST", "/sourceConnections", source("nosuch")),
    "FLOW-1439-404": lambda sent: sent("GET", "/connections/nosuch"),
    "FLOW-1440-400": listing("property=name~x"),
    "FLOW-1443-400": listing("property=createdAt%3E1,2"),
    "FLOW-1446-400": lambda sent: sent("POST", "/runs", {"params": run("x")["params"]}),
    "FLOW-1447-400": lambda sent: sent("DELETE", f"/sourceConnections/{chain.chain(sent).source}"),
    "FLOW-1448-400": listing("property=id%3E=x"),
    "FLOW-1449-400": listing("property=nosuch==x"),
    "FLOW-1450-400": listing("property=createdAt!%3E1"),
    "FLOW-1451-400": strictly(listing("testParam=1")),
    "FLOW-1452-400": listing("limit=0"),
    "FLOW-1453-400": listing("property=createdAt=="),
    "FLOW-1454-400": listing("property=connectionSpec==x"),
    "FLOW-1455-400": replaced("/nosuch", "x"),
    "FLOW-1456-400": replaced("/state", "nosuch"),
    "FLOW-2001-401": without_header(x_gw_ims_org_id=""),
    "FLOW-2100-404": without_header(x_sandbox_name="Not A Name"),
    "FLOW-2101-404": in_a_sandbox_that_is_being_made,
    "FLOW-2105-400": without_header(x_sandbox_name=None),
    "FLOW-2110-400": without_header(x_sandbox_id="x"),
    "FLOW-2111-403": without_header(x_sandbox_name="*"),
    "FLOW-2119-400": action(""),
    "FLOW-2120-403": fault(403),
    "SMS-2000-404": sandbox("GET", "/sandboxes/nosuch"),
    "SMS-2001-400": sandbox("POST", "/sandboxes", {}),
    "SMS-2002-409": sandbox_twice,
    "SMS-2003-400": sandbox("DELETE", "/sandboxes/prod"),
    "SMS-2004-400": sandbox_reset_at_once,
    "adhocrun-400": ad_hoc({}),
    "adhocrun-404": ad_hoc({"nosuch": ["an-audience"]}),
    **platform_errors.ASKED,
    "invalid_client-400": token(client_id=""),
    "invalid_client-401": exchange_without_secret,
    "invalid_token-400": exchange(exp=None),
    "invalid_token-401": lambda sent: sent.raw("GET", "/ims/profile/v1", {}),
    "invalid_scope-400": token(scope=""),
    "bad_request-400": strictly(exchange(iss=None)),
    "unsupported_grant_type-400": token(grant_type="password"),
    "invalid_request-400": lambda sent: sent.raw("POST", "/ims/token/v3", HEADERS, b"{}"),
    "internal_error-500": fault(500, "POST", "/ims/token/v3"),
    "temporarily_unavailable-503": fault(503, "POST", "/ims/token/v3"),
}
BELOW = {"400000", "403025"}  # what is no request, and what only the client contract's platform answers

SHAPES = {
    "gateway": {"error_code", "message"},
    "service": {"type", "title", "status", "report", "errorMessage", "errorDetails"},
    "problem": {"type", "status", "title", "detail"},
    "unknown_path": {"error_code", "message", "type", "status", "title", "detail"},
    "bare": {"message"},
    "sandbox": {"status", "title", "type"},
    "oauth": {"error", "error_description"},
    **platform_errors.SHAPES,
}


def test_what_is_answered_is_what_the_table_lists() -> None:
    answered = {id for id, whence in raisers().items() if whence}
    adobes = {id for id, row in ERRORS.items() if row.shape.__name__ not in ("accounts", "crm")}
    assert adobes == answered == {*ASKED, *BELOW}


@pytest.mark.parametrize("id", ASKED)
def test_an_error_is_answered_in_its_shape(sent: Sender, id: str) -> None:
    assert_is(ASKED[id](sent), id)


@pytest.mark.parametrize(
    ("status", "target"),
    [
        *((status, f"{BASE_PATH}/connections") for status in (400, 401, 404, 412)),
        *((status, f"{SANDBOX_API.base_path}/sandboxes") for status in (400, 404)),
        *((status, f"{IMS.base_path}/token/v3") for status in (400, 401)),
        *((status, f"{AD_HOC.base_path}/adhocrun") for status in (400, 404)),
        *((status, path) for path in platform_errors.PATHS for status in (400, 404)),
    ],
)
def test_a_fault_leaves_no_placeholder_empty(sent: Sender, status: int, target: str) -> None:
    answer = fault(status, "POST", target)(sent)
    id = next(id for id in ERRORS if id == answer.code or id == f"{answer.code}-{status}")
    assert_is(answer, id)


def test_what_is_no_http_is_answered_as_by_the_gateway(thread: ServerThread, mock: Mock) -> None:
    with served(mock, thread) as origin:
        status, body = parsed(Wire(mock, origin).write(b"nonsense\r\n\r\n"))
        assert (status, body) == (400, {"error_code": "400000", "message": ERRORS["400000"].template})
        status, body = parsed(Wire(mock, origin).write(framed("GET", "/" + "x" * 70_000)))
        assert (status, body["error_code"]) == (431, "431000")


def test_the_client_contract_refuses_a_client(thread: ServerThread) -> None:
    stage = Stage(thread, "here")
    platform = stage.platform()
    platform.play(error="403025")
    answer = over_requests(platform.origin)("GET", f"{BASE_PATH}/connections", HEADERS, b"")
    stage.close()
    assert_is(answer, "403025")


def assert_is(answer: Answer, id: str) -> None:
    """``answer`` is that error: its status, its shape, its text with every placeholder filled."""
    error, body = ERRORS[id], answer.json
    assert answer.status == error.status, answer.text
    assert set(body) == SHAPES[error.shape.__name__]
    assert answer.headers["content-type"] == "application/json;charset=UTF-8"
    if error.shape.__name__ == "gateway":
        assert body == {"error_code": id, "message": error.template}
    elif error.shape.__name__ == "unknown_path":
        assert (body["error_code"], body["message"], body["status"]) == (id, error.template, error.status)
        assert body["detail"].startswith(f"{error.template}: path: ")
    elif error.shape.__name__ == "problem":
        assert (body["status"], body["detail"]) == (error.status, error.template)
    elif error.shape.__name__ == "bare":
        assert pattern(error.template).fullmatch(body["message"])
    elif error.shape.__name__ == "sandbox":
        assert (body["status"], body["type"]) == (error.status, f"http://ns.adobe.com/aep/errors/{id}")
        assert pattern(error.template).fullmatch(body["title"])
    elif error.shape.__name__ in platform_errors.SHAPES:
        platform_errors.assert_is(body, error)
    elif error.shape.__name__ == "oauth":
        assert body["error"] == id.rpartition("-")[0]
        assert pattern(error.template).fullmatch(body["error_description"])
    else:
        assert_is_flow_service(body, id)


def assert_is_flow_service(body: dict[str, Any], id: str) -> None:
    error = ERRORS[id]
    head = (body["type"], body["title"], body["status"])
    assert head == (f"https://ns.adobe.com/aep/errors/{id}", error.title, error.status)
    report = dict(body["report"])
    message = report.pop("detailed-message")
    assert report.pop("request-id")
    assert set(report) == set(re.findall(r"\{(\w+)\}", error.template))
    assert all(report.values())
    assert message == body["errorMessage"] == body["errorDetails"] == error.template.format(**report)


def pattern(template: str) -> re.Pattern[str]:
    """What a template can become; no placeholder stays empty."""
    parts = re.split(r"\{\w+\}", template)
    return re.compile(".+".join(map(re.escape, parts)), re.DOTALL)


CATALOGUE = (DATA / "errors.txt").read_text("utf-8").splitlines()[1:]
GATEWAY = {"400003", "401013", "403000", "403003", "403010", "403025", "403027"}  # troubleshooting.md
OF_THIS_PROJECT = {"FLOW-1439-404", "FLOW-1100-422"}  # see their rows


def test_every_documented_error_is_answered_or_listed_with_a_reason() -> None:
    assert not ERRORS.keys() & NOT_IMITATED.keys()
    listed = {*ERRORS, *NOT_IMITATED}
    catalogue = {f"FLOW-{code}" for code in CATALOGUE}
    assert {id for id in listed if id.startswith("FLOW-")} == catalogue | OF_THIS_PROJECT
    assert listed >= GATEWAY
    for row in NOT_IMITATED.values():
        assert row.title
        assert row.why


@pytest.mark.parametrize("id", [id for id in ERRORS if ERRORS[id].shape.__name__ == "service"])
def test_the_status_is_the_end_of_the_code(id: str) -> None:
    assert id.endswith(f"-{ERRORS[id].status}")
