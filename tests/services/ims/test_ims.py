"""Tokens: what IMS answers, how long they hold, and what of it the journal shows."""

from __future__ import annotations

import base64
import json
from typing import Any
from urllib.parse import urlencode

import pytest
import requests
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts import BASE_PATH, ERRORS, Contract, Request
from mockserver import Mock, ServerThread
from mockserver.adapters.responses import patched
from mockserver.exchange.telling import exchanges
from tests.kit.connection import with_headers, zoho
from tests.kit.depth import examples
from tests.kit.ims import CODE, FORM, REFRESH, SECRET, TOKEN, ask, exchange, jwt, multipart, part
from tests.kit.sender import Sender, core, is_documented, over_requests
from tests.kit.ways import served

DAY = 86_399


FORMS = ("urlencoded", "multipart", "query")


@pytest.fixture
def ims(send: Sender) -> str:
    """Where IMS is on this way in: at its own host where that is the point of the way, else below the origin."""
    return "/ims" if send.name in ("http", "core") else "/ims-na1.adobelogin.com/ims"


# Tokens


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("version", ["v2", "v3"])
def test_client_credentials_are_answered_with_a_token(send: Sender, ims: str, version: str, form: str) -> None:
    answer = ask(send, f"{ims}/token/{version}", TOKEN, form)
    assert answer.status == 200, answer.text
    assert set(answer.json) == {"access_token", "token_type", "expires_in"}
    assert (answer.json["token_type"], answer.json["expires_in"]) == ("bearer", DAY)
    assert answer.headers["cache-control"] == "no-store"
    assert send.violations == []


def test_the_token_path_without_a_version_answers_in_milliseconds(sent: Sender) -> None:
    """help/sources/connectors/loyalty/capillary.md."""
    scopes = "openid AdobeID read_organizations additional_info.projectedProductContext session"
    answer = ask(sent, "/ims/token", {**TOKEN, "scope": scopes})
    assert (answer.status, answer.json["expires_in"], sent.violations) == (200, 86_399_994, [])
    assert listed(sent, answer.json["access_token"]).status == 200


@pytest.mark.parametrize("form", FORMS)
def test_an_authorization_code_is_answered_by_v1(send: Sender, ims: str, form: str) -> None:
    answer = ask(send, f"{ims}/token/v1", CODE, form)
    assert (answer.status, answer.json["expires_in"]) == (200, DAY)


# UserAuthentication/IMS.md


BASIC = {**FORM, "Authorization": "Basic YTpi"}


@pytest.mark.parametrize(
    ("query", "headers", "fields", "more"),
    [
        ("", BASIC, {"code": "c", "grant_type": "authorization_code"}, {"refresh_token", "id_token", "sub"}),
        ("?client_id=a", FORM, {"code": "c", "grant_type": "authorization_code", "code_verifier": "v"}, {"id_token"}),
        ("", BASIC, {"grant_type": "refresh_token", "refresh_token": "r"}, {"refresh_token"}),
        ("?client_id=a", FORM, {"grant_type": "refresh_token", "refresh_token": "r"}, {"refresh_token"}),
        ("", BASIC, {"grant_type": "client_credentials", "scope": "openid"}, set()),
    ],
)
def test_a_user_is_given_tokens_as_the_page_prints(
    sent: Sender, query: str, headers: dict[str, str], fields: dict[str, str], more: set[str]
) -> None:
    answer = sent.raw("POST", f"/ims/token/v3{query}", headers, urlencode(fields).encode())
    assert (answer.status, answer.json["expires_in"], sent.violations) == (200, DAY, [])
    assert more <= set(answer.json)
    assert listed(sent, answer.json["access_token"]).status == 200


