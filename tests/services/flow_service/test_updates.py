"""PATCH on every collection that has it: etags, JSON Patch, and what no update reaches."""

from __future__ import annotations

from typing import Any

import pytest

from tests.kit import chain
from tests.kit.chain import COLLECTIONS, Chain, id_in, make, read
from tests.kit.connection import zoho
from tests.kit.sender import Sender, under

RENAME = [{"op": "replace", "path": "/name", "value": "renamed"}]


@pytest.fixture
def there(sent: Sender) -> Chain:
    return chain.chain(sent)


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_an_update_answers_a_new_etag_and_shows(send: Sender, collection: str) -> None:
    there = chain.chain(send)
    id = id_in(there, collection)
    before = read(send, collection, id)
    send.mock.clock.advance(5)
    answer = send("PATCH", f"/{collection}/{id}/", RENAME, if_match=before["etag"])
    assert answer.status == 200
    after = read(send, collection, id)
    assert answer.json == {"id": id, "etag": after["etag"]}
    assert answer.headers["etag"] == after["etag"] == after["version"] != before["etag"]
    assert after["name"] == "renamed"
    assert after["updatedAt"] >= before["updatedAt"] + 5000
    assert after["createdAt"] == before["createdAt"]
    changed = {"name", "etag", "version", "updatedAt", "lastOperation"}
    assert {name: value for name, value in after.items() if name not in changed} == {
        name: value for name, value in before.items() if name not in changed
    }


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_an_update_is_refused_without_the_current_etag(sent: Sender, there: Chain, collection: str) -> None:
    id = id_in(there, collection)
    etag = read(sent, collection, id)["etag"]
    path = f"/{collection}/{id}"
    assert sent("PATCH", path, RENAME).code == "FLOW-1403-400"
    assert sent.rules == ["FS-ETAG-01"]
    assert sent("PATCH", f"{path}?if-match={etag}", RENAME).code == "FLOW-1403-400"
    for stale, rule in (
        ('"0"', "FS-ETAG-03"),
        (etag.strip('"'), "FS-ETAG-02"),
        (f"W/{etag}", "FS-ETAG-03"),
        ("", "FS-ETAG-03"),
    ):
        answer = sent("PATCH", path, RENAME, if_match=stale)
        assert (answer.status, answer.code, sent.rules) == (412, "FLOW-1404-412", [rule])
    assert read(sent, collection, id)["etag"] == etag
    assert sent("PATCH", path, RENAME, if_match="*").status == 200
    assert sent("PATCH", path, RENAME, if_match=etag).status == 412


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_a_deletion_and_an_action_look_at_if_match_only_where_it_is_sent(sent: Sender, collection: str) -> None:
    there = chain.chain(sent, "?mode=draft")
    id = id_in(there, collection)
    assert sent("POST", f"/{collection}/{id}/action?op=publish", if_match='"stale"').code == "FLOW-1404-412"
    assert read(sent, collection, id)["state"] == "draft"
    assert sent("DELETE", f"/{collection}/{id}", if_match='"stale"').code == "FLOW-1404-412"
    alone = make(sent, collection, chain.without(read(sent, collection, id), "state"), "?mode=draft")
    answer = sent("DELETE", f"/{collection}/{alone}/")
    assert (answer.status, answer.text) == (204, b"")
    assert sent("GET", f"/{collection}/{alone}").status == 404
    assert sent("DELETE", f"/{collection}/{alone}").code == "FLOW-1439-404"


@pytest.mark.parametrize("collection", COLLECTIONS)
@pytest.mark.parametrize("spelling", [str.upper, str.title, str.lower])
def test_the_three_operations_are_read_in_any_letter_case(
    sent: Sender, there: Chain, collection: str, spelling: Any
) -> None:
    patch = [
        {"op": spelling("replace"), "path": "/name", "value": "é\u2028"},
        {"op": spelling("add"), "path": "/description", "value": "new"},
        {"op": spelling("remove"), "path": "/description", "value": "ignored"},
    ]
    id = id_in(there, collection)
    assert sent("PATCH", f"/{collection}/{id}", patch, if_match="*").status == 200
    after = read(sent, collection, id)
    assert after["name"] == "é\u2028"
    assert "description" not in after


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_an_operation_alone_counts_as_a_list_of_one(sent: Sender, there: Chain, collection: str) -> None:
    id = id_in(there, collection)
    assert sent("PATCH", f"/{collection}/{id}", RENAME[0], if_match="*").status == 200


