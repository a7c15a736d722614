"""Zoho CRM's records as a program writes them, and what reads and Flow Service see of that."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mockserver import Mock
from mockserver.services.zoho.seeds import dataset_from
from mockserver.services.zoho.settings import ZohoSettings
from tests.kit.counting import calls
from tests.kit.sender import Answer, Sender, core
from tests.kit.zoho import access_token, accounts, crm

ADA = {"Last_Name": "Lovelace", "First_Name": "Ada", "Company": "Engines", "Email": "ada@example.com"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture
def token(sent: Sender) -> str:
    return access_token(sent)


def write(send: Sender, method: str, path: str, token: str, *rows: Any, **more: Any) -> Answer:
    headers = {"Authorization": f"Zoho-oauthtoken {token}"}
    body = json.dumps({"data": rows, **more}).encode() if rows or more else b""
    return send.raw(method, f"/www.zohoapis.eu/crm/{path}", headers, body)


def ids(answer: Answer) -> list[str]:
    return [row["details"]["id"] for row in answer.json["data"]]


def read(send: Sender, id: str, token: str) -> dict[str, Any]:
    (row,) = crm(send, f"v8/Leads/{id}", token).json["data"]
    return dict(row)


def test_a_record_is_inserted_read_found_changed_and_deleted(send: Sender) -> None:
    token = "1000.any"
    made = write(send, "POST", "v2/Leads", token, ADA, trigger=["workflow"])
    (row,) = made.json["data"]
    assert (made.status, row["code"], row["message"], row["status"]) == (201, "SUCCESS", "record added", "success")
    assert set(row["details"]) == {"id", "Created_Time", "Created_By", "Modified_Time", "Modified_By"}
    id = row["details"]["id"]
    assert read(send, id, token).items() >= {**ADA, "id": id, "Full_Name": "Ada Lovelace"}.items()
    assert crm(send, "v8/Leads/actions/count", token).json == {"count": "6"}
    assert crm(send, "v8/Leads/search?email=ada@example.com", token).json["data"][0]["id"] == id

    changed = write(send, "PUT", f"v8/Leads/{id}", token, {"Company": "Analytical"})
    assert (changed.status, changed.json["data"][0]["message"]) == (200, "record updated")
    assert read(send, id, token).items() >= {**ADA, "Company": "Analytical"}.items()

    gone = write(send, "DELETE", f"v8/Leads/{id}", token)
    assert (gone.status, gone.json["data"][0]["message"], ids(gone)) == (200, "record deleted", [id])
    assert crm(send, f"v8/Leads/{id}", token).status == 204
    (deleted,) = crm(send, "v8/Leads/deleted", token).json["data"]
    assert (deleted["id"], deleted["display_name"], deleted["type"]) == (id, "Ada Lovelace", "recycle")


def test_records_that_were_there_are_changed_and_deleted_too(sent: Sender, token: str) -> None:
    first, second = (row["id"] for row in crm(sent, "v2/Leads", token).json["data"][:2])
    assert write(sent, "PUT", "v8/Leads", token, {"id": first, "Company": "Other"}).status == 200
    assert read(sent, first, token)["Company"] == "Other"
    assert ids(write(sent, "DELETE", f"v2/Leads?ids={first},{second}", token)) == [first, second]
    assert len(crm(sent, "v2/Leads", token).json["data"]) == 3


def test_upsert_finds_its_record_by_the_fields_that_are_named_or_the_modules_own(sent: Sender, token: str) -> None:
    """Leads and contacts are told apart by their e-mail addresses; a field of the organisation's own does as well."""
    made = write(sent, "POST", "v2/Leads/upsert", token, {**ADA, "DOT": "7"}, duplicate_check_fields=["Email"])
    assert (made.status, made.json["data"][0]["action"], made.json["data"][0]["duplicate_field"]) == (
        200,
        "insert",
        None,
    )
    for more, field in (({}, "Email"), ({"duplicate_check_fields": ["DOT"]}, "DOT")):
        again = write(sent, "POST", "v8/Leads/upsert", token, {**ADA, "DOT": "7", "Company": field}, **more)
        (row,) = again.json["data"]
        assert (row["action"], row["duplicate_field"], row["details"]["id"]) == ("update", field, ids(made)[0])
    assert read(sent, ids(made)[0], token).items() >= {"DOT": "7", "Company": "DOT"}.items()


def test_a_body_that_curl_and_php_call_a_form_is_json_all_the_same(sent: Sender, token: str) -> None:
    """Zoho's own samples for PHP name no media type, so their JSON goes out as a form."""
    headers = {"Authorization": f"Zoho-oauthtoken {token}", **FORM}
    answer = sent.raw("POST", "/www.zohoapis.eu/crm/v2/Leads", headers, json.dumps({"data": [ADA]}).encode())
    assert (answer.status, sent.violations) == (201, [])


