"""A secret that a client sent is readable nowhere afterwards, wherever in the request it stood."""

from __future__ import annotations

import json
import logging
from collections import Counter
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts import BASE_PATH
from mockserver import Mock
from mockserver.exchange import masking
from mockserver.exchange.telling import exchanges
from tests.kit import chain
from tests.kit.connection import HEADERS, with_headers, zoho
from tests.kit.sender import Sender, core

SECRET = "hunter2-recognisable"
PATHS = ["/connections", "/connections/search", "/connections/an-id"]


def everything(mock: Mock, *answers: bytes) -> str:
    return "\n".join(
        [json.dumps(mock.journal.rows()), exchanges(mock.journal), *(answer.decode() for answer in answers)]
    )


@pytest.mark.parametrize("name", ["clientSecret", "accessToken", "refreshToken"])
def test_a_credential_is_masked_everywhere(send: Sender, name: str) -> None:
    id, _ = send.create(zoho(**{name: SECRET}))
    answers = [send("GET", f"/connections/{id}").text, send("GET", "/connections").text]
    answers.append(send("POST", "/connections/search", {"queryString": f"id=={id}"}).text)
    assert SECRET not in everything(send.mock, *answers)
    assert "xxxx" in answers[0].decode()


@pytest.mark.parametrize(
    "body",
    [
        zoho(clientSecret=[SECRET]),
        zoho(clientSecret={"deep": [SECRET]}),
        zoho(clientSecert=SECRET),
        zoho(client_secret=SECRET, clientSecret=None),
        {**zoho(), "clientSecret": SECRET},
        {**zoho(), "extra": {"refresh_token": [SECRET]}},
        {**zoho(), "auth": {"specName": "Basic Authentication", "params": SECRET}},
        {**zoho(), "auth": {"specName": "Other", "params": {"anything": SECRET}}},
        {**zoho(), "auth": {"params": {"clientSecret": SECRET}, "password": SECRET}},
        {**zoho(), "connectionSpec": {"id": "unknown"}, "auth": {"specName": "x", "params": {"clientSecret": SECRET}}},
        {"auth": {"params": {"clientSecret": SECRET, "accountsUrl": SECRET}}},
        [{"op": "replace", "path": "/auth/params/clientSecret", "value": SECRET}],
        [{"op": "replace", "path": "/auth/params", "value": {"clientSecret": SECRET}}],
        [{"op": "replace", "path": "/auth", "value": {"specName": "x", "params": {"accessToken": SECRET}}}],
        [{"op": "replace", "path": "/auth/params/newSecretThing", "value": SECRET}],
        [{"op": "replace", "path": "/clientSecret", "value": SECRET, "oldToken": SECRET}],
        {"op": "replace", "path": "/auth/params/clientSecret", "value": SECRET},
        {"queryString": f"auth.params.clientSecret=={SECRET}"},
        json.dumps(zoho(clientSecret=SECRET)),
        [json.dumps({"op": "replace", "path": "/auth/params/clientSecret", "value": SECRET})],
        [{"op": "replace", "Path": "/auth/params/clientSecret", "value": SECRET}],
        [{"path": "/auth/params/clientSecret", "value": SECRET}],
        [{"op": "replace", "path": "/auth/params/clientSecret", "Value": SECRET}],
        [{"op": "replace", "path": "/auth/params/clientSecret", "vale": SECRET}],
        [{"op": "replace", "path": "/Auth/params/foo", "value": SECRET}],
        [{"op": "replace", "path": "#/auth/params", "value": {"clientSecret": SECRET}}],
        [{"op": "add", "path": "/auth/clientSecert", "value": SECRET}],
        [{"op": "add", "path": "/params", "value": {"refresh": SECRET}}],
        [{"op": "add", "path": "/auth~1params~1foo", "value": SECRET}],
        [{"op": "copy", "from": "/auth/params/clientSecret", "path": "/description"}],
        {**zoho(), "clientSecert": SECRET},
        {**zoho(), "params": {"clientSecret": SECRET}},
        {**zoho(), "parameters": [{"name": "clientSecret", "value": SECRET}]},
        {**zoho(), "Auth": {"Params": {"refresh": SECRET}}},
        {**zoho(), "auth": {**zoho()["auth"], "clientSecert": SECRET, "parms": {"clientSecert": SECRET}}},
        {**zoho(), "auth": SECRET},
        {**zoho(), "auth": [SECRET]},
        {**zoho(), "auth": json.dumps({"clientSecret": SECRET})},
        {**zoho(), "connectionSpec": {"id": "x", "clientSecret": SECRET}},
        {**zoho(), "name": {"clientSecret": SECRET}},
        zoho(endpoint=f"https://user:{SECRET}@www.zohoapis.eu"),
        {"queryString": f"property=auth.params.clientSecret=={SECRET}"},
        {"queryString": f"name==x,auth.params.clientSecret=={SECRET}"},
        {"queryString": f'name=="a&auth.params.clientSecret=={SECRET}&b"'},
        {"queryString": f'name=="a&auth.params.clientSecret=={SECRET}'},
        {"queryString": "&".join([f"auth.params.clientSecret=={SECRET}"] * 101)},
    ],
)
def test_a_secret_is_masked_wherever_it_stands_in_a_body(body: object) -> None:
    mock = Mock()
    sent = Sender("core", mock, core(mock))
    id, _ = sent.create()
    methods = [("POST", "/connections"), ("POST", "/connections/search"), ("PATCH", f"/connections/{id}")]
    answers = [sent(method, path, body, if_match="*").text for method, path in methods]
    answers.append(sent("GET", f"/connections/{id}").text)
    answers.append(sent("GET", "/connections").text)
    assert SECRET not in everything(mock, *answers)


