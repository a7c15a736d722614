"""The OpenAPI document: it is valid, it is served, and what the mock answers is what the document says."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Mapping
from functools import cache
from types import FunctionType
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openapi_spec_validator import validate
from schemathesis import checks

from contracts import BASE_PATH, ERRORS, RULES, Contract
from contracts.judging.model import Operation
from contracts.reports.openapi import _VARIABLE, ADOBES, _variable
from contracts.strategies import BREAKABLE, Broken, broken_requests
from contracts.tables import COLLECTIONS
from mockserver import Mock, ServerThread
from mockserver.control.description import description
from mockserver.verifying.drift import Drift
from tests.kit import chain
from tests.kit.chain import Chain, make
from tests.kit.connection import HEADERS, zoho
from tests.kit.depth import deep, every, examples
from tests.kit.described import drifts
from tests.kit.ims import CODE, TOKEN, exchange, jwt
from tests.kit.platform_sound import placed, sound_around
from tests.kit.sender import Sender, core, over_requests
from tests.kit.serving import typed
from tests.kit.sound import mock_with_a_chain, sound
from tests.kit.ways import served

SANDBOXES = "/data/foundation/sandbox-management"
DOCUMENT = description()
OF_NO_OPERATION = {"FS-URL-01", "FS-URL-02", "FS-URL-03"}
DESCRIBED: Mapping[str, dict[str, Any]] = {
    operation["operationId"]: operation
    for path in DOCUMENT["paths"].values()
    for method, operation in path.items()
    if method != "parameters"
}
CHECKS = [
    checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]


@cache
def operations() -> dict[str, Any]:
    """Schemathesis's operations by their ids."""
    found = (each.ok() for each in schemathesis.openapi.from_dict(DOCUMENT).get_all_operations())
    return {each.definition.raw["operationId"]: each for each in found}


def rules_of(id: str) -> set[str]:
    return {rule["id"] for rule in DESCRIBED[id]["x-rules"]}


# The document itself.


@pytest.mark.deep
def test_the_document_is_valid() -> None:
    validate(DOCUMENT)


def test_it_describes_every_operation_once_under_its_path_and_method() -> None:
    assert set(DESCRIBED) == {row.id for row in ADOBES}
    assert sum(len(path) - ("parameters" in path) for path in DOCUMENT["paths"].values()) == len(ADOBES)
    path = DOCUMENT["paths"][f"{BASE_PATH}/sourceConnections/{{SOURCE_CONNECTION_ID}}"]
    assert [parameter["name"] for parameter in path["parameters"]] == ["SOURCE_CONNECTION_ID"]
    assert path["patch"]["operationId"] == "patchSourceConnection"


def test_every_component_is_referred_to_and_every_reference_has_one() -> None:
    referred = set(re.findall(r'"#/components/schemas/(\w+)"', json.dumps(DOCUMENT)))
    assert referred == set(DOCUMENT["components"]["schemas"])


def test_the_request_bodies_are_the_schemas_that_are_enforced() -> None:
    body = DESCRIBED["createConnection"]["requestBody"]
    assert body["required"]
    assert body["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/ConnectionCreateRequest"}
    assert {row.id for row in ADOBES if row.body in ("json", "optional") and row.frame is None} == set()


def required_headers(document: dict[str, Any], path: str, method: str) -> list[str]:
    operation = document["paths"][f"{BASE_PATH}{path}"][method]
    return [each["name"] for each in operation["parameters"] if each["in"] == "header" and each.get("required")]


@pytest.mark.parametrize(
    ("create", "update", "of_creations", "of_updates"),
    [
        ("createConnection", "patchConnection", set(), {"FS-PATCH-11"}),
        ("createSourceConnection", "patchSourceConnection", set(), {"FS-DST-12"}),
        (
            "createTargetConnection",
            "patchTargetConnection",
            {"FS-DST-03", "FS-DST-06", "FS-DST-07", "FS-DST-10"},
            set(),
        ),
        ("createFlow", "patchFlow", set(), {"FS-SCH-10"}),
    ],
)
def test_what_only_creations_or_updates_can_break_stands_there_alone(
    create: str, update: str, of_creations: set[str], of_updates: set[str]
) -> None:
    either = of_creations | of_updates
    assert rules_of(create) & either == of_creations
    assert rules_of(update) & either == of_updates


def test_a_rule_that_looks_at_what_was_stored_is_an_updates() -> None:
    rows = [row for each in COLLECTIONS.values() for row in (*each.frame, *each.rules, *each.creation_rules)]
    assert [row for row in rows if isinstance(row, FunctionType) and "before" in row.__code__.co_names] == []


@pytest.mark.nightly
def test_strictness_changes_what_is_described() -> None:
    flow, base = "/flows/{FLOW_ID}", ["x-api-key", "x-gw-ims-org-id", "x-sandbox-name"]
    assert required_headers(DOCUMENT, flow, "patch") == [*base, "if-match"]
    assert required_headers(DOCUMENT, flow, "delete") == base
    for strictness in ("strict", "lenient"):
        document = description(strictness)
        validate(document)
        assert document != DOCUMENT


