"""Who may ask the control side: nobody from a web page, and from elsewhere only with the token."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from contracts import BASE_PATH, Request
from mockserver import Mock, Response, Server
from mockserver.http.gate import Gate
from mockserver.http.listening import bind
from tests.kit.connection import HEADERS
from tests.kit.depth import few
from tests.kit.serving import serving, told_of_calls, typed

TOKEN = "a-token-of-these-tests"
CONTROLS = [
    ("GET", "requests"),
    ("DELETE", "requests"),
    ("POST", "reset"),
    ("GET", "faults"),
    ("POST", "faults"),
    ("POST", "clock"),
    ("GET", "contract"),
    ("GET", "openapi.json"),
    ("GET", ""),
    ("GET", "nosuch"),
]


def asked(
    token: str | None, headers: Mapping[str, str], method: str = "GET", control: str = "requests", host: str = ""
) -> Response:
    lower = {name.lower(): value for name, value in headers.items()}
    return Gate(Mock().handle, token, host)(Request(method, f"/__admin/{control}", lower))


def basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


# The token


@pytest.mark.parametrize(("method", "control"), CONTROLS)
@pytest.mark.parametrize(
    "authorization",
    [
        None,
        "",
        "Bearer",
        "Bearer ",
        "Bearer wrong",
        f"Bearer {TOKEN}x",
        f"Bearer {TOKEN[:-1]}",
        f"Bearer {TOKEN}, Bearer {TOKEN}",
        TOKEN,
        f"Token {TOKEN}",
        basic(TOKEN, ""),
        basic("x", "wrong"),
        "Basic ???",
        "Basic /////w==",
        "Bearer \xff",
    ],
)
def test_without_the_token_nothing_is_told_or_done(method: str, control: str, authorization: str | None) -> None:
    headers = {} if authorization is None else {"authorization": authorization}
    answer = asked(TOKEN, {"host": "192.0.2.7:8080", **headers}, method, control)
    assert answer.status == 401
    assert "Bearer" in answer.headers["WWW-Authenticate"]
    assert "Basic" in answer.headers["WWW-Authenticate"]
    body = json.loads(answer.body)
    assert body["status"] == 401
    assert "admin token" in body["reason"]
    assert TOKEN not in answer.body.decode()


@pytest.mark.parametrize(
    "authorization", [f"Bearer {TOKEN}", f"bearer  {TOKEN}", basic("", TOKEN), basic("anybody", TOKEN)]
)
@pytest.mark.parametrize("host", ["192.0.2.7", "mock.example", "localhost"])
def test_with_the_token_everything_is_open(authorization: str, host: str) -> None:
    assert asked(TOKEN, {"host": host, "authorization": authorization}).status == 200


@pytest.mark.parametrize("path", ["health", "health/"])
def test_health_is_open_to_everybody(path: str) -> None:
    assert asked(TOKEN, {"host": "evil.example", "origin": "https://evil.example"}, control=path).status == 200


@given(st.text(st.characters(codec="latin-1"), max_size=30))
def test_any_other_authorization_is_refused(text: str) -> None:
    assert asked(TOKEN, {"authorization": text}).status == 401


def test_the_service_itself_needs_no_token() -> None:
    request = Request("GET", f"{BASE_PATH}/connections", {name.lower(): value for name, value in HEADERS.items()})
    assert Gate(Mock().handle, TOKEN)(request).status == 200


@pytest.mark.parametrize(
    ("target", "host"), [("/__admin/reset", "platform.adobe.io"), ("/platform.adobe.io/__admin/reset", "127.0.0.1")]
)
def test_emulated_hosts_have_no_control_side(target: str, host: str) -> None:
    for token in (None, TOKEN):
        answer = Gate(Mock().handle, token)(Request("POST", target, {"host": host, "authorization": f"Bearer {TOKEN}"}))
        assert (answer.status, json.loads(answer.body)["error_code"]) == (404, "404000")


# Web pages


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": ""},
        {"origin": "http://localhost:3000"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors", "sec-fetch-dest": "image"},
        {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "iframe"},
        {"sec-fetch-site": "none, cross-site"},
    ],
)
@pytest.mark.parametrize("token", [None, TOKEN])
@pytest.mark.parametrize(("method", "control"), CONTROLS)
def test_a_page_of_another_origin_is_refused(
    headers: dict[str, str], token: str | None, method: str, control: str
) -> None:
    more = {"host": "localhost:8080", "authorization": f"Bearer {TOKEN}", "content-type": "text/plain"}
    answer = asked(token, {**more, **headers}, method, control)
    assert (answer.status, json.loads(answer.body)["status"]) == (403, 403)
    assert "another origin" in json.loads(answer.body)["reason"]


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://localhost:8080", "sec-fetch-site": "same-origin"},
        {"origin": "http://LOCALHOST:8080"},
        {"sec-fetch-site": "none"},
        {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"},
    ],
)
def test_the_mocks_own_page_and_a_followed_link_are_served(headers: dict[str, str]) -> None:
    assert asked(None, {"host": "localhost:8080", **headers}).status == 200


def test_a_form_of_another_page_that_leads_here_is_no_followed_link() -> None:
    headers = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}
    assert asked(None, {"host": "localhost", **headers}, "POST", "reset").status == 403


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:8080", "127.0.0.1.evil.example", "localhost.evil", "evil.example, localhost"]
    + [", localhost", "[evil.example]", "127.0.0.1@evil.example"],
)
def test_a_name_that_was_rebound_is_refused(host: str) -> None:
    answer = asked(None, {"host": host, "sec-fetch-site": "same-origin"})
    assert answer.status == 403
    assert "DNS rebinding" in json.loads(answer.body)["reason"]


@pytest.mark.parametrize(
    "host",
    ["localhost", "localhost.", "LOCALHOST:1", "app.localhost:1", "127.0.0.1", "127.9.9.9:1", "[::1]", "[::1]:80"]
    + ["192.0.2.7:8080", "box", "BOX:8080"],
)
def test_this_machine_goes_by_these_names(host: str) -> None:
    assert asked(None, {"host": host}, host="box").status == 200


def test_a_request_without_a_host_header_is_no_browsers() -> None:
    assert asked(None, {}).status == 200


# The server


def test_a_server_for_others_has_a_token_even_where_none_was_given() -> None:
    def token(address: str, given: str | None = None) -> str | None:
        listener = bind(address, 0)
        try:
            return Server(Mock().handle, listener, admin_token=given).admin_token
        finally:
            listener.close()

    assert token("127.0.0.1") is None
    assert token("localhost") is None
    assert token("127.0.0.1", TOKEN) == TOKEN
    assert token("0.0.0.0", TOKEN) == TOKEN
    made_up = {token("0.0.0.0"), token("0.0.0.0")}
    assert len(made_up) == 2
    assert min(len(each or "") for each in made_up) >= 32


def status(origin: str, token: str | None = None) -> int:
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    return requests.get(f"{origin}/__admin/requests", headers=headers, timeout=10).status_code


def test_serve_makes_up_a_token_for_others_and_prints_it_once() -> None:
    with serving("--host", "0.0.0.0", "--port", "0") as (origin, process):
        assert process.stdout is not None
        name, _, token = process.stdout.readline().strip().rpartition(" ")
        assert name == "Admin token:"
        here = origin.replace("0.0.0.0", "127.0.0.1")
        assert (status(here), status(here, "x"), status(here, token)) == (401, 401, 200)
        assert requests.get(f"{here}/__admin/health", timeout=10).status_code == 200
        process.terminate()
        out, err = process.communicate(timeout=20)
        assert (process.returncode, out, told_of_calls(err)) == (0, "", [])


@pytest.mark.parametrize("address", few(["0.0.0.0", "127.0.0.1"]))
@pytest.mark.parametrize(
    ("options", "environment", "token"),
    [
        (["--admin-token", TOKEN], {}, TOKEN),
        ([], {"MOCKSERVER_ADMIN_TOKEN": "of-the-environment"}, "of-the-environment"),
        (["--admin-token", TOKEN], {"MOCKSERVER_ADMIN_TOKEN": "of-the-environment"}, TOKEN),
    ],
)
def test_serve_asks_for_the_token_that_it_was_given(
    address: str, options: list[str], environment: dict[str, str], token: str
) -> None:
    with serving("--host", address, "--port", "0", *options, **environment) as (origin, process):
        here = origin.replace("0.0.0.0", "127.0.0.1")
        assert (status(here), status(here, "x"), status(here, token)) == (401, 401, 200)
        process.terminate()
        out, err = process.communicate(timeout=20)
        assert (process.returncode, out, told_of_calls(err)) == (0, "", [])


@pytest.mark.parametrize("token", ["", " ", "é", "a\nb"])
def test_a_token_that_no_header_can_carry_is_wrong_use(token: str) -> None:
    result = typed("serve", "--admin-token", token)
    assert (result.returncode, result.stdout) == (2, "")
    assert "--admin-token" in result.stderr
