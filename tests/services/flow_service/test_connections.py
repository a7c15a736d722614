"""What /connections does, through every way in."""

from __future__ import annotations

import json
import re
import time
from typing import Any

import pytest

from contracts import BASE_PATH, documented_regions
from tests.kit.connection import with_headers, zoho
from tests.kit.sender import Sender

ETAG = re.compile(r'"[0-9a-f]{8}-0000-0200-0000-[0-9a-f]{12}"')


@pytest.mark.parametrize("region", documented_regions())
@pytest.mark.parametrize("slash", ["", "/"])
def test_the_documented_tutorial_creates_a_connection_in_every_region(send: Sender, region: str, slash: str) -> None:
    answer = send("POST", f"/connections{slash}", zoho(region))

    assert answer.status == 201
    assert set(answer.json) == {"id", "etag"}
    assert ETAG.fullmatch(answer.json["etag"])
    assert answer.headers["location"].endswith(f"/connections/{answer.json['id']}")
    assert answer.headers["etag"] == answer.json["etag"]
    assert answer.headers["content-type"] == "application/json;charset=UTF-8"
    assert send.violations == []


def test_a_created_connection_reads_back_with_the_services_fields_and_masked_secrets(send: Sender) -> None:
    before = time.time_ns() // 1_000_000
    id, etag = send.create()
    item = send.read(id)

    assert item["auth"]["params"] == {
        "endpoint": "https://www.zohoapis.eu",
        "accountsUrl": "https://accounts.zoho.eu",
        "clientId": "1000.CLIENT",
        "clientSecret": "xxxx",
        "accessToken": "xxxx",
        "refreshToken": "xxxx",
    }
    assert item["id"] == id
    assert item["etag"] == item["version"] == etag
    assert item["state"] == "enabled"
    assert item["imsOrgId"] == "TEST@AdobeOrg"
    assert item["sandboxName"] == "prod"
    assert item["createdClient"] == item["updatedClient"] == "test-key"
    assert item["createdAt"] == item["updatedAt"] >= before
    assert int(etag.strip('"').rpartition("-")[2][:8], 16) == item["updatedAt"] // 1000


def test_what_was_not_sent_is_not_in_the_answer(send: Sender) -> None:
    body = zoho()
    del body["description"]
    assert "description" not in send.read(send.create(body)[0])


def test_a_client_cant_overwrite_the_services_fields(send: Sender) -> None:
    id, etag = send.create({**zoho(), "id": "mine", "etag": "mine", "state": "mine", "createdAt": 0})
    item = send.read(id)
    assert (item["id"], item["etag"], item["state"]) == (id, etag, "enabled")
    assert item["createdAt"] > 0


@pytest.mark.parametrize("slash", ["", "/"])
def test_an_update_needs_the_etag_and_gives_a_new_one(send: Sender, slash: str) -> None:
    id, etag = send.create()
    patch = [{"op": "replace", "path": "/name", "value": "Renamed"}]

    answer = send("PATCH", f"/connections/{id}{slash}", patch, if_match=etag)

    assert answer.status == 200
    assert answer.json["id"] == id
    assert answer.json["etag"] != etag
    item = send.read(id)
    assert (item["name"], item["etag"]) == ("Renamed", answer.json["etag"])
    assert item["updatedAt"] >= item["createdAt"]


def test_a_stale_etag_is_refused_and_changes_nothing(send: Sender) -> None:
    id, old = send.create()
    patch = [{"op": "replace", "path": "/name", "value": "first"}]
    new = send("PATCH", f"/connections/{id}", patch, if_match=old).json["etag"]

    answer = send("PATCH", f"/connections/{id}", [{**patch[0], "value": "second"}], if_match=old)

    assert (answer.status, answer.code) == (412, "FLOW-1404-412")
    assert answer.json["report"]["version"] == old
    assert answer.json["report"]["entity"] == new
    assert send.read(id)["name"] == "first"
    assert send.rules == []