@pytest.mark.parametrize("collection", COLLECTIONS)
@pytest.mark.parametrize(
    ("operation", "code", "rule"),
    [
        ({"op": "move", "from": "/name", "path": "/description"}, "FLOW-1434-400", "FS-PATCH-03"),
        ({"op": "copy", "from": "/name", "path": "/description"}, "FLOW-1434-400", "FS-PATCH-03"),
        ({"op": "test", "path": "/name", "value": "x"}, "FLOW-1434-400", "FS-PATCH-03"),
        ({"op": "replace", "path": "/nothing", "value": 1}, "FLOW-1455-400", "FS-PATCH-05"),
        ({"op": "remove", "path": "/nothing"}, "FLOW-1455-400", "FS-PATCH-05"),
        ({"op": "add", "path": "/nothing/deeper", "value": 1}, "FLOW-1455-400", "FS-PATCH-05"),
        ({"op": "replace", "path": "/name/0", "value": 1}, "FLOW-1455-400", "FS-PATCH-05"),
        ({"op": "replace", "path": "name", "value": "x"}, "FLOW-1455-400", "FS-PATCH-05"),
        ({"op": "replace", "path": "", "value": {}}, "FLOW-1455-400", "FS-PATCH-05"),
        ({"op": "replace", "path": "/name~2", "value": "x"}, "FLOW-1455-400", "FS-PATCH-05"),
        ({"op": "replace", "path": "/name"}, "FLOW-1455-400", "FS-PATCH-04"),
        ({"path": "/name", "value": "x"}, "FLOW-1455-400", "FS-PATCH-04"),
        ({"op": "replace", "value": "x"}, "FLOW-1455-400", "FS-PATCH-04"),
        ({"op": 5, "path": "/name", "value": "x"}, "FLOW-1455-400", "FS-PATCH-04"),
        ("replace", "FLOW-1100-400", "FS-PATCH-01"),
    ],
)
def test_what_isnt_a_documented_update_is_refused_whole(
    sent: Sender, there: Chain, collection: str, operation: Any, code: str, rule: str
) -> None:
    id = id_in(there, collection)
    before = sent.mock.snapshot()
    answer = sent("PATCH", f"/{collection}/{id}", [*RENAME, operation], if_match="*")
    assert (answer.status, answer.code) == (400, code), answer.text
    assert sent.rules == [rule]
    assert sent.mock.snapshot() == before


OWN = ("/id", "/createdAt", "/updatedBy", "/sandboxName", "/imsOrgId", "/etag", "/version", "/createdBy/x")


@pytest.mark.parametrize("collection", COLLECTIONS)
@pytest.mark.parametrize("op", ["add", "replace", "remove"])
@pytest.mark.parametrize("path", OWN)
def test_what_the_service_sets_stays_whatever_an_update_says(
    sent: Sender, there: Chain, collection: str, op: str, path: str
) -> None:
    """No document says how the service answers that: it is passed over, and refused under --strict."""
    id = id_in(there, collection)
    operation = {"op": op, "path": path, "value": "x"}
    before = read(sent, collection, id)
    assert sent("PATCH", f"/{collection}/{id}", [operation, *RENAME], if_match="*").status == 200
    assert [(row["rule"], row["severity"]) for row in sent.violations] == [("FS-PATCH-07", "warning")]
    after = read(sent, collection, id)
    changing = ("name", "etag", "version", "updatedAt", "lastOperation")
    assert chain.without(after, *changing) == chain.without(before, *changing)
    assert after["name"] == "renamed"