def test_each_record_is_answered_for_itself(sent: Sender, token: str) -> None:
    answer = write(sent, "POST", "v8/Leads", token, ADA, {"First_Name": "Nobody"}, "no record")
    good, without, none = answer.json["data"]
    assert (answer.status, good["code"]) == (207, "SUCCESS")
    assert without == {
        "code": "MANDATORY_NOT_FOUND",
        "details": {"api_name": "Last_Name", "json_path": "$.data[1].Last_Name"},
        "message": "required field not found",
        "status": "error",
    }
    assert none["code"] == "INVALID_DATA"
    told = {each["rule"]: each["pointer"] for each in sent.violations}
    assert told == {"ZO-WRT-01": "/data/2", "ZO-WRT-02": "/data/1/Last_Name"}
    assert crm(sent, "v8/Leads/actions/count", token).json == {"count": "6"}


@pytest.mark.parametrize(
    ("method", "path", "rows", "rule"),
    [
        ("POST", "Leads", [{}], "ZO-WRT-02"),
        ("PUT", "Leads", [{"Company": "X"}], "ZO-WRT-02"),
        ("PUT", "Leads/999", [{"Company": "X"}], "ZO-WRT-03"),
        ("PUT", "Leads", [{"id": "999", "Company": "X"}], "ZO-WRT-03"),
        ("DELETE", "Leads/999", [], "ZO-WRT-03"),
        ("DELETE", "Leads?ids=x", [], "ZO-WRT-03"),
        ("DELETE", "Leads", [], "ZO-CRM-07"),
        ("POST", "Nosuch", [ADA], "ZO-CRM-06"),
        ("POST", "Leads", [ADA] * 101, "ZO-WRT-01"),
    ],
)
def test_what_cant_be_written_is_told(
    sent: Sender, token: str, method: str, path: str, rows: list[Any], rule: str
) -> None:
    answer = write(sent, method, f"v8/{path}", token, *rows)
    assert (answer.status, sent.rules) == (400, [rule])
    assert crm(sent, "v8/Leads/actions/count", token).json == {"count": "5"}


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"{}", b'{"data":{}}', b'{"data":[]}', b'{"data":5}'])
def test_records_are_sent_in_data(sent: Sender, token: str, body: bytes) -> None:
    headers = {"Authorization": f"Zoho-oauthtoken {token}"}
    answer = sent.raw("POST", "/www.zohoapis.eu/crm/v8/Leads", headers, body)
    assert (answer.status, set(sent.rules) <= {"ZO-WRT-01", "ZO-CRM-16"}) == (400, True)


def test_a_key_that_is_no_field_is_kept_and_warned_about(sent: Sender, token: str) -> None:
    """Which fields an organisation has made for itself can't be known here."""
    made = write(sent, "POST", "v8/Leads", token, {**ADA, "Emial": "x"})
    assert (made.status, sent.rules) == (201, [])
    (warned,) = sent.violations
    assert (warned["rule"], warned["severity"], warned["nearest"]) == ("ZO-WRT-04", "warning", "Email")
    assert read(sent, ids(made)[0], token)["Emial"] == "x"
    assert "Emial" in str(crm(sent, "v8/settings/fields?module=Leads", token).json)


def test_a_standard_field_that_the_mocks_own_records_lack_is_no_strange_key(sent: Sender, token: str) -> None:
    write(sent, "POST", "v8/Leads", token, {**ADA, "State": "Texas", "Description": "x", "$se_module": "Leads"})
    assert sent.violations == []


def test_ids_are_never_given_twice_whatever_ids_a_file_has_brought() -> None:
    mock = Mock(zoho=ZohoSettings(data=dataset_from({"Leads": [{"id": "no number", "Last_Name": "A"}]})))
    send = Sender("core", mock, core(mock))
    made = [ids(write(send, "POST", "v8/Leads", "1000.any", ADA, ADA)) for _ in range(2)]
    write(send, "DELETE", f"v8/Leads/{made[1][1]}", "1000.any")
    made.append(ids(write(send, "POST", "v8/Leads", "1000.any", ADA)))
    assert len({id for each in made for id in each}) == 5


def test_lookups_and_owners_are_told_with_their_names(sent: Sender, token: str) -> None:
    account = crm(sent, "v2/Accounts", token).json["data"][0]
    owner = crm(sent, "v2/users", token).json["users"][1]
    row = {"Deal_Name": "D", "Stage": "S", "Account_Name": {"id": account["id"]}, "Owner": {"id": owner["id"]}}
    made = write(sent, "POST", "v8/Deals", token, row)
    (deal,) = crm(sent, f"v8/Deals/{ids(made)[0]}", token).json["data"]
    assert deal["Account_Name"] == {"name": account["Account_Name"], "id": account["id"]}
    assert deal["Owner"]["name"] == owner["full_name"]