@pytest.mark.parametrize(
    ("given", "status"), [("*", 200), (None, 400), ("unquoted", 412), ('W/"weak"', 412), ('"a", "b"', 412)]
)
def test_if_match_is_taken_literally(send: Sender, given: str | None, status: int) -> None:
    id, etag = send.create()
    more = {} if given is None else {"if_match": etag.strip('"') if given == "unquoted" else given}
    answer = send("PATCH", f"/connections/{id}", [{"op": "remove", "path": "/description"}], **more)
    assert answer.status == status
    assert ("description" in send.read(id)) is (status != 200)


def test_if_match_in_the_query_string_is_no_header(send: Sender) -> None:
    id, etag = send.create()
    answer = send(
        "PATCH",
        f"/connections/{id}?if-match={etag.replace(chr(34), '%22')}",
        [{"op": "remove", "path": "/description"}],
    )
    assert (answer.status, answer.code) == (400, "FLOW-1403-400")
    assert answer.json["errorMessage"].startswith("The header 'If-Match' is missing in the request.")


@pytest.mark.terms(strictness="lenient")
def test_lenient_takes_what_another_document_allows(send: Sender) -> None:
    body = zoho(accountsUrl="https://accounts.zoho.eu/")
    del body["connectionSpec"]["version"]
    answer = send("POST", "/connections", body, headers=with_headers(x_sandbox_name=None))
    assert answer.status == 201
    id, etag = answer.json["id"], answer.json["etag"]
    assert send.read(id)["sandboxName"] == "prod"
    patch = [{"op": "remove", "path": "/description"}]
    assert send("PATCH", f"/connections/{id}", patch, if_match=etag.strip('"')).status == 200
    etag = send.read(id)["etag"]
    query = etag.replace('"', "%22")
    assert send("PATCH", f"/connections/{id}?if-match={query}", [{**patch[0], "path": "/name"}]).status == 200
    assert send("POST", "/connections", {"connectionSpec": body["connectionSpec"]}).status == 201


@pytest.mark.parametrize("op", ["add", "replace", "remove", "ADD", "Replace", "REMOVE"])
def test_operations_are_spelt_in_any_case(send: Sender, op: str) -> None:
    id, etag = send.create()
    patch = [{"op": op, "path": "/description", "value": "changed"}]
    assert send("PATCH", f"/connections/{id}", patch, if_match=etag).status == 200
    assert send.read(id).get("description") == (None if op.lower() == "remove" else "changed")


@pytest.mark.parametrize(
    ("patch", "code"),
    [
        ([{"op": "move", "from": "/name", "path": "/description"}], "FLOW-1434-400"),
        ([{"op": "replace", "path": "/nosuch", "value": 1}], "FLOW-1455-400"),
        ([{"op": "remove", "path": "/nosuch"}], "FLOW-1455-400"),
        ([{"op": "add", "path": "/no/such", "value": 1}], "FLOW-1455-400"),
        ([{"op": "replace", "path": "/name/0", "value": "x"}], "FLOW-1455-400"),
        ([{"op": "replace", "path": "/connectionSpec/id", "value": "x"}], "FLOW-1414-400"),
        ([{"op": "replace", "path": "/state", "value": "broken"}], "FLOW-1456-400"),
        ([{"op": "replace", "path": "/name"}], "FLOW-1455-400"),
        ([{"op": "replace", "path": "/name", "value": ""}], "FLOW-1100-400"),
        ([{"op": "replace", "path": "/auth/specName", "value": "Other"}], "FLOW-1415-400"),
        (
            [{"op": "replace", "path": "/auth/params/accountsUrl", "value": "https://accounts.zoho.com"}],
            "FLOW-1100-400",
        ),
        ([{"op": "replace", "path": "/auth/params/clientSecret", "value": 1}], "FLOW-1100-400"),
        ([], "FLOW-1405-400"),
        (None, "FLOW-1405-400"),
        ("text", "FLOW-1100-400"),
    ],
)
def test_an_update_happens_whole_or_not_at_all(send: Sender, patch: Any, code: str) -> None:
    id, etag = send.create()
    before = send.read(id)
    if isinstance(patch, list) and patch:
        patch = [{"op": "replace", "path": "/description", "value": "half done"}, *patch]
    answer = send("PATCH", f"/connections/{id}", patch, if_match=etag)
    assert (answer.status, answer.code) == (400, code)
    assert send.read(id) == before


