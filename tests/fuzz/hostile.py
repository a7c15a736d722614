"""What a careful attacker, or an odd client, sends: ``python -m tests.fuzz.hostile --inputs 100000 --seed 1``.

Requests to every operation of every service, over a real socket to ``mockserver serve`` (its options behind ``--``),
with one slot filled: a schema, pattern, pointer, URL, time, number, name or header that is hostile, a long text, or a
secret under an undeclared key. A dropped connection, two seconds without an answer, a 5xx, or a secret in the
journal is a problem. Told at the end: the slowest calls, the memory, and whether health, a list and SIGTERM still work.
"""

from __future__ import annotations

import argparse
import http.client
import json
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import quote

from contracts import BASE_PATH, OPERATIONS
from contracts.judging.model import Operation
from mockserver import Mock
from tests.kit import chain
from tests.kit.chain import Chain
from tests.kit.connection import HEADERS
from tests.kit.sender import Sender, core
from tests.kit.serving import serving
from tests.kit.sound import sound

__all__ = ["Report", "fuzz"]

PATIENCE = 2.0  # seconds until silence is a problem
SLOW = 0.25  # seconds
LOOKED_AT = 100  # inputs after which the journal is searched for secrets

PATTERNS = ("a{4294967295}", "^(a+)+$", "(a|a)*b", "(?=(a+)+$)b", "[", "(", r"\w{255}", ".{1000}", "^a$", r"(a)\1")
TEXTS = (
    *("", " ", "\0", "\r\nSet-Cookie: a=b", "%0d%0aX: y", "\ud800", "\U0001f600", "../../etc/passwd", "~" * 60),
    *("/" * 40 + "~", "a" * 40 + "!", "9" * 4300, "1e999", "9999-12-31T23:59:59-14:00", "http://x/%00", "urn:x", "{X}"),
    *(";" + " " * 5000 + "x", "(" * 500, "x" * 20_000, "WzAsIngiLDBd", "enabled", "once", "$ref", "[]", "null"),
)
NUMBERS = (2**31, 2**53 + 1, 2**63 - 1, 2**63, -(2**63), 10**30, 10**4200, 1e308, 5e-324, -0.0, 0.1, -1, 0)
KEYS = ("apiKey", "pwd", "pin", "pass", "signature", "bearer", "key", "jwt", "undeclared", "connectionString")
HEAD = {name.lower(): value for name, value in HEADERS.items()} | {"if-match": "*"}


@dataclass
class Report:
    """What came of it; ``problems`` tell the number of the input."""

    inputs: int = 0
    answers: Counter[int] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)
    slow: list[tuple[float, str]] = field(default_factory=list)
    memory: list[int] = field(default_factory=list)
    """Resident MB at the beginning, after each tenth, and at the end."""


def schema(random: Random, depth: int = 0) -> Any:
    """A JSON Schema with hostile leaves."""
    made: dict[str, Any] = {}
    for word in random.sample(list(WORDS), random.randint(1, 3)):
        made[word] = WORDS[word](random, depth)
    return made


def _inner(random: Random, depth: int) -> Any:
    return schema(random, depth + 1) if depth < 4 else random.choice([True, {}, {"type": "string"}])


WORDS: dict[str, Callable[[Random, int], Any]] = {
    "type": lambda random, _: random.choice(["object", "string", "number", "array", "foo"]),
    "properties": lambda random, depth: {name: _inner(random, depth) for name in ("a", "frequency", "interval")},
    "patternProperties": lambda random, depth: {random.choice(PATTERNS): _inner(random, depth)},
    "additionalProperties": _inner,
    "allOf": lambda random, depth: [_inner(random, depth)] * random.choice([1, 2, 8]),
    "anyOf": lambda random, depth: [_inner(random, depth)] * 2,
    "not": lambda random, _: {"required": [random.choice(["interval", "backfill", "a"])]},
    "enum": lambda random, _: [random.choice(NUMBERS), random.choice(TEXTS)],
    "default": lambda random, _: random.choice(TEXTS),
    "pattern": lambda random, _: random.choice(PATTERNS),
    "minimum": lambda random, _: random.choice(NUMBERS),
    "multipleOf": lambda random, _: random.choice([1, 0.1, 1e-300]),
    "uniqueItems": lambda *_: True,
    "$ref": lambda random, _: random.choice(["#", "#/minimum/x", "#/properties/a", "http://[", "x", "#/~", "#/%zz"]),
    "$id": lambda random, _: random.choice(["#", "http://x:y/", "x", "urn:x"]),
    "items": _inner,
}


