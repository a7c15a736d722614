"""Where Adobe's documents contradict each other: each side that the mock knows, shown on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest

from contracts import OPERATIONS, RULES
from contracts.services.flow_service.contradictions import CONTRADICTIONS
from contracts.services.flow_service.flow_specs import BATCH
from contracts.services.flow_service.service import FLOW_SERVICE
from contracts.services.ims.service import IMS
from tests.kit import chain
from tests.kit import destinations as out
from tests.kit.chain import COLLECTIONS, id_in, make, read, without
from tests.kit.connection import with_headers, zoho
from tests.kit.platform import (
    PLAIN,
    PROFILE,
    ask,
    catalog,
    connectors,
    dataset,
    made,
    mapping_set,
    old_mapping_set,
    prep,
    registry,
    schema_made,
    stream,
    stream_made,
)
from tests.kit.platform_errors import described, enabled
from tests.kit.sender import Answer, Sender, under

BOTH = ("default", "lenient")
MARKETING_CLOUD = "ea1c2a08-b722-11eb-8529-0242ac130003"
MYSQL, ORACLE = "26d738e0-8963-47ea-aadf-c60de735468a", "d6b52d86-f0f8-475f-89d4-ce54c8527328"
HTTP_API, LANDING_ZONE = "bc7b00d6-623a-4dfc-9fdb-f1240aeadaeb", "26f526f2-58f4-4712-961d-e41bf1ccc0e8"
RENAME = [{"op": "replace", "path": "/name", "value": "renamed"}]
TESTED: dict[str, Callable[..., None]] = {}


def shows(*ids: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Marks the test that shows the sides of these contradictions."""

    def mark(test: Callable[..., None]) -> Callable[..., None]:
        TESTED.update(dict.fromkeys(ids, test))
        return test

    return mark


def test_every_contradiction_is_shown_by_a_test() -> None:
    assert set(TESTED) == set(CONTRADICTIONS)


def test_every_rule_with_a_lenient_side_belongs_to_a_contradiction() -> None:
    adobes = [rule for rule in RULES.values() if not rule.id.startswith("ZO-")]
    lenient = {rule.id for rule in adobes if rule.severity("lenient") != rule.default}
    assert lenient == {id for row in CONTRADICTIONS.values() if row.other == "lenient" for id in row.rules} - {
        "FS-ETAG-01"
    }


def refused(answer: Answer, status: int, code: str) -> None:
    assert (answer.status, answer.code) == (status, code), answer.text


def created(sent: Sender, document: Any, collection: str = "connections", **changes: Any) -> Answer:
    return sent("POST", f"/{collection}", {**document, **changes})


def flow_without_name(sent: Sender) -> Answer:
    there = chain.chain(sent)
    return sent("POST", "/flows", without(chain.flow(there.source, there.target), "name"))


def bare_etag(sent: Sender) -> Answer:
    id, etag = sent.create()
    return sent("PATCH", f"/connections/{id}", RENAME, if_match=etag.strip('"'))


def etag_in_the_query(sent: Sender) -> Answer:
    id, etag = sent.create()
    return sent("PATCH", f"/connections/{id}?if-match={etag}", RENAME)


def action_with_sub_op(sent: Sender) -> Answer:
    return sent("POST", f"/flows/{chain.chain(sent).flow}/action?op=DISABLE&subOp=APPLY")


def without_version(sent: Sender) -> Answer:
    return created(sent, zoho(), connectionSpec={"id": zoho()["connectionSpec"]["id"]})


def slash_at_the_end(sent: Sender) -> Answer:
    return created(sent, zoho(accountsUrl="https://accounts.zoho.eu/"))


def run_without_params(sent: Sender) -> Answer:
    return sent("POST", "/runs", {"flowId": chain.chain(sent).flow, "status": "active"})


def once_with_both(sent: Sender) -> Answer:
    there = chain.chain(sent)
    once = {"startTime": "1591043454", "frequency": "once", "interval": "15"}
    return created(sent, chain.flow(there.source, there.target, **chain.SCHEDULED), "flows", scheduleParams=once)


def update_as_a_form(sent: Sender) -> Answer:
    id = chain.chain(sent).source
    return sent(
        "PATCH", f"/sourceConnections/{id}", RENAME, if_match="*", content_type="application/x-www-form-urlencoded"
    )


def token_without_scope(sent: Sender) -> Answer:
    query = "grant_type=client_credentials&client_id=x&client_secret=y"
    return sent.raw("POST", f"{IMS.base_path}/token/v2?{query}", {})


