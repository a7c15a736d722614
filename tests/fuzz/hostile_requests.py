"""Requests to every operation of every service with one slot or a few that are hostile."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from random import Random
from typing import Any
from urllib.parse import urlencode

from contracts import OPERATIONS
from tests.fuzz.hostile_values import KEYS, NAMES, any_text, hostile, of_a_text
from tests.kit.asked import Asked, Ground, Path, asked, changed, places

__all__ = ["Control", "Hostile", "made"]

HEADERS = ("user-agent", "accept", "content-type", "x-undeclared", "authorization", "if-match", "x-gw-ims-org-id")
HEADERS += ("x-sandbox-name", "x-api-key", "host", "if-modified-since", "accept-encoding", "cookie")
TELLING = ("tool token={}", "x; password={}", "Bearer {}", "tool/1 (apiKey={})", 'a/b; key="{}"')
PARAMETERS = ("property", "undeclared", "redirect_uri", "page_token", "limit", "start", "orderby", "continuationToken")
MOST = 900_000  # bytes of a body


@dataclass
class Hostile:
    """An input: ``secret`` stands in it where nothing is declared open."""

    request: Asked
    secret: str
    method: str

    @cached_property
    def content(self) -> bytes:
        return self.request.content[:MOST]


def made(random: Random, there: Ground, ids: Sequence[str], secret: str) -> Hostile:
    """The next input; ``ids`` are of items that earlier inputs have made."""
    if random.random() < 0.03:
        return _control(random, secret)
    row = random.choice(OPERATIONS)
    request = asked(row, there)
    if ids and "id" in request.parts and random.random() < 0.2:
        request = replace(request, parts={**request.parts, "id": random.choice(ids)})
    for _ in range(random.choice([1, 1, 1, 2, 3])):
        request = random.choice(SLOTS)(random, request, secret)
    method = (
        random.choice(["HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "FOO"]) if random.random() < 0.02 else row.method
    )
    return Hostile(request, secret, method)


@dataclass(frozen=True)
class Control(Asked):
    """A request to the control side, which isn't journalled; ``row`` is of no meaning."""

    name: str = ""

    @property
    def target(self) -> str:
        return f"/__admin/{self.name}{'?' * bool(self.query)}{urlencode(self.query, errors='replace')}"


READ = (*["requests"] * 3, "stubs", "faults", "resources", "metrics", "contract", "health", "clock")
NOWHERE = {"method": "GET", "path": "/hostile/nowhere"}  # so that no other input meets it
WRITTEN: Mapping[str, Mapping[str, Any]] = {
    "faults": {**NOWHERE, "status": 429, "times": 1, "retry_after": 1, "delay": 0, "optional": True},
    "stubs": {**NOWHERE, "status": 200, "headers": {"x-a": "b"}, "json": {"a": 1}, "times": 1, "query": {"a": "b"}},
    "clock": {"advance": 0},
    "replay": {"id": 1},
}
_JSON_ROW = next(row for row in OPERATIONS if row.body == "json")


def _control(random: Random, secret: str) -> Hostile:
    """A choice of what is read, or a document with a slot or a key that is hostile."""
    if random.random() < 0.5:
        names = random.choices(("status", "operation", "rule", "severity", "since", "limit", "undeclared"), k=2)
        query = {name: random.choice(["1", "400", "error", any_text(random)]) for name in names}
        name = random.choice(READ)
        return Hostile(Control(_JSON_ROW, {}, query if name == "requests" else {}, {}, ..., name), secret, "GET")
    name = random.choice(list(WRITTEN))
    body: Any = dict(WRITTEN[name])
    inside = [each for each in places(body) if each and each[0] not in NOWHERE]
    where = random.choice([*inside, *inside, (any_text(random),), ("body",), ("match",)])
    body = changed(body, where, hostile(random, secret))
    return Hostile(Control(_JSON_ROW, {}, {}, {}, body, name), secret, "POST")


def _part(random: Random, request: Asked, _secret: str) -> Asked:
    if not request.parts:
        return request
    name = random.choice(list(request.parts))
    return replace(request, parts={**request.parts, name: any_text(random) or "x"})