def test_a_refresh_token_is_taken_by_v1_too(sent: Sender) -> None:
    assert "refresh_token" in ask(sent, "/ims/token/v1", REFRESH).json


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_token_is_valid_until_it_expires_or_is_revoked(sent: Sender, method: str) -> None:
    def valid(token: str) -> Any:
        path = f"/ims/validate_token/v1?client_id=a&type=access_token&token={token}"
        return sent.raw(method, path, {}).json

    tokens = [ask(sent, "/ims/token/v3", TOKEN).json["access_token"] for _ in range(2)]
    assert [valid(token) for token in tokens] == [{"valid": True}] * 2
    assert sent.raw(method, "/ims/validate_token/v1", {"Authorization": f"Bearer {tokens[0]}"}).json == {"valid": True}
    revoked = ask(sent, "/ims/revoke", {"client_id": "a", "token": tokens[0]})
    assert (revoked.status, revoked.text) == (200, b"")
    assert [valid(token)["valid"] for token in tokens] == [False, True]
    assert listed(sent, tokens[0]).status == 401
    sent.mock.clock.advance(DAY)
    assert valid(tokens[1]) == {"valid": False, "reason": "expired"}


def test_whose_a_token_is(sent: Sender) -> None:
    answer = sent.raw("GET", "/ims/userinfo/v2?client_id=a", {"Authorization": "Bearer x"})
    assert {"sub", "account_type", "email_verified", "address", "email"} <= set(answer.json)
    assert sent.raw("GET", "/ims/userinfo/v2", {}).status == 401


@pytest.mark.parametrize(
    ("method", "path", "told"),
    [
        ("GET", "/authorize/v2?client_id=a", "Adobe documents this operation, which isn't imitated here"),
        ("GET", "/organizations/1A2B@AdobeOrg?client_id=x", "Adobe documents this operation"),
        ("POST", "/fetch_pc_by_org/v1", "Adobe documents this operation"),
        ("GET", "/organizations/v6", "public programs send this, no document of Adobe's has it"),
        ("POST", "/token/v4", "public programs send this"),
    ],
)
def test_what_isnt_imitated_says_so(sent: Sender, method: str, path: str, told: str) -> None:
    assert sent.raw(method, f"/ims{path}", {}).status == 404
    (violation,) = sent.violations
    assert (violation["rule"], told in violation["message"]) == ("FS-URL-03", True)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("path", ["/exchange/jwt", "/exchange/jwt/"])
def test_a_jwt_is_exchanged_and_expires_in_is_in_milliseconds(send: Sender, ims: str, path: str, form: str) -> None:
    answer = ask(send, ims + path, exchange(jwt(send.mock)), form)
    assert answer.status == 200, answer.text
    assert (answer.json["token_type"], answer.json["expires_in"]) == ("bearer", 86_399_992)
    assert send.violations == []


def test_every_token_is_another_one(sent: Sender) -> None:
    tokens = {ask(sent, "/ims/token/v3", TOKEN).json["access_token"] for _ in range(20)}
    assert len(tokens) == 20


@pytest.mark.parametrize("host", ["ims-na1.adobelogin.com", "ims-na1-stg1.adobelogin.com"])
def test_ims_is_reached_by_its_name(mock: Mock, thread: ServerThread, host: str) -> None:
    with served(mock, thread) as origin:
        by_path = requests.post(f"{origin}/{host}/ims/token/v3", data=TOKEN, timeout=10)
        by_header = requests.post(f"{origin}/ims/token/v3", data=TOKEN, headers={"Host": host}, timeout=10)
    with patched(mock.handle):
        in_process = requests.post(f"https://{host}/ims/token/v3", data=TOKEN, timeout=10)
    assert [answer.status_code for answer in (by_path, by_header, in_process)] == [200, 200, 200]
    assert [row["operation"] for row in mock.journal.rows()] == ["imsTokenV3"] * 3


@pytest.mark.parametrize(
    "path",
    ["/platform.adobe.io/ims/token/v3", "/accounts.zoho.eu/ims/token/v3", f"/ims-na1.adobelogin.com{BASE_PATH}/flows"]
    + ["/ims/tokens", "/ims", "/ims/", "/ims/token/v9", "/ims/exchange"],
)
def test_a_host_answers_only_its_own_paths(sent: Sender, path: str) -> None:
    answer = ask(sent, path, TOKEN)
    assert (answer.status, answer.code) == (404, "not_found" if "zoho" in path else "404000")


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_another_method_is_405(sent: Sender, method: str) -> None:
    answer = sent.raw(method, "/ims/token/v3", {})
    assert (answer.status, answer.headers["allow"]) == (405, "POST")