LENIENT = {
    "sandbox-header": (
        lambda sent: sent("GET", "/connections", headers=with_headers(x_sandbox_name=None)),
        "FLOW-2105-400",
        200,
    ),
    "connection-name": (lambda sent: created(sent, without(zoho(), "name")), "FLOW-1100-400", 201),
    "flow-name": (flow_without_name, "FLOW-1100-400", 201),
    "spec-version": (without_version, "FLOW-1100-422", 201),
    "auth-sent": (lambda sent: created(sent, without(zoho(), "auth")), "FLOW-1100-400", 201),
    "accounts-url-slash": (slash_at_the_end, "FLOW-1100-400", 201),
    "sub-op": (action_with_sub_op, "FLOW-1436-400", 200),
    "if-match-quotes": (bare_etag, "FLOW-1404-412", 200),
    "if-match-place": (etag_in_the_query, "FLOW-1403-400", 200),
    "once-with-interval": (once_with_both, "FLOW-1100-400", 201),
    "run-params": (run_without_params, "FLOW-1100-400", 201),
    "content-type-of-an-update": (update_as_a_form, "uri", 200),
    "union-identity": (lambda sent: enabled(sent, schema_made(sent)), "XDM-1528-400", 200),
    "ims-scope": (token_without_scope, "invalid_scope", 200),
}


def test_the_lenient_side_is_tested_of_every_row_that_has_one() -> None:
    assert set(LENIENT) == {id for id, row in CONTRADICTIONS.items() if row.other == "lenient"}


@pytest.mark.parametrize("id", LENIENT)
@shows(*LENIENT)
def test_what_is_refused_by_default_is_done_with_lenient(id: str) -> None:
    ask, code, status = LENIENT[id]
    strict, lenient = under("default"), under("lenient")
    answer = ask(strict)
    assert answer.code == code
    assert set(strict.rules) <= set(CONTRADICTIONS[id].rules)
    assert strict.rules
    assert ask(lenient).status == status
    assert lenient.rules == []


def test_a_lenient_mock_takes_the_default_sandbox() -> None:
    lenient = under("lenient")
    id = lenient("POST", "/connections", zoho(), headers=with_headers(x_sandbox_name=None)).json["id"]
    assert lenient.read(id)["sandboxName"] == "prod"


def test_a_lenient_mock_looks_at_the_etag_all_the_same() -> None:
    lenient = under("lenient")
    id, _ = lenient.create()
    for target, more in (("?if-match=%220%22", {}), ("", {"if_match": "0"})):
        refused(lenient("PATCH", f"/connections/{id}{target}", RENAME, **more), 412, "FLOW-1404-412")
    refused(lenient("PATCH", f"/connections/{id}", RENAME), 400, "FLOW-1403-400")


@shows("missing-token", "error-code-type")
def test_a_missing_token_is_403_and_a_wrong_one_401() -> None:
    for sent in map(under, BOTH):
        missing = sent("GET", "/connections", headers=with_headers(Authorization=None))
        assert (missing.status, missing.json["error_code"]) == (403, "403010")
        wrong = sent("GET", "/connections", headers=with_headers(Authorization="Basic x"))
        assert (wrong.status, wrong.json["error_code"]) == (401, "401013")


@shows("not-found-status")
def test_an_unknown_id_is_404_in_a_path_and_400_in_a_body() -> None:
    for sent in map(under, BOTH):
        refused(sent("GET", "/connections/nosuch"), 404, "FLOW-1439-404")
        refused(created(sent, chain.source("nosuch"), "sourceConnections"), 400, "FLOW-1439-400")


@shows("trailing-slash")
def test_a_path_may_end_in_a_slash(sent: Sender) -> None:
    for slash in ("", "/"):
        id, etag = sent.create()
        assert sent("PATCH", f"/connections/{id}{slash}", RENAME, if_match=etag).status == 200
        assert sent("DELETE", f"/connections/{id}{slash}").status == 204


@shows("interval-minimum")
def test_fifteen_is_the_least_interval_of_minutes_alone() -> None:
    for sent in map(under, BOTH):
        there = chain.chain(sent)
        for frequency, status in (("minute", 400), ("hour", 201), ("day", 201), ("week", 201)):
            schedule = {"startTime": 1567411548, "frequency": frequency, "interval": 14}
            document = chain.flow(there.source, there.target, **chain.SCHEDULED)
            assert created(sent, document, "flows", scheduleParams=schedule).status == status


@shows("start-in-the-past")
def test_a_schedule_starts_in_the_past_unless_strict() -> None:
    for strictness, status in (("default", 201), ("lenient", 201), ("strict", 400)):
        sent = under(strictness)
        base = make(sent, "connections", zoho())
        ids = make(sent, "sourceConnections", chain.source(base)), make(sent, "targetConnections", chain.target())
        past = {"startTime": "1567411548", "frequency": "once"}
        answer = sent("POST", "/flows", chain.flow(*ids, scheduleParams=past))
        assert (answer.status, "FS-SCH-09" in sent.rules) == (status, status == 400)


