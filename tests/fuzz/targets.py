"""What is parsed here, each as a function that takes any bytes and raises where the kit does other than it promises."""

from __future__ import annotations

import base64
import json
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from contracts import BASE_PATH, Request, catalogue
from contracts.reading import json_text
from contracts.services.flow_service.connections import ZOHO_CRM
from mockserver import Mock, Response
from mockserver.services.zoho.seeds import dataset_from
from mockserver.services.zoho.settings import accounts_in
from tests.fuzz import files
from tests.fuzz.wire import judge
from tests.kit import chain
from tests.kit.connection import HEADERS, zoho
from tests.kit.sender import Sender, core

__all__ = ["TARGETS", "Target"]

LOWER = {name.lower(): value for name, value in HEADERS.items()}


@dataclass(frozen=True)
class Target:
    """``seeds`` are sound inputs, ``words`` what the language is made of."""

    run: Callable[[bytes], None]
    seeds: tuple[bytes, ...]
    words: tuple[bytes, ...]


class _World:
    """A mock with one item of each kind, which goes back to that after a few hundred inputs."""

    def __init__(self) -> None:
        self.mock = Mock(journal=20)
        self.there = chain.chain(Sender("core", self.mock, core(self.mock)))
        refresh = b"grant_type=refresh_token&client_id=1000.X&client_secret=x&refresh_token=1000.y"
        form = {"content-type": "application/x-www-form-urlencoded"}
        answer = self.mock.handle(Request("POST", "/accounts.zoho.eu/oauth/v2/token", form, refresh))
        self.crm = {"authorization": f"Zoho-oauthtoken {json.loads(answer.body)['access_token']}"}
        document = {"name": "x", "connectionSpec": {"id": BIG_QUERY, "version": "1.0"}, "auth": _auth(BIG_QUERY)}
        self.tables = chain.make(self.there.sent, "connections", document)
        self.snapshot = self.mock.snapshot()
        self.calls = 0

    def ask(self, method: str, target: str, body: bytes = b"", headers: Mapping[str, str] = LOWER) -> Response:
        self.calls += 1
        if self.calls % 300 == 0:
            self.mock.journal.text()  # whatever was sent can be shown
            self.mock.restore(self.snapshot)
        response = self.mock.handle(Request(method, target, {**headers, "if-match": "*"}, body))
        judge(response.status, response.body)
        return response


BIG_QUERY = "3c9b37f8-13a6-43d8-bad3-b863b941fedd"


def _auth(spec_id: str) -> dict[str, Any]:
    from contracts import documented_regions
    from mockserver.samples import body_of

    auth: dict[str, Any] = body_of(catalogue()[spec_id], documented_regions()["eu"])["auth"]
    return auth


@cache
def world() -> _World:
    return _World()