# Refusals


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    ("path", "changes", "status", "error", "rule"),
    [
        ("/token/v3", {"grant_type": None}, 400, "unsupported_grant_type", "IMS-GRANT-01"),
        ("/token/v3", {"grant_type": "password"}, 400, "unsupported_grant_type", "IMS-GRANT-01"),
        ("/token/v3", {"grant_type": "Client_Credentials"}, 400, "unsupported_grant_type", "IMS-GRANT-01"),
        ("/token/v2", {"grant_type": "authorization_code"}, 400, "unsupported_grant_type", "IMS-GRANT-01"),
        ("/token/v3", {"client_id": None}, 400, "invalid_client", "IMS-ID-01"),
        ("/token/v3", {"client_id": ""}, 400, "invalid_client", "IMS-ID-01"),
        ("/token/v3", {"client_secret": None}, 400, "invalid_client", "IMS-SECRET-01"),
        ("/token/v2", {"client_secret": ""}, 400, "invalid_client", "IMS-SECRET-01"),
        ("/token/v3", {"scope": None}, 400, "invalid_scope", "IMS-SCOPE-01"),
        ("/token/v1", {"grant_type": "authorization_code"}, 400, "invalid_request", "IMS-CODE-01"),
        ("/token/v1", {"code": "x"}, 400, "unsupported_grant_type", "IMS-GRANT-01"),
        ("/token/v3", {"grant_type": "authorization_code", "code": ""}, 400, "invalid_request", "IMS-CODE-01"),
        ("/token/v3", {"grant_type": "refresh_token"}, 400, "invalid_request", "IMS-REFRESH-01"),
        ("/revoke", {"token": ""}, 400, "invalid_request", "IMS-TOKEN-01"),
        ("/validate_token/v1", {}, 400, "invalid_request", "IMS-TOKEN-01"),
    ],
)
def test_a_token_request_that_lacks_something_is_refused(
    sent: Sender, path: str, changes: dict[str, str | None], status: int, error: str, rule: str, form: str
) -> None:
    fields = {name: value for name, value in {**TOKEN, **changes}.items() if value is not None}
    answer = ask(sent, f"/ims{path}", fields, form)
    assert (answer.status, answer.json["error"]) == (status, error)
    assert set(answer.json) == {"error", "error_description"}
    assert sent.rules == [rule]


def test_the_descriptions_that_clients_know(sent: Sender) -> None:
    no_id = ask(sent, "/ims/token/v3", {**TOKEN, "client_id": "", "client_secret": ""})
    no_secret = ask(sent, "/ims/token/v3", {**TOKEN, "client_secret": ""})
    assert no_id.json == {"error": "invalid_client", "error_description": "invalid client_id parameter"}
    assert no_secret.json == {"error": "invalid_client", "error_description": "invalid client_secret parameter"}


@pytest.mark.parametrize(
    ("claims", "error", "rule"),
    [
        ({"exp": None}, "invalid_token", "IMS-JWT-03"),
        ({"exp": "1550001438"}, "invalid_token", "IMS-JWT-03"),
        ({"exp": True}, "invalid_token", "IMS-JWT-03"),
        ({"exp": 1550001438}, "invalid_token", "IMS-JWT-04"),
        ({"exp": 1 - 2**63}, "invalid_token", "IMS-JWT-04"),
        ({"exp": -(10**300)}, "invalid_token", "IMS-JWT-02"),  # a number that no JSON of the mock's has
        ({"aud": "https://ims-na1.adobelogin.com/c/another"}, "invalid_client", "IMS-JWT-05"),
    ],
)
def test_a_jwt_that_says_the_wrong_thing_is_refused(sent: Sender, claims: Any, error: str, rule: str) -> None:
    answer = ask(sent, "/ims/exchange/jwt", exchange(jwt(sent.mock, **claims)))
    assert (answer.status, answer.json["error"]) == (400, error)
    assert sent.rules == [rule]


@pytest.mark.parametrize(
    ("claims", "rule", "error"),
    [
        ({"iss": None}, "IMS-JWT-06", "bad_request"),
        ({"sub": 5}, "IMS-JWT-06", "bad_request"),
        ({"aud": ["acme-client"]}, "IMS-JWT-06", "bad_request"),
        ({"https://ims-na1.adobelogin.com/s/ent_dataservices_sdk": None}, "IMS-JWT-07", "invalid_scope"),
    ],
)
@pytest.mark.parametrize("strictness", ["default", "strict"])
def test_a_claim_that_is_missing_is_warned_about_and_refused_when_strict(
    claims: Any, rule: str, error: str, strictness: Any
) -> None:
    mock = Mock(Contract(strictness))
    sent = Sender("core", mock, core(mock))
    answer = ask(sent, "/ims/exchange/jwt", exchange(jwt(mock, **claims)))
    assert [row["rule"] for row in sent.violations] == [rule]
    if strictness == "default":
        assert answer.status == 200
    else:
        assert (answer.status, answer.json["error"]) == (400, error)


