"""Zoho's accounts servers: each grant, each refusal, lifetimes and limits on the mock's clock, and regions."""

from __future__ import annotations

import json
import re
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.sources.regions import zoho_regions
from mockserver import Mock, ServerThread
from mockserver.adapters.responses import patched
from mockserver.exchange.telling import exchanges
from mockserver.services.zoho.accounts import Account
from mockserver.services.zoho.settings import ZohoSettings
from tests.kit.depth import examples
from tests.kit.sender import Sender, core
from tests.kit.ways import served
from tests.kit.zoho import CLIENT, FORM, access_token, accounts, crm, host, last, refresh

TOKEN = re.compile(r"1000\.[0-9a-f]{32}\.[0-9a-f]{32}")
REDIRECT = "https://acme.example.com/callback"
AUTHORIZE = {
    "response_type": "code",
    "client_id": CLIENT["client_id"],
    "scope": "ZohoCRM.modules.ALL,ZohoCRM.org.READ",
    "redirect_uri": REDIRECT,
    "access_type": "offline",
    "state": "a state",
}


def registered(**more: object) -> Account:
    return Account(
        zoho_regions()["eu"], CLIENT["client_id"], CLIENT["client_secret"], **{"refresh_token": "1000.known", **more}
    )  # type: ignore[arg-type]


def sender(*given: Account, **more: object) -> Sender:
    mock = Mock(zoho=ZohoSettings(accounts=given, **more))  # type: ignore[arg-type]
    return Sender("core", mock, core(mock))


def consent(send: Sender, region: str = "eu", **changes: str) -> dict[str, str]:
    """What the browser brings back."""
    query = urlencode({**AUTHORIZE, **changes})
    answer = accounts(send, region, f"/oauth/v2/auth?{query}", {}, "GET")
    assert answer.status == 302, answer.text
    target = urlsplit(answer.headers["location"])
    assert f"{target.scheme}://{target.netloc}{target.path}" == REDIRECT
    return {name: values[0] for name, values in parse_qs(target.query).items()}


def exchange(send: Sender, code: str, region: str = "eu", **more: str) -> object:
    form = {"grant_type": "authorization_code", **CLIENT, "code": code, "redirect_uri": REDIRECT, **more}
    return accounts(send, region, "/oauth/v2/token", form).json


@pytest.mark.parametrize("region", zoho_regions())
def test_every_data_centre_refreshes_a_token_that_its_own_crm_takes(send: Sender, region: str) -> None:
    answer = refresh(send, region)
    assert answer.status == 200
    assert set(answer.json) == {"access_token", "scope", "api_domain", "token_type", "expires_in"}
    assert TOKEN.fullmatch(answer.json["access_token"])
    assert (answer.json["token_type"], answer.json["expires_in"]) == ("Bearer", 3600)
    assert answer.json["api_domain"] == f"{send.origin}/{host(zoho_regions()[region].api_endpoint)}"
    assert crm(send, "v2/Leads", answer.json["access_token"], region).status == 200


def test_parameters_come_in_the_query_a_form_or_parts(sent: Sender) -> None:
    fields = {"grant_type": "refresh_token", **CLIENT, "refresh_token": "1000.refresh-token"}
    target = "/accounts.zoho.eu/oauth/v2/token"
    boundary = "x1"
    parts = "".join(
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    )
    halves = ({"grant_type": "refresh_token", **CLIENT}, {"refresh_token": "1000.refresh-token"})
    for target_, headers, body in (
        (f"{target}?{urlencode(fields)}", {}, b""),
        (target, FORM, urlencode(fields).encode()),
        (target, {"Content-Type": f"multipart/form-data; boundary={boundary}"}, f"{parts}--{boundary}--\r\n".encode()),
        (f"{target}?{urlencode(halves[0])}", FORM, urlencode(halves[1]).encode()),
    ):
        assert "access_token" in sent.raw("POST", target_, headers, body).json
    assert sent.rules == []


def test_a_parameter_is_told_where_it_stood() -> None:
    send = sender(registered())
    wrong = {"grant_type": "refresh_token", **CLIENT, "refresh_token": "1000.known"}

    def told(rule: str, query: dict[str, str], form: dict[str, str], path: str = "token", method: str = "POST") -> str:
        send.raw(method, f"/accounts.zoho.eu/oauth/v2/{path}?{urlencode(query)}", FORM, urlencode(form).encode())
        return next(str(row["pointer"]) for row in send.violations if row["rule"] == rule)

    for rule, changes in (
        ("ZO-TOK-01", {"grant_type": "password"}),
        ("ZO-TOK-02", {"client_secret": ""}),
        ("ZO-TOK-04", {"client_id": "1000.OTHER"}),
        ("ZO-TOK-05", {"client_secret": "wrong"}),
        ("ZO-TOK-06", {"refresh_token": "1000.other"}),
    ):
        (name,) = changes
        sent = {**wrong, **changes}
        assert told(rule, sent, {}) == f"query/{name}"
        assert told(rule, wrong, changes) == told(rule, {}, sent) == f"/{name}"
    assert told("ZO-TOK-04", {**AUTHORIZE, "client_id": "1000.OTHER"}, {}, "auth", "GET") == "query/client_id"