def test_strictly_what_the_service_sets_is_not_updated() -> None:
    sent = under("strict")
    id, etag = sent.create()
    answer = sent("PATCH", f"/connections/{id}", [{"op": "replace", "path": "/id", "value": "x"}], if_match=etag)
    assert (answer.code, sent.rules) == ("FLOW-1455-400", ["FS-PATCH-07"])


@pytest.mark.parametrize("collection", ["connections", "sourceConnections", "targetConnections"])
@pytest.mark.parametrize("path", ["/connectionSpec", "/connectionSpec/id"])
def test_a_connection_spec_stays(sent: Sender, there: Chain, collection: str, path: str) -> None:
    patch = [{"op": "replace", "path": path, "value": "x"}]
    assert sent("PATCH", f"/{collection}/{id_in(there, collection)}", patch, if_match="*").code == "FLOW-1414-400"
    assert sent.rules == ["FS-PATCH-06"]


def test_only_a_connections_state_is_set_by_an_update(sent: Sender, there: Chain) -> None:
    patch = [{"op": "replace", "path": "/state", "value": "disabled"}]
    for collection in ("sourceConnections", "targetConnections", "flows"):
        assert sent("PATCH", f"/{collection}/{id_in(there, collection)}", patch, if_match="*").status == 200
        assert [row["rule"] for row in sent.violations] == ["FS-PATCH-07"]
        assert read(sent, collection, id_in(there, collection))["state"] == "enabled"
    assert sent("PATCH", f"/connections/{there.base}", patch, if_match="*").status == 200
    assert there.read("base")["state"] == "disabled"
    patch[0]["value"] = "draft"
    assert sent("PATCH", f"/connections/{there.base}", patch, if_match="*").code == "FLOW-1456-400"
    assert sent.rules == ["FS-PATCH-08"]


@pytest.mark.parametrize("body", [[], {}, None, ...])
def test_an_empty_update_is_none(sent: Sender, there: Chain, body: Any) -> None:
    for collection in COLLECTIONS:
        answer = sent("PATCH", f"/{collection}/{id_in(there, collection)}", body, if_match="*")
        assert answer.status == 400
        if body != {}:
            assert answer.code == "FLOW-1405-400"


# Flows.


@pytest.mark.parametrize(
    ("operation", "field", "value"),
    [
        (
            {"op": "replace", "path": "/scheduleParams/frequency", "value": "hour"},
            "scheduleParams",
            {**chain.SCHEDULED["scheduleParams"], "frequency": "hour"},
        ),
        (
            {"op": "replace", "path": "/scheduleParams/interval", "value": "45"},
            "scheduleParams",
            {**chain.SCHEDULED["scheduleParams"], "interval": "45"},
        ),
        (
            {"op": "replace", "path": "/transformations/1", "value": {**chain.MAPPING, "params": {"mappingId": "n"}}},
            "transformations",
            [chain.COPY, {**chain.MAPPING, "params": {"mappingId": "n"}}],
        ),
        (
            {"op": "replace", "path": "/transformations/0/params/deltaColumn/name", "value": "Created_Time"},
            "transformations",
            [{"name": "Copy", "params": {"deltaColumn": {"name": "Created_Time"}}}, chain.MAPPING],
        ),
        (
            {"op": "add", "path": "/transformations/-", "value": chain.MAPPING},
            "transformations",
            [chain.COPY, chain.MAPPING, chain.MAPPING],
        ),
        ({"op": "add", "path": "/labels", "value": ["core/C1"]}, "labels", ["core/C1"]),
        ({"op": "add", "path": "/policy", "value": {"enforcementRefs": []}}, "policy", {"enforcementRefs": []}),
        ({"op": "add", "path": "/a~1b~0c", "value": 1}, "a/b~c", 1),
    ],
)
def test_the_documented_paths_of_a_flow_are_updated(sent: Sender, operation: Any, field: str, value: Any) -> None:
    there = chain.chain(sent, **chain.SCHEDULED)
    assert sent("PATCH", f"/flows/{there.flow}", [operation], if_match="*").status == 200
    after = there.read("flow")
    assert after[field] == value
    last = after["lastOperation"]
    assert (last["operation"], last["ops"], last["percentCompleted"]) == ("update", [operation], 100.0)
    assert last["status"] == {"value": "completed", "errors": []}
    assert last["started"] == last["updated"] == after["updatedAt"]


