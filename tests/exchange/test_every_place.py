"""A recognisable value under every key and at every place that operations have: only what is declared open shows it."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from contracts import BASE_PATH, OPERATIONS, Request, catalogue
from contracts.judging.body_schemas import object_at
from contracts.judging.model import Operation
from contracts.reading.schemas import schema
from contracts.tables import COLLECTIONS
from mockserver import Mock
from tests.kit import chain
from tests.kit.asked import asked, ground, places
from tests.kit.chain import Chain
from tests.kit.connection import HEADERS
from tests.kit.depth import every
from tests.kit.sender import Sender, core
from tests.kit.sound import sound

SECRET_NAMES = sorted(
    {
        param["name"]
        for source in catalogue().values()
        for spec in source.auth.values()
        for param in spec.params.values()
        if param.get("secret")
    }
    | {"apiKey", "pwd", "pin", "pass", "signature", "bearer", "key", "jwt", "connectionString", "sasUri", "accountKey"}
    | {"undeclared", "x", "shelf", ""}
)
"""What real connectors call their credentials, and names that say nothing."""
HEADER_NAMES = ("user-agent", "accept", "accept-encoding", "content-type", "cookie", "x-undeclared", "authorization")


@dataclass
class Planted:
    """Makes up a value with each call, and knows where it was put."""

    where: dict[str, str] = field(default_factory=dict)

    def __call__(self, where: str) -> str:
        value = f"Zq7+planted/{len(self.where):05}"
        self.where[value] = where
        return value

    def shown_in(self, text: str) -> list[str]:
        def spellings(value: str) -> set[str]:
            coded = base64.b64encode(value.encode()).decode()
            return {value, quote(value, safe=""), coded, coded.rstrip("="), coded.replace("+", "-").replace("/", "_")}

        return [where for value, where in self.where.items() if any(each in text for each in spellings(value))]


def open_keys(collection: str) -> set[str]:
    """Keys that the collection's own schemas declare, at any depth."""
    schemas = COLLECTIONS[collection].schemas if collection in COLLECTIONS else ()
    return {key for name, package in schemas for key in _declared(schema(name, package))}