@pytest.mark.deep
def test_it_is_printed() -> None:
    assert json.loads(typed("openapi").stdout) == DOCUMENT
    assert json.loads(typed("openapi", "--strict").stdout) == description("strict")


def test_it_is_served(mock: Mock, thread: ServerThread) -> None:
    with served(mock, thread) as origin:
        exchange = over_requests(origin)
        answer = exchange("GET", "/__admin/openapi.json", {}, b"")
        assert (answer.status, answer.json) == (200, DOCUMENT)
        assert exchange("POST", "/__admin/openapi.json", {}, b"").status == 405


@pytest.mark.terms(strictness="lenient")
def test_what_is_served_is_what_this_mock_enforces(sent: Sender) -> None:
    assert sent.raw("GET", "/__admin/openapi.json").json == description("lenient")


def test_nothing_of_it_is_imported_at_the_start() -> None:
    code = "import mockserver.mock, sys; print('contracts.reports.openapi' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout.strip() == b"False"


# The rules that it lists.


@pytest.mark.parametrize("rule", sorted(BREAKABLE))
@settings(max_examples=examples(10), derandomize=True)
@given(data=st.data())
def test_every_rule_that_a_generated_request_breaks_is_listed_with_its_status(rule: str, data: st.DataObject) -> None:
    broken: Broken = data.draw(broken_requests(rule))
    call = Contract().judge(broken.request)
    if call.operation is None:  # there is none to describe
        assert rule in OF_NO_OPERATION
        return
    described = DESCRIBED[call.operation.id]
    assert {found.rule.id for found in call.violations} <= rules_of(call.operation.id)
    assert str(ERRORS[RULES[rule].error].status) in described["responses"]


def test_every_rule_is_some_operations() -> None:
    looked_at = {id for id, rule in RULES.items() if rule.default != "off" and not id.startswith("ZO-")}
    described = {id for id in set().union(*map(rules_of, DESCRIBED)) if not id.startswith("ZO-")}
    assert described == looked_at - OF_NO_OPERATION


# What is answered.


@cache
def _stage() -> tuple[Chain, dict[str, str], Any]:
    there, ids = mock_with_a_chain()
    mock = Mock()
    mock.restore(there.sent.mock.snapshot())
    sent = Sender("core", mock, core(mock))
    spec = {"name": "acme", "providerId": "p", "exploreSpec": {"type": "Tabular"}}
    run = make(sent, "runs", chain.run(there.flow))
    failed = {"metrics": {"statusSummary": {"status": "failed"}}}
    assert sent("PUT", f"/runs/{run}", failed, if_match="*").status == 200
    body = json.dumps({"name": "acme", "title": "Acme", "type": "development"}).encode()
    assert sent.raw("POST", f"{SANDBOXES}/sandboxes", HEADERS, body).status == 202
    mock.clock.advance(60)
    ids |= {
        **placed(sent),
        "sandboxes": "acme",
        "connectionSpecs": make(sent, "connectionSpecs", spec),
        "failed runs": run,
        "unused connections": make(sent, "connections", zoho(), "?mode=draft"),
        "unused sourceConnections": make(sent, "sourceConnections", chain.source(there.base), "?mode=draft"),
        "unused targetConnections": make(sent, "targetConnections", chain.target(), "?mode=draft"),
    }
    return Chain(sent, there.base, there.source, there.target, there.flow), ids, mock.snapshot()


def stage() -> tuple[Chain, dict[str, str]]:
    """A mock with one item of each kind, and drafts that nothing uses; made once and then restored."""
    there, ids, snapshot = _stage()
    there.sent.mock.restore(snapshot)
    return there, ids


def sound_path(row: Operation, ids: Mapping[str, str]) -> dict[str, str]:
    """The id of an item whose state lets ``row`` succeed."""
    around = sound_around(row, ids)
    if around is not None:
        return {_variable(row, name): around[0][name] for name in _VARIABLE.findall(row.path)}
    if "{id}" not in row.path:
        return {}
    kind = {"trigger_again": "failed ", "delete": "unused ", "transition": "unused "}.get(row.action, "")
    (name,) = (part[1:-1] for part in operations()[row.id].path.split("/") if part.startswith("{"))
    return {name: ids.get(kind + row.collection) or ids[row.collection]}


def sound_body(row: Operation, there: Chain, ids: Mapping[str, str]) -> Any:
    around = sound_around(row, ids)
    if around is not None:
        return around[3]
    documents = {
        "createSandbox": {"name": "acme-2", "title": "Acme", "type": "development"},
        "patchSandbox": {"title": "Other"},
        "resetSandbox": {"action": "reset"},
        "imsTokenV1": CODE,
        "imsRevoke": {"client_id": "x", "token": "z"},
        "imsValidateToken": {"client_id": "x", "token": "z"},
        "imsExchangeJwt": exchange(jwt(there.sent.mock)),
    }
    if row.id in documents:
        return documents[row.id]
    return TOKEN if row.body == "form" else sound(row, there)