def test_only_a_delta_column_that_was_there_may_go(sent: Sender) -> None:
    """update-dataflows.md puts a Mapping in a Copy's place; a flow that becomes scheduled needs a Copy."""
    there = chain.chain(sent, **chain.SCHEDULED)
    mapping = {"op": "replace", "path": "/transformations/0", "value": chain.MAPPING}
    assert sent("PATCH", f"/flows/{there.flow}", [mapping], if_match="*").status == 200
    assert [found["rule"] for found in sent.violations] == ["FS-PATCH-09"]
    once = chain.chain(sent)
    scheduled = {"op": "replace", "path": "/scheduleParams", "value": chain.SCHEDULED["scheduleParams"]}
    assert sent("PATCH", f"/flows/{once.flow}", [scheduled], if_match="*").code == "FLOW-1100-400"
    assert [found["rule"] for found in sent.violations] == ["FS-TRF-05"]


@pytest.mark.parametrize(
    ("operation", "rule"),
    [
        ({"op": "replace", "path": "/scheduleParams/frequency", "value": "hourly"}, "FS-SCH-03"),
        ({"op": "replace", "path": "/scheduleParams/interval", "value": 5}, "FS-SCH-07"),
        ({"op": "replace", "path": "/scheduleParams", "value": {}}, "FS-SCH-01"),
        ({"op": "replace", "path": "/scheduleParams", "value": []}, "FS-SCH-01"),
        ({"op": "replace", "path": "/transformations", "value": {}}, "FS-TRF-01"),
        ({"op": "replace", "path": "/transformations", "value": [chain.COPY]}, "FS-TRF-02"),
        ({"op": "replace", "path": "/transformations/0", "value": "Copy"}, "FS-TRF-01"),
        ({"op": "replace", "path": "/sourceConnectionIds", "value": ["nothing"]}, "FS-REF-01"),
        ({"op": "replace", "path": "/sourceConnectionIds", "value": []}, "FS-FLOW-05"),
        ({"op": "add", "path": "/sourceConnectionIds/-", "value": "x"}, "FS-FLOW-05"),
        ({"op": "remove", "path": "/sourceConnectionIds"}, "FS-FLOW-06"),
        ({"op": "remove", "path": "/targetConnectionIds"}, "FS-FLOW-06"),
        ({"op": "replace", "path": "/targetConnectionIds", "value": "x"}, "FS-FLOW-06"),
        ({"op": "add", "path": "/labels", "value": {}}, "FS-FLOW-10"),
        ({"op": "add", "path": "/policy", "value": []}, "FS-FLOW-10"),
        ({"op": "replace", "path": "/name", "value": ""}, "FS-FLOW-02"),
        ({"op": "replace", "path": "/description", "value": 5}, "FS-CON-02"),
        ({"op": "replace", "path": "/scheduleParams/startTime", "value": 1567411549}, "FS-SCH-10"),
        ({"op": "remove", "path": "/scheduleParams/startTime"}, "FS-SCH-10"),
    ],
)
def test_a_flow_stays_sound(sent: Sender, operation: Any, rule: str) -> None:
    there = chain.chain(sent, **chain.SCHEDULED)
    before = sent.mock.snapshot()
    assert sent("PATCH", f"/flows/{there.flow}", [operation], if_match="*").status == 400
    assert rule in sent.rules
    assert sent.mock.snapshot() == before