def test_a_token_needs_a_scope_that_writes(sent: Sender) -> None:
    form = {"grant_type": "client_credentials", "soid": "ZohoCRM.1", "client_id": "1000.X", "client_secret": "s"}
    for scope, status in (("ZohoCRM.modules.READ", 401), ("ZohoCRM.modules.Leads.WRITE", 201)):
        token = accounts(sent, "eu", "/oauth/v2/token", {**form, "scope": scope}).json["access_token"]
        assert write(sent, "POST", "v8/Leads", token, ADA).status == status


def test_a_reset_brings_the_records_back_and_a_failed_call_leaves_none() -> None:
    mock = Mock()
    send = Sender("core", mock, core(mock))
    write(send, "POST", "v8/Leads", "1000.any", ADA)
    mock.reset()
    assert crm(send, "v8/Leads/actions/count", "1000.any").json == {"count": "5"}


def test_flow_service_explores_what_was_written(sent: Sender, token: str) -> None:
    write(sent, "POST", "v8/Leads", token, {**ADA, "DOT": "7"})
    connection, _ = sent.create()
    preview = sent("GET", f"/connections/{connection}/explore?objectType=table&object=Leads&preview=true").json
    assert "DOT" in str(preview["schema"])
    assert "Lovelace" in str(preview["data"])


@pytest.mark.parametrize("module", ["Notes", "Quotes", "Invoices", "Sales_Orders", "Purchase_Orders", "Price_Books"])
def test_a_standard_module_without_records_is_there(sent: Sender, token: str, module: str) -> None:
    assert crm(sent, f"v2/{module}", token).status == 204
    assert module in str(crm(sent, "v8/settings/modules", token).json)
    assert sent.violations == []


def test_a_note_is_written_at_its_record_or_by_itself(sent: Sender, token: str) -> None:
    lead = crm(sent, "v2/Leads", token).json["data"][0]["id"]
    note = {"Note_Title": "Call", "Note_Content": "She rang."}
    first = write(sent, "POST", f"v8/Leads/{lead}/Notes", token, note)
    second = write(sent, "POST", "v2/Notes", token, {**note, "Parent_Id": lead, "$se_module": "Leads"})
    assert (first.status, second.status, sent.violations) == (201, 201, [])
    notes = crm(sent, f"v2/Leads/{lead}/Notes", token).json["data"]
    assert {each["id"] for each in notes} == {*ids(first), *ids(second)}
    assert write(sent, "POST", "v8/Leads/999/Notes", token, note).status == 400
    assert sent.rules == ["ZO-WRT-03"]


def test_of_two_alike_in_one_call_the_second_changes_the_first(sent: Sender, token: str) -> None:
    made = write(sent, "POST", "v8/Leads/upsert", token, ADA, {**ADA, "Email": "ADA@example.com", "Company": "Other"})
    assert [row["details"]["id"] for row in made.json["data"]] == [ids(made)[0]] * 2
    other = {**ADA, "id": ids(made)[0], "Email": "new@example.com"}
    again = write(sent, "POST", "v8/Leads/upsert", token, other, ADA)
    assert [row["action"] for row in again.json["data"]] == ["update", "insert"]


def test_a_module_gets_only_so_many_fields_and_a_call_only_so_many_warnings(sent: Sender, token: str) -> None:
    rows = [{**ADA, **{f"Own_{number}_{each}/~": "x" for each in range(90)}} for number in range(3)]
    made = write(sent, "POST", "v8/Leads", token, *rows)
    assert made.status == 201
    assert [row["rule"] for row in sent.violations] == ["ZO-WRT-04"] * 50
    shown = [read(sent, id, token) for id in ids(made)]
    assert [sum(name.startswith("Own_") and row[name] is not None for name in row) for row in shown] == [90, 10, 0]


def test_an_upsert_costs_what_is_sent_and_what_is_there(sent: Sender, token: str) -> None:
    """Not their product: each record is looked up, not searched for."""

    def cost(sent_at_once: int) -> int:
        rows = [{**ADA, "Email": f"{number}@example.com"} for number in range(sent_at_once)]
        return calls(lambda: write(sent, "POST", "v8/Leads/upsert", token, *rows))

    for batch in range(5):
        rows = [{**ADA, "Email": f"{batch}.{number}@example.com"} for number in range(100)]
        assert write(sent, "POST", "v8/Leads", token, *rows).status == 201
    few, many = cost(10), cost(40)
    assert many - few < 30 * 500
