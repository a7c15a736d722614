"""Flow Service uses the mock's Zoho: connection tests, exploring, and the records that runs copy."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import requests

from contracts.sources.regions import documented_regions, zoho_regions
from mockserver import Mock
from mockserver.services.zoho.accounts import Account
from mockserver.services.zoho.seeds import dataset_from
from mockserver.services.zoho.settings import ZohoSettings
from tests.kit import chain
from tests.kit.connection import zoho
from tests.kit.sender import Answer, Sender, core
from tests.kit.serving import serving
from tests.kit.zoho import accounts, crm

pytest_plugins = ("pytester",)


def account(region: str = "eu", **changes: str) -> Account:
    """What `zoho` puts into a connection, as a registered account."""
    known = {"client_id": "1000.CLIENT", "client_secret": "s3cret-client-value", "refresh_token": "1000.refresh-value"}
    return Account(zoho_regions()[region], **{**known, **changes})  # type: ignore[arg-type]


def sender(*given: Account, **more: object) -> Sender:
    mock = Mock(zoho=ZohoSettings(accounts=given, **more))  # type: ignore[arg-type]
    return Sender("core", mock, core(mock))


def works(send: Sender, id: str) -> bool:
    answer = send("GET", f"/connections/{id}/test")
    assert answer.status == 200
    return bool(answer.json["result"])


def explored(send: Sender, id: str, **query: str) -> Answer:
    asked = "&".join(f"{name}={value}" for name, value in query.items())
    return send("GET", f"/connections/{id}/explore?{asked}")


@pytest.mark.parametrize("region", documented_regions())
def test_unknown_credentials_are_valid_in_their_region(send: Sender, region: str) -> None:
    id, _ = send.create(zoho(region))
    assert works(send, id)
    assert send.violations == []


def test_a_client_is_of_the_data_centre_where_it_was_first_met(send: Sender) -> None:
    first, _ = send.create(zoho("eu"))
    second, _ = send.create({**zoho("in"), "name": "elsewhere"})
    assert (works(send, first), works(send, second)) == (True, False)
    assert send.rules == ["ZO-TOK-03"]
    assert send.violations[0]["found"] == "registered in EU, request to IN"
    form = {"grant_type": "refresh_token", "client_id": "1000.CLIENT", "client_secret": "x", "refresh_token": "y"}
    assert accounts(send, "in", "/oauth/v2/token", form).json == {"error": "invalid_client"}


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"clientId": "1000.OTHER"}, "ZO-TOK-04"),
        ({"clientSecret": "wrong"}, "ZO-TOK-05"),
        ({"refreshToken": "1000.other"}, "ZO-TOK-06"),
    ],
)
def test_credentials_of_nobody_registered_fail_and_the_journal_says_why(changes: dict[str, str], rule: str) -> None:
    send = sender(account())
    good, _ = send.create(zoho())
    bad, _ = send.create({**zoho(**changes), "name": "bad"})
    assert (works(send, good), works(send, bad)) == (True, False)
    assert send.rules == [rule]


def test_wrong_credentials_work_once_they_are_corrected() -> None:
    send = sender(account())
    id, etag = send.create(zoho(clientSecret="wrong"))
    assert not works(send, id)
    patch = [{"op": "replace", "path": "/auth/params/clientSecret", "value": "s3cret-client-value"}]
    assert send("PATCH", f"/connections/{id}", patch, if_match=etag).status == 200
    assert works(send, id)


def test_an_expired_access_token_is_refreshed_once(send: Sender) -> None:
    id, _ = send.create()
    send.mock.clock.advance(hours=2)
    assert crm(send, "v2/org", "1000.access-value").status == 401
    for _ in range(12):  # more than the ten refreshes that Zoho allows
        assert works(send, id)
        assert explored(send, id).status == 200


def test_a_revoked_refresh_token_fails_the_connection(send: Sender) -> None:
    id, _ = send.create()
    assert works(send, id)
    accounts(send, "eu", "/oauth/v2/token/revoke", {"token": "1000.refresh-value"})
    assert not works(send, id)
    assert send.rules == ["ZO-TOK-06"]
    answer = explored(send, id)
    assert (answer.status, answer.code) == (400, "FLOW-1100-400")
    assert "invalid_code" in answer.json["errorMessage"]
    assert send.rules == ["ZO-CON-01", "ZO-TOK-06"]


def test_a_draft_without_credentials_doesnt_work_yet(sent: Sender) -> None:
    draft = {"name": "draft", "connectionSpec": zoho()["connectionSpec"]}
    answer = sent("POST", "/connections?mode=draft", draft)
    assert answer.status == 201
    assert not works(sent, answer.json["id"])
    assert sent.rules == ["ZO-CON-01"]


def test_exploring_lists_the_modules_shows_their_columns_and_their_rows() -> None:
    records = {"Leads": [{"Last_Name": "Ono", "Score": 7}], "Planets": [{"Name": "Mars"}, {"Name": "Venus"}]}
    send = sender(data=dataset_from(records))
    id, _ = send.create()
    names = [each["name"] for each in explored(send, id).json]
    assert names[0] == "Leads"
    assert names[-1] == "Planets"
    table = {"objectType": "table", "object": "Leads"}
    answer = explored(send, id, **table, preview="true").json
    columns = {each["name"]: each["type"] for each in answer["schema"]["columns"]}
    assert (columns["Score"], columns["Last_Name"], columns["Annual_Revenue"]) == ("integer", "string", "double")
    (row,) = answer["data"]
    assert (row["Last_Name"], row["Score"], row["Owner"]) == ("Ono", 7, "Dana Example")


def test_exploring_shows_what_the_crm_holds(sent: Sender) -> None:
    id, _ = sent.create()
    for entry in explored(sent, id).json:
        table = explored(sent, id, objectType="table", object=entry["path"], preview="true").json
        records = crm(sent, f"v2/{entry['path']}", "1000.access-value").json["data"]
        assert [row["id"] for row in table["data"]] == [row["id"] for row in reversed(records)]


def test_a_run_counts_the_records_of_its_module() -> None:
    send = sender(data=dataset_from({"Leads": [{"Last_Name": f"Name {each}"} for each in range(321)]}))
    there = chain.chain(send)
    run = chain.make(send, "runs", chain.run(there.flow))
    send.mock.clock.advance(minutes=1)
    summary = send("GET", f"/runs/{run}").json["items"][0]["metrics"]["recordSummary"]
    assert summary["outputRecordCount"] == 321


def test_a_run_fails_where_the_credentials_were_revoked(sent: Sender) -> None:
    there = chain.chain(sent)
    accounts(sent, "eu", "/oauth/v2/token/revoke", {"token": "1000.refresh-value"})
    run = chain.make(sent, "runs", chain.run(there.flow))
    sent.mock.clock.advance(minutes=1)
    metrics = sent("GET", f"/runs/{run}").json["items"][0]["metrics"]
    assert metrics["statusSummary"]["status"] == "failed"
    assert metrics["statusSummary"]["errors"][0]["code"] == "CONNECTOR-1001-500"
    assert metrics["recordSummary"]["outputRecordCount"] == 0
    assert sent("GET", f"/flows/{there.flow}").json["items"][0]["lastRunDetails"]["state"] == "failed"


def test_regions_and_errors_of_zoho_are_points_of_coverage(sent: Sender) -> None:
    form = {"grant_type": "refresh_token", "client_id": "1000.C", "client_secret": "x", "refresh_token": "y"}
    for region in ("eu", "us"):
        accounts(sent, region, "/oauth/v2/token", form)
    crm(sent, "v2/Nosuch", "1000.any")
    assert sent.mock.journal.points() == {
        *("regions/eu", "regions/us", "operations/zohoToken", "operations/zohoRecords"),
        *("rules/ZO-TOK-03", "rules/ZO-CRM-06", "errors/zoho-invalid_client", "errors/zoho-INVALID_MODULE"),
    }


# The fixtures and the command


def test_the_fixture_registers_accounts(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest, requests

        ACCOUNT = dict(client_id="1000.C", client_secret="a-secret", refresh_token="1000.r")

        def refreshed(zoho, region, **changes):
            form = {"grant_type": "refresh_token", **ACCOUNT, **changes}
            return requests.post(f"{zoho.accounts_url(region)}/oauth/v2/token", data=form, timeout=10).json()

        def test_registered(flow_service):
            flow_service.zoho.register(region="eu", **ACCOUNT)
            token = refreshed(flow_service.zoho, "eu")
            assert token["api_domain"] == flow_service.zoho.api_domain("eu")
            leads = f"{token['api_domain']}/crm/v2/Leads"
            headers = {"Authorization": f"Zoho-oauthtoken {token['access_token']}"}
            assert requests.get(leads, headers=headers, timeout=10).status_code == 200
            assert refreshed(flow_service.zoho, "us") == {"error": "invalid_client"}
            flow_service.zoho.revoke("1000.r")
            assert refreshed(flow_service.zoho, "eu") == {"error": "invalid_code"}
            flow_service.clock.advance(hours=2)

        def test_patched(flow_service_patched):
            assert flow_service_patched.zoho.accounts_url("in") == "https://accounts.zoho.in"
            flow_service_patched.zoho.register(region="in", **ACCOUNT)
            assert "access_token" in refreshed(flow_service_patched.zoho, "in")

        @pytest.mark.flow_service(zoho_accounts=[{"region": "eu", **ACCOUNT}], zoho_limits=False,
                                  zoho_data={"Leads": [{"Last_Name": "Ono"}]}, zoho_api_domain="real")
        def test_marked(flow_service, zoho_region):
            answers = [refreshed(flow_service.zoho, zoho_region) for _ in range(12)]
            if zoho_region.code == "eu":
                assert answers[-1]["api_domain"] == "https://www.zohoapis.eu"
            else:
                assert answers[-1] == {"error": "invalid_client"}

        @pytest.mark.flow_service(zoho_acounts=[])
        def test_misspelt(flow_service):
            pass

        def test_wrong(flow_service):
            with pytest.raises(ValueError, match="no region 'mars'"):
                flow_service.zoho.register(region="mars", **ACCOUNT)
            with pytest.raises(ValueError, match="nearest: refresh_token"):
                flow_service.zoho.register(region="eu", client_id="a", client_secret="b", refresh_tokn="c")
        """
    )
    result = pytester.runpytest_inprocess("-p", "no:xdist", "-p", "no:randomly")
    result.assert_outcomes(passed=8, errors=1)
    result.stdout.fnmatch_lines(["*nearest: zoho_accounts*"])