def test_a_start_that_is_still_to_come_may_be_moved(sent: Sender) -> None:
    later = sent.mock.clock.now() // 1000 + 3600
    schedule = {"startTime": later, "frequency": "minute", "interval": 30}
    there = chain.chain(sent, **{**chain.SCHEDULED, "scheduleParams": schedule})
    patch = [{"op": "replace", "path": "/scheduleParams/startTime", "value": later + 60}]
    assert sent("PATCH", f"/flows/{there.flow}", patch, if_match="*").status == 200
    sent.mock.clock.advance(3700)
    for op in ("disable", "enable"):
        assert sent("POST", f"/flows/{there.flow}/action?op={op}").status == 200
        patch[0]["value"] += 3600
        assert sent("PATCH", f"/flows/{there.flow}", patch, if_match="*").code == "FLOW-1100-400"
        assert sent.rules == ["FS-SCH-10"]


def test_a_change_of_a_source_is_not_reflected_in_its_flow(sent: Sender, there: Chain) -> None:
    """update-dataflows.md."""
    before = there.read("flow")
    patch = [{"op": "replace", "path": "/params/tableName", "value": "Contacts"}]
    assert sent("PATCH", f"/sourceConnections/{there.source}", patch, if_match="*").status == 200
    assert there.read("source")["params"]["tableName"] == "Contacts"
    assert there.read("flow") == before


def test_a_flow_that_is_moved_to_another_source_lets_go_of_the_first(sent: Sender, there: Chain) -> None:
    other = make(sent, "sourceConnections", chain.source(there.base))
    patch = [{"op": "replace", "path": "/sourceConnectionIds/0", "value": other}]
    assert sent("PATCH", f"/flows/{there.flow}", patch, if_match="*").status == 200
    assert sent("DELETE", f"/sourceConnections/{there.source}").status == 204
    assert sent("DELETE", f"/sourceConnections/{other}").code == "FLOW-1447-400"
    assert there.read("flow")["inheritedAttributes"]["sourceConnections"][0]["id"] == other


def test_what_the_world_has_broken_is_not_held_against_an_update(sent: Sender) -> None:
    """The base connection of a source without flows may be deleted; its name can still be changed."""
    base = make(sent, "connections", zoho())
    source = make(sent, "sourceConnections", chain.source(base))
    assert sent("DELETE", f"/connections/{base}").status == 204
    assert sent("PATCH", f"/sourceConnections/{source}", RENAME, if_match="*").status == 200


@pytest.mark.parametrize(
    ("collection", "operation", "rule"),
    [
        ("sourceConnections", {"op": "replace", "path": "/name", "value": 5}, "FS-IN-02"),
        ("sourceConnections", {"op": "replace", "path": "/data", "value": []}, "FS-IN-04"),
        ("sourceConnections", {"op": "replace", "path": "/data/format", "value": "xml"}, "FS-IN-05"),
        ("sourceConnections", {"op": "replace", "path": "/params", "value": "Leads"}, "FS-IN-06"),
        ("sourceConnections", {"op": "replace", "path": "/params/tableName", "value": ""}, "FS-IN-07"),
        ("targetConnections", {"op": "replace", "path": "/name", "value": ""}, "FS-OUT-01"),
        ("targetConnections", {"op": "replace", "path": "/data", "value": None}, "FS-OUT-02"),
        ("targetConnections", {"op": "replace", "path": "/params", "value": 5}, "FS-OUT-03"),
        ("targetConnections", {"op": "replace", "path": "/params/dataSetId", "value": " "}, "FS-OUT-05"),
    ],
)
def test_sources_and_targets_stay_sound(sent: Sender, there: Chain, collection: str, operation: Any, rule: str) -> None:
    before = sent.mock.snapshot()
    assert sent("PATCH", f"/{collection}/{id_in(there, collection)}", [operation], if_match="*").status == 400
    assert sent.rules[0] == rule
    assert sent.mock.snapshot() == before


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_a_draft_is_completed_by_updates(sent: Sender, collection: str) -> None:
    there = chain.chain(sent, "?mode=draft")
    id = id_in(there, collection)
    assert sent("PATCH", f"/{collection}/{id}", RENAME, if_match=read(sent, collection, id)["etag"]).status == 200
    after = read(sent, collection, id)
    assert (after["name"], after["state"]) == ("renamed", "draft")
