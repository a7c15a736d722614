"""What Flow Service refers to in the services around it: warned about where it isn't there, refused strictly."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from contracts.sources.source_catalogue import DATA_LAKE
from mockserver import Mock
from tests.kit import chain
from tests.kit.connection import zoho
from tests.kit.journey import FILES
from tests.kit.platform import (
    ENDPOINT,
    KEY,
    catalog,
    connectors,
    dataset,
    dataset_made,
    made,
    mapping_set_made,
    schema_made,
)
from tests.kit.sender import Answer, Sender, core, under

BLOB = "4c10e202-c428-4796-9208-5f1f5732b1cf"


def target(**changes: Any) -> Callable[[Sender], Answer]:
    return lambda sent: sent("POST", "/targetConnections", {**chain.target(), **changes})


def flow(**params: Any) -> Callable[[Sender], Answer]:
    def ask(sent: Sender) -> Answer:
        there = chain.chain(sent)
        rows = [chain.MAPPING, {"name": "Encryption", "params": params}] if "publicKeyId" in params else []
        rows = rows or [{"name": "Mapping", "params": {"mappingVersion": 0, **params}}]
        return sent("POST", "/flows", chain.flow(there.source, there.target, transformations=rows))

    return ask


def endpoint(sent: Sender) -> Answer:
    params = {"connectionString": "x", "usePrivateLink": True, "privateEndpointId": "nosuch"}
    auth = {"specName": "ConnectionString", "params": params}
    body = {"name": "blob", "auth": auth, "connectionSpec": {"id": BLOB, "version": "1.0"}}
    return sent("POST", "/connections", body)


UNKNOWN: dict[str, Callable[[Sender], Answer]] = {
    "FS-REF-05": target(data={"schema": {"id": "https://ns.adobe.com/y/schemas/2", "version": "1"}}),
    "FS-REF-06": target(params={"dataSetId": "0" * 24}),
    "FS-REF-07": flow(mappingId="0" * 32),
    "FS-REF-08": flow(publicKeyId="nosuch"),
    "FS-REF-09": endpoint,
}


@pytest.mark.parametrize("rule", UNKNOWN)
def test_what_is_not_there_is_warned_about_and_refused_strictly(rule: str) -> None:
    sent = under("default")
    assert UNKNOWN[rule](sent).status == 201
    assert rule in [row["rule"] for row in sent.every_violation if row["severity"] == "warning"]
    strict = under("strict")
    assert UNKNOWN[rule](strict).status == 400
    assert rule in [row["rule"] for row in strict.every_violation if row["severity"] == "error"]


def encrypted(sent: Sender, **params: Any) -> Answer:
    """A flow of encrypted files that runs at once (encrypt-data.md)."""
    there = chain.chain(sent)
    base = chain.make(sent, "connections", FILES)
    parts = {"data": {"format": "delimited"}, "params": {"path": "/acme/leads.csv.gpg"}}
    spec = {"connectionSpec": {"id": chain.AMAZON_S3, "version": "1.0"}}
    source = chain.make(sent, "sourceConnections", chain.source(base, **parts, **spec))
    rows = [chain.MAPPING, {"name": "Encryption", "params": params}]
    schedule = {"startTime": sent.mock.clock.now() // 1000, "frequency": "once"}
    of = {"flowSpec": {"id": chain.CLOUD_TO_AEP, "version": "1.0"}}
    return sent("POST", "/flows", chain.flow(source, there.target, transformations=rows, scheduleParams=schedule, **of))


def outcome(sent: Sender, flow_id: str) -> str:
    sent.mock.clock.advance(60)
    (run,) = sent("GET", f"/runs?property=flowId=={flow_id}").json["items"]
    return run["metrics"]["statusSummary"]["status"]  # type: ignore[no-any-return]


def key_made(sent: Sender) -> str:
    return made(connectors(sent, "POST", "/encryption/keys", KEY), 200)["publicKeyId"]  # type: ignore[no-any-return]


def test_encrypted_files_are_copied_with_a_key_that_holds(sent: Sender) -> None:
    answer = encrypted(sent, publicKeyId=key_made(sent))
    assert [row["rule"] for row in sent.every_violation] == ["FS-REF-07"]
    assert outcome(sent, answer.json["id"]) == "success"


@pytest.mark.parametrize("params", [{"publicKeyId": "nosuch"}, {"signVerificationKeyId": "nosuch"}])
def test_a_run_fails_whose_key_is_not_there(sent: Sender, params: dict[str, str]) -> None:
    answer = encrypted(sent, **{"publicKeyId": key_made(sent), **params})
    assert answer.status == 201
    assert outcome(sent, answer.json["id"]) == "failed"


def test_a_key_that_has_expired_is_warned_about_and_the_run_fails(sent: Sender) -> None:
    key = key_made(sent)
    sent.mock.clock.advance(days=180)
    answer = encrypted(sent, publicKeyId=key)
    assert answer.status == 201
    assert "FS-REF-10" in [row["rule"] for row in sent.every_violation if row["severity"] == "warning"]
    assert outcome(sent, answer.json["id"]) == "failed"


def test_a_key_that_has_expired_is_refused_strictly() -> None:
    sent = under("strict")
    key = key_made(sent)
    sent.mock.clock.advance(days=180)
    assert encrypted(sent, publicKeyId=key).status == 400
    assert sent.rules == ["FS-REF-10"]


def test_a_warning_names_what_there_is(sent: Sender) -> None:
    id = dataset_made(sent)
    assert UNKNOWN["FS-REF-06"](sent).status == 201
    (row,) = [row for row in sent.every_violation if row["rule"] == "FS-REF-06"]
    assert (row["pointer"], row["allowed"]) == ("/params/dataSetId", [id])


def journey(sent: Sender) -> dict[str, str]:
    """The documented way: each id is that which the step before answered."""
    schema = schema_made(sent)
    data = dataset_made(sent, schema)
    base = chain.make(sent, "connections", zoho())
    source = chain.make(sent, "sourceConnections", chain.source(base))
    reference = {"id": schema, "version": "application/vnd.adobe.xed-full+json;version=1"}
    body = {
        "name": "target",
        "data": {"schema": reference},
        "params": {"dataSetId": data},
        "connectionSpec": {"id": DATA_LAKE, "version": "1.0"},
    }
    to = chain.make(sent, "targetConnections", body)
    mapping = {"name": "Mapping", "params": {"mappingId": mapping_set_made(sent, schema), "mappingVersion": 0}}
    soon = {"startTime": sent.mock.clock.now() // 1000 + 30, "frequency": "once"}
    flow_id = chain.make(sent, "flows", chain.flow(source, to, transformations=[mapping], scheduleParams=soon))
    return {"schema": schema, "dataset": data, "base": base, "source": source, "target": to, "flow": flow_id}


@pytest.mark.parametrize("strictness", ["default", "strict"])
def test_the_whole_way_from_a_schema_to_a_batch_and_back_breaks_no_rule(strictness: Any) -> None:
    sent = under(strictness)
    ids = journey(sent)
    sent.mock.clock.advance(90)
    (run,) = sent("GET", f"/runs?property=flowId=={ids['flow']}").json["items"]
    assert run["metrics"]["statusSummary"]["status"] == "success"
    (info,) = next(each["targetInfo"] for each in run["activities"] if "targetInfo" in each)
    (batch,) = info["reference"]["ids"]
    found = made(catalog(sent, "GET", f"/batches/{batch}"), 200)[batch]
    assert found["relatedObjects"] == [{"type": "dataSet", "id": ids["dataset"]}]
    for collection, name in (
        ("flows", "flow"),
        ("targetConnections", "target"),
        ("sourceConnections", "source"),
        ("connections", "base"),
    ):
        assert sent("DELETE", f"/{collection}/{ids[name]}").status == 204
    assert made(catalog(sent, "DELETE", f"/dataSets/{ids['dataset']}"), 200) == [f"@/dataSets/{ids['dataset']}"]
    broken = [found["rule"] for row in sent.mock.journal.rows() for found in row["violations"]]
    assert broken == []


def test_a_reset_of_the_sandbox_empties_every_service(sent: Sender) -> None:
    ids = journey(sent)
    made(connectors(sent, "POST", "/encryption/keys", KEY), 200)
    made(connectors(sent, "POST", "/privateEndpoints", ENDPOINT))
    body = b'{"action": "reset"}'
    assert sent.raw("PUT", "/data/foundation/sandbox-management/sandboxes/prod", body=body).status == 202
    sent.mock.clock.advance(60)
    assert sent("GET", "/connections").json["items"] == []
    assert made(catalog(sent, "GET", "/dataSets"), 200) == {}
    assert made(connectors(sent, "GET", "/encryption/keys"), 200) == []
    assert made(connectors(sent, "GET", "/privateEndpoints"), 200)["items"] == []
    assert made(catalog(sent, "GET", f"/dataSets?name={ids['dataset']}"), 200) == {}


def test_the_same_seed_makes_the_same_way() -> None:
    def bodies() -> list[Any]:
        mock = Mock(seed=7)
        sent = Sender("core", mock, core(mock))
        journey(sent)
        catalog(sent, "POST", "/dataSets", dataset("x__union"))
        return [row["response"]["body"] for row in mock.journal.rows()]

    assert bodies() == bodies()
