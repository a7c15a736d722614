"""The 45 operations against the facts about them, and what every collection has in common."""

from __future__ import annotations

import re

import pytest

from contracts import BASE_PATH
from contracts.tables import OPERATIONS
from mockserver.services.table import SIDES, action_of
from tests.kit import chain
from tests.kit.chain import made, make, read
from tests.kit.connection import with_headers, zoho
from tests.kit.paths import DATA
from tests.kit.sender import Sender

FACTS = (DATA / "operations.txt").read_text("utf-8").splitlines()[1:]
ETAG = re.compile(r'"[0-9a-f]{8}-0000-0200-0000-[0-9a-f]{8}0000"')


def test_the_operations_are_those_of_the_reference() -> None:
    facts = {tuple(line.split()) for line in FACTS}
    rows = {
        (row.id, row.method, re.sub("{.*}", "{id}", row.path), str(row.success))
        for row in OPERATIONS
        if row.service.base_path == BASE_PATH
    }
    assert len(facts) == 45
    assert rows == {
        (id, method, re.sub("{.*}", "{id}", path).rstrip("/"), status) for id, method, path, status in facts
    }


def test_every_action_is_some_operations_and_the_other_way_round() -> None:
    assert all(map(action_of, OPERATIONS))
    for side in SIDES:
        assert set(side.actions()) == {row.action for row in OPERATIONS if row.service in side.services}


# One document of each collection that POST creates, for a chain that is there.
def documents(there: chain.Chain) -> dict[str, dict[str, object]]:
    return {
        "connections": zoho(),
        "sourceConnections": chain.source(there.base),
        "targetConnections": chain.target(),
        "flows": chain.flow(there.source, there.target),
        "runs": chain.run(there.flow),
        "connectionSpecs": {"name": "acme", "providerId": "0ed90a81-07f4-4586-8190-b40eccef1c5a"},
        "flowSpecs": {"name": "AcmeToAEP", "providerId": "0ed90a81-07f4-4586-8190-b40eccef1c5a"},
    }


COLLECTIONS = ("connections", "sourceConnections", "targetConnections", "flows", "runs", "connectionSpecs", "flowSpecs")
CHANGEABLE = ("connections", "sourceConnections", "targetConnections", "flows")
SPECS = ("connectionSpecs", "flowSpecs")


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_a_creation_is_answered_with_id_etag_and_place(send: Sender, collection: str) -> None:
    document = documents(chain.chain(send))[collection]
    answer = send("POST", f"/{collection}/", document)
    assert answer.status == 201
    id = answer.json["id"]
    assert answer.headers["location"] == f"{BASE_PATH}/{collection}/{id}"
    if collection in SPECS:  # the whole object, no items, no etag
        assert answer.json["name"] == document["name"]
        assert "etag" not in answer.json
    else:
        assert set(answer.json) == {"id", "etag"}
        assert ETAG.fullmatch(answer.json["etag"])
        assert answer.headers["etag"] == answer.json["etag"]


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_a_retrieval_is_an_array_of_one_with_all_that_was_sent(send: Sender, collection: str) -> None:
    document = documents(chain.chain(send))[collection]
    created = made(send("POST", f"/{collection}", document)).json
    answer = send("GET", f"/{collection}/{created['id']}/")
    assert answer.status == 200
    assert set(answer.json) == {"items"}
    (item,) = answer.json["items"]
    for name in document.keys() - {"auth"}:
        assert item[name] == document[name]
    assert item["createdAt"] == item["updatedAt"]
    assert item["createdBy"] == item["updatedBy"] == "test-key@techacct.adobe.com"
    assert item["createdClient"] == item["updatedClient"] == "test-key"
    assert item["imsOrgId"] == "TEST@AdobeOrg"
    assert item["sandboxName"] == "prod"
    if collection in CHANGEABLE:
        assert (item["state"], item["version"]) == ("enabled", item["etag"])
    if collection in (*CHANGEABLE, "runs"):
        assert item["etag"] == created["etag"] == answer.headers["etag"]
    if collection == "runs":
        assert "state" not in item
        assert "version" not in item


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_what_isnt_there_is_told_with_its_collection(send: Sender, collection: str) -> None:
    ids = ["nothing", "%2F", "..", "%00", "%C3%A9", "x" * 2000]
    for method in ("GET", "PATCH", "DELETE", "PUT"):
        if not any(row.method == method and row.path == f"/{collection}/{{id}}" for row in OPERATIONS):
            continue
        body = [{"op": "replace", "path": "/name", "value": "x"}] if method == "PATCH" else ...
        if method == "PUT":
            body = {"name": "x", "providerId": "y"} if collection in SPECS else {}
        for id in ids if method == "GET" and send.name == "core" else ids[:1]:
            answer = send(method, f"/{collection}/{id}", body, if_match="*")
            assert (answer.status, answer.code) == (404, "FLOW-1439-404"), answer.text
            assert answer.json["report"]["type"] == collection


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_a_body_is_asked_for(sent: Sender, collection: str) -> None:
    assert sent("POST", f"/{collection}").code == "FLOW-1405-400"
    assert sent("POST", f"/{collection}", None).code == "FLOW-1405-400"
    for document in ([], "text", 5, True):
        assert sent("POST", f"/{collection}", document).code == "FLOW-1100-400"
        assert "FS-BODY-05" in sent.rules