def test_a_secret_in_the_url_is_warned_about(sent: Sender) -> None:
    fields = {"grant_type": "refresh_token", **CLIENT, "refresh_token": "1000.refresh-token"}
    sent.raw("POST", f"/accounts.zoho.eu/oauth/v2/token?{urlencode(fields)}", {})
    assert [(row["rule"], row["severity"]) for row in sent.violations] == [("ZO-TOK-12", "warning")] * 2


@pytest.mark.parametrize(
    ("form", "error", "rule"),
    [
        ({}, "unsupported_grant_type", "ZO-TOK-01"),
        ({"grant_type": "password"}, "unsupported_grant_type", "ZO-TOK-01"),
        ({"grant_type": "refresh_token", **CLIENT}, "invalid_request", "ZO-TOK-02"),
        ({"grant_type": "refresh_token", "refresh_token": "x"}, "invalid_request", "ZO-TOK-02"),
        ({"grant_type": "authorization_code", **CLIENT, "code": ""}, "invalid_request", "ZO-TOK-02"),
        ({"grant_type": "client_credentials", **CLIENT, "scope": "ZohoCRM.org.READ"}, "missing_org_info", "ZO-TOK-10"),
    ],
)
def test_what_is_missing_is_an_error_with_status_200(send: Sender, form: dict[str, str], error: str, rule: str) -> None:
    answer = accounts(send, "eu", "/oauth/v2/token", form)
    assert (answer.status, answer.json) == (200, {"error": error})
    assert last(send)["rule"] == rule


def test_a_misspelt_parameter_is_told(sent: Sender) -> None:
    accounts(sent, "eu", "/oauth/v2/token", {"grant_type": "refresh_token", **CLIENT, "refreshtoken": "x"})
    assert last(sent)["nearest"] == "refresh_token"


def test_a_body_that_is_no_form_is_refused(sent: Sender) -> None:
    answer = sent.raw("POST", "/accounts.zoho.eu/oauth/v2/token", {"Content-Type": "application/json"}, b"{}")
    assert (answer.status, answer.json) == (200, {"error": "invalid_request"})
    assert sent.rules == ["ZO-TOK-13"]


@pytest.mark.parametrize(("path", "status", "rule"), [("/oauth/v2/nosuch", 404, "ZO-URL-01"), ("/", 404, "ZO-URL-01")])
def test_another_path_isnt_there(sent: Sender, path: str, status: int, rule: str) -> None:
    assert (accounts(sent, "eu", path, {}).status, sent.rules) == (status, [rule])


def test_a_token_isnt_asked_for_with_get(sent: Sender) -> None:
    answer = accounts(sent, "eu", "/oauth/v2/token", {}, "GET")
    assert (answer.status, answer.headers["allow"], sent.rules) == (405, "POST", ["ZO-URL-02"])


# Regions


@pytest.mark.parametrize("asked", [code for code in zoho_regions() if code != "eu"])
def test_a_client_is_invalid_in_every_data_centre_but_its_own(send: Sender, asked: str) -> None:
    access_token(send, "eu")
    answer = refresh(send, asked)
    assert (answer.status, answer.json) == (200, {"error": "invalid_client"})
    row = last(send)
    assert row["rule"] == "ZO-TOK-03"
    assert row["found"] == f"registered in EU, request to {asked.upper()}"
    assert "this client is registered in Europe (EU)" in row["message"]
    assert f"the request went to the {asked.upper()} accounts server" in row["message"]
    assert row["nearest"] == "https://accounts.zoho.eu"
    assert "access_token" in refresh(send, "eu").json


@pytest.mark.parametrize("asked", ["us", "in"])
def test_a_token_is_invalid_in_every_data_centre_but_its_own(send: Sender, asked: str) -> None:
    token = access_token(send, "eu")
    answer = crm(send, "v2/Leads", token, asked)
    assert (answer.status, answer.json["code"]) == (401, "INVALID_TOKEN")
    assert last(send)["rule"] == "ZO-CRM-04"
    assert last(send)["found"] == f"issued in EU, request to {asked.upper()}"
    assert crm(send, "v2/Leads", token, "eu").status == 200