def sound_query(row: Operation, ids: Mapping[str, str]) -> dict[str, Any]:
    around = sound_around(row, ids)
    if around is not None:
        return around[1]
    if row.action in ("transition", "trigger_again"):
        return {"op": {"flows": "disable", "runs": "re_trigger"}.get(row.collection, "publish")}
    return {"objectType": "root"} if row.action == "explore" else {}


def sound_headers(row: Operation, ids: Mapping[str, str]) -> dict[str, str]:
    headers = {name: value for name, value in HEADERS.items() if name != "Content-Type"}
    around = sound_around(row, ids)
    if around is not None:
        return {**headers, **around[2]}
    return {**headers, "if-match": "*"} if row.service.base_path == BASE_PATH else headers


def accepted(row: Operation, ids: Mapping[str, str]) -> str:
    """The Accept header, which is no parameter in OpenAPI."""
    return sound_headers(row, ids).get("Accept", "*/*")


def mended(case: Any, row: Operation, there: Chain, ids: Mapping[str, str], parts: set[str]) -> Any:
    """``case`` with those of its parts made sound."""
    if "path" in parts:
        case.path_parameters = sound_path(row, ids)
    if "headers" in parts:
        case.headers = sound_headers(row, ids)
    if "query" in parts:
        case.query = sound_query(row, ids)
    if "body" in parts and row.body != "none":
        case.body = sound_body(row, there, ids)
        case.media_type = "application/x-www-form-urlencoded" if row.body == "form" else "application/json"
    return case


@cache
def cases(id: str) -> st.SearchStrategy[Any]:
    """Sound requests and others, of an operation."""
    return st.one_of([operations()[id].as_strategy(generation_mode=mode) for mode in schemathesis.GenerationMode])


EXPLORED = (
    {"objectType": "root"},
    {"objectType": "table", "object": "Leads", "preview": "true"},
    {"objectType": "table"},
)


def varied(case: Any, row: Operation, data: st.DataObject) -> Any:
    """``case`` at a version that has passed, or exploring something else."""
    if "if-match" in case.headers and data.draw(st.booleans()):
        case.headers["if-match"] = '"0000"'
    if row.action == "explore":
        case.query = dict(data.draw(st.sampled_from(EXPLORED)))
    return case


# Of the kinds of the registry, whose rows are made alike, the quick run takes one.
ALIKE = ("classes", "fieldgroups", "datatypes")
each_row = pytest.mark.parametrize(
    "row", [pytest.param(row, id=row.id, marks=deep if row.collection in ALIKE else ()) for row in ADOBES]
)

PARTS = ("path", "headers", "query", "body")


def is_told_back(drift: Drift, sent: Any) -> bool:
    """The answer to an update of a run is the whole run, with what the client has named there that no schema knows."""
    return drift.operation == "updateRun" and drift.kind == "extra" and isinstance(sent, Mapping)


@pytest.mark.parametrize("row", every(ADOBES, 6, 6), ids=lambda row: row.id)
@settings(
    max_examples=examples(16),
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
    report_multiple_bugs=False,
)
@given(data=st.data())
@pytest.mark.deep
def test_every_answer_is_as_described(thread: ServerThread, row: Operation, data: st.DataObject) -> None:
    case = data.draw(cases(row.id))
    parts = data.draw(st.sets(st.sampled_from(PARTS)) | st.just(set(PARTS[:2])) | st.just(set(PARTS[:3])))
    there, ids = stage()
    case = varied(mended(case, row, there, ids, parts), row, data)
    with served(there.sent.mock, thread) as origin, requests.Session() as session:
        session.trust_env = False
        session.headers["Accept"] = accepted(row, ids)
        response = case.call(base_url=origin, session=session)
    case.validate_response(response, checks=CHECKS)
    entries = there.sent.mock.journal.rows()
    assert all({found["rule"] for found in entry["violations"]} <= rules_of(row.id) for entry in entries)
    assert [each for each in drifts(there.sent.mock) if not is_told_back(each, case.body)] == []


@each_row
def test_a_sound_request_is_answered_with_the_described_success(thread: ServerThread, row: Operation) -> None:
    there, ids = stage()
    case = mended(operations()[row.id].Case(), row, there, ids, set(PARTS))
    with served(there.sent.mock, thread) as origin, requests.Session() as session:
        session.trust_env = False
        session.headers["Accept"] = accepted(row, ids)
        response = case.call(base_url=origin, session=session)
    case.validate_response(response, checks=CHECKS)
    assert response.status_code == row.success, response.text
    assert drifts(there.sent.mock) == []
