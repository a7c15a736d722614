"""The rules against generated requests: what keeps the contract is accepted, what breaks it is refused by that rule."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from contracts import ERRORS, RULES, Contract, Request, catalogue, documented_regions
from contracts.strategies import BREAKABLE, Broken, broken_requests, valid_requests
from mockserver import Mock, ServerThread
from tests.kit.connection import with_headers, zoho
from tests.kit.depth import examples
from tests.kit.sender import Sender, over_requests
from tests.kit.ways import served

# What can only be broken against stored state, or is only warned about; tested by hand, here or where it belongs.
NOT_GENERATED = {
    *(id for id in RULES if id.startswith(("FS-DST-", "FS-ADH-"))),  # test_activation.py, test_exports.py
    *("FS-CON-18", "FS-CON-19", "FS-CON-20", "FS-CON-21"),  # test_destinations.py
    "FS-URL-03",  # test_not_imitated.py
    "FS-HDR-06",  # test_an_organisation_without_its_suffix_is_warned_about
    *("FS-QRY-01", "FS-QRY-04", "FS-QRY-05", "FS-QRY-18"),  # test_listing.py
    "FS-BODY-06",  # test_a_key_that_stands_twice_counts_the_second_time
    "FS-QRY-16",  # test_a_parameter_without_effect_is_warned_about
    "FS-CON-07",  # test_another_version_is_warned_about
    *("FS-CON-13", "FS-CON-17"),  # test_connections.py
    "FS-CON-14",  # test_connections.py
    "FS-FILL-01",  # test_connections.py
    "FS-ID-01",  # test_connections.py
    "FS-ETAG-02",  # test_connections.py
    "FS-ETAG-03",  # test_connections.py
    "FS-ETAG-04",  # test_contradictions.py
    "FS-PATCH-07",  # test_updates.py
    "FS-PATCH-09",  # test_a_credential_that_an_update_removes_is_warned_about
    "FS-PATCH-11",  # test_the_way_to_authenticate_stays_where_the_page_says_so
    "FS-HDR-12",  # test_ims.py
    "FS-HDR-13",  # test_ims.py
    "FS-HDR-14",  # test_sandboxes.py
    *(id for id in RULES if id.startswith("FS-REF-")),  # test_flows.py, test_source_connections.py, test_drafts.py
    *(id for id in RULES if id.startswith("FS-IN-")),  # test_source_connections.py
    *(id for id in RULES if id.startswith("FS-OUT-")),  # test_target_connections.py
    *(id for id in RULES if id.startswith(("FS-FLOW-", "FS-DEL-"))),  # test_flows.py
    *(id for id in RULES if id.startswith("FS-RUN-")),  # test_runs.py
    *(id for id in RULES if id.startswith("FS-ACT-")),  # test_actions.py
    *(id for id in RULES if id.startswith("FS-DRAFT-")),  # test_drafts.py
    *(id for id in RULES if id.startswith("FS-SPEC-")),  # test_specs.py
    *(id for id in RULES if id.startswith(("FS-SCH-", "FS-TRF-"))),  # test_schedules.py
    *(id for id in RULES if id.startswith("ZO-")),  # tests/services/zoho
    *(id for id in RULES if id.startswith("FS-EXP-")),  # test_exploring.py
    *(id for id in RULES if id.startswith("IMS-")),  # test_ims.py
    *(id for id in RULES if id.startswith("SB-")),  # test_sandboxes.py
    *(id for id in RULES if id.startswith("SR-")),  # test_schema_registry.py
    *(id for id in RULES if id.startswith("CT-")),  # test_catalog.py
    *(id for id in RULES if id.startswith("DP-")),  # test_data_prep.py
    *(id for id in RULES if id.startswith("CN-")),  # test_connectors.py
    *(id for id in RULES if id.startswith("SI-")),  # test_inlet.py
}


# Assumptions that refuse by default, and why each has to.
REFUSING = {
    "nothing is there that could answer": {
        *("FS-URL-01", "FS-URL-02", "ZO-URL-01", "ZO-URL-02", "SB-ID-01", "SR-ID-02", "SR-ID-04", "SR-ACC-05"),
        *("DP-ID-01", "DP-ID-02", "SI-ID-01", "CN-ID-01", "CN-ID-02", "FS-QRY-05"),
    },
    "it can't be understood": {"FS-BODY-04", "ZO-CRM-16", "ZO-TOK-01", "ZO-TOK-02"},
    "what it is about is of another kind or state": {"FS-HDR-14", "SB-ACT-02", "SR-PATH-02"},
    "it is more than the mock takes": {
        *("FS-HDR-10", "FS-BODY-02", "FS-QRY-17", "FS-PATCH-10", "SR-CHG-02", "CT-MANY-05", "DP-PRE-02"),
    },
    "an option asks for it": {"FS-HDR-13"},
}


def test_every_other_assumption_only_warns() -> None:
    refusing = {rule.id for rule in RULES.values() if rule.level == "assumed" and rule.severity("default") == "error"}
    assert refusing == set().union(*REFUSING.values())


def refused(mock: Mock) -> list[dict[str, Any]]:
    """The errors of the only exchange; unmasked, since a generated token may be a word of a message."""
    (entry,) = mock.journal.entries()
    return [found for found in entry.violations if found["severity"] == "error"]


@given(valid_requests())
def test_what_keeps_the_contract_is_accepted(request: Request) -> None:
    mock = Mock()
    assert mock.handle(request).status == 201
    assert refused(mock) == []


@pytest.mark.parametrize("region", documented_regions())
@settings(max_examples=examples(20))
@given(data=st.data())
def test_every_region_is_accepted(region: str, data: st.DataObject) -> None:
    request = data.draw(valid_requests(catalogue().named("zoho-crm"), documented_regions()[region]))
    assert Contract().judge(request).violations == []


@pytest.mark.parametrize("name", [source.key for source in catalogue().values()])
@settings(max_examples=examples(10))
@given(data=st.data())
def test_every_source_is_accepted(name: str, data: st.DataObject) -> None:
    assert Contract().judge(data.draw(valid_requests(catalogue().named(name)))).errors == []


@pytest.mark.parametrize("rule", sorted(BREAKABLE))
@settings(max_examples=examples(25))
@given(data=st.data())
def test_what_breaks_one_rule_is_refused_by_that_rule(rule: str, data: st.DataObject) -> None:
    broken: Broken = data.draw(broken_requests(rule))
    mock = Mock()
    before = mock.snapshot()

    response = mock.handle(broken.request)

    errors = refused(mock)
    assert [found["rule"] for found in errors] == [rule]
    assert errors[0]["pointer"].startswith(broken.pointer)
    assert response.status == ERRORS[RULES[rule].error].status
    assert mock.snapshot() == before


@settings(max_examples=examples(60))
@given(broken=broken_requests())
def test_a_socket_changes_nothing_about_that(thread: ServerThread, broken: Broken) -> None:
    mock, control = Mock(), Mock()
    request = broken.request
    assume(all(value == value.strip() for value in request.headers.values()))  # requests sends no outer blanks
    with served(mock, thread) as origin:
        answer = over_requests(origin)(request.method, request.target, request.headers, request.body)
    assert answer.status == control.handle(request).status
    assert [found["rule"] for found in refused(mock)] == [broken.rule]


def test_every_rule_is_generated_or_tested_by_hand() -> None:
    assert set(RULES) == set(BREAKABLE) | NOT_GENERATED
    assert not set(BREAKABLE) & NOT_GENERATED


def test_every_row_is_complete() -> None:
    for id, rule in RULES.items():
        assert rule.id == id
        assert rule.error in ERRORS
        assert rule.demand
        assert rule.document
        assert rule.mend.endswith(".")
    for error in ERRORS.values():
        assert 400 <= error.status < 600 or (error.status == 200 and error.shape.__name__ == "accounts")


def test_a_violation_says_where_what_found_allowed_nearest_and_mend(sent: Sender) -> None:
    sent("POST", "/connections", zoho(accountsUrl="https://accounts.zoho.eu/"))
    (row,) = sent.violations
    names = {"rule", "level", "severity", "pointer", "message", "found", "allowed", "nearest", "document", "help"}
    assert set(row) == names
    for text in (row["pointer"], row["found"], *row["allowed"], row["nearest"], RULES[row["rule"]].mend):
        assert text in row["message"]
    assert row["found"] == '"https://accounts.zoho.eu/"'
    assert len(row["allowed"]) == 5
    assert row["level"] == "documented"


def test_an_organisation_without_its_suffix_is_warned_about(sent: Sender) -> None:
    assert sent("GET", "/connections", headers=with_headers(x_gw_ims_org_id="acme")).status == 200
    assert [(row["rule"], row["severity"]) for row in sent.violations] == [("FS-HDR-06", "warning")]


def test_another_version_is_warned_about(sent: Sender) -> None:
    body = zoho()
    body["connectionSpec"]["version"] = "2.0"
    assert sent("POST", "/connections", body).status == 201
    assert [(row["rule"], row["severity"]) for row in sent.violations] == [("FS-CON-07", "warning")]


def test_a_parameter_without_effect_is_warned_about(sent: Sender) -> None:
    assert sent("POST", "/connections?colour=red", zoho()).status == 201
    assert [(row["rule"], row["pointer"]) for row in sent.violations] == [("FS-QRY-16", "query/colour")]


def test_a_credential_that_an_update_removes_is_warned_about(sent: Sender) -> None:
    id, etag = sent.create()
    patch = [{"op": "remove", "path": "/auth/params/clientId"}]
    assert sent("PATCH", f"/connections/{id}", patch, if_match=etag).status == 200
    assert [(row["rule"], row["severity"], row["pointer"]) for row in sent.violations] == [
        ("FS-PATCH-09", "warning", "/auth/params/clientId")
    ]


def test_a_misspelt_header_is_told(sent: Sender) -> None:
    sent("GET", "/connections", headers={**with_headers(x_sandbox_name=None), "x-sandbox": "prod"})
    assert sent.violations[0]["nearest"] == "x-sandbox"


def test_a_misspelt_path_is_told(sent: Sender) -> None:
    assert sent("GET", "/conections").status == 404
    assert sent.violations[0]["nearest"] == "/connections"