def test_serve_takes_accounts_records_and_limits(tmp_path: Path) -> None:
    known = {"region": "eu", "client_id": "1000.C", "client_secret": "a-secret", "refresh_token": "1000.r"}
    (tmp_path / "accounts.json").write_text(json.dumps([known]))
    (tmp_path / "Leads.csv").write_text("Last_Name\nOno\n")
    options = [
        "--zoho-accounts",
        tmp_path / "accounts.json",
        "--zoho-data",
        tmp_path / "Leads.csv",
        "--zoho-limits",
        "off",
    ]
    with serving(*map(str, options)) as (origin, _):
        form = {"grant_type": "refresh_token", **{name: known[name] for name in known if name != "region"}}
        url = f"{origin}/accounts.zoho.eu/oauth/v2/token"
        answers = [requests.post(url, data=form, timeout=10).json() for _ in range(12)]
        assert all("access_token" in answer for answer in answers)
        headers = {"Authorization": f"Zoho-oauthtoken {answers[0]['access_token']}"}
        leads = requests.get(f"{answers[0]['api_domain']}/crm/v2/Leads", headers=headers, timeout=10).json()
        assert [row["Last_Name"] for row in leads["data"]] == ["Ono"]
        other = requests.post(url, data={**form, "client_id": "1000.X"}, timeout=10).json()
        assert other == {"error": "invalid_client"}