@pytest.mark.parametrize("collection", CHANGEABLE)
def test_nothing_is_seen_from_another_organisation_or_sandbox(sent: Sender, collection: str) -> None:
    id = make(sent, collection, documents(chain.chain(sent))[collection])
    for headers in (with_headers(x_sandbox_name="dev"), with_headers(x_gw_ims_org_id="OTHER@AdobeOrg")):
        assert sent("GET", f"/{collection}/{id}", headers=headers).status == 404
        assert sent("DELETE", f"/{collection}/{id}", headers=headers).status == 404
        assert sent("GET", f"/{collection}", headers=headers).json["items"] == []
    read(sent, collection, id)


@pytest.mark.parametrize("collection", SPECS)
def test_a_spec_is_its_organisations_in_every_sandbox(sent: Sender, collection: str) -> None:
    id = make(sent, collection, documents(chain.chain(sent))[collection])
    assert sent("GET", f"/{collection}/{id}", headers=with_headers(x_sandbox_name="dev")).status == 200
    assert sent("GET", f"/{collection}/{id}", headers=with_headers(x_gw_ims_org_id="O@AdobeOrg")).status == 404


@pytest.mark.parametrize("row", OPERATIONS, ids=lambda row: row.id)
def test_a_method_that_isnt_documented_is_told_which_are(sent: Sender, row: object) -> None:
    target = row.service.base_path + row.path  # type: ignore[attr-defined]
    target = target.replace("{domain}", "com").replace("{version}", "v2").replace("{module}", "Leads")
    at_its_path = (each for each in OPERATIONS if (each.service, each.path) == (row.service, row.path))  # type: ignore[attr-defined]
    documented = {each.method for each in at_its_path}
    for method in ("HEAD", "OPTIONS", "TRACE", "BREW"):
        if method in documented:
            continue
        answer = sent.raw(method, target.replace("{id}", "1"))
        assert answer.status == (400 if row.service.id == "zoho-crm" else 405)  # type: ignore[attr-defined]
        assert row.method in answer.headers["allow"].split(", ")  # type: ignore[attr-defined]


def test_a_head_request_has_no_body_on_the_wire(send: Sender) -> None:
    answer = send("HEAD", "/flows")
    assert answer.status == 405
    assert send("GET", "/flows").status == 200


@pytest.mark.parametrize(
    "path", ["/connections//", "//connections", "/Connections", "/connections%2Fx", "/flows/x/y/z", "/%66lowz", "/"]
)
def test_an_odd_path_is_no_operation(sent: Sender, path: str) -> None:
    assert sent("GET", path).code == "404000"


def test_a_percent_encoded_letter_is_that_letter(sent: Sender) -> None:
    assert sent("GET", "/%66lows").status == 200