@pytest.mark.parametrize(
    ("last", "code"),
    [
        ({"op": "add", "path": "", "value": {"name": "x"}}, "FLOW-1455-400"),
        ({"op": "add", "path": "", "value": 5}, "FLOW-1455-400"),
        ({"op": "copy", "from": "/auth/params/clientSecret", "path": "/description"}, "FLOW-1434-400"),
        ({"op": "replace", "path": "/connectionSpec/version", "value": "2"}, "FLOW-1414-400"),
        ({"op": "replace", "path": "/state", "value": [1]}, "FLOW-1456-400"),
    ],
)
def test_the_last_of_many_operations_is_judged_like_the_first(send: Sender, last: Any, code: str) -> None:
    id, _ = send.create()
    before = send.read(id)
    patch = [{"op": "replace", "path": "/name", "value": "n"}] * 200 + [last]
    answer = send("PATCH", f"/connections/{id}", patch, if_match="*")
    assert (answer.status, answer.code) == (400, code)
    assert send.read(id) == before


def test_a_missing_target_is_named_in_adobes_words(send: Sender) -> None:
    id, _ = send.create()
    answer = send("PATCH", f"/connections/{id}", [{"op": "remove", "path": "/nosuch"}], if_match="*")
    expected = 'An error has occurred while validating patch instructions: Missing field "nosuch".'
    assert answer.json["errorMessage"] == expected


def test_a_replaced_object_is_replaced_whole(send: Sender) -> None:
    """update.md shows a credential that is gone after a replace of /auth/params without it."""
    id, _ = send.create()
    params = {"accountsUrl": "https://accounts.zoho.in", "endpoint": "https://www.zohoapis.in"}
    patch = [{"op": "replace", "path": "/auth/params", "value": params}]
    assert send("PATCH", f"/connections/{id}", patch, if_match="*").status == 200
    assert send.read(id)["auth"]["params"] == params


def test_one_operation_without_its_array_is_tolerated(send: Sender) -> None:
    id, _ = send.create()
    patch = {"op": "replace", "path": "/name", "value": "alone"}
    assert send("PATCH", f"/connections/{id}", patch, if_match="*").status == 200
    assert send.read(id)["name"] == "alone"


def test_the_state_can_be_set_to_a_documented_one(send: Sender) -> None:
    id, _ = send.create()
    patch = [{"op": "replace", "path": "/state", "value": "disabled"}]
    assert send("PATCH", f"/connections/{id}", patch, if_match="*").status == 200
    assert send.read(id)["state"] == "disabled"


@pytest.mark.parametrize("slash", ["", "/"])
def test_a_deleted_connection_is_gone(send: Sender, slash: str) -> None:
    id, _ = send.create()
    answer = send("DELETE", f"/connections/{id}{slash}")
    assert (answer.status, answer.text) == (204, b"")
    again = send("DELETE", f"/connections/{id}")
    assert (again.status, again.code) == (404, "FLOW-1439-404")
    assert send("GET", "/connections").json["items"] == []


def test_a_delete_heeds_if_match_only_where_it_was_sent(send: Sender) -> None:
    id, etag = send.create()
    assert send("DELETE", f"/connections/{id}", if_match='"stale"').status == 412
    assert send("DELETE", f"/connections/{id}", if_match=etag).status == 204


def test_the_connection_test_answers_true(send: Sender) -> None:
    id, _ = send.create()
    assert send("GET", f"/connections/{id}/test").json == {"result": True}
    assert send("GET", f"/connections/{id}/test/").json == {"result": True}