@pytest.mark.parametrize(
    "token",
    ["garbage", "a.b", "a.b.c.d", "..", "a.b.", "é.é.é", f"{part([])}.{part({})}.x", f"{part({})}.{part('x')}.x"]
    + [f"{part({})}.{'A' * 1001}.x", f"{part({})}.{base64.urlsafe_b64encode(b'[' * 5000).decode()}.x", " ", "\x00"],
)
def test_a_jwt_that_cant_be_decoded_is_refused(sent: Sender, token: str) -> None:
    answer = ask(sent, "/ims/exchange/jwt", exchange(token))
    assert (answer.status, answer.json["error"]) == (400, "invalid_token")
    assert sent.rules == ["IMS-JWT-02"]


def test_a_jwt_that_is_missing_and_a_secret_that_is_are_refused(sent: Sender) -> None:
    answer = ask(sent, "/ims/exchange/jwt", {"client_id": "x", "client_secret": SECRET})
    assert (answer.status, answer.json["error"], sent.rules) == (400, "invalid_token", ["IMS-JWT-01"])
    answer = ask(sent, "/ims/exchange/jwt", {"client_id": "acme-client", "jwt_token": jwt(sent.mock)})
    assert (answer.status, answer.json["error"], sent.rules) == (401, "invalid_client", ["IMS-SECRET-02"])


def test_a_jwt_expires_on_the_mocks_clock(sent: Sender) -> None:
    token = jwt(sent.mock)
    assert ask(sent, "/ims/exchange/jwt", exchange(token)).status == 200
    sent.mock.clock.advance(301)
    assert ask(sent, "/ims/exchange/jwt", exchange(token)).json["error"] == "invalid_token"


@pytest.mark.parametrize("path", ["/ims/token/v3", "/ims/exchange/jwt"])
def test_placeholders_as_the_pages_print_them_are_accepted_and_warned_about(sent: Sender, path: str) -> None:
    fields = {"client_id": "{CLIENT_ID}", "client_secret": "{CLIENT_SECRET}", "scope": "{SCOPE}"}
    fields |= {"grant_type": "client_credentials", "jwt_token": "{JWT_TOKEN}"}
    assert ask(sent, path, fields).status == 200
    assert {row["rule"] for row in sent.violations} == {"FS-FILL-01"}


@pytest.mark.terms(strictness="lenient")
def test_lenient_goes_without_a_scope(sent: Sender) -> None:
    fields = {name: value for name, value in TOKEN.items() if name != "scope"}
    assert ask(sent, "/ims/token/v3", fields).status == 200


# Bad input

GOOD = urlencode(TOKEN).encode()
MULTIPART_HEADERS, MULTIPART = multipart(TOKEN)
BOUNDARY = MULTIPART.split(b"\r\n")[0]


