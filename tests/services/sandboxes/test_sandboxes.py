"""The Sandbox API, and what Flow Service makes of a sandbox's state."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver import Mock
from tests.kit.connection import HEADERS, with_headers, zoho
from tests.kit.depth import examples
from tests.kit.platform import ask
from tests.kit.sandboxes import BARE, BASE, DEV, READY, call, made
from tests.kit.sender import Answer, Sender, core, is_documented


def names(answer: Answer) -> list[str]:
    assert answer.status == 200, answer.text
    return [row["name"] for row in answer.json["sandboxes"]]


def in_sandbox(send: Sender, name: str) -> Answer:
    return send("GET", "/connections", headers=with_headers(x_sandbox_name=name))


# Reading


@pytest.mark.parametrize("path", ["", "/", "/sandboxes", "/sandboxes/"])
def test_the_default_sandbox_is_listed(send: Sender, path: str) -> None:
    answer = call(send, "GET", path)
    (row,) = answer.json["sandboxes"]
    assert {name: row[name] for name in ("name", "title", "state", "type", "region", "isDefault", "eTag")} == {
        "name": "prod",
        "title": "Production",
        "state": "active",
        "type": "production",
        "region": "VA7",
        "isDefault": True,
        "eTag": 1,
    }
    assert set(row) - {"createdDate", "lastModifiedDate", "createdBy", "modifiedBy"} == {
        *("id", "name", "title", "state", "type", "region", "isDefault", "eTag")
    }
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", row["createdDate"])
    assert answer.json["_page"] == {"limit": 50, "count": 1}
    assert answer.json["_links"]["page"]["templated"] is True
    assert answer.json["_links"]["page"]["href"].endswith("?limit={limit}&offset={offset}")
    assert send.violations == []


def test_one_sandbox_is_a_bare_object(send: Sender) -> None:
    answer = call(send, "GET", "/sandboxes/prod")
    assert (answer.status, answer.json) == (200, call(send, "GET", "/").json["sandboxes"][0])


def test_the_types_are_listed(send: Sender) -> None:
    answer = call(send, "GET", "/sandboxTypes")
    assert [row["id"] for row in answer.json["sandboxTypes"]] == ["production", "development"]


@pytest.mark.terms(sandboxes=["dev", "stage"])
def test_the_sandboxes_of_the_terms_are_listed_and_the_first_is_the_default(send: Sender) -> None:
    rows = call(send, "GET", "/sandboxes").json["sandboxes"]
    assert [(row["name"], row["isDefault"], row["type"]) for row in rows] == [
        ("dev", True, "production"),
        ("stage", False, "development"),
    ]


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        (with_headers(authorization=None), 403, "403010"),
        (with_headers(x_api_key=None), 403, "403000"),
        (with_headers(x_gw_ims_org_id=None), 400, "400003"),
        (with_headers(x_gw_ims_org_id=""), 400, "400003"),
        (with_headers(authorization="Bearer"), 401, "401013"),
    ],
)
def test_the_gateway_looks_at_the_headers_here_too(sent: Sender, headers: Any, status: int, code: str) -> None:
    answer = call(sent, "GET", "/sandboxes", headers=headers)
    assert (answer.status, answer.code) == (status, code)


@pytest.mark.parametrize("name", ["prod", "No Such", "*", "", "{SANDBOX_NAME}"])
def test_x_sandbox_name_has_no_effect_here(sent: Sender, name: str) -> None:
    assert names(call(sent, "GET", "/sandboxes", headers=with_headers(x_sandbox_name=name))) == ["prod"]


# Making


def test_a_sandbox_is_made_and_becomes_active_on_the_clock(send: Sender) -> None:
    answer = call(send, "POST", "/sandboxes", DEV)
    assert (answer.status, answer.json) == (202, {**DEV, "state": "creating", "region": "VA7"})
    assert answer.headers["location"].endswith(f"{BASE}/sandboxes/acme-dev")
    assert names(call(send, "GET", "/")) == ["prod"]
    assert names(call(send, "GET", "/sandboxes")) == ["prod", "acme-dev"]
    assert in_sandbox(send, "acme-dev").code == "FLOW-2101-404"

    send.mock.clock.advance(READY)

    row = call(send, "GET", "/sandboxes/acme-dev").json
    assert (row["state"], row["eTag"], row["isDefault"]) == ("active", 2, False)
    assert names(call(send, "GET", "/")) == ["prod", "acme-dev"]
    assert in_sandbox(send, "acme-dev").status == 200


@pytest.mark.parametrize(
    ("document", "rules"),
    [
        ({**DEV, "name": "Acme Dev"}, ["SB-NEW-01"]),
        ({**DEV, "name": "acme_dev"}, ["SB-NEW-01"]),
        ({**DEV, "name": "acme-dev\n"}, ["SB-NEW-01"]),
        ({**DEV, "name": ""}, ["SB-NEW-01"]),
        ({**DEV, "name": 5}, ["SB-NEW-01"]),
        ({**DEV, "title": ""}, ["SB-NEW-02"]),
        ({**DEV, "type": "Development"}, ["SB-NEW-03"]),
        ({}, ["SB-NEW-01", "SB-NEW-02", "SB-NEW-03"]),
        ([], ["FS-BODY-05"]),
        (None, ["FS-BODY-03"]),
        ("x", ["FS-BODY-05"]),
    ],
)
def test_a_sandbox_that_lacks_something_is_refused_in_the_apis_own_shape(
    sent: Sender, document: Any, rules: list[str]
) -> None:
    answer = call(sent, "POST", "/sandboxes", document)
    assert (answer.status, answer.code) == (400, "SMS-2001-400")
    assert set(answer.json) == {"status", "title", "type"}
    assert answer.json["type"].startswith("http://ns.adobe.com/aep/errors/SMS-")
    assert sent.rules == rules
    assert names(call(sent, "GET", "/sandboxes")) == ["prod"]


def test_a_body_without_its_content_type_is_refused(sent: Sender) -> None:
    answer = call(sent, "POST", "/sandboxes", DEV, headers=BARE)
    assert (answer.status, answer.json["detail"]) == (400, "A valid content-type must be specified")


@pytest.mark.parametrize("name", ["prod", "acme-dev"])
def test_a_name_that_is_taken_is_409(send: Sender, name: str) -> None:
    made(send)
    answer = call(send, "POST", "/sandboxes", {**DEV, "name": name})
    assert (answer.status, answer.code) == (409, "SMS-2002-409")
    assert send.rules == ["SB-NEW-04"]


def test_an_unknown_key_is_warned_about(sent: Sender) -> None:
    assert call(sent, "POST", "/sandboxes", {**DEV, "titel": "x"}).status == 202
    assert [(row["rule"], row["nearest"]) for row in sent.violations] == [("SB-KEY-01", "title")]


def test_organisations_have_sandboxes_of_their_own(sent: Sender) -> None:
    made(sent)
    other = {**BARE, "x-gw-ims-org-id": "OTHER@AdobeOrg"}
    assert names(call(sent, "GET", "/sandboxes", headers=other)) == ["prod"]


# Changing


@pytest.mark.parametrize("name", ["prod", "acme-dev"])
def test_a_title_is_changed(send: Sender, name: str) -> None:
    made(send)
    before = call(send, "GET", f"/sandboxes/{name}").json
    answer = call(send, "PATCH", f"/sandboxes/{name}", {"title": "New"})
    assert answer.status == 200
    assert {key: answer.json[key] for key in ("name", "title", "state")} == {
        "name": name,
        "title": "New",
        "state": "active",
    }
    after = call(send, "GET", f"/sandboxes/{name}").json
    assert (after["title"], after["eTag"]) == ("New", before["eTag"] + 1)
    assert after["createdDate"] == before["createdDate"]
    assert after["modifiedBy"] == "test-key@techacct.adobe.com"


@pytest.mark.parametrize("document", [{}, {"title": ""}, {"title": 5}, {"title": "x", "type": "production"}])
def test_nothing_but_a_title_is_changed(sent: Sender, document: Any) -> None:
    answer = call(sent, "PATCH", "/sandboxes/prod", document)
    assert (answer.status, answer.code, sent.rules) == (400, "SMS-2001-400", ["SB-SET-01"])


@pytest.mark.parametrize("name", ["prod", "acme-dev"])
def test_a_reset_empties_that_sandbox_alone(send: Sender, name: str) -> None:
    made(send)
    other = "prod" if name == "acme-dev" else "acme-dev"
    for each in (name, other):
        assert send("POST", "/connections", zoho(), headers=with_headers(x_sandbox_name=each)).status == 201

    answer = call(send, "PUT", f"/sandboxes/{name}", {"action": "reset"})

    assert (answer.status, answer.json["state"]) == (202, "resetting")
    assert set(answer.json) == {"id", "name", "title", "state", "type", "region"}
    assert in_sandbox(send, name).code == "FLOW-2101-404"
    assert len(in_sandbox(send, other).json["items"]) == 1
    send.mock.clock.advance(READY)
    assert in_sandbox(send, name).json["items"] == []
    assert call(send, "GET", f"/sandboxes/{name}").json["state"] == "active"


def test_a_sandbox_that_is_being_reset_is_not_reset_again(sent: Sender) -> None:
    call(sent, "PUT", "/sandboxes/prod", {"action": "reset"})
    answer = call(sent, "PUT", "/sandboxes/prod", {"action": "reset"})
    assert (answer.status, answer.code, sent.rules) == (400, "SMS-2004-400", ["SB-ACT-02"])


@pytest.mark.parametrize("document", [{}, {"action": "Reset"}, {"action": None}])
def test_another_action_is_refused(sent: Sender, document: Any) -> None:
    answer = call(sent, "PUT", "/sandboxes/prod", document)
    assert (answer.status, answer.code, sent.rules) == (400, "SMS-2001-400", ["SB-ACT-01"])


def test_a_deleted_sandbox_is_gone_for_flow_service_and_still_there_to_read(send: Sender) -> None:
    made(send)
    answer = call(send, "DELETE", "/sandboxes/acme-dev")
    assert (answer.status, answer.json) == (202, {**DEV, "state": "deleted", "region": "VA7"})
    assert call(send, "GET", "/sandboxes/acme-dev").json["state"] == "deleted"
    assert names(call(send, "GET", "/")) == ["prod"]
    refused = in_sandbox(send, "acme-dev")
    assert (refused.status, refused.code) == (404, "FLOW-2101-404")
    assert "Sandbox with name 'acme-dev' not present. Please check if resource exists." in refused.json["errorMessage"]
    assert send.rules == ["FS-HDR-14"]
    for method, document in (("DELETE", ...), ("PUT", {"action": "reset"}), ("PATCH", {"title": "x"})):
        assert call(send, method, "/sandboxes/acme-dev", document).code == "SMS-2004-400"


def test_what_is_deleted_in_the_making_stays_deleted(sent: Sender) -> None:
    call(sent, "POST", "/sandboxes", DEV)
    call(sent, "DELETE", "/sandboxes/acme-dev")
    sent.mock.clock.advance(60)
    assert call(sent, "GET", "/sandboxes/acme-dev").json["state"] == "deleted"


def test_the_default_sandbox_is_not_deleted(send: Sender) -> None:
    answer = call(send, "DELETE", "/sandboxes/prod")
    assert (answer.status, answer.code, send.rules) == (400, "SMS-2003-400", ["SB-DEL-01"])


@pytest.mark.parametrize(
    "query", ["?validationOnly=true", "?validationOnly=true&ignoreWarnings=true", "?validationOnly=True"]
)
def test_a_check_changes_nothing(sent: Sender, query: str) -> None:
    made(sent)
    assert call(sent, "GET", "/sandboxes/acme-dev").json["state"] == "active"
    before = sent.mock.snapshot()
    assert call(sent, "PUT", f"/sandboxes/acme-dev{query}", {"action": "reset"}).json["state"] == "active"
    assert call(sent, "DELETE", f"/sandboxes/acme-dev{query}").json["state"] == "active"
    assert sent.mock.snapshot() == before


@pytest.mark.parametrize("name", ["validationOnly", "ignoreWarnings"])
@pytest.mark.parametrize("value", ["", "yes", "1", "null"])
def test_a_check_that_cant_be_read_deletes_nothing(sent: Sender, name: str, value: str) -> None:
    made(sent)
    assert call(sent, "GET", "/sandboxes/acme-dev").json["state"] == "active"
    before = sent.mock.snapshot()
    for method, document in (("DELETE", ...), ("PUT", {"action": "reset"})):
        answer = call(sent, method, f"/sandboxes/acme-dev?{name}={value}", document)
        assert (answer.status, answer.code, sent.rules) == (400, "SMS-2001-400", ["SB-QRY-05"])
        assert sent.mock.snapshot() == before


@pytest.mark.parametrize(
    ("method", "document"), [("GET", ...), ("DELETE", ...), ("PUT", {"action": "reset"}), ("PATCH", {"title": "x"})]
)
def test_an_unknown_sandbox_is_404(send: Sender, method: str, document: Any) -> None:
    answer = call(send, method, "/sandboxes/prdo", document)
    assert (answer.status, answer.json) == (
        404,
        {
            "status": 404,
            "title": "Sandbox with name 'prdo' not present. Please check if resource exists.",
            "type": "http://ns.adobe.com/aep/errors/SMS-2000-404",
        },
    )
    assert send.violations[0]["nearest"] == "prod"


# Lists


@pytest.mark.parametrize(
    ("query", "rule"),
    [
        ("limit=5", "SB-QRY-01"),
        ("offset=5", "SB-QRY-01"),
        ("orderBy=name", "SB-QRY-03"),
        ("orderBy=asc:", "SB-QRY-03"),
        ("orderBy=asc:colour", "SB-QRY-03"),
        ("orderBy=desc:name,,title", "SB-QRY-03"),
        ("property=name", "SB-QRY-04"),
        ("property=name==", "SB-QRY-04"),
        ("property=colour==red", "SB-QRY-04"),
        ("property===x", "SB-QRY-04"),
    ],
)
@pytest.mark.parametrize("path", ["/", "/sandboxes"])
def test_a_bad_query_is_refused(sent: Sender, path: str, query: str, rule: str) -> None:
    answer = call(sent, "GET", f"{path}?{query}")
    assert (answer.status, answer.code) == (400, "SMS-2001-400")
    assert set(sent.rules) == {rule}


@pytest.mark.parametrize(
    "query",
    ["limit=0&offset=0", "limit=-1&offset=0", "limit=1&offset=x", "limit=&offset=", f"limit={'9' * 5000}&offset=0"]
    + ["limit=%D9%A3&offset=0"],
)
@pytest.mark.parametrize("path", ["/", "/sandboxes"])
def test_what_is_no_number_of_a_page_is_warned_about_and_left_aside(sent: Sender, path: str, query: str) -> None:
    """No document says how that is answered."""
    assert call(sent, "GET", f"{path}?{query}").status == 200
    assert {(row["rule"], row["severity"]) for row in sent.violations} == {("SB-QRY-02", "warning")}


def test_an_unknown_parameter_is_warned_about(sent: Sender) -> None:
    assert call(sent, "GET", "/sandboxes?start=1").status == 200
    assert [row["rule"] for row in sent.violations] == ["FS-QRY-16"]


def test_pages_follow_one_another(send: Sender) -> None:
    for number in range(4):
        made(send, name=f"dev-{number}", title=f"Dev {number % 2}")
    answer = call(send, "GET", "/sandboxes?limit=2&offset=1&orderBy=asc:name")
    assert names(answer) == ["dev-1", "dev-2"]
    assert answer.json["_page"] == {"limit": 2, "count": 2}
    links = answer.json["_links"]
    assert links["next"]["href"].partition(BASE)[2] == "/sandboxes?orderBy=asc%3Aname&limit=2&offset=3"
    assert names(call(send, "GET", links["next"]["href"].partition(BASE)[2])) == ["dev-3", "prod"]
    assert names(call(send, "GET", links["prev"]["href"].partition(BASE)[2])) == ["dev-0", "dev-1"]
    assert "next" not in call(send, "GET", "/sandboxes?limit=5&offset=0").json["_links"]


FIELDS = st.sampled_from(["name", "title", "state", "type", "isDefault", "eTag", "createdDate"])


@settings(max_examples=examples(60))
@given(
    titles=st.lists(st.sampled_from(["a", "b", "c"]), max_size=6),
    order=st.lists(FIELDS, max_size=3, unique=True),
    down=st.booleans(),
    wanted=st.sampled_from([None, ("title", "a"), ("isDefault", "false"), ("eTag", "1"), ("state", "creating")]),
    limit=st.integers(1, 4),
)
def test_a_list_agrees_with_a_naive_one(titles: Any, order: Any, down: bool, wanted: Any, limit: int) -> None:
    mock = Mock()
    sent = Sender("core", mock, core(mock))
    for number, title in enumerate(titles):
        call(sent, "POST", "/sandboxes", {"name": f"s{number}", "title": title, "type": "development"})
    rows = call(sent, "GET", "/sandboxes").json["sandboxes"]
    assert len(rows) == len(titles) + 1
    query = ""
    if wanted:
        query += f"&property={wanted[0]}=={wanted[1]}"
        rows = [row for row in rows if json.dumps(row[wanted[0]]).strip('"') == wanted[1]]
    if order:
        query += f"&orderBy={'desc' if down else 'asc'}:{','.join(order)}"
        rows = sorted(rows, key=lambda row: [row[name] for name in order], reverse=down)
        keys = [[row[name] for name in order] for row in rows]
    found: list[Any] = []
    for offset in range(0, len(titles) + 2, limit):
        found += call(sent, "GET", f"/sandboxes?limit={limit}&offset={offset}{query}").json["sandboxes"]
    assert sorted(row["name"] for row in found) == sorted(row["name"] for row in rows)
    if order:
        assert [[row[name] for name in order] for row in found] == keys
    else:
        assert found == rows


# What Flow Service makes of it


def test_any_well_formed_name_is_a_sandbox_by_default(send: Sender) -> None:
    assert in_sandbox(send, "never-heard-of").status == 200
    answer = in_sandbox(send, "Never Heard")
    assert (answer.status, answer.code) == (404, "FLOW-2100-404")


@pytest.mark.terms(sandboxes=["prod", "dev"])
def test_with_names_given_only_those_exist_and_what_is_made(send: Sender) -> None:
    assert in_sandbox(send, "dev").status == 200
    assert in_sandbox(send, "acme-dev").code == "FLOW-2100-404"
    made(send)
    assert in_sandbox(send, "acme-dev").status == 200
    assert call(send, "DELETE", "/sandboxes/dev").status == 202
    assert in_sandbox(send, "dev").code == "FLOW-2101-404"


@pytest.mark.terms(strictness="lenient")
def test_a_default_sandbox_that_is_not_active_isnt_used_in_silence(sent: Sender) -> None:
    headers = with_headers(x_sandbox_name=None)
    assert sent("GET", "/connections", headers=headers).status == 200
    call(sent, "PUT", "/sandboxes/prod", {"action": "reset"})
    assert sent("GET", "/connections", headers=headers).code == "FLOW-2101-404"


def test_a_reset_of_the_mock_and_a_snapshot_cover_sandboxes(mock: Mock) -> None:
    sent = Sender("core", mock, core(mock))
    call(sent, "POST", "/sandboxes", DEV)
    snapshot = mock.snapshot()
    call(sent, "POST", "/sandboxes", {**DEV, "name": "later"})
    mock.restore(snapshot)
    assert names(call(sent, "GET", "/sandboxes")) == ["prod", "acme-dev"]
    mock.clock.advance(READY)
    assert call(sent, "GET", "/sandboxes/acme-dev").json["state"] == "active"
    assert sent.raw("POST", "/__admin/reset").status == 204
    assert names(call(sent, "GET", "/sandboxes")) == ["prod"]


@settings(max_examples=examples(150))
@given(
    method=st.sampled_from(["GET", "POST", "PUT", "PATCH", "DELETE"]),
    path=st.sampled_from(["/", "/sandboxes", "/sandboxes/prod", "/sandboxes/x", "/sandboxTypes", "/nosuch", "//"]),
    body=st.one_of(
        st.binary(max_size=30),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(max_size=5),
            lambda inner: (
                st.lists(inner, max_size=2)
                | st.dictionaries(st.sampled_from(["name", "title", "type", "action", "x"]), inner, max_size=4)
            ),
        ).map(lambda value: json.dumps(value).encode()),
    ),
)
def test_anything_is_answered_in_a_documented_shape(method: str, path: str, body: bytes) -> None:
    mock = Mock()
    answer = core(mock)(method, BASE + path, HEADERS, body)
    assert answer.status < 500
    if answer.status >= 400:
        assert is_documented(answer.json)
    mock.journal.rows()


def test_a_package_is_asked_for_and_pending(sent: Sender) -> None:
    """create/loyalty/lava.md"""
    path, body = "/data/foundation/exim/transfer/pullRequest", {"imsOrgId": "PUBLISHER@AdobeOrg", "packageId": "p-1"}
    found = ask(sent, "POST", path, body).json
    assert (found["status"], found["requestType"], found["packageId"]) == ("PENDING", "PUBLIC", "p-1")
    assert (found["sourceIMSOrgId"], found["targetIMSOrgId"]) == ("PUBLISHER@AdobeOrg", "TEST@AdobeOrg")
    assert sent.violations == []
    assert sent.mock.journal.rows()[-1]["response"]["body"] == found
    for wrong in ({**body, "packageId": ""}, {"packageId": "p-1"}, []):
        answer = ask(sent, "POST", path, wrong)
        assert (answer.status, answer.json.keys()) == (400, {"status", "title", "type"})
    assert ask(sent, "POST", path, body, x_sandbox_name=None).status == 400