@pytest.mark.parametrize("path", ["/connections/{}", "/connections/{}/test"])
def test_an_unknown_id_is_answered_as_documented(send: Sender, path: str) -> None:
    answer = send("GET", path.format("no-such-id"))
    body = answer.json
    text = "The requested connections resource no-such-id is not found. Verify the resource ID before trying again."
    assert answer.status == body["status"] == 404
    assert body["type"] == "https://ns.adobe.com/aep/errors/FLOW-1439-404"
    assert body["title"] == "Resource not found"
    assert body["errorMessage"] == body["errorDetails"] == body["report"]["detailed-message"] == text
    assert set(body["report"]) == {"detailed-message", "id", "request-id", "type"}
    assert (body["report"]["id"], body["report"]["type"]) == ("no-such-id", "connections")


def test_organisations_and_sandboxes_dont_see_each_other(send: Sender) -> None:
    id, _ = send.create()
    for headers in (with_headers(x_sandbox_name="dev"), with_headers(x_gw_ims_org_id="OTHER@AdobeOrg")):
        assert send("GET", f"/connections/{id}", headers=headers).status == 404
        assert send("GET", "/connections", headers=headers).json["items"] == []
        assert send("DELETE", f"/connections/{id}", headers=headers).status == 404
    assert send("GET", f"/connections/{id}").status == 200


@pytest.mark.terms(sandboxes=["dev", "stage"])
def test_only_named_sandboxes_exist(send: Sender) -> None:
    assert send("GET", "/connections", headers=with_headers(x_sandbox_name="dev")).status == 200
    answer = send("GET", "/connections", headers=with_headers(x_sandbox_name="stag"))
    assert (answer.status, answer.code) == (404, "FLOW-2100-404")
    assert "'stag'" in answer.json["errorMessage"]
    assert send.violations[0]["nearest"] == "stage"
    assert send("GET", "/connections", headers=with_headers(x_sandbox_name="acme-test")).status == 404
    assert send.violations[0]["nearest"] is None  # a good name in itself is no advice


@pytest.mark.parametrize(
    ("headers", "status", "body"),
    [
        ({"x_api_key": None}, 403, {"error_code": "403000", "message": "Api Key is required"}),
        ({"authorization": None}, 403, {"error_code": "403010", "message": "Oauth token is missing."}),
        ({"authorization": "Bearer"}, 401, {"error_code": "401013", "message": "Oauth token is not valid"}),
        ({"authorization": "Basic abc"}, 401, {"error_code": "401013", "message": "Oauth token is not valid"}),
        ({"x_gw_ims_org_id": None}, 400, {"error_code": "400003", "message": "Missing header"}),
        (
            {"content_type": "text/plain"},
            400,
            {
                "type": "/placeholder/type/uri",
                "status": 400,
                "title": "BadRequestError",
                "detail": "A valid content-type must be specified",
            },
        ),
    ],
)
def test_the_gateway_answers_in_its_own_shape(send: Sender, headers: Any, status: int, body: Any) -> None:
    answer = send("POST", "/connections", zoho(), headers=with_headers(**headers))
    assert (answer.status, answer.json) == (status, body)


def test_a_call_without_any_header_asks_for_the_api_key_first_and_the_journal_tells_all(send: Sender) -> None:
    answer = send("GET", "/connections", headers={})
    assert answer.code == "403000"
    assert send.rules == ["FS-HDR-01", "FS-HDR-02", "FS-HDR-04", "FS-HDR-07"]


def test_header_names_are_case_insensitive(send: Sender) -> None:
    headers = {name.upper(): value for name, value in with_headers().items()}
    assert send("POST", "/connections", zoho(), headers=headers).status == 201


def test_a_read_needs_no_content_type(send: Sender) -> None:
    assert send("GET", "/connections", headers=with_headers(content_type=None)).status == 200