def test_an_encoded_form_that_is_called_multipart_is_read_with_a_warning(mock: Mock) -> None:
    """Adobe's connector for Kafka sends its JWT so, with an ampersand before the first name."""
    sent = Sender("core", mock, core(mock))
    body = f"&{urlencode(exchange(jwt(mock)))}".encode()
    assert sent.raw("POST", "/ims/exchange/jwt/", {"content-type": "multipart/form-data"}, body).status == 200
    assert [(row["rule"], row["severity"]) for row in sent.violations] == [("IMS-FORM-04", "warning")]
    assert SECRET not in json.dumps(mock.journal.rows()) + exchanges(mock.journal)
    target = "/accounts.zoho.eu/oauth/v2/token"
    sent.raw("POST", target, {"content-type": "multipart/form-data"}, b"grant_type=refresh_token")
    assert "ZO-TOK-13" in sent.rules


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({}, GOOD),
        ({"Content-Type": "application/json"}, json.dumps(TOKEN).encode()),
        ({"Content-Type": "text/plain"}, GOOD),
        ({"Content-Type": ";;;"}, GOOD),
        (FORM, json.dumps(TOKEN).encode()),
        (FORM, b"\xff\xfe=\xff"),
        (FORM, b"client_id=%ff%fe"),
        (FORM, b"&".join(b"a%d=1" % i for i in range(5000))),
        (FORM, b"client_id=" + b"x" * 900_000),
        (FORM, b"x" * 2_000_000),
        (FORM, GOOD + b"&client_secret=again"),
        ({"Content-Type": "multipart/form-data"}, MULTIPART),
        ({"Content-Type": "multipart/form-data; boundary="}, MULTIPART),
        ({"Content-Type": "multipart/form-data; boundary=other"}, MULTIPART),
        ({"Content-Type": f"multipart/form-data; boundary={'b' * 5000}"}, MULTIPART),
        ({"Content-Type": "multipart/form-data; boundary*=utf-8''%ff"}, MULTIPART),
        (MULTIPART_HEADERS, b"garbage"),
        (MULTIPART_HEADERS, b"\r\n"),
        (MULTIPART_HEADERS, BOUNDARY),
        (MULTIPART_HEADERS, BOUNDARY + b"\r\n"),
        (MULTIPART_HEADERS, BOUNDARY + b"--\r\n"),
        (MULTIPART_HEADERS, BOUNDARY + b"\r\n\r\nvalue\r\n" + BOUNDARY + b"--\r\n"),
        (MULTIPART_HEADERS, MULTIPART[:-30]),
        (MULTIPART_HEADERS, MULTIPART.replace(b"name=", b"nam=")),
        (MULTIPART_HEADERS, MULTIPART.replace(b'name="scope"', b'name="scope"; filename="x"')),
        (MULTIPART_HEADERS, MULTIPART.replace(b'name="scope"', b'name="scope"\r\nContent-Transfer-Encoding: odd')),
        (MULTIPART_HEADERS, MULTIPART.replace(b'name="scope"', b'name="scope"\r\nContent-Transfer-Encoding: base64')),
        (MULTIPART_HEADERS, MULTIPART.replace(b"acme-client", b"\xff\xfe")),
        (MULTIPART_HEADERS, MULTIPART.replace(b"client_id", b"\xff\xfe")),
        (MULTIPART_HEADERS, (BOUNDARY + b'\r\nContent-Disposition: form-data; name="a"\r\n\r\n\r\n') * 5000),
    ],
)
def test_bad_input_is_refused_in_a_documented_shape(
    mock: Mock, thread: ServerThread, headers: Any, body: bytes
) -> None:
    with served(mock, thread) as origin:
        answer = over_requests(origin)("POST", "/ims/token/v3", headers, body)
    assert 400 <= answer.status < 500
    assert is_documented(answer.json)
    assert SECRET not in json.dumps(mock.journal.rows()) + exchanges(mock.journal)


@settings(max_examples=examples(200))
@given(
    path=st.sampled_from(["/ims/token/v1", "/ims/token/v2", "/ims/token/v3", "/ims/exchange/jwt"]),
    content_type=st.sampled_from([FORM["Content-Type"], "multipart/form-data; boundary=b", "multipart/form-data", ""]),
    body=st.binary(max_size=60)
    | st.lists(st.sampled_from([b"--b", b"\r\n", b"--", b"Content-Disposition: form-data; name=", b"=", b"&"])).map(
        b"".join
    ),
)
def test_any_bytes_are_refused_and_shown_without_a_crash(path: str, content_type: str, body: bytes) -> None:
    mock = Mock()
    answer = core(mock)("POST", path, {"content-type": content_type}, body)
    assert 400 <= answer.status < 500
    assert is_documented(answer.json)
    mock.journal.rows()


# The journal