def test_a_multi_dc_client_asks_where_its_token_is_from() -> None:
    send = sender(registered(multi_dc=("us",)))
    answer = refresh(send, "us", "1000.known")
    assert answer.json == {"error": "invalid_code"}
    assert last(send)["rule"] == "ZO-TOK-11"
    assert refresh(send, "in", "1000.known").json == {"error": "invalid_client"}
    assert "access_token" in refresh(send, "eu", "1000.known").json


def test_the_hosts_are_reached_by_path_by_header_and_by_name(mock: Mock, thread: ServerThread) -> None:
    form = {"grant_type": "refresh_token", **CLIENT, "refresh_token": "1000.r"}
    with served(mock, thread) as origin:
        by_path = requests.post(f"{origin}/accounts.zoho.eu/oauth/v2/token", data=form, timeout=10).json()
        by_header = requests.post(
            f"{origin}/oauth/v2/token", data=form, headers={"Host": "accounts.zoho.eu"}, timeout=10
        ).json()
        assert by_path["api_domain"] == f"{origin}/www.zohoapis.eu"
        wrong = requests.post(
            f"{origin}/oauth/v2/token", data=form, headers={"Host": "accounts.zoho.com"}, timeout=10
        ).json()
    with patched(mock.handle):
        by_name = requests.post("https://accounts.zoho.eu/oauth/v2/token", data=form, timeout=10).json()
    assert by_header["api_domain"] == by_name["api_domain"] == "https://www.zohoapis.eu"
    assert wrong == {"error": "invalid_client"}


def test_the_real_api_domain_can_be_asked_for() -> None:
    assert refresh(sender(api_domain="real")).json["api_domain"] == "https://www.zohoapis.eu"


def test_server_info_lists_the_servers_at_the_mocks_own_addresses(send: Sender) -> None:
    answer = accounts(send, "us", "/oauth/serverinfo", {}, "GET").json
    assert answer["result"] == "success"
    assert set(answer["locations"]) == set(zoho_regions()) - {"cn"}
    assert answer["locations"]["ca"] == f"{send.origin}/accounts.zohocloud.ca"


# Registered accounts


def test_once_an_account_is_registered_no_other_is_genuine() -> None:
    send = sender(registered())
    assert "access_token" in refresh(send, token="1000.known").json
    for changes, error, rule in (
        ({"client_id": "1000.OTHER"}, "invalid_client", "ZO-TOK-04"),
        ({"client_secret": "wrong"}, "invalid_client_secret", "ZO-TOK-05"),
        ({"token": "1000.other"}, "invalid_code", "ZO-TOK-06"),
    ):
        answer = refresh(send, **{"token": "1000.known", **changes})
        assert (answer.status, answer.json) == (200, {"error": error})
        assert last(send)["rule"] == rule
    assert crm(send, "v2/Leads", "1000.any").json["code"] == "INVALID_TOKEN"
    assert last(send)["rule"] == "ZO-CRM-03"


def test_a_reset_leaves_the_given_accounts_and_forgets_the_tokens() -> None:
    send = sender(registered())
    token = access_token(send, token="1000.known")
    send.mock.reset()
    assert crm(send, "v2/Leads", token).status == 401
    assert "access_token" in refresh(send, token="1000.known").json


# Consent and grant codes


def test_consent_brings_back_a_code_its_place_and_the_state(send: Sender) -> None:
    back = consent(send)
    assert TOKEN.fullmatch(back["code"])
    assert (back["state"], back["location"]) == ("a state", "eu")
    assert back["accounts-server"] == f"{send.origin}/accounts.zoho.eu"
    tokens = exchange(send, back["code"])
    assert set(tokens) == {"access_token", "refresh_token", "api_domain", "token_type", "expires_in"}
    assert "access_token" in refresh(send, token=tokens["refresh_token"]).json


def test_without_offline_access_there_is_no_refresh_token(sent: Sender) -> None:
    assert "refresh_token" not in exchange(sent, consent(sent, access_type="online")["code"])