@shows("crm-flow-spec")
def test_the_tutorials_wrong_flow_spec_is_warned_about(sent: Sender) -> None:
    there = chain.chain(sent)
    assert "FS-FLOW-09" not in [row["rule"] for row in sent.violations]
    flow_spec = {"id": chain.CLOUD_TO_AEP, "version": "1.0"}
    assert created(sent, chain.flow(there.source, there.target), "flows", flowSpec=flow_spec).status == 201
    assert ("FS-FLOW-09", "warning") in [(row["rule"], row["severity"]) for row in sent.violations]


@shows("draft-update")
def test_a_draft_connection_is_updated() -> None:
    for sent in map(under, BOTH):
        id = make(sent, "connections", zoho(), "?mode=draft")
        assert sent("PATCH", f"/connections/{id}", RENAME, if_match=sent.read(id)["etag"]).status == 200
        assert (sent.read(id)["name"], sent.read(id)["state"]) == ("renamed", "draft")


@shows("op-case")
@pytest.mark.parametrize("op", ["PUBLISH", "publish", "Publish"])
def test_an_action_is_read_in_any_letter_case(sent: Sender, op: str) -> None:
    id = make(sent, "connections", zoho(), "?mode=draft")
    assert sent("POST", f"/connections/{id}/action?op={op}").status == 200


@shows("triggered-run")
def test_a_run_is_triggered_again_as_itself_or_as_another(sent: Sender) -> None:
    there = chain.chain(sent)
    for op in ("RE_TRIGGER", "re-trigger"):
        id = make(sent, "runs", chain.run(there.flow))
        sent("PUT", f"/runs/{id}", {"metrics": {"statusSummary": {"status": "failed"}}}, if_match="*")
        answer = sent("POST", f"/runs/{id}/action?op={op}")
        assert answer.status == 200, answer.text
        assert (answer.json["id"] == id) is (op == "RE_TRIGGER")
    assert set(answer.json) == {"id", "etag"}
    assert read(sent, "runs", answer.json["id"])["metrics"]["statusSummary"]["status"] == "scheduled"
    assert read(sent, "runs", id)["metrics"]["statusSummary"]["status"] == "failed"


@shows("patch-body", "patch-op-case", "remove-value", "patch-value-type")
@pytest.mark.parametrize(
    "patch",
    [
        RENAME,
        RENAME[0],
        [{**RENAME[0], "op": "REPLACE"}],
        [{**RENAME[0], "op": "Replace"}],
        [*RENAME, {"op": "remove", "path": "/description"}],
        [*RENAME, {"op": "remove", "path": "/description", "value": "ignored"}],
        [*RENAME, {"op": "replace", "path": "/auth/params", "value": zoho("us")["auth"]["params"]}],
        [*RENAME, {"op": "add", "path": "/labels", "value": ["C1"]}],
    ],
    ids=str,
)
def test_an_update_is_read_either_way(patch: Any) -> None:
    for sent in map(under, BOTH):
        id, etag = sent.create()
        assert sent("PATCH", f"/connections/{id}", patch, if_match=etag).status == 200
        assert sent.read(id)["name"] == "renamed"


@shows("etag-after-write", "patch-answer")
def test_a_publish_and_an_update_answer_id_and_a_new_etag() -> None:
    for sent in map(under, BOTH):
        there = chain.chain(sent, "?mode=draft")
        for name in COLLECTIONS:
            id = id_in(there, name)
            draft = read(sent, name, id)["etag"]
            published = sent("POST", f"/{name}/{id}/action?op=publish").json
            updated = sent("PATCH", f"/{name}/{id}", RENAME, if_match=published["etag"]).json
            assert set(published) == set(updated) == {"id", "etag"}
            assert len({draft, published["etag"], updated["etag"]}) == 3


@shows("stale-text")
def test_a_stale_etag_is_answered_in_the_newer_words() -> None:
    for sent in map(under, BOTH):
        id, etag = sent.create()
        answer = sent("PATCH", f"/connections/{id}", RENAME, if_match='"stale"')
        refused(answer, 412, "FLOW-1404-412")
        text = answer.json["errorMessage"]
        assert text.startswith(
            f"The supplied version '\"stale\"' does not match the current version on entity '{etag}'."
        )


@shows("delete-status")
def test_a_deletion_is_answered_204() -> None:
    for sent in map(under, BOTH):
        id, _ = sent.create()
        answer = sent("DELETE", f"/connections/{id}")
        assert (answer.status, answer.text) == (204, b"")


@shows("run-answer", "run-times")
@pytest.mark.parametrize("factor", [1, 1000])
def test_a_run_answers_id_and_etag_and_keeps_its_times(factor: int) -> None:
    for sent in map(under, BOTH):
        times = {"windowStartTime": 1651584991 * factor, "windowEndTime": 1651585991 * factor}
        answer = sent("POST", "/runs", chain.run(chain.chain(sent).flow, **times))
        assert (answer.status, set(answer.json)) == (201, {"id", "etag"})
        params = read(sent, "runs", answer.json["id"])["params"]
        assert {name: params[name] for name in times} == times