@pytest.mark.parametrize("form", FORMS)
def test_no_secret_of_a_token_request_is_shown(send: Sender, ims: str, form: str) -> None:
    issued = ask(send, f"{ims}/token/v3", TOKEN, form).json["access_token"]
    signed = jwt(send.mock)
    exchanged = ask(send, f"{ims}/exchange/jwt", exchange(signed), form).json["access_token"]
    ask(send, f"{ims}/token/v1", CODE, form)
    ask(send, f"{ims}/token/v3", {**REFRESH, "refresh_token": "the-refresh-secret"}, form)
    ask(send, f"{ims}/validate_token/v1", {"token": "the-validated-secret"}, form)
    send("GET", "/connections", headers=with_headers(Authorization=f"Bearer {issued}"))
    text = json.dumps(send.mock.journal.rows()) + exchanges(send.mock.journal)
    for secret in (
        SECRET,
        issued,
        exchanged,
        signed,
        signed.split(".")[1],
        CODE["code"],
        "the-refresh-secret",
        "the-validated-secret",
    ):
        assert secret not in text
    assert "acme-client" in text


def test_the_journal_shows_what_is_no_secret(sent: Sender) -> None:
    ask(sent, "/ims/token/v3", {**TOKEN, "client_secert": "hunter2-hunter2"})
    (row,) = sent.mock.journal.rows()
    assert row["request"]["body"] == {**TOKEN, "client_secret": "xxxx", "client_secert": "xxxx"}
    assert row["response"]["body"] == {"access_token": "xxxx", "token_type": "bearer", "expires_in": DAY}
    assert (row["operation"], row["org_id"], row["sandbox_name"]) == ("imsTokenV3", None, None)


@pytest.mark.parametrize("body", [json.dumps(TOKEN), SECRET, f"{SECRET}=", f"a b={SECRET}", f"x=1;{SECRET}"])
def test_a_secret_in_place_of_a_name_is_not_shown(sent: Sender, body: str) -> None:
    sent.raw("POST", "/ims/token/v3", FORM, body.encode())
    sent.raw("POST", "/ims/token/v9", FORM, body.encode())
    assert SECRET not in json.dumps(sent.mock.journal.rows()) + exchanges(sent.mock.journal)


# Tokens at Flow Service


def listed(send: Sender, token: str) -> Any:
    return send("GET", "/connections", headers=with_headers(Authorization=f"Bearer {token}"))


def test_an_issued_token_holds_as_long_as_it_was_said(send: Sender, ims: str) -> None:
    token = ask(send, f"{ims}/token/v3", TOKEN).json["access_token"]
    send.mock.clock.advance(DAY - 60)
    assert listed(send, token).status == 200
    send.mock.clock.advance(60)
    answer = listed(send, token)
    assert (answer.status, answer.json) == (401, {"error_code": "401013", "message": "Oauth token is not valid"})
    assert send.rules == ["FS-HDR-12"]
    assert listed(send, "any-other").status == 200


def test_an_exchanged_token_holds_for_a_day_not_for_a_thousand(sent: Sender) -> None:
    token = ask(sent, "/ims/exchange/jwt", exchange(jwt(sent.mock))).json["access_token"]
    sent.mock.clock.advance(86_390)
    assert listed(sent, token).status == 200
    sent.mock.clock.advance(10)
    assert listed(sent, token).status == 401


@pytest.mark.terms(require_issued_tokens=True)
def test_only_issued_tokens_are_taken_where_that_is_asked_for(send: Sender, ims: str) -> None:
    refused = send("POST", "/connections", zoho())
    assert (refused.status, refused.code, send.rules) == (401, "401013", ["FS-HDR-13"])
    token = ask(send, f"{ims}/token/v2", TOKEN, "query").json["access_token"]
    headers = with_headers(Authorization=f"Bearer {token}")
    assert send("POST", "/connections", zoho(), headers=headers).status == 201
    send.mock.reset()
    assert listed(send, token).status == 401