def _parameter(random: Random, request: Asked, secret: str) -> Asked:
    name = random.choice([*request.row.query, *request.row.query, *PARAMETERS])
    told = f"params.x[]=={secret}" if name in ("property", "undeclared") else f"https://u:{secret}@h/"
    may_tell = name in ("undeclared", "redirect_uri")
    text = told if may_tell and random.random() < 0.4 else any_text(random)
    return replace(request, query={**request.query, name: text})


def _header(random: Random, request: Asked, secret: str) -> Asked:
    name = random.choice(HEADERS)
    if name in HEADERS[:5] and random.random() < 0.6:
        text = random.choice(TELLING).format(secret)
    else:
        text = "".join(each for each in any_text(random) if " " <= each < "\x7f")
    return replace(request, headers={**request.headers, name: text})


def _field(random: Random, request: Asked, secret: str) -> Asked:
    """A field of a form, or any place of a document."""
    if not isinstance(request.body, dict | list):
        return request
    if request.row.body == "form":
        name = random.choice([*request.body, "token", "scope", "redirect_uri", "undeclared"])
        text = secret if name in ("client_secret", "refresh_token", "undeclared") else any_text(random)
        return replace(request, body={**request.body, name: text})
    where = random.choice(list(places(request.body)))
    return replace(request, body=changed(request.body, where, hostile(random, secret)))


def _key(random: Random, request: Asked, secret: str) -> Asked:
    """One key more, declared or not, in any object of a document."""
    if request.row.body == "form" or not isinstance(request.body, dict | list):
        return request
    objects = [each for each in places(request.body) if isinstance(_at(request.body, each), dict)]
    where = random.choice(objects or [()])
    if not objects:
        return request
    key = random.choice(KEYS if random.random() < 0.5 else NAMES)
    value = secret if key in KEYS else hostile(random, secret)
    return replace(request, body=changed(request.body, (*where, key), value))


def _operations(random: Random, request: Asked, secret: str) -> Asked:
    """A JSON Patch, where one is asked for."""
    if request.row.method != "PATCH":
        return _field(random, request, secret)
    operations = []
    for _ in range(random.choice([1, 1, 2, 5, 300])):
        operation: dict[str, Any] = {"op": random.choice(["add", "replace", "remove", "move", "copy", "test", "x"])}
        operation["path"] = _pointer(random)
        if random.random() < 0.9:
            operation["value"] = hostile(random, secret) if len(operations) < 5 else random.choice(["x", {}, []])
        if operation["op"] in ("move", "copy"):
            operation["from"] = _pointer(random)
        operations.append(operation)
    return replace(request, body=operations)


def _pointer(random: Random) -> str:
    if random.random() < 0.2:
        return any_text(random)
    pieces = ("name", "params", "auth", "tags", "allOf", "properties", "-", "0", "description", "a~1b", "mappings", "")
    return "".join(f"/{each}" for each in random.choices(pieces, k=random.randint(0, 4)))


def _raw(random: Random, request: Asked, secret: str) -> Asked:
    """Bytes that are no JSON and no form any more; a secret might stand in an open field now."""
    plain = request.content.replace(secret.encode(), b"x").replace(of_a_text(secret).encode(), b"x")
    content = bytearray(plain or b"{}")
    for _ in range(random.randint(1, 4)):
        place = random.randrange(len(content) + 1)
        content[place : place + random.choice([0, 0, 1, 9])] = random.choice(PIECES)
    return replace(request, body=bytes(content))


PIECES = (
    b"\xff",
    b"\0",
    b'"',
    b"{",
    b"}",
    b"[" * 100,
    b"1" * 5000,
    b"NaN",
    b'"\\ud800"',
    b"\xef\xbb\xbf",
    b",",
    b"&=%",
)
PIECES += (b'"id":1,"id":2,', b"\\", b"1e999", b"\r\n--x\r\n", b"%00")
SLOTS: Sequence[Callable[[Random, Asked, str], Asked]] = (
    *(_part, _parameter, _parameter, _header, _field, _field, _field, _field, _key, _key, _operations, _raw),
)  # fmt: skip


def _at(value: Any, path: Path) -> Any:
    for each in path:
        value = value[each]
    return value
