"""Reads that public clients use beside records and fields, and what is said of those that aren't imitated."""

from __future__ import annotations

import pytest

from tests.kit.sender import Sender
from tests.kit.zoho import access_token, accounts, crm


@pytest.fixture
def token(sent: Sender) -> str:
    return access_token(sent)


@pytest.mark.parametrize(
    ("path", "key", "names"),
    [
        ("layouts?module=Leads", "layouts", {"id", "name", "status", "visible", "sections", "profiles"}),
        (
            "related_lists?module=Accounts",
            "related_lists",
            {"id", "api_name", "display_label", "href", "module", "type"},
        ),
        ("custom_views?module=Leads", "custom_views", {"id", "name", "display_value", "system_name", "category"}),
        ("roles", "roles", {"id", "name", "display_label", "reporting_to", "admin_user"}),
        ("profiles", "profiles", {"id", "name", "display_label", "custom"}),
    ],
)
@pytest.mark.parametrize("version", ["v2", "v8"])
def test_settings_are_described(sent: Sender, token: str, version: str, path: str, key: str, names: set[str]) -> None:
    answer = crm(sent, f"{version}/settings/{path}", token)
    assert answer.status == 200
    assert answer.json[key]
    for row in answer.json[key]:
        assert names <= set(row)
    assert sent.violations == []


def test_a_layout_holds_the_fields_of_its_module(sent: Sender, token: str) -> None:
    (layout,) = crm(sent, "v8/settings/layouts?module=Leads", token).json["layouts"]
    fields = crm(sent, "v8/settings/fields?module=Leads", token).json["fields"]
    held = [field["api_name"] for section in layout["sections"] for field in section["fields"]]
    assert held == [field["api_name"] for field in fields]
    assert crm(sent, f"v8/settings/layouts/{layout['id']}?module=Leads", token).json == {"layouts": [layout]}
    assert crm(sent, "v8/settings/layouts/1?module=Leads", token).status == 204


@pytest.mark.parametrize("path", ["layouts", "related_lists", "custom_views", "tags"])
def test_what_is_of_a_module_names_it(sent: Sender, token: str, path: str) -> None:
    assert crm(sent, f"v8/settings/{path}", token).json["code"] == "REQUIRED_PARAM_MISSING"
    assert crm(sent, f"v8/settings/{path}?module=Nosuch", token).json["code"] == "INVALID_MODULE"


def test_tags_are_counted(sent: Sender, token: str) -> None:
    answer = crm(sent, "v8/settings/tags?module=Leads", token).json
    assert answer["info"]["count"] == len(answer["tags"])


def test_records_that_point_to_one_are_related_to_it(sent: Sender, token: str) -> None:
    contacts = crm(sent, "v2/Contacts", token).json["data"]
    account = next(row["Account_Name"]["id"] for row in contacts if row.get("Account_Name"))
    expected = {row["id"] for row in contacts if (row.get("Account_Name") or {}).get("id") == account}
    found = crm(sent, f"v2/Accounts/{account}/Contacts", token).json
    assert {row["id"] for row in found["data"]} == expected
    assert found["info"]["count"] == len(expected)
    lists = crm(sent, "v2/settings/related_lists?module=Accounts", token).json["related_lists"]
    assert {"Contacts", "Notes", "Attachments"} <= {row["api_name"] for row in lists}


def test_of_related_records_the_fields_that_are_asked_for_come(sent: Sender, token: str) -> None:
    contacts = crm(sent, "v2/Contacts", token).json["data"]
    account = next(row["Account_Name"]["id"] for row in contacts if row.get("Account_Name"))
    found = crm(sent, f"v8/Accounts/{account}/Contacts?fields=Last_Name,Nosuch", token).json["data"]
    assert {name for row in found for name in row} == {"id", "Last_Name"}


def test_a_deal_tells_since_when_it_is_in_its_stage(sent: Sender, token: str) -> None:
    """Five public programs read Stage and Modified_Time of it."""
    deal = crm(sent, "v2/Deals", token).json["data"][0]
    path = f"Deals/{deal['id']}/Stage_History"
    (row,) = crm(sent, f"v8/{path}?fields=Stage,Modified_Time", token).json["data"]
    assert row == {"id": deal["id"], "Stage": deal["Stage"], "Modified_Time": deal["Modified_Time"]}
    answer = crm(sent, f"v2/{path}", token).json
    assert answer["data"][0].keys() >= {"Stage", "Duration_Days", "Moved_To__s", "Modified_Time", "Modified_By"}
    assert (answer["info"]["count"], answer["info"]["more_records"]) == (1, False)
    lists = {name: crm(sent, f"v2/settings/related_lists?module={name}", token).json for name in ("Deals", "Leads")}
    told = {name: [row["api_name"] for row in answer["related_lists"]] for name, answer in lists.items()}
    assert ("Stage_History" in told["Deals"], "Stage_History" in told["Leads"]) == (True, False)
    lead = crm(sent, "v2/Leads", token).json["data"][0]["id"]
    assert crm(sent, f"v8/Leads/{lead}/Stage_History?fields=Stage", token).status == 400