@shows("runs-of-a-flow")
def test_the_runs_of_a_flow_are_a_filtered_list() -> None:
    for sent in map(under, BOTH):
        there = chain.chain(sent)
        other = make(sent, "flows", chain.flow(there.source, there.target))
        id = make(sent, "runs", chain.run(there.flow))
        make(sent, "runs", chain.run(other))
        link = there.read("flow")["runs"]
        assert link == f"/runs?property=flowId=={there.flow}"
        assert [row["id"] for row in sent("GET", link).json["items"]] == [id]
        refused(sent("GET", f"/flows/{there.flow}/runs"), 404, "404000")


@shows("limit-and-count")
def test_only_a_true_count_refuses_a_limit() -> None:
    for sent in map(under, BOTH):
        for count in ("false", "False"):
            assert sent("GET", f"/connections?limit=5&count={count}").json == {"items": [], "_links": {}}
        refused(sent("GET", "/connections?limit=5&count=true"), 400, "FLOW-1401-400")
        assert sent("GET", "/connections?count=true").json == {"count": 0}


@shows("limit-maximum")
def test_a_search_takes_ten_times_the_limit_of_a_list() -> None:
    for sent in map(under, BOTH):
        for limit, warned in ((100, []), (101, ["FS-QRY-18"])):
            assert sent("GET", f"/connections?limit={limit}").status == 200
            assert [found["rule"] for found in sent.violations] == warned
        for limit, status in ((1000, 200), (1001, 400)):
            assert sent("POST", "/connections/search", {"limit": limit}).status == status


@shows("spellings", "explored-file")
def test_a_file_is_explored_in_either_spelling_and_is_an_object() -> None:
    for sent in map(under, BOTH):
        base = make(sent, "connections", amazon_s3())
        answers = [explored(sent, base, names) for names in (("fileType", "delimited"), ("FileType", "Delimited"))]
        assert answers[0] == answers[1]
        assert set(answers[0]) >= {"format", "schema"}
        run = read(sent, "runs", make(sent, "runs", chain.run(chain.chain(sent).flow)))
        assert {"etag", "activities"} <= set(run)
        assert not {"eTag", "activites"} & set(run)


@shows("explored-tables", "written-spec", "flow-spec-path")
def test_what_is_listed_is_an_array_and_what_is_written_an_object() -> None:
    for sent in map(under, BOTH):
        assert isinstance(sent("GET", f"/connections/{sent.create()[0]}/explore?objectType=root").json, list)
        spec = {"name": "acme", "providerId": BATCH}
        assert spec.items() <= sent("POST", "/connectionSpecs", spec).json.items()
        for path, status in ((f"/flowSpecs/{chain.CRM_TO_AEP}", 200), (f"/connectionSpecs/{chain.CRM_TO_AEP}", 404)):
            assert sent("PUT", path, spec).status == status


def amazon_s3() -> dict[str, Any]:
    keys = {"specName": "Access Key", "params": {"s3AccessKey": "x", "s3SecretKey": "y"}}
    return {"name": "s3", "connectionSpec": {"id": chain.AMAZON_S3, "version": "1.0"}, "auth": keys}


def explored(sent: Sender, base: str, file_type: tuple[str, str]) -> Any:
    name, value = file_type
    root = sent("GET", f"/connections/{base}/explore?objectType=root").json
    path = next(row["path"] for row in files(sent, base, root) if row["path"].endswith(".csv"))
    answer = sent("GET", f"/connections/{base}/explore?objectType=file&object={path}&{name}={value}")
    assert answer.status == 200, answer.text
    return answer.json