def test_adobes_placeholders_are_accepted_with_a_warning(send: Sender) -> None:
    headers = with_headers(
        authorization="Bearer {ACCESS_TOKEN}",
        x_api_key="{API_KEY}",
        x_gw_ims_org_id="{ORG_ID}",
        x_sandbox_name="{SANDBOX_NAME}",
    )
    body = zoho(clientId="{CLIENT_ID}", endpoint="{ENDPOINT}")
    assert send("POST", "/connections", body, headers=headers).status == 201
    assert {(row["rule"], row["severity"]) for row in send.violations} == {("FS-FILL-01", "warning")}
    assert len(send.violations) == 6


def test_a_placeholder_is_told_as_it_was_sent(sent: Sender) -> None:
    sent("POST", "/connections", zoho(clientSecret="{CLIENT_SECRET}"))
    (row,) = sent.violations
    assert row["found"] == '"{CLIENT_SECRET}"'
    assert 'found "{CLIENT_SECRET}"' in row["message"]


def test_the_mask_is_never_told_as_what_was_found(sent: Sender) -> None:
    sent("POST", "/connections", zoho(clientSecret="a-secret-value", accountsUrl="a-secret-value"))
    (row,) = sent.violations
    assert row["found"] == "a text that is masked here"
    assert "found a text that is masked here; allowed: " in row["message"]


def test_a_placeholder_in_angle_brackets_counts_too(sent: Sender) -> None:
    """export-datasets.md; however the brackets are written in JSON."""
    headers = with_headers(x_sandbox_name="<SANDBOX-NAME>")
    body = json.dumps(zoho(clientId="<Add client id>")).replace("<", r"\u003c").encode()
    assert sent.raw("POST", f"{BASE_PATH}/connections", headers, body).status == 201
    assert [row["pointer"] for row in sent.violations if row["rule"] == "FS-FILL-01"] == [
        "headers/x-sandbox-name",
        "/auth/params/clientId",
    ]


def test_the_accounts_urls_placeholder_has_to_be_filled_in(send: Sender) -> None:
    answer = send("POST", "/connections", zoho(accountsUrl="{ACCOUNTS_URL}"))
    assert answer.status == 400
    assert "must be filled in" in send.violations[0]["message"]
    assert send.violations[0]["nearest"] == "https://accounts.zoho.eu"


def test_three_mistakes_are_reported_as_three(send: Sender) -> None:
    body = zoho("eu", accountsUrl="https://accounts.zoho.com", refreshToken=None)
    body["name"] = ""
    answer = send("POST", "/connections", body)
    assert answer.status == 400
    assert send.rules == ["FS-CON-15", "FS-CON-11", "FS-ZOHO-03"]
    for place in ("/name", "refreshToken", "/auth/params/endpoint"):
        assert place in answer.json["errorMessage"]
    assert send("GET", "/connections").json["items"] == []


def test_three_mistakes_of_different_kinds_are_reported_even_where_the_source_is_unknown(send: Sender) -> None:
    body = zoho(accountsUrl="https://accounts.zoho.eu/")
    body["connectionSpec"] = {"id": "929e4450-0237-4ed2-9404-b7e1e0a00300"}
    answer = send("POST", "/connections", body)
    assert answer.code == "FLOW-1413-400"
    assert (
        answer.json["errorMessage"] == "The spec ID provided is  invalid. Please provide a valid spec ID and try again."
    )
    assert send.rules == ["FS-CON-04", "FS-CON-05", "FS-ZOHO-02"]
    assert send.violations[0]["nearest"] == "929e4450-0237-4ed2-9404-b7e1e0a00309"