def test_consent_may_begin_in_the_us_and_ends_where_the_user_is() -> None:
    send = sender(registered())
    assert consent(send, "us")["location"] == "eu"
    query = urlencode(AUTHORIZE)
    answer = accounts(send, "in", f"/oauth/v2/auth?{query}", {}, "GET")
    assert (answer.status, last(send)["rule"]) == (400, "ZO-TOK-03")
    assert answer.headers["content-type"].startswith("text/html")


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"response_type": "token"}, "ZO-AUTH-01"),
        ({"scope": ""}, "ZO-AUTH-01"),
        ({"client_id": "1000.OTHER"}, "ZO-TOK-04"),
        ({"redirect_uri": "https://elsewhere.example.com"}, "ZO-TOK-08"),
    ],
)
def test_a_wrong_authorization_request_is_a_page_and_no_redirect(changes: dict[str, str], rule: str) -> None:
    send = sender(registered(redirect_uri=REDIRECT))
    query = urlencode({**AUTHORIZE, **changes})
    answer = accounts(send, "eu", f"/oauth/v2/auth?{query}", {}, "GET")
    assert "location" not in answer.headers
    assert (answer.status, last(send)["rule"]) == (400, rule)


def test_a_code_is_used_once_within_three_minutes_with_its_redirect_uri(sent: Sender) -> None:
    code = consent(sent)["code"]
    wrong = exchange(sent, code, redirect_uri="https://elsewhere.example.com")
    assert (wrong, last(sent)["rule"]) == ({"error": "invalid_redirect_uri"}, "ZO-TOK-08")
    assert "access_token" in exchange(sent, code)
    assert (exchange(sent, code), last(sent)["rule"]) == ({"error": "invalid_code"}, "ZO-TOK-07")
    late = consent(sent)["code"]
    sent.mock.clock.advance(minutes=3, seconds=1)
    assert (exchange(sent, late), last(sent)["rule"]) == ({"error": "invalid_code"}, "ZO-TOK-07")


def test_a_client_gets_ten_codes_in_ten_minutes(sent: Sender) -> None:
    assert all("code" in consent(sent) for _ in range(10))
    assert consent(sent) == {"error": "access_denied", "state": "a state"}
    sent.mock.clock.advance(minutes=11)
    assert "code" in consent(sent)


def test_a_client_of_its_own_gets_a_token_for_its_scope(sent: Sender) -> None:
    form = {"grant_type": "client_credentials", **CLIENT, "scope": "ZohoCRM.org.READ", "soid": "ZohoCRM.1234"}
    answer = accounts(sent, "eu", "/oauth/v2/token", form).json
    assert answer["scope"] == "ZohoCRM.org.READ"
    assert "refresh_token" not in answer
    assert crm(sent, "v2/org", answer["access_token"]).status == 200
    assert crm(sent, "v2/Leads", answer["access_token"]).json["code"] == "OAUTH_SCOPE_MISMATCH"
    assert last(sent)["rule"] == "ZO-CRM-05"


# The clock


def test_an_access_token_lasts_an_hour(send: Sender) -> None:
    token = access_token(send)
    send.mock.clock.advance(minutes=59, seconds=30)
    assert crm(send, "v2/Leads", token).status == 200
    send.mock.clock.advance(minutes=1)
    answer = crm(send, "v2/Leads", token)
    assert (answer.status, answer.json["code"], last(send)["rule"]) == (401, "INVALID_TOKEN", "ZO-CRM-03")
    assert crm(send, "v2/Leads", access_token(send)).status == 200


def test_a_refresh_token_is_good_for_ten_access_tokens_in_ten_minutes(send: Sender) -> None:
    for _ in range(10):
        access_token(send)
    answer = refresh(send)
    assert answer.status == 400
    assert answer.json == {
        "error_description": "You have made too many requests continuously. Please try again after some time.",
        "error": "Access Denied",
        "status": "failure",
    }
    assert last(send)["rule"] == "ZO-TOK-09"
    assert "access_token" in refresh(send, token="1000.another").json
    send.mock.clock.advance(minutes=10, seconds=1)
    access_token(send)


def test_the_sixteenth_active_token_takes_the_firsts_place(sent: Sender) -> None:
    tokens = []
    for _ in range(2):
        tokens += [access_token(sent) for _ in range(8)]
        sent.mock.clock.advance(minutes=11)
    assert [crm(sent, "v2/org", token).status for token in tokens] == [401] + [200] * 15


def test_the_twenty_first_refresh_token_takes_the_firsts_place(sent: Sender) -> None:
    grants = []
    for _ in range(21):
        sent.mock.clock.advance(minutes=2)
        grants.append(exchange(sent, consent(sent, prompt="consent")["code"]))
    assert refresh(sent, token=grants[0]["refresh_token"]).json == {"error": "invalid_code"}
    assert crm(sent, "v2/org", grants[0]["access_token"]).status == 401
    assert "access_token" in refresh(sent, token=grants[1]["refresh_token"]).json


def test_limits_can_be_turned_off() -> None:
    send = sender(limits=False)
    assert all("access_token" in refresh(send).json for _ in range(30))