@pytest.mark.parametrize("name", ["Notes", "Attachments"])
def test_a_list_in_which_nothing_is_held_is_204(sent: Sender, token: str, name: str) -> None:
    (first, *_) = crm(sent, "v2/Leads", token).json["data"]
    assert crm(sent, f"v2/Leads/{first['id']}/{name}", token).status == 204


def test_the_accounts_server_tells_whose_a_token_is(sent: Sender, token: str) -> None:
    path = "/accounts.zoho.eu/oauth/user/info"
    answer = sent.raw("GET", path, {"Authorization": f"Zoho-oauthtoken {token}"})
    assert answer.status == 200
    assert set(answer.json) == {"First_Name", "Last_Name", "Display_Name", "Email", "ZUID"}
    assert sent.raw("GET", path, {}).json["error"] == "invalid_token"
    accounts(sent, "eu", "/oauth/v2/token/revoke", {"token": token})
    assert sent.raw("GET", path, {"Authorization": f"Zoho-oauthtoken {token}"}).json["error"] == "invalid_token"


@pytest.mark.parametrize(
    "path",
    [
        "v8/settings/macros",
        "v8/settings/pipeline?layout_id=1",
        "bulk/v8/read/1",
        "v8/settings/automation/workflow_rules",
    ]
    + ["v8/org/currencies", "v8/users/1/photo", "v8/files/1"],
)
def test_a_read_that_isnt_imitated_says_so(sent: Sender, path: str) -> None:
    """It is never explained as a mistake of the client's, whatever scopes its token has."""
    form = {"grant_type": "client_credentials", "soid": "ZohoCRM.1", "client_id": "1000.X", "client_secret": "s"}
    narrow = accounts(sent, "eu", "/oauth/v2/token", {**form, "scope": "ZohoCRM.settings.ALL"}).json["access_token"]
    answer = crm(sent, path, narrow)
    assert (answer.status, answer.json["code"], answer.json["status"]) == (404, "INVALID_URL_PATTERN", "error")
    assert sent.rules[0] == "ZO-URL-05"
    message = sent.violations[0]["message"]
    assert "isn't imitated" in message
    assert "stub" in message
    assert "no such module" not in message


@pytest.mark.parametrize("product", ["bigin/v2/Contacts", "books/v3/organizations", "inventory/v1/items"])
def test_another_product_at_the_same_host_isnt_imitated(sent: Sender, product: str) -> None:
    answer = sent.raw("GET", f"/www.zohoapis.eu/{product}")
    assert (answer.status, answer.json["code"], sent.rules) == (404, "INVALID_URL_PATTERN", ["ZO-URL-05"])
    assert f"of Zoho {product.split('/')[0].title()}" in sent.violations[0]["message"]


WRITES = [
    *(("POST", "v8/Leads/1/actions/convert"), ("POST", "v8/Leads/1/Attachments"), ("PUT", "v8/Leads/1/Notes/2")),
    *(("POST", "v8/users"), ("PUT", "v8/users/1"), ("DELETE", "v8/users/1"), ("PUT", "v8/org")),
    *(
        ("POST", "v8/settings/tags?module=Leads"),
        ("POST", "v8/actions/watch"),
        ("POST", "bulk/v8/read"),
    ),
]


@pytest.mark.parametrize(("method", "path"), WRITES)
def test_a_write_that_zoho_documents_isnt_the_clients_fault(sent: Sender, token: str, method: str, path: str) -> None:
    headers = {"Authorization": f"Zoho-oauthtoken {token}"}
    answer = sent.raw(method, f"/www.zohoapis.eu/crm/{path}", headers, b"{}")
    assert (answer.status, answer.json["code"]) == (404, "INVALID_URL_PATTERN")
    assert sent.rules == ["ZO-URL-05"]
    message = sent.violations[0]["message"]
    assert "isn't imitated here" in message
    assert "Nothing is wrong with the request" in message