def test_a_misspelt_credential_is_told_with_the_right_spelling(send: Sender) -> None:
    body = zoho(refreshToken=None, refresh_token="1000.refresh-value")
    answer = send("POST", "/connections", body)
    assert "The mandatory field refreshToken is not provided." in answer.json["errorMessage"]
    missing, stray = send.violations
    assert (missing["pointer"], missing["nearest"]) == ("/auth/params/refreshToken", "refreshToken")
    assert '"refresh_token"' in missing["found"]
    assert (stray["rule"], stray["severity"], stray["nearest"]) == ("FS-CON-13", "warning", "refreshToken")


def test_a_missing_version_is_unprocessable(send: Sender) -> None:
    body = zoho()
    del body["connectionSpec"]["version"]
    answer = send("POST", "/connections", body)
    assert (answer.status, answer.json["errorMessage"]) == (422, "'version' is required for spec info")


@pytest.mark.terms(strictness="strict")
def test_strict_refuses_what_no_document_settles(send: Sender) -> None:
    assert send("POST", "/connections", {**zoho(), "surprise": 1}).status == 400
    assert send.rules == ["FS-CON-14"]
    assert send("POST", "/connections", zoho(tenant="x")).status == 400
    assert send("POST", "/connections", zoho()).status == 201


def test_an_unknown_key_is_kept_and_warned_about(send: Sender) -> None:
    id, _ = send.create({**zoho(), "descripton": "misspelt"})
    assert [(row["rule"], row["severity"], row["nearest"]) for row in send.violations] == [
        ("FS-CON-14", "warning", "description")
    ]
    assert send.read(id)["descripton"] == "xxxx"  # what isn't documented may be a misspelt secret


@pytest.mark.terms(zoho_regions="all")
def test_all_of_zohos_data_centres_can_be_allowed(send: Sender) -> None:
    params = {"accountsUrl": "https://accounts.zoho.jp", "endpoint": "https://www.zohoapis.jp"}
    assert send("POST", "/connections", zoho(**params)).status == 201
    params["endpoint"] = "https://www.zohoapis.eu"
    assert send("POST", "/connections", zoho(**params)).status == 400


@pytest.mark.parametrize(
    "endpoint",
    [
        "www.zohoapis.eu",
        "zohoapis.eu",
        "https://WWW.zohoapis.eu/crm/v2",
        "crm.zoho.eu/crm/private",
        "sandbox.zohoapis.eu",
    ]
    + ["https://www.zohoapis.eu:443/", "crm.example.com", "https://proxy.example.com/zoho", "www.zohoapis.eu."],
)
def test_the_endpoint_is_free_text_of_the_same_region(send: Sender, endpoint: str) -> None:
    assert send("POST", "/connections", zoho("eu", endpoint=endpoint)).status == 201


@pytest.mark.parametrize(
    "endpoint",
    ["www.zohoapis.com", "https://www.zohoapis.com.au/crm", "crm.zoho.in", "developer.zohoapis.jp", "//zohoapis.in"],
)
def test_an_endpoint_of_another_region_is_refused_with_the_right_one(send: Sender, endpoint: str) -> None:
    assert send("POST", "/connections", zoho("eu", endpoint=endpoint)).status == 400
    assert send.rules == ["FS-ZOHO-03"]
    assert send.violations[0]["nearest"] == "https://www.zohoapis.eu"


@pytest.mark.parametrize(
    "auth",
    [
        {
            "specName": "oAuth2RefreshCode",
            "params": {"host": "h", "accessToken": "a", "clientSecret": "s", "refreshToken": "r"},
        },
        {
            "specName": "Basic Authentication",
            "params": {"server": "s", "port": 0, "database": "d", "username": "u", "password": "p", "schema": "x"},
        },
    ],
    ids=["of the named auth spec", "that the params fit"],
)
def test_of_two_sources_that_could_be_meant_no_mistake_is_made_up(sent: Sender, auth: Any) -> None:
    spec = {"id": "e3e70682-c209-4cac-629f-6fbed82c07cd", "version": "1.0"}
    sent("POST", "/connections", {"name": "n", "connectionSpec": spec, "auth": auth})
    assert [found["rule"] for found in sent.violations] == ["FS-CON-04"]