def hostile(random: Random, secret: str) -> Any:
    """A value for any slot of a body."""
    kind = random.randrange(8)
    if kind == 0:
        return schema(random)
    if kind == 1:
        return {random.choice(KEYS): secret, "deep": [{random.choice(KEYS): secret}]}
    if kind == 2:
        return random.choice(NUMBERS)
    if kind == 3:
        size = random.choice([10, 1000, 10_000])
        return random.choice([list(range(size)), {f"k{number}": number for number in range(size)}, ["x" * 50] * size])
    if kind == 4:
        return [random.choice(TEXTS), random.choice(NUMBERS)]
    return random.choice(TEXTS)


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, child in pairs for place in _places(child, (*path, key)))]


def _replaced(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    if not path:
        return new
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = _replaced(value[path[0]], path[1:], new)
    return copy


Sent = tuple[str, str, dict[str, str], bytes]


def made(random: Random, row: Operation, there: Chain, ids: list[str], secret: str) -> Sent:
    """One request to that operation."""
    prefix = {"zoho-accounts": "/accounts.zoho.eu", "zoho-crm": "/www.zohoapis.eu"}.get(row.service.id)
    id = random.choice([*ids[-20:], there.source, quote(random.choice(TEXTS), safe="", errors="replace") or "x"])
    path = row.path.replace("{version}", "v8").replace("{module}", "Leads").replace("{id}", id)
    headers = dict(HEAD) if prefix is None else {"authorization": "Zoho-oauthtoken 1000.x"}
    query, body = [], b""
    slot = random.randrange(10)
    if slot < 2:
        name = random.choice([*row.query, "property", "undeclared", "redirect_uri", "page_token"])
        text = f"params.x[]=={secret}" if name in ("property", "undeclared") else f"https://u:{secret}@h/"
        query.append((name, random.choice([*TEXTS, text, text])))
        if row.action == "zoho_authorize":
            query += [("client_id", "x"), ("scope", "a"), ("response_type", "code"), ("redirect_uri", "http://x/")]
    elif slot == 2:
        name = random.choice(["user-agent", "accept", "content-type", "x-undeclared", "authorization"])
        text = random.choice([f"tool token={secret}", f"x; password={secret}", "; " + " " * 5000 + "x", "x" * 20_000])
        headers[name] = text
    if row.body == "form":
        headers["content-type"] = "application/x-www-form-urlencoded"
        fields = {"grant_type": "refresh_token", "client_id": "1000.X"}
        fields |= {"client_secret": secret, "refresh_token": secret}
        fields[random.choice([*fields, "token", "scope", "redirect_uri"])] = random.choice([*TEXTS, secret])
        body = "&".join(f"{name}={quote(text, errors='replace')}" for name, text in fields.items()).encode()
    elif row.body != "none" and row.service.base_path == BASE_PATH:
        document = sound(row, there)
        body = json.dumps(_replaced(document, random.choice(_places(document)), hostile(random, secret))).encode()
    elif row.body != "none":
        body = json.dumps(hostile(random, secret)).encode()
    target = (prefix or row.service.base_path) + path
    target += "?" * bool(query) + "&".join(f"{name}={quote(text, errors='replace')}" for name, text in query)
    return row.method, target, headers, body[:900_000]


def fuzz(inputs: int, seed: int, *options: str) -> Report:
    """What so many inputs have done to a server with these options."""
    report, random = Report(), Random(seed)
    mock = Mock()
    with serving("--port", "0", "-q", "--journal", str(LOOKED_AT), *options) as (origin, process):
        connection = http.client.HTTPConnection("127.0.0.1", int(origin.rpartition(":")[2]), timeout=PATIENCE)
        there, ids = chain.chain(Sender("core", mock, core(mock))), ["x"]
        secrets: list[str] = []
        report.memory.append(_resident(process.pid))
        for number in range(inputs):
            secret = f"Zq7planted{seed:03}{number:08}"
            secrets.append(secret)
            row = random.choice(OPERATIONS)
            sent = made(random, row, there, ids, secret)
            before = time.perf_counter()
            try:
                status, answer = _asked(connection, *sent)
            except (OSError, http.client.HTTPException) as problem:
                report.problems.append(f"{number} {row.id}: {type(problem).__name__} {sent[1][:200]}")
                connection.close()
                continue
            took = time.perf_counter() - before
            report.inputs += 1
            report.answers[status] += 1
            if status >= 500:
                report.problems.append(f"{number} {row.id}: {status} {sent[1][:200]} {sent[3][:300]!r}")
            if took > SLOW:
                report.slow.append((took, f"{number} {row.id}"))
            if status == 201 and b'"id"' in answer:
                ids.append(json.loads(answer)["id"])
            if number % LOOKED_AT == LOOKED_AT - 1:
                _, journal = _asked(connection, "GET", "/__admin/requests", {}, b"")
                report.problems += _shown(secrets[-LOOKED_AT:], journal.decode())
            if number % max(1, inputs // 10) == 0:
                report.memory.append(_resident(process.pid))
        report.problems += _afterwards(connection)
        report.memory.append(_resident(process.pid))
        process.send_signal(signal.SIGTERM)
        if process.wait(timeout=10) != 0:
            report.problems.append("SIGTERM doesn't end it with 0")
    return report


def _asked(
    connection: http.client.HTTPConnection, method: str, target: str, headers: dict[str, str], body: bytes
) -> tuple[int, bytes]:
    connection.request(method, target, body or None, headers)
    assert connection.sock is not None
    connection.sock.settimeout(20 if target.startswith("/__admin") else PATIENCE)
    answer = connection.getresponse()
    return answer.status, answer.read()


def _shown(secrets: list[str], journal: str) -> list[str]:
    """Which of them can be read, and what stands before it."""
    places = {each: journal.find(each) for each in secrets}
    return [f"{each} is shown: {journal[place - 100 : place]}" for each, place in places.items() if place >= 0]


def _afterwards(connection: http.client.HTTPConnection) -> list[str]:
    connection.close()
    asked = [("GET", "/__admin/health"), ("GET", f"{BASE_PATH}/connections"), ("GET", f"{BASE_PATH}/flows")]
    answers = {target: _asked(connection, method, target, dict(HEAD), b"")[0] for method, target in asked}
    connection.close()
    return [f"afterwards {target}: {status}" for target, status in answers.items() if status != 200]


def _resident(pid: int) -> int:
    """MB; 0 where there is no /proc."""
    status = Path(f"/proc/{pid}/status")
    text = status.read_text() if status.exists() else "VmRSS: 0"
    return int(text.partition("VmRSS:")[2].split()[0]) // 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--inputs", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("options", nargs="*", help="of mockserver serve, behind --")
    given = parser.parse_args()
    begin = time.monotonic()
    report = fuzz(given.inputs, given.seed, *given.options)
    seconds = time.monotonic() - begin
    print(f"{report.inputs} inputs in {seconds:.0f} s: {dict(sorted(report.answers.items()))}")
    print(f"resident MB: {report.memory}")
    print(f"{len(report.slow)} calls above {SLOW} s, the slowest: {sorted(report.slow, reverse=True)[:5]}")
    print("\n".join([*report.problems[:20], f"{len(report.problems)} problems"]))
    sys.exit(bool(report.problems))


if __name__ == "__main__":
    main()