NEARLY_JSON = [f"[{{'pwd': '{SECRET}'}}]", f'{{"jwt": "{SECRET}", "a": 1}}', f"{{'pin':'{SECRET}"]


@pytest.mark.parametrize("text", NEARLY_JSON)
def test_what_is_nearly_json_shows_no_secret_anywhere_in_a_head(sent: Sender, text: str) -> None:
    spelt, head = quote(text, safe=""), {name.lower(): value for name, value in HEADERS.items()}
    targets = [f"/connections/{spelt}", f"/{spelt}", f"/connections?{spelt}"]
    targets += [f"/connections?{name}={spelt}" for name in ("limit", "property", "orderby", "count", "straying")]
    for target in targets:
        sent.raw("GET", BASE_PATH + target)
    names = (*head, "accept", "if-match", "x-request-id", "user-agent", "host", "cookie", "other")
    for name in names:
        sent.raw("GET", f"{BASE_PATH}/connections", {**head, name: text})
    rows = sent.mock.journal.rows()
    assert len(rows) == len(targets) + len(names)
    assert SECRET not in json.dumps(rows)


@pytest.mark.parametrize(
    "name",
    [f"[{{'pwd': '{SECRET}'}}]", f'{{"jwt": "{SECRET}", "a": 1}}', f'x "token": "it\'s {SECRET}"', f"'pin':'{SECRET}"],
)
def test_what_a_client_called_a_resource_shows_no_secret_where_another_call_meets_it(name: str) -> None:
    """Nor where the exchange that named it is no longer there."""
    mock = Mock(journal=1)
    sent = Sender("core", mock, core(mock))
    group = {"$id": name, "meta:resourceType": "mixins", "title": "x", "type": "object", "definitions": {}}
    intended = {**group, "meta:intendedToExtend": ["https://ns.adobe.com/xdm/context/profile"]}
    registry = "/data/foundation/schemaregistry"
    assert sent.raw("POST", f"{registry}/rpc/import", HEADERS, json.dumps([intended]).encode()).status == 200
    schema = {"title": "x", "type": "object", "allOf": [{"$ref": "https://ns.adobe.com/xdm/context/profile"}]}
    refused = sent.raw("POST", f"{registry}/tenant/schemas", HEADERS, json.dumps(schema).encode())
    assert (refused.status, SECRET in refused.text.decode()) == (400, True)
    assert SECRET not in json.dumps(mock.journal.rows())


@pytest.mark.parametrize(
    "body",
    [f"client_secret={SECRET}", f'{{"clientSecret": "{SECRET}"', f'{{"a": 1, "a": "{SECRET}"}}', f'"{SECRET}'],
)
def test_a_secret_in_an_unreadable_body_is_not_shown(sent: Sender, body: str) -> None:
    answer = sent.raw("POST", f"{BASE_PATH}/connections", HEADERS, body.encode())
    assert SECRET not in everything(sent.mock, answer.text)


@pytest.mark.parametrize(
    "query",
    [
        "client_secret={}",
        "access_token={}",
        "x=1&refreshToken={}",
        "x=1;access_token={}",
        "bearer={}",
        "pwd={}",
        "continuationToken={}",
        'auth={{"clientSecret":"{}"}}',
        "property=auth.params.accessToken=={}",
        "property=auth.params.x%3D%3D{}",
        "property=auth.params.client_id=={}",
        "property=auth.params=={}",
        "property=name==x,auth.params.clientSecret=={}",
        "Property=auth.params.clientSecret=={}",
    ],
)
def test_a_secret_in_the_url_is_masked(sent: Sender, query: str) -> None:
    answer = sent("GET", "/connections?" + query.format(quote(SECRET + " +")))
    assert SECRET not in everything(sent.mock, answer.text)


