"""The search of records by its own page: zoho.com/crm/developer/docs/api/v7/search-records.html."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import pytest

from mockserver import Mock
from mockserver.services.zoho.settings import settings_of
from tests.kit.sender import Sender, core
from tests.kit.zoho import access_token, accounts, crm

LEADS = [
    {"Last_Name": "Okafor", "City": "Leeds", "Score": 7, "Member": True, "Born": "1990-02-11"},
    {"Last_Name": "Lindqvist", "City": "Boston", "Score": 2, "Member": False, "Born": "1984-07-30"},
    {"Last_Name": "Pereira (jr)", "City": "Leeds", "Score": None, "Member": None, "Born": None},
]
KINDS = {"Score": "integer", "Member": "boolean", "Born": "date"}


@pytest.fixture
def leads() -> Sender:
    mock = Mock(zoho=settings_of(zoho_data={"People": LEADS}))
    return Sender("core", mock, core(mock))


def found(sent: Sender, criteria: str, version: str = "v8") -> list[str]:
    answer = crm(sent, f"{version}/People/search?criteria={quote(criteria)}", "1000.any")
    if answer.status == 204:
        return []
    assert answer.status == 200, answer.text
    return sorted(row["Last_Name"] for row in answer.json["data"])


def refused(sent: Sender, criteria: str) -> dict[str, Any]:
    answer = crm(sent, f"v8/People/search?criteria={quote(criteria)}", "1000.any")
    assert (answer.status, answer.json["code"]) == (400, "INVALID_QUERY"), answer.text
    assert sent.rules == ["ZO-SRC-02"]
    return answer.json["details"]  # type: ignore[no-any-return]


OKAFOR, LINDQVIST, PEREIRA = "Okafor", "Lindqvist", "Pereira (jr)"


@pytest.mark.parametrize(
    ("criteria", "names"),
    [
        ("(Last_Name:equals:okafor)", [OKAFOR]),
        ("Last_Name:equals:Okafor", [OKAFOR]),
        ("((Last_Name:equals:Okafor)or(City:equals:Boston))", [LINDQVIST, OKAFOR]),
        ("((City:equals:Leeds)and(Score:equals:7))", [OKAFOR]),
        ("(Last_Name:starts_with:Per)", [PEREIRA]),
        (r"(Last_Name:equals:Pereira \(jr\))", [PEREIRA]),
        ("(City:not_equal:Leeds)", [LINDQVIST]),
        ("(City:in:Leeds,Boston)", [LINDQVIST, OKAFOR, PEREIRA]),
        ("(Score:greater_than:2)", [OKAFOR]),
        ("(Score:greater_equal:2)", [LINDQVIST, OKAFOR]),
        ("(Score:less_than:7)", [LINDQVIST]),
        ("(Score:between:1,7)", [LINDQVIST, OKAFOR]),
        ("(Member:equals:true)", [OKAFOR]),
        ("(City:equals:Nowhere)", []),
        # and, or mixed, with and without parentheses that say how
        ("(City:equals:Boston)or(City:equals:Leeds)and(Score:equals:7)", [LINDQVIST, OKAFOR]),
        ("((City:equals:Boston)or(City:equals:Leeds))and(Score:equals:7)", [OKAFOR]),
        ("((City:equals:Leeds) and ((Score:equals:7) or (Last_Name:starts_with:Per)))", [OKAFOR, PEREIRA]),
    ],
)
def test_criteria_leave_what_they_say(leads: Sender, criteria: str, names: list[str]) -> None:
    assert found(leads, criteria) == names


def test_equals_finds_a_text_that_holds_the_value(leads: Sender) -> None:
    """v5 to v8 of any criteria, v2 to v4 of several conditions; of a number in no version."""
    assert found(leads, "(Last_Name:equals:Pereira)") == found(leads, "(Last_Name:equals:Pereira)", "v5") == [PEREIRA]
    assert found(leads, "(Last_Name:equals:Pereira)", "v4") == found(leads, "(Last_Name:equals:Pereira)", "v2") == []
    assert found(leads, "((Last_Name:equals:Pereira)and(City:equals:Leeds))", "v2") == [PEREIRA]


def test_no_nesting_is_too_deep(leads: Sender) -> None:
    """A bound of the mock's own would be no mistake of the client's."""
    assert found(leads, "(" * 5000 + "Last_Name:equals:Okafor" + ")" * 5000) == [OKAFOR]


def test_criteria_are_at_most_ten(leads: Sender) -> None:
    """search-records.html of every version."""
    assert found(leads, "or".join(["(Last_Name:equals:Okafor)"] * 10)) == [OKAFOR]
    assert set(refused(leads, "or".join(["(Last_Name:equals:Okafor)"] * 11))) == {"reason"}


@pytest.mark.parametrize(
    ("criteria", "details"),
    [
        ("(Nosuch:equals:x)", {"reason": "invalid field found", "api_name": "Nosuch", "operator": "equals"}),
        # a client recorded this one
        (
            "(Last_Name:greater_equal:x)",
            {"reason": "invalid operator found", "api_name": "Last_Name", "operator": "greater_equal"},
        ),
        ("(Score:like:7)", {"reason": "invalid operator found", "api_name": "Score", "operator": "like"}),
        ("(Score:equals:many)", {"reason": "invalid value found", "api_name": "Score", "operator": "equals"}),
        ("(Member:equals:7)", {"reason": "invalid value found", "api_name": "Member", "operator": "equals"}),
        ("(Score:between:1)", {"reason": "invalid value found", "api_name": "Score", "operator": "between"}),
        (
            "(Created_Time:equals:soon)",
            {"reason": "invalid value found", "api_name": "Created_Time", "operator": "equals"},
        ),
    ],
)
def test_what_cant_be_asked_says_why_and_of_which_field(leads: Sender, criteria: str, details: dict[str, Any]) -> None:
    assert refused(leads, criteria) == details


@pytest.mark.parametrize(
    "criteria", ["x", "(", "()", "(Last_Name:equals:a", "(Last_Name:equals:a))", "(City:equals:a)xor(City:equals:b)"]
)
def test_what_cant_be_read_says_where(leads: Sender, criteria: str) -> None:
    assert set(refused(leads, criteria)) == {"reason"}


def test_a_search_has_a_scope_of_its_own(sent: Sender) -> None:
    form = {"grant_type": "client_credentials", "soid": "ZohoCRM.1", "client_id": "1000.X", "client_secret": "s"}
    for scope, status in (
        ("ZohoCRM.modules.ALL", 401),
        ("ZohoSearch.securesearch.READ", 401),
        ("ZohoCRM.modules.Leads.READ,ZohoSearch.securesearch.READ", 200),
    ):
        token = accounts(sent, "eu", "/oauth/v2/token", {**form, "scope": scope}).json["access_token"]
        answer = crm(sent, "v8/Leads/search?word=Okafor", token)
        assert answer.status == status, scope
        assert status == 200 or answer.json["code"] == "OAUTH_SCOPE_MISMATCH"


def test_page_eleven_of_a_list_answers_as_recorded(sent: Sender) -> None:
    """airbytehq/airbyte issue 30977."""
    answer = crm(sent, "v8/Leads?fields=Email&page=11&per_page=200", access_token(sent))
    assert answer.status == 400
    assert json.loads(answer.text) == {
        "code": "DISCRETE_PAGINATION_LIMIT_EXCEEDED",
        "details": {"limit": 2000},
        "message": "You can only get the first 2000 records without using page_token param",
        "status": "error",
    }
    assert sent.violations[0]["level"] == "recorded"