def _declared(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for child in value:
            yield from _declared(child)
    elif isinstance(value, dict):
        yield from object_at(value, "properties")
        for child in value.values():
            yield from _declared(child)


def planted(body: Any, plant: Planted) -> Iterator[Any]:
    """``body`` with undeclared keys, each with a secret, inside of each of its objects and lists in turn."""
    for path in _places(body):
        where = "/".join(["", *map(str, path)])
        inside = {name: plant(f"{where}/{name}") for name in SECRET_NAMES}
        deep = {"deeper": [{name: plant(f"{where}/deep/{name}") for name in SECRET_NAMES}]}
        yield _changed(body, path, inside)
        yield _changed(body, path, {"deep": deep, "undeclared": [plant(f"{where}/undeclared")]})


def _places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if not isinstance(value, dict | list):
        return
    yield path
    for key, child in value.items() if isinstance(value, dict) else enumerate(value):
        yield from _places(child, (*path, key))


def _changed(value: Any, path: tuple[Any, ...], more: dict[str, Any]) -> Any:
    if path:
        copy = dict(value) if isinstance(value, dict) else list(value)
        copy[path[0]] = _changed(value[path[0]], path[1:], more)
        return copy
    return {**more, **value} if isinstance(value, dict) else [*value, more]


@pytest.fixture(scope="module")
def there() -> Chain:
    mock = Mock(journal=10_000)
    return chain.chain(Sender("core", mock, core(mock)))


ADOBES = [row for row in OPERATIONS if row.service.base_path == BASE_PATH]
BELOW = ("/options", "", "/params", "/data", "/params/deep", "/transformations/0/params")
WITH_BODY = [row for row in ADOBES if row.body != "none"]


@pytest.mark.parametrize("row", every(WITH_BODY, 6), ids=lambda row: row.id)
def test_no_undeclared_key_of_a_body_is_shown(there: Chain, row: Operation) -> None:
    plant = Planted()
    body = sound(row, there)
    mock = there.sent.mock
    mock.journal.clear()
    target = BASE_PATH + row.path.replace("{id}", there.flow if row.collection == "flows" else there.source)
    headers = {**HEADERS, "if-match": "*"}
    for changed in planted(body, plant):
        answer = there.sent.raw(row.method, target, headers, json.dumps(changed).encode())
        assert answer.status < 500
        if answer.status == 201 and "id" in answer.json:
            there.sent("GET", f"/{row.collection}/{answer.json['id']}")
            there.sent("GET", f"/{row.collection}?limit=1")
    shown = plant.shown_in(json.dumps(mock.journal.rows()))
    declared = open_keys(row.collection) | {"name", "description"}
    assert [where for where in shown if where.rpartition("/")[2] not in declared] == []
    assert len(plant.where) > 50


AROUND = [
    row for row in OPERATIONS if row.body in ("json", "optional") and row not in ADOBES and row.service.id != "zoho-crm"
]


def test_a_collection_of_what_clients_store_says_what_its_service_adds() -> None:
    """Else its answers would show in the journal what stands under a client's own keys."""
    stored = {row.collection for row in AROUND if row.method in ("POST", "PUT") and row.action not in NOT_STORED}
    assert {name for name in stored if name in COLLECTIONS and not COLLECTIONS[name].told} == set()
    assert len(stored) > 8


NOT_STORED = (
    *("pull_package", "take_message", "take_messages", "create_sandbox", "reset_sandbox", "enable_authoring"),
    "activate",
)
"""Actions whose answers show nothing of a body, or its declared keys alone."""


@pytest.mark.parametrize("row", every(AROUND, 6), ids=lambda row: row.id)
def test_no_undeclared_key_of_a_body_around_is_shown(row: Operation) -> None:
    """Neither as it was sent, nor where an answer repeats it."""
    plant, there = Planted(), ground(10_000)
    mock = there.sent.mock
    mock.journal.clear()
    request = asked(row, there)
    for changed in planted(request.body, plant):
        body = json.dumps(changed).encode()
        assert mock.handle(Request(row.method, request.target, request.headers, body)).status < 500
    for other in OPERATIONS:
        if other.service is row.service and other.method == "GET" and other.collection == row.collection:
            again = asked(other, there)
            mock.handle(Request("GET", again.target, again.headers))
    shown = plant.shown_in(json.dumps(mock.journal.rows()))
    declared = open_keys(row.collection) | {"name", "description"}
    assert [where for where in shown if where.rpartition("/")[2] not in declared] == []


OF_A_CLIENTS = ("sample_data", "import_resources")
"""Actions that answer what a client has sent or what is made up for it, which is as hidden as a client's own."""
OF_ITS_OWN = [row for row in OPERATIONS if row not in ADOBES and row.action not in OF_A_CLIENTS]


@pytest.mark.parametrize("row", every(OF_ITS_OWN, 12), ids=lambda row: row.id)
def test_what_a_service_says_itself_is_shown(row: Operation) -> None:
    there = ground()
    request = asked(row, there)
    answer = there.sent.mock.handle(Request(row.method, request.target, request.headers, request.content))
    shown = there.sent.mock.journal.rows()[-1]["response"]["body"]
    if answer.body.startswith((b"{", b"[")):
        real = json.loads(answer.body)
        texts = [path for path in places(real) if isinstance(at(real, path), str)]
        assert {path[-1] for path in texts if at(shown, path) != at(real, path)} <= HIDDEN


HIDDEN = {"access_token", "id_token", "refresh_token", "SASToken", "SASUri", "address"}
"""Tokens, and what a preview makes of a client's data."""


def at(value: Any, path: tuple[Any, ...]) -> Any:
    for each in path:
        value = value[each]
    return value


@pytest.mark.parametrize("collection", [name for name in chain.COLLECTIONS if name != "connections"])
@pytest.mark.parametrize(
    "below", every(["/options", "", "/params", "/data", "/params/deep", "/transformations/0/params"], 9, 2)
)
def test_no_undeclared_key_of_an_update_is_shown(there: Chain, collection: str, below: str) -> None:
    plant = Planted()
    mock = there.sent.mock
    mock.journal.clear()
    for name in filter(None, SECRET_NAMES):
        path = f"{below}/{name}"
        for value in (plant(path), [plant(path)], {"x": {name: plant(path)}}):
            change = [{"op": "add", "path": path, "value": value}]
            there.sent("PATCH", f"/{collection}/{chain.id_in(there, collection)}", change, if_match="*")
        change = [{"op": "add", "path": below or "/new", "value": {name: plant(path)}}]
        there.sent("PATCH", f"/{collection}/{chain.id_in(there, collection)}", change, if_match="*")
    declared = open_keys(collection)
    shown = plant.shown_in(json.dumps(mock.journal.rows()))
    assert [where for where in shown if where.rpartition("/")[2] not in declared] == []


OPEN = {
    "sandboxes": ("limit", "offset", "orderBy", "validationOnly", "ignoreWarnings"),
    "flow-service": ("limit", "orderby", "count", "mode", "if-match", "property", "op", "subOp"),
}


@pytest.mark.parametrize("row", every(OPERATIONS, 12, 6), ids=lambda row: row.id)
def test_no_parameter_and_no_header_tells_more_than_is_declared(row: Operation) -> None:
    plant = Planted()
    mock = Mock(journal=10_000)
    base = row.service.base_path if "{" not in row.service.base_path else ""
    prefix = {"zoho-accounts": "/accounts.zoho.eu", "zoho-crm": "/www.zohoapis.eu"}.get(row.service.id, base)
    path = prefix + row.path.replace("{id}", "1").replace("{version}", "v8").replace("{module}", "Leads")

    def ask(query: Mapping[str, str], headers: Mapping[str, str], body: bytes = b"") -> None:
        lower = {name.lower(): value for name, value in HEADERS.items()}
        answer = mock.handle(Request(row.method, f"{path}?{urlencode(query)}", {**lower, **headers}, body))
        assert answer.status < 500

    for name in (*filter(None, SECRET_NAMES), "state", "code"):
        ask({name: plant(f"query/{name}")}, {})
        if row.body == "form":
            form = urlencode({name: plant(f"form/{name}")}).encode()
            ask({}, {"content-type": "application/x-www-form-urlencoded"}, form)
    for url in ("https://u:{}@h/", "https://h/?token={}", "https://{}@h/", "https://h/?a=b&x={}"):
        authorization = {"client_id": "x", "scope": "a", "response_type": "code", "state": plant("query/state")}
        secret = plant(f"redirect_uri {url}").replace("/", "-").replace("+", "-")
        plant.where[secret] = plant.where[list(plant.where)[-1]]
        ask({**authorization, "redirect_uri": url.format(secret)}, {})
    for name in HEADER_NAMES:
        for text in ("tool token={}", "x; password={}", 'a/b; key="{}"', "Bearer {}", "tool/1 (apiKey={})"):
            ask({}, {name: text.format(plant(f"headers/{name}: {text}"))})
    shown = plant.shown_in(json.dumps(mock.journal.rows()))
    assert [where for where in shown if where.rpartition("/")[2] not in OPEN.get(row.service.id, ())] == []