class Model:
    """What a refresh token allows, told anew: the times of its tokens in a list."""

    def __init__(self) -> None:
        self.times: list[int] = []

    def allows(self, now: int) -> bool:
        allowed = len([at for at in self.times if now - at < 600]) < 10
        if allowed:
            self.times.append(now)
        return allowed


@settings(max_examples=examples(30))
@given(waits=st.lists(st.sampled_from([0, 1, 30, 60, 200, 599, 601]), max_size=40))
def test_the_limit_holds_whenever_tokens_are_asked_for(waits: list[int]) -> None:
    send, model, now = sender(), Model(), 0
    for wait in waits:
        now += wait
        send.mock.clock.advance(wait)
        answer = refresh(send)
        assert ("access_token" in answer.json) == model.allows(now)


# Revocation


def test_a_revoked_refresh_token_takes_its_access_tokens_along(send: Sender) -> None:
    token = access_token(send)
    answer = accounts(send, "eu", "/oauth/v2/token/revoke", {"token": "1000.refresh-token"})
    assert (answer.status, answer.json) == (200, {"status": "success"})
    assert crm(send, "v2/Leads", token).json["code"] == "INVALID_TOKEN"
    assert refresh(send).json == {"error": "invalid_code"}
    assert last(send)["rule"] == "ZO-TOK-06"


def test_an_access_token_is_revoked_alone(sent: Sender) -> None:
    first, second = access_token(sent), access_token(sent)
    accounts(sent, "eu", "/oauth/v2/token/revoke", {"token": first})
    assert [crm(sent, "v2/org", token).status for token in (first, second)] == [401, 200]


def test_what_was_never_issued_cant_be_revoked() -> None:
    send = sender(registered())
    answer = accounts(send, "eu", "/oauth/v2/token/revoke", {"token": "1000.nosuch"})
    assert (answer.status, answer.json["error"], last(send)["rule"]) == (400, "invalid_token", "ZO-REV-01")


def test_a_revocation_names_its_token(sent: Sender) -> None:
    assert accounts(sent, "eu", "/oauth/v2/token/revoke", {}).json == {"error": "invalid_request"}


# Faults


@pytest.mark.parametrize("path", ["/oauth/v2/token", "/accounts.zoho.eu/oauth/v2/token"])
@pytest.mark.parametrize("status", [400, 401, 429, 500, 503])
def test_trouble_can_be_asked_for(send: Sender, path: str, status: int) -> None:
    send.mock.faults.add(status=status, path=path)
    answer = refresh(send)
    assert answer.status == status
    assert "error" in answer.json
    assert "access_token" in refresh(send).json


# Secrets


def test_no_secret_is_readable_afterwards(send: Sender) -> None:
    token = access_token(send)
    crm(send, "v2/Leads", token)
    code = consent(send)["code"]
    tokens = exchange(send, code)
    fields = {"grant_type": "refresh_token", **CLIENT, "refresh_token": "1000.in-the-url"}
    send.raw("POST", f"/accounts.zoho.eu/oauth/v2/token?{urlencode(fields)}", {})
    accounts(
        send, "us", "/oauth/v2/token", {"grant_type": "refresh_token", **CLIENT, "refresh_token": "1000.elsewhere"}
    )
    written = json.dumps(send.mock.journal.rows()) + exchanges(send.mock.journal)
    secrets = [token, code, tokens["access_token"], tokens["refresh_token"], CLIENT["client_secret"]]
    for secret in (*secrets, "1000.refresh-token", "1000.in-the-url", "1000.elsewhere"):
        assert secret not in written
    assert CLIENT["client_id"] in written


# zoho.com/accounts/protocol/oauth/web-apps.html, and two bug reports: a second consent.


def test_a_second_consent_gives_a_refresh_token_only_when_the_user_is_asked_again() -> None:
    sent = sender(registered(redirect_uri=REDIRECT))
    assert "refresh_token" in exchange(sent, consent(sent)["code"])
    assert "refresh_token" not in exchange(sent, consent(sent)["code"])
    consent(sent)
    assert [(row["rule"], row["severity"]) for row in sent.violations] == [("ZO-TOK-14", "warning")]
    assert "refresh_token" in exchange(sent, consent(sent, prompt="consent")["code"])


def test_a_consent_that_was_taken_back_is_given_anew() -> None:
    sent = sender(registered(redirect_uri=REDIRECT))
    token = exchange(sent, consent(sent)["code"])["refresh_token"]
    for each in (token, "1000.known"):
        accounts(sent, "eu", "/oauth/v2/token/revoke", {"token": each})
    assert "refresh_token" in exchange(sent, consent(sent)["code"])