def text(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def property_filter(data: bytes) -> None:
    for collection in ("connections", "flows", "runs", "connectionSpecs"):
        world().ask("GET", f"{BASE_PATH}/{collection}?property={quote(text(data))}&orderby={quote(text(data)[:40])}")


def query_string(data: bytes) -> None:
    for collection in ("connections", "flows", "flowSpecs"):
        world().ask("POST", f"{BASE_PATH}/{collection}/search", json.dumps({"queryString": text(data)}).encode())


def continuation_token(data: bytes) -> None:
    for token in (quote(data), base64.urlsafe_b64encode(data).decode().rstrip("=")):
        world().ask("GET", f"{BASE_PATH}/connections?continuationToken={token}")
        world().ask("GET", f"{BASE_PATH}/connectionSpecs?continuationToken={token}")


def json_patch(data: bytes) -> None:
    there = world().there
    for path in (f"connections/{there.base}", f"flows/{there.flow}", f"sourceConnections/{there.source}"):
        world().ask("PATCH", f"{BASE_PATH}/{path}", data)


def body(data: bytes) -> None:
    for path in ("connections", "sourceConnections", "targetConnections", "flows", "runs", "connectionSpecs"):
        world().ask("POST", f"{BASE_PATH}/{path}", data)
    world().ask("POST", "/data/foundation/sandbox-management/sandboxes", data)


def path(data: bytes) -> None:
    target = quote(data.replace(b"\0", b""), safe="/%?&=;:@!$'()*+,.~")
    for front in ("/", f"{BASE_PATH}/", f"{BASE_PATH}/connections/", "/accounts.zoho.eu/", "/www.zohoapis.eu/crm/"):
        world().ask("GET", front + target)
        world().ask("DELETE", front + target)


def row_filter(data: bytes) -> None:
    for encoded in (base64.b64encode(data).decode(), text(data)):
        query = f"objectType=table&object=TESTFAS.FASTABLE&preview=true&filters={quote(encoded)}"
        world().ask("GET", f"{BASE_PATH}/connections/{world().tables}/explore?{query}")


def coql(data: bytes) -> None:
    query = json.dumps({"select_query": text(data)}).encode()
    world().ask("POST", "/www.zohoapis.eu/crm/v8/coql", query, world().crm)


FORM_TYPES = (
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "multipart/form-data",
    "text/plain",
)


def form(data: bytes) -> None:
    for content_type in FORM_TYPES:
        for target in ("/ims/token/v3", "/ims/exchange/jwt", "/accounts.zoho.eu/oauth/v2/token"):
            world().ask("POST", target, data, {"content-type": content_type})


def query(data: bytes) -> None:
    target = quote(data, safe="&=%+;,:/?~")
    for front in (f"{BASE_PATH}/flows", f"{BASE_PATH}/connections/{world().there.base}/explore"):
        world().ask("GET", f"{front}?{target}")
    world().ask("GET", f"/www.zohoapis.eu/crm/v8/Leads?{target}", b"", world().crm)
    world().ask("GET", f"/accounts.zoho.eu/oauth/v2/auth?{target}")


def headers(data: bytes) -> None:
    lines = (line.partition(":") for line in data.decode("latin-1").split("\n")[:20])
    sent = {name.strip().lower(): value.strip() for name, _, value in lines}
    world().ask("GET", f"{BASE_PATH}/connections", b"", {**LOWER, **sent})
    world().ask("GET", "/www.zohoapis.eu/crm/v8/Leads?fields=id", b"", {**world().crm, **sent})


def admin(data: bytes) -> None:
    for control in ("faults", "stubs", "clock", "reset", "requests"):
        world().ask("POST", f"/__admin/{control}", data)
    world().ask("GET", f"/__admin/{quote(data)}")
    world().mock.faults.clear()
    world().mock.stubs.clear()
    world().mock.clock.reset()


def json_value(data: bytes) -> None:
    """Stricter than the standard library, and never other than it."""
    try:
        value = json_text.parse(data)
    except json_text.JsonProblem:
        return
    assert json.loads(data) == value
    assert json_text.parse(json_text.render(value)) == value


@cache
def _folder() -> Path:
    return Path(tempfile.mkdtemp(prefix="fuzz-"))


def sources_file(data: bytes) -> None:
    _file("sources.json", data, lambda file: catalogue().with_files([file]))


def accounts_file(data: bytes) -> None:
    _file("accounts.json", data, accounts_in)


def data_file(data: bytes) -> None:
    _file("Leads.json", data, dataset_from)
    _file("Leads.csv", data, dataset_from)


def _file(name: str, data: bytes, read: Callable[[Path], Any]) -> None:
    file = _folder() / name
    file.write_bytes(data)
    with suppress(ValueError):
        read(file)


CONNECTION = json.dumps(zoho()).encode()
PQL = (
    b'{"type":"PQL","format":"pql/json","value":{"nodeType":"fnApply","fnName":"like","params":'
    b'[{"nodeType":"fieldLookup","fieldName":"city"},{"nodeType":"literal","value":"Del%"}]}}'
)
JSON_WORDS = (b"{", b"}", b"[", b"]", b'"', b":", b",", b"null", b"true", b"1e999", b"-0", b"1" * 5000, b"NaN")
JSON_WORDS += (
    b'"\\ud800"',
    b'"\\u0000"',
    b"\xff",
    b"\xef\xbb\xbf",
    b'{"a":',
    b'"name"',
    b'"value"',
    b"[]",
    b"{}",
    b" ",
)
FILTER_WORDS = (b"name", b"==", b"!=", b">=", b"<", b"~", b",", b'"', b"&", b"property=", b"auth.params.clientSecret")
FILTER_WORDS += (
    b"createdAt",
    b"connectionSpec.id",
    b"labels[]",
    b"[]",
    b".",
    b"1",
    b"1e9",
    b"-",
    b"+",
    b"*",
    b"%",
    b"x",
)
PATCH_WORDS = (
    b'{"op":"add","path":"',
    b'"}',
    b'","value":',
    b"/auth/params/clientSecret",
    b"/name",
    b"/-",
    b"~1",
    b"~2",
)
COQL_WORDS = (
    b"select ",
    b"from ",
    b"Leads ",
    b"where ",
    b"Last_Name ",
    b"id ",
    b"and ",
    b"or ",
    b"not ",
    b"in ",
    b"is ",
)
COQL_WORDS += (
    b"null ",
    b"between ",
    b"like ",
    b"=",
    b"<",
    b"(",
    b")",
    b",",
    b"'",
    b"'%%%%%%%%x'",
    b"order by ",
    b"desc ",
)
COQL_WORDS += (b"limit ", b"offset ", b"9" * 5000, b"Owner.name ", b"\\", b"1.5 ", b"-", b"true ")
FORM_WORDS = (b"grant_type=", b"&", b"=", b"%", b"%00", b"+", b"client_id", b"--x\r\n", b"--x--\r\n", b"\r\n\r\n", b";")
FORM_WORDS += (b'Content-Disposition: form-data; name="a"', b'; filename="b"', b"Content-Transfer-Encoding: base64\r\n")
QUERY_WORDS = (
    b"limit=",
    b"orderby=",
    b"count=true",
    b"property=",
    b"continuationToken=",
    b"objectType=table",
    b"object=",
)
QUERY_WORDS += (
    b"fields=",
    b"page=",
    b"per_page=",
    b"sort_by=",
    b"page_token=",
    b"preview=",
    b"&",
    b"=",
    b"%",
    b"-1",
    b"9",
)
HEADER_WORDS = (b"authorization: ", b"Bearer ", b"Zoho-oauthtoken ", b"x-sandbox-name: ", b"x-gw-ims-org-id: ", b"\n")
HEADER_WORDS += (
    b"host: ",
    b"content-type: ",
    b"if-modified-since: ",
    b"platform.adobe.io",
    b"accounts.zoho.eu",
    b"*",
    b"\xe9",
)
PATH_WORDS = (
    b"/",
    b"..",
    b"%2f",
    b"%00",
    b"%",
    b"connections",
    b"oauth/v2/token",
    b"v8/Leads",
    b"coql",
    b";x=y",
    b"?",
    b"://",
)
JWT = b"client_id=x&client_secret=y&jwt_token=eyJhbGciOiJSUzI1NiJ9.eyJleHAiOjE5OTk5OTk5OTksImF1ZCI6IngifQ.x"
SOURCES = json.dumps([{"name": "acme", "connectionSpecId": "an-id", "version": "1.0", "auth": []}]).encode()
ACCOUNTS = json.dumps(
    [{"region": "eu", "client_id": "1000.X", "client_secret": "x", "refresh_token": "1000.y"}]
).encode()
OF_RECORDINGS = (*JSON_WORDS, *files.RECORDED_WORDS)

TARGETS: Mapping[str, Target] = {
    "property": Target(property_filter, (b"name==x", b'state=="a",b', b"createdAt>=1,2", b"labels[]==x"), FILTER_WORDS),
    "queryString": Target(query_string, (b"name==x", b"property=name==x&property=state==y"), FILTER_WORDS),
    "continuationToken": Target(
        continuation_token,
        (b'[["name==x"],"-name",1,["x"],1]', b"[[],null,20,[],5]", b'[[],"createdAt",1,[1e9],1]'),
        JSON_WORDS,
    ),
    "json patch": Target(
        json_patch,
        (b'[{"op":"replace","path":"/name","value":"x"}]', b'[{"op":"remove","path":"/description"}]'),
        JSON_WORDS + PATCH_WORDS,
    ),
    "body": Target(body, (CONNECTION, json.dumps(chain.target()).encode(), b"{}"), (*JSON_WORDS, ZOHO_CRM.encode())),
    "path": Target(path, (b"some-id", b"some-id/test", b"oauth/v2/token", b"v8/Leads/1"), PATH_WORDS),
    "row filter": Target(
        row_filter, (PQL, PQL.replace(b"like", b"=")), (*JSON_WORDS, b'"fnName":"and"', b"%%%%%x", PQL)
    ),
    "coql": Target(
        coql,
        (
            b"select id from Leads where Last_Name like 'a%' order by id desc limit 1, 2",
            b"select id from Leads where (id > 1 and Owner.name = 'x') or City is not null",
        ),
        COQL_WORDS,
    ),
    "form": Target(
        form,
        (
            b"grant_type=client_credentials&client_id=x&client_secret=y&scope=z",
            JWT,
            b'--x\r\nContent-Disposition: form-data; name="client_id"\r\n\r\ny\r\n--x--\r\n',
        ),
        FORM_WORDS,
    ),
    "query": Target(query, (b"limit=1&orderby=-name", b"objectType=root", b"fields=id&page=1&per_page=2"), QUERY_WORDS),
    "headers": Target(
        headers,
        (b"x-sandbox-name: prod\nauthorization: Bearer x", b"if-modified-since: 2020-01-01T00:00:00Z"),
        HEADER_WORDS,
    ),
    "admin": Target(
        admin,
        (b'{"status": 429, "times": 2}', b'{"advance": 5}', b'{"kind": "drop", "path": "/connections/*"}'),
        (*JSON_WORDS, b'"delay"', b'"kind"', b'"advance"', b"[!a-", b"*"),
    ),
    "har": Target(files.reader_of("x.har"), (files.HAR, files.HAR.replace(b"\n", b"")), OF_RECORDINGS),
    "postman": Target(files.reader_of("x.json"), (files.COLLECTION,), (*OF_RECORDINGS, *files.CURL_WORDS)),
    "journal": Target(files.reader_of("x.json"), (files.JOURNAL, files.COLLECTION, CONNECTION), OF_RECORDINGS),
    "curl": Target(files.reader_of("x.sh"), (files.CURL, b"A=b\n" + files.CURL, files.COPIED), files.CURL_WORDS),
    "markdown": Target(
        files.reader_of("x.md"), (b"```sh\n" + files.CURL + b"```\n", b"> ~~~\n> " + files.CURL), files.CURL_WORDS
    ),
    "fetch": Target(files.reader_of("x.js"), (files.FETCH, files.FETCH * 2), (*OF_RECORDINGS, b"fetch(", b"[", b"\n")),
    "http file": Target(files.reader_of("x.http"), (files.HTTP,), (*files.CURL_WORDS, *files.HTTP_WORDS)),
    "json": Target(json_value, (CONNECTION, b"[1, 2.5, null]"), JSON_WORDS),
    "sources file": Target(sources_file, (SOURCES,), (*JSON_WORDS, b'"auth"', b'"params"')),
    "accounts file": Target(
        accounts_file, (ACCOUNTS, b'{"accounts": []}'), (*JSON_WORDS, b'"region"', b'"eu"', b'"scope"')
    ),
    "data file": Target(
        data_file,
        (b'{"Leads": [{"Last_Name": "x"}]}', b"Last_Name,Annual_Revenue\nx,1.5\ny,\n"),
        (*JSON_WORDS, b"id,", b"\n", b'"', b"Owner", b"\0", b"1e999"),
    ),
}