@pytest.mark.terms(require_issued_tokens=True)
def test_of_very_many_tokens_the_newest_are_remembered(sent: Sender, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mockserver.services.ims.state.MOST", 2000)  # three of them
    sent.mock.reset()
    tokens = [ask(sent, "/ims/token/v3", TOKEN).json["access_token"] for _ in range(5)]
    assert [listed(sent, token).status for token in tokens] == [401, 401, 200, 200, 200]


def test_a_client_gets_a_new_token_when_the_old_one_has_expired(mock: Mock) -> None:
    class Client:
        token = ""

        def login(self) -> None:
            answer = requests.post("https://ims-na1.adobelogin.com/ims/token/v3", data=TOKEN, timeout=10)
            self.token = answer.json()["access_token"]

        def create(self, body: Any) -> requests.Response:
            url = f"https://platform.adobe.io{BASE_PATH}/connections"
            headers = with_headers(Authorization=f"Bearer {self.token}")
            return requests.post(url, headers=headers, json=body, timeout=10)

    client = Client()
    with patched(mock.handle):
        client.login()
        assert client.create(zoho()).status_code == 201
        mock.clock.advance(hours=25)
        assert client.create(zoho()).json()["error_code"] == "401013"
        client.login()
        assert client.create(zoho()).status_code == 201
    assert len(mock.stored(("TEST@AdobeOrg", "prod"))) == 2


def test_tokens_are_part_of_a_snapshot_and_gone_after_a_reset(mock: Mock) -> None:
    sent = Sender("core", mock, core(mock))
    token = ask(sent, "/ims/token/v3", TOKEN).json["access_token"]
    snapshot = mock.snapshot()
    later = ask(sent, "/ims/token/v3", TOKEN).json["access_token"]
    mock.restore(snapshot)
    mock.clock.advance(hours=25)
    assert (listed(sent, token).status, listed(sent, later).status) == (401, 200)
    mock.reset()
    mock.clock.advance(hours=25)
    assert listed(sent, token).status == 200


def test_a_fault_speaks_the_language_of_ims(sent: Sender) -> None:
    for status, error in ((500, "internal_error"), (400, "invalid_request"), (401, "invalid_client")):
        sent.mock.faults.add(status=status, path="/ims/token/v3")
        answer = ask(sent, "/ims/token/v3", TOKEN)
        assert (answer.status, answer.json["error"]) == (status, error)
    assert answer.json["error_description"] == "a fault that was asked for"
    sent.mock.faults.add(status=503)
    assert ask(sent, "/ims/token/v3", TOKEN).json["error"] == "temporarily_unavailable"


def test_coverage_counts_what_ims_answered(sent: Sender) -> None:
    ask(sent, "/ims/token/v3", {})
    assert {"operations/imsTokenV3", "rules/IMS-GRANT-01", "errors/unsupported_grant_type-400"} <= (
        sent.mock.journal.points()
    )
    assert "unsupported_grant_type-400" in ERRORS


def test_a_token_request_without_a_mock_is_judged_too() -> None:
    """Where nothing is known, a JWT's time isn't looked at."""
    mock = Mock()
    body = urlencode(exchange(jwt(mock, exp=1))).encode()
    call = Contract().judge(Request("POST", "/ims/exchange/jwt", {"content-type": FORM["Content-Type"]}, body))
    assert call.violations == []


# GET /ims/profile/v1: several public programs ask whose a token is, and one of Adobe's Postman collections without v1.


@pytest.mark.parametrize("path", ["/ims/profile/v1", "/ims/profile"])
def test_a_token_has_a_profile(sent: Sender, path: str) -> None:
    answer = sent.raw("GET", path, {"authorization": "Bearer token"})
    assert answer.status == 200
    wanted = ("account_type", "utcOffset", "preferred_languages", "displayName", "userId", "countryCode", "email")
    assert set(wanted) <= set(answer.json)
    assert sent.violations == []
    for headers in ({}, {"authorization": "token"}):
        answer = sent.raw("GET", path, headers)
        assert (answer.status, answer.json["error"]) == (401, "invalid_token")


@pytest.mark.parametrize("path", ["token/v3", "token/v2"])
def test_a_token_is_a_jwt_that_says_whose_it_is_and_how_long_it_lasts(sent: Sender, path: str) -> None:
    """Adobe's own library for Node reads these claims of every token that it is given."""
    form = b"grant_type=client_credentials&client_id=my-key&client_secret=s&scope=openid"
    before = sent.mock.clock.now()
    answer = sent.raw("POST", f"/ims/{path}", {"Content-Type": "application/x-www-form-urlencoded"}, form).json
    _, body, signature = answer["access_token"].split(".")
    claims = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    assert claims.items() >= {"type": "access_token", "as": "ims-na1", "client_id": "my-key"}.items()
    assert int(claims["expires_in"]) == answer["expires_in"] * 1000
    assert before <= int(claims["created_at"]) <= sent.mock.clock.now()
    assert signature.startswith("mock-ims-token-")