@pytest.mark.parametrize(
    "headers",
    [
        {"authorization": f"Bearer {SECRET}"},
        {"authorization": SECRET},
        {"authorization": f"Basic {SECRET}"},
        {"authorization": f"{SECRET} {SECRET}"},
        {"cookie": f"session={SECRET}"},
        {"x_auth_token": SECRET},
        {"authorisation": f"Bearer {SECRET}"},
        {"x_auth": f"Bearer {SECRET}"},
        {"x_gw_ims_org_id": f"Bearer {SECRET}"},
        {"authorization": f"{SECRET} Bearer"},
        {"proxy_authorization": f"Basic {SECRET}"},
    ],
)
def test_a_secret_header_is_masked(sent: Sender, headers: dict[str, str]) -> None:
    answer = sent("GET", "/connections", headers=with_headers(**headers))
    assert SECRET not in everything(sent.mock, answer.text)


def test_a_token_is_masked_wherever_else_it_was_sent(sent: Sender) -> None:
    """A client that puts its bearer token into the URL or the name as well."""
    headers = with_headers(authorization=f"Bearer {SECRET}")
    sent("POST", f"/connections?debug={SECRET}", {**zoho(), "name": f"for {SECRET}"}, headers=headers)
    assert SECRET not in everything(sent.mock)


@pytest.mark.terms(strictness="lenient")
@pytest.mark.parametrize("auth", [SECRET, [SECRET], json.dumps({"clientSecret": SECRET}), 5, None])
def test_lenient_is_not_lenient_about_an_auth_that_is_no_object(sent: Sender, auth: object) -> None:
    assert sent("POST", "/connections", {**zoho(), "auth": auth}).status == 400
    assert SECRET not in everything(sent.mock, sent("GET", "/connections").text)


def test_a_path_parameter_is_masked(sent: Sender) -> None:
    sent("GET", f"/connections/x;access_token={SECRET}/test")
    assert SECRET not in json.dumps(sent.mock.journal.rows()[0]["request"])


@pytest.mark.parametrize(
    "body", [b'{"clientSecret":"\\ud800aaaaaaa"}', b'{"\\ud800":1, "a\\u001b[31mb": 2, "c\\nd": 3}']
)
def test_half_a_character_breaks_neither_journal_nor_report(sent: Sender, body: bytes) -> None:
    sent.raw("POST", f"{BASE_PATH}/connections", HEADERS, body)
    assert len(sent.mock.journal.rows()) == 1
    for line in exchanges(sent.mock.journal).splitlines():
        assert line.isprintable()


def test_nothing_is_logged_that_was_sent(send: Sender, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, "mockserver"):
        send.create(zoho(clientSecret=SECRET))
        send("POST", "/connections", zoho(clientSecret=[SECRET]))
    assert SECRET not in "\n".join(
        record.getMessage() for record in caplog.records if record.name.startswith("mockserver")
    )


@given(st.text(st.characters(min_codepoint=33, max_codepoint=0x2FFF), min_size=12, max_size=20))
def test_any_secret_is_masked_in_the_journal(text: str) -> None:
    secret = f"§{text}"  # or it may be a word of the journal's own
    mock = Mock()
    sent = Sender("core", mock, core(mock))
    sent.create(zoho(clientSecret=secret))
    assert json.dumps(secret)[1:-1] not in json.dumps(mock.journal.rows())


@pytest.mark.parametrize("before", range(50, 96, 5))
def test_of_a_secret_that_a_message_has_cut_the_beginning_is_masked(before: int) -> None:
    """A message quotes so many characters of a value, wherever a secret stands in it."""
    mock = Mock()
    there = chain.chain(Sender("core", mock, core(mock)))
    window = {"windowStartTime": "1651584991", "windowEndTime": "1651585991"}
    start = {"format": "x" * before, "pwd": SECRET}
    there.sent("POST", "/runs", {"flowId": there.flow, "params": {**window, "startTime": start}})
    assert there.sent.rules != []
    assert SECRET[:6] not in everything(mock)


def test_what_was_masked_is_spelt_once_for_all_messages(sent: Sender, monkeypatch: pytest.MonkeyPatch) -> None:
    spelt: Counter[str] = Counter()
    monkeypatch.setattr(masking, "all_spellings", lambda texts: spelt.update(texts) or texts)
    rows = [{"op": "x", "path": f"/auth/params/{number}", "value": SECRET * 9} for number in range(9)]
    id, _ = sent.create()
    sent("PATCH", f"/connections/{id}", rows, if_match="*")
    assert len(sent.mock.journal.rows()[-1]["violations"]) > 1
    assert spelt[SECRET * 9] == 1