def files(sent: Sender, base: str, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    found = []
    for row in rows:
        if row["type"] == "folder":
            target = f"/connections/{base}/explore?objectType=folder&object={row['path']}"
            found += files(sent, base, sent("GET", target).json)
        else:
            found.append(row)
    return found


@shows("configs")
def test_configs_are_items() -> None:
    for sent in map(under, BOTH):
        id, _ = sent.create()
        assert isinstance(sent("GET", f"/connections/{id}/configs").json["items"], list)


@shows("transformation-specs")
@pytest.mark.parametrize("key", ["transformationSpecs", "transformationSpec", "transformationSpecDTOS"])
@pytest.mark.parametrize("wrapped", [True, False])
def test_transformations_are_read_under_any_key_and_served_under_one(key: str, wrapped: bool) -> None:
    for sent in map(under, BOTH):
        spec = {"name": "Copy", "spec": {"type": "object"}}
        document = {"name": "mine", "providerId": "0ed90a81-07f4-4586-8190-b40eccef1c5a", "version": "1.0"}
        answer = sent("POST", "/flowSpecs", {**document, key: [spec] if wrapped else spec})
        assert answer.status == 201, answer.text
        assert [row["name"] for row in answer.json["transformationSpecs"]] == ["Copy"]
        assert not {"transformationSpec", "transformationSpecDTOS"} & set(answer.json)


@shows("operations")
def test_there_are_the_45_operations_of_the_description() -> None:
    assert len([row for row in OPERATIONS if row.service is FLOW_SERVICE]) == 45


@shows("unknown-parameter")
def test_a_list_ignores_what_it_doesnt_know_unless_strict() -> None:
    for strictness, status in (("default", 200), ("lenient", 200), ("strict", 400)):
        assert under(strictness)("GET", "/flows?sort=name").status == status


@shows("version-type", "streaming-data", "table-name", "target-spec")
def test_what_a_page_sends_otherwise_is_warned_about_unless_strict() -> None:
    amazon, stream = {"id": chain.AMAZON_S3, "version": 1}, {"id": HTTP_API, "version": "1.0"}
    bodies = {
        "FS-CON-17": ("sourceConnections", {"name": "s", "data": {"format": "json"}, "connectionSpec": amazon}),
        "FS-IN-08": ("sourceConnections", {"name": "s", "connectionSpec": stream}),
        "FS-IN-09": ("sourceConnections", chain.source("x", params={"path": "Leads"})),
        "FS-OUT-04": ("targetConnections", chain.target(connectionSpec={**amazon, "version": "1.0"})),
    }
    for strictness, severity in (("default", "warning"), ("strict", "error")):
        sent = under(strictness)
        for rule, (collection, body) in bodies.items():
            sent("POST", f"/{collection}", body)
            assert severity in [row["severity"] for row in sent.violations if row["rule"] == rule], rule


def with_auth(id: str, spec: str, **params: str) -> dict[str, Any]:
    return {"name": "x", "connectionSpec": {"id": id, "version": "1.0"}, "auth": {"specName": spec, "params": params}}


@shows("pathfactory-spec")
def test_two_sources_of_one_id_are_told_apart_by_their_way_to_authenticate(sent: Sender) -> None:
    for spec in ("Basic Authentication", "Client-Id-Secret Based Authentication"):
        warned(created(sent, with_auth(MARKETING_CLOUD, spec, host="h", clientId="c", clientSecret="s")), sent)


@shows("oracle-spec")
def test_the_schema_of_oracle_is_warned_about_with_the_id_of_mysql() -> None:
    params = {"server": "s", "port": "1", "database": "d", "username": "u", "password": "p", "sslMode": "true"}
    for id, strict in ((MYSQL, 400), (ORACLE, 201)):
        for strictness, status in (("default", 201), ("strict", strict)):
            answer = created(under(strictness), with_auth(id, "Basic Authentication", schema="ADMIN", **params))
            assert answer.status == status, answer.text


@shows("ids-of-a-flow")
def test_the_ids_of_a_flow_are_arrays(sent: Sender) -> None:
    there = chain.chain(sent)
    body = {**chain.flow(there.source, there.target), "sourceConnectionIds": there.source}
    refused(created(sent, body, "flows"), 400, "FLOW-1100-400")
    assert sent.rules == ["FS-FLOW-06"]


@shows("self-serve-mapping", "published-flow")
def test_what_a_page_leaves_out_is_warned_about_and_never_refused() -> None:
    """test_pages.py and test_drafts.py have the requests themselves."""
    for rule in ("FS-TRF-09", "FS-DRAFT-03"):
        assert {RULES[rule].severity(each) for each in ("default", "lenient", "strict")} == {"warning"}


@shows("determine-properties")
def test_a_files_type_is_given_or_detected(sent: Sender) -> None:
    explore = f"/connectionSpecs/{LANDING_ZONE}/explore?objectType=file&object=dlz-user-container/data8.csv"
    assert sent("GET", f"{explore}&fileType=delimited&determineProperties=true").status == 400
    assert sent.rules == ["FS-EXP-17"]


@shows("ui-attributes")
def test_what_a_spec_says_to_the_ui_stands_under_keys(sent: Sender) -> None:
    attributes = read(sent, "connectionSpecs", HTTP_API)["sourceSpec"]["attributes"]["uiAttributes"]
    assert all(set(attributes[name]) == {"key"} for name in ("category", "icon", "description", "label"))


@shows("look-up-version", "schema-path")
def test_a_schema_is_looked_up_with_a_version_and_found_among_the_schemas(sent: Sender) -> None:
    path = "/tenant/schemas/" + quote(schema_made(sent), safe="")
    assert registry(sent, "GET", path, accept="application/vnd.adobe.xed+json").code == "XDM-1007-400"
    assert registry(sent, "GET", path, accept=PLAIN).status == 200
    assert registry(sent, "PATCH", path.replace("schemas", "schema", 1), []).status == 404


@shows("descriptor-list", "schema-removal")
def test_a_descriptor_is_sent_by_itself_and_a_schema_removed_by_either_id(sent: Sender) -> None:
    id = schema_made(sent)
    body = {"@type": "xdm:descriptorIdentity", "xdm:sourceSchema": id, "xdm:sourceVersion": 1}
    body |= {"xdm:sourceProperty": "/personalEmail/address", "xdm:namespace": "Email", "xdm:property": "xdm:code"}
    assert registry(sent, "POST", "/tenant/descriptors", [body]).status == 400
    assert registry(sent, "POST", "/tenant/descriptors", body).status == 201
    assert registry(sent, "DELETE", "/tenant/schemas/" + id.rpartition("/")[2]).code == "XDM-1012-404"
    assert registry(sent, "DELETE", "/tenant/schemas/" + quote(id, safe="")).status == 204


@shows("display-names", "patched-field")
def test_keys_of_descriptors_begin_with_xdm_and_paths_with_properties(sent: Sender) -> None:
    short = {"sourceSchema": schema_made(sent), "sourceVersion": 1, "sourceProperty": "/person", "title": {"en": "x"}}
    for prefix, status in ("", 400), ("xdm:", 201):
        body = {"@type": "xdm:alternateDisplayInfo", **{prefix + name: value for name, value in short.items()}}
        assert registry(sent, "POST", "/tenant/descriptors", body).status == status
    level = {"type": "string", "meta:enum": {"gold": "Gold"}}
    data_type = {"title": "Loyalty", "type": "object", "properties": {"level": level}}
    id = made(registry(sent, "POST", "/tenant/datatypes", data_type))["meta:altId"]
    for path, status in ("/level", 400), ("/properties/level", 200):
        change = [{"op": "replace", "path": f"{path}/meta:enum", "value": {"silver": "Silver"}}]
        assert registry(sent, "PATCH", f"/tenant/datatypes/{id}", change).status == status


@shows("class-usage")
def test_the_statistics_have_the_schemas_of_each_class(sent: Sender) -> None:
    id = schema_made(sent)
    usage = made(registry(sent, "GET", "/stats"), 200)["classUsage"]
    assert {kind: [each["$id"] for each in schemas] for kind, schemas in usage.items()} == {PROFILE: [id]}


@shows("descriptor-accept")
def test_a_descriptor_is_looked_up_without_an_accept_header_unless_strict() -> None:
    for strictness, status in (("default", 200), ("lenient", 200), ("strict", 400)):
        sent = under(strictness)
        described(sent, schema_made(sent), "Identity", "/personalEmail/address", **{"xdm:namespace": "Email"})
        listed = made(registry(sent, "GET", "/tenant/descriptors", accept="application/vnd.adobe.xdm-link+json"), 200)
        (path,) = listed["xdm:descriptorIdentity"]
        assert registry(sent, "GET", path, accept=None).status == status
        assert registry(sent, "GET", path, accept="text/html").status == 400


@shows("full-list")
def test_a_list_of_the_registry_is_asked_for_with_full_unless_strict() -> None:
    full, plain = "application/vnd.adobe.xed-full+json", "application/vnd.adobe.xed+json"
    for strictness, status in (("default", 200), ("lenient", 200), ("strict", 400)):
        sent = under(strictness)
        schema_made(sent)
        answer = registry(sent, "GET", "/tenant/schemas", accept=full)
        assert (answer.status, [row["rule"] for row in sent.violations]) == (status, ["SR-ACC-07"])
        if status == 200:
            assert answer.json == registry(sent, "GET", "/tenant/schemas", accept=plain).json
        assert registry(sent, "GET", "/tenant/schemas", accept=f"{full};version=1").status == 400


@shows("page-without-order")
@pytest.mark.parametrize("query", ["limit=2", "start=0"])
def test_a_page_of_the_registry_needs_an_order_only_if_strict(query: str) -> None:
    for strictness, status in (("default", 200), ("lenient", 200), ("strict", 400)):
        short = "application/vnd.adobe.xed-id+json"
        assert registry(under(strictness), "GET", f"/global/classes?{query}", accept=short).status == status


@shows("dataset-name")
def test_a_dataset_of_a_schema_has_a_name_only_if_strict() -> None:
    for strictness, status in (("default", 201), ("lenient", 201), ("strict", 400)):
        sent = under(strictness)
        body = without(dataset(schema_made(sent)), "name")
        assert catalog(sent, "POST", "/dataSets", body).status == status
        assert catalog(sent, "POST", "/dataSets", {"description": "x"}).status == 400


@shows("catalog-property", "answers-to-many", "dataset-tags", "created-code", "dataset-views")
def test_catalog_takes_either_tag_and_compares_by_a_sign(sent: Sender) -> None:
    for tag in ("unifiedProfile", "profile"):
        made(catalog(sent, "POST", "/dataSets", {"name": tag, "tags": {tag: ["enabled:true"]}}))
    assert len(made(catalog(sent, "GET", "/dataSets?property=name~.*rofile$"), 200)) == 2
    assert catalog(sent, "GET", "/dataSets?property==.*rofile$").status == 400
    first = {"id": "a", "resource": "/dataSets", "method": "POST", "body": {"name": "third"}}
    view = {"id": "b", "resource": "/datasetViews", "method": "POST", "body": {"dataSetId": "<<a.id>>"}}
    answers = made(catalog(sent, "POST", "", [first, view]), 200)
    assert [each["code"] for each in answers] == [200, 200]
    assert answers[1]["body"][0].startswith("@/dataSetViews/")
    assert sent.violations == []
    view = answers[1]["body"][0].removeprefix("@/dataSetViews/")
    assert view in made(catalog(sent, "GET", "/datasetViews"), 200)
    assert [row["rule"] for row in sent.violations] == ["CT-PATH-01"]
    assert list(made(catalog(sent, "GET", f"/datasetViews/{view}"), 200)) == [view]


@shows("dataset-path")
@pytest.mark.parametrize("path", ["/dataSets", "/datasets", "/dataSet"])
def test_a_dataset_is_made_at_each_path_that_is_sent(sent: Sender, path: str) -> None:
    (reference,) = made(catalog(sent, "POST", path, dataset(schema_made(sent))))
    warned = [] if path == "/dataSets" else ["CT-PATH-01"]
    assert [row["rule"] for row in sent.violations] == warned
    made(catalog(sent, "PATCH", f"/v2/datasets/{reference.rpartition('/')[2]}", {"description": "x"}), 200)
    assert sent.violations == []


@shows("mapping-path", "mapping-body", "mapping-schema")
@pytest.mark.parametrize("path", ["/data/foundation/conversion/mappingSets", "/data/foundation/mappingSets"])
def test_a_mapping_set_is_taken_in_each_form_at_each_path(sent: Sender, path: str) -> None:
    id = schema_made(sent)
    alternative = id.replace("https://ns.adobe.com/", "_").replace("/", ".")
    old, new = old_mapping_set(id), mapping_set(id)
    for body in (old, new, {**old, **new}, old_mapping_set(alternative)):
        made(ask(sent, "POST", path, body), 200)
        warned = [] if "conversion" in path else ["DP-PATH-01"]
        assert [row["rule"] for row in sent.violations] == warned


@shows("inlet-sandbox", "message-organisation")
def test_a_message_names_neither_sandbox_nor_organisation_unless_it_wants_to(sent: Sender) -> None:
    _, inlet = stream_made(sent, dataType="xdm")
    reference = {"id": schema_made(sent), "contentType": "application/vnd.adobe.xed-full-notext+json; version=1.0"}
    for header, more in ({}, {}), ({"imsOrgId": "TEST@AdobeOrg"}, {"x_sandbox_name": "prod"}):
        body = {"xdmMeta": {"schemaRef": reference}, "xdmEntity": {}}
        made(stream(sent, inlet, {"header": {"schemaRef": reference, **header}, "body": body}, **more), 200)
        assert sent.violations == []


@shows("expression-validity")
def test_an_expression_is_true_or_false(sent: Sender) -> None:
    for text, valid in ("lower(a)", True), ("lower(", False):
        assert made(prep(sent, "POST", "/languages/el/validate", {"expression": text}), 200) is valid


@shows("message-schema")
def test_a_message_names_its_schema_by_a_reference(sent: Sender) -> None:
    old = {"xdmSchema": {"name": schema_made(sent), "version": "1.0"}}
    message = {"header": old, "body": {"xdmMeta": old, "xdmEntity": {"_id": "1"}}}
    assert stream(sent, stream_made(sent, dataType="xdm")[1], message).status == 400
    assert set(sent.rules) == {"SI-MSG-01"}


@shows("validation-parameter", "inlet-status")
def test_a_message_is_validated_by_either_parameter(sent: Sender) -> None:
    inlet, secret = stream_made(sent)[1], stream_made(sent, authenticationRequired=True, name="secret")[1]
    reference = {"id": schema_made(sent), "contentType": "application/vnd.adobe.xed-full+json;version=1"}
    for name in ("syncValidation", "synchronousValidation"):
        for person, status in ({}, 200), (1, 400):
            body = {"xdmMeta": {"schemaRef": reference}, "xdmEntity": {"person": person}}
            answer = stream(sent, f"{inlet}?{name}=true", {"header": {"schemaRef": reference}, "body": body})
            assert answer.status == status
            assert answer.json.get(name) == ({"status": "pass"} if status == 200 else None)
    assert answer.json["status"] == 400
    assert stream(sent, secret, {"a": 1}).json["status"] == "401"


@shows("keys-sandbox", "authoring-status", "key-name")
def test_keys_are_read_without_a_sandbox_and_made_without_a_name(sent: Sender) -> None:
    for name in ({"name": "mine"}, {}):
        body = {"encryptionAlgorithm": "PGP", "params": {"passPhrase": "x"}, **name}
        made(connectors(sent, "POST", "/encryption/keys", body), 200)
    for path in ("/encryption/keys", "/landingzone/credentials?type=user_drop_zone"):
        assert connectors(sent, "GET", path, x_sandbox_name=None).status == 200
    assert made(connectors(sent, "GET", "/privateEndpoints/interactiveAuthoring"), 200) == {"status": "disabled"}


# Destinations.


def warned(answer: Answer, sent: Sender, *rules: str) -> None:
    assert answer.status in (200, 201), answer.text
    assert {row["rule"] for row in sent.violations} == set(rules)


@shows("audiences-flow-spec", "empty-transformations")
def test_audiences_go_with_either_flow_spec(sent: Sender) -> None:
    there = out.road(sent, out.ZONE)
    assert there.read()["transformations"][0]["name"] == "GeneralTransform"
    body = out.flow(there.row.target["datasetFlowSpecId"], there.source, there.target)
    warned(created(sent, body, "flows"), sent, "FS-DST-20")


@shows("target-required", "target-update")
def test_a_target_needs_what_its_flow_needs(sent: Sender) -> None:
    there = out.road(sent)
    assert created(sent, out.target(there.row, there.base, fileType=None), "targetConnections").status == 400
    assert sent.rules == ["FS-DST-07"]
    params = {"bucketName": "newBucketName", "path": "updatedPath"}
    warned(there.patch({"op": "replace", "path": "/params", "value": params}, what="target"), sent)
    assert created(sent, out.target(there.row, there.base, **params), "targetConnections").status == 400
    assert sent.rules == ["FS-DST-06"]


@shows("transformation-name")
@pytest.mark.parametrize("name", ["GeneralTransform", "General Transform"])
def test_the_transformation_has_two_spellings(sent: Sender, name: str) -> None:
    there = out.road(sent, transformations=[{"name": name, "params": {}}])
    assert there.read()["transformations"][0]["name"] == name


@shows("trigger-type", "export-start-time", "file-name-template", "patch-status")
def test_what_tables_demand_and_bodies_leave_out(sent: Sender) -> None:
    there = out.road(sent)
    answer = there.patch(out.added(out.with_schedule(triggerType=None)))
    warned(answer, sent, "FS-DST-48")
    assert (answer.status, set(answer.json)) == (200, {"id", "etag"})
    after = out.with_schedule(triggerType="AFTER_SEGMENT_EVAL", startTime=None)
    warned(there.patch(out.added(after)), sent)
    assert there.patch(out.added(out.with_schedule(startTime=None))).status == 400
    assert sent.rules == ["FS-DST-47"]
    other = out.with_value(filenameTemplate=None, fileNameTemplate="x")
    warned(there.patch(out.added(other)), sent, "FS-DST-51")


@shows("email-audiences")
def test_email_takes_audiences_with_and_without_files(sent: Sender) -> None:
    there = out.road(sent, out.CAMPAIGN)
    warned(there.patch(out.added(out.AUDIENCE)), sent)
    warned(there.patch(out.added(out.STREAMED)), sent, "FS-DST-45")


@shows("dataset-schedule")
def test_datasets_are_sent_with_a_schedule(sent: Sender) -> None:
    there = out.road(sent, of="datasets")
    body = out.flow(there.row.target["datasetFlowSpecId"], there.source, there.target)
    assert created(sent, body, "flows").status == 400
    assert sent.rules == ["FS-DST-60"]


@shows("encryption-place")
@pytest.mark.parametrize("name", ["encryptionSpecs", "encryption"])
def test_encryption_is_sent_with_the_base_connection(sent: Sender, name: str) -> None:
    params = {"encryptionAlgo": "PGPGPG", "publicKey": "a2V5"}
    warned(created(sent, out.base(out.destination(out.S3)), **{name: {"params": params}}), sent)


@shows("profile-base")
def test_a_base_connection_of_the_profile_store_may_be_sent(sent: Sender) -> None:
    there = out.road(sent)
    assert there.read()["inheritedAttributes"]["sourceConnections"][0]["baseConnection"]["id"]
    own = make(sent, "connections", without(out.profiles(), "params"))
    source = make(sent, "sourceConnections", out.profiles(baseConnectionId=own))
    flow = make(sent, "flows", out.flow(there.row.target["flowSpecId"], source, there.target))
    (shown,) = read(sent, "flows", flow)["inheritedAttributes"]["sourceConnections"]
    assert shown["baseConnection"]["id"] == own
