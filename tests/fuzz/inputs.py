"""Streams of bytes that are nearly HTTP: sound requests, a few of them spoilt, cut into pieces."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from contracts import BASE_PATH
from tests.kit.connection import HEADERS, zoho

__all__ = ["Input", "made"]

HEAD = "".join(f"{name}: {value}\r\n" for name, value in HEADERS.items()).encode()
FORM = b"Content-Type: application/x-www-form-urlencoded\r\n"
TOKEN = b"grant_type=client_credentials&client_id=x&client_secret=fuzzed-secret&scope=openid"
REFRESH = b"grant_type=refresh_token&client_id=1000.X&client_secret=x&refresh_token=1000.y"
PATCH = b'[{"op":"replace","path":"/name","value":"x"}]'


def request(method: str, target: str, body: bytes = b"", head: bytes = HEAD, version: bytes = b"1.1") -> bytes:
    line = f"{method} {target} ".encode() + b"HTTP/" + version + b"\r\nHost: localhost\r\n"
    length = b"Content-Length: %d\r\n" % len(body) if body or method in ("POST", "PATCH", "PUT") else b""
    return line + head + length + b"\r\n" + body


def chunked(method: str, target: str, body: bytes) -> bytes:
    half = len(body) // 2
    parts = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (body[:half], body[half:]) if part)
    head = f"{method} {target} HTTP/1.1\r\nHost: localhost\r\n".encode() + HEAD
    return head + b"Transfer-Encoding: chunked\r\n\r\n" + parts + b"0\r\n\r\n"


CONNECTION = json.dumps(zoho()).encode()
SOUND = [
    request("GET", "/__admin/health"),
    request("GET", "/__admin/clock"),
    request("GET", "/__admin/nosuch"),
    request("DELETE", "/__admin/requests"),
    request("POST", "/__admin/clock", b'{"advance": 1}'),
    request("GET", f"{BASE_PATH}/connections?limit=2&orderby=-name&property=name==x"),
    request("GET", f"{BASE_PATH}/connectionSpecs?property=name==Zoho%20CRM"),
    request("POST", f"{BASE_PATH}/connections", CONNECTION),
    request("POST", f"{BASE_PATH}/connections/search", b'{"queryString": "name==x", "limit": 1}'),
    request("PATCH", f"{BASE_PATH}/connections/some-id", PATCH, HEAD + b"If-Match: *\r\n"),
    request("DELETE", f"{BASE_PATH}/flows/some-id", head=HEAD),
    request("PUT", f"{BASE_PATH}/runs/some-id", b"{}"),
    request("OPTIONS", "*"),
    request("HEAD", f"{BASE_PATH}/connections"),
    request("GET", "/data/foundation/sandbox-management/sandboxes"),
    request("POST", "/ims/token/v3", TOKEN, FORM),
    request("POST", "/accounts.zoho.eu/oauth/v2/token", REFRESH, FORM),
    request("GET", "/www.zohoapis.eu/crm/v8/Leads?fields=Last_Name", head=b"Authorization: Zoho-oauthtoken 1000.x\r\n"),
    request("GET", f"http://platform.adobe.io{BASE_PATH}/runs"),
    request("GET", f"{BASE_PATH}/runs", version=b"1.0"),
    chunked("POST", f"{BASE_PATH}/connections", CONNECTION),
    chunked("PATCH", f"{BASE_PATH}/connections/some-id", PATCH),
]

FIELDS = [
    b"Content-Length: 5",
    b"Content-Length: 0",
    b"Content-Length: -1",
    b"Content-Length: 1, 1",
    b"Content-Length: 99999999999999999999999",
    b"Content-Length: 3000000",
    b"Content-Length: 0x10",
    b"Content-Length : 5",
    b"Transfer-Encoding: chunked",
    b"Transfer-Encoding: gzip, chunked",
    b"Transfer-Encoding: chunked, chunked",
    b"Transfer-Encoding: identity",
    b"Transfer-Encoding:\x0bchunked",
    b"Expect: 100-continue",
    b"Expect: something",
    b"Connection: close",
    b"Connection: keep-alive",
    b"Connection: Upgrade\r\nUpgrade: h2c",
    b"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: x",
    b"Host: platform.adobe.io",
    b"Host: accounts.zoho.eu",
    b"Host: evil.example",
    b"Host:",
    b"Origin: https://evil.example",
    b"Sec-Fetch-Site: cross-site",
    b"X: \x00",
    b"X\x00: y",
    b": y",
    b"no colon",
    b" folded",
    b"X: " + bytes(range(128, 256)),
    b"If-Match: *",
    b"x-sandbox-name: *",
    b"x-gw-ims-org-id: " + b"x" * 5000,
    b"Content-Type: multipart/form-data; boundary=x",
    b"Content-Type: application/json; charset=\xff",
    b"Content-Encoding: gzip",
    b"Range: bytes=0-1",
    b"TE: trailers\r\nTrailer: X",
]
LINES = [
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    b"CONNECT localhost:1 HTTP/1.1\r\n\r\n",
    b"GET /\r\n",
    b"GET / HTTP/2.0\r\n\r\n",
    b"GET  / HTTP/1.1\r\n\r\n",
    b"get / http/1.1\r\n\r\n",
    b"GET http://[ HTTP/1.1\r\n\r\n",
    b"GET //../..//etc/passwd HTTP/1.1\r\n\r\n",
    b"\x16\x03\x01\x00\xc8\x01\x00\x00\xc4\x03\x03" + bytes(60),
    b"SSH-2.0-OpenSSH_9.0\r\n",
    b"\r\n\r\n\r\n",
    b"\x00",
    b"{}",
]
BYTES = [
    b"\r",
    b"\n",
    b"\r\n",
    b"\r\n\r\n",
    b"\0",
    b"\xff",
    b" ",
    b"\t",
    b":",
    b"%",
    b"%00",
    b"?",
    b"#",
    b"0\r\n\r\n",
    b"ffff\r\n",
]

Spoil = Callable[[Random, bytes], bytes]


def flipped(random: Random, data: bytes) -> bytes:
    place = random.randrange(len(data))
    return data[:place] + bytes([random.randrange(256)]) + data[place + 1 :]


def cut(random: Random, data: bytes) -> bytes:
    start = random.randrange(len(data))
    return data[:start] + data[start + random.choice([1, 2, 10, 100]) :]


def inserted(random: Random, data: bytes) -> bytes:
    place = random.randrange(len(data) + 1)
    return data[:place] + random.choice(BYTES) + data[place:]


def repeated(random: Random, data: bytes) -> bytes:
    start = random.randrange(len(data))
    part = data[start : start + random.choice([1, 20, 200])]
    return data[:start] + part * random.choice([2, 3, 50]) + data[start:]


def ended(random: Random, data: bytes) -> bytes:
    return data[: random.randrange(len(data))]


def with_field(random: Random, data: bytes) -> bytes:
    lines = data.split(b"\r\n")
    lines.insert(random.randint(1, max(1, min(6, len(lines) - 1))), random.choice(FIELDS))
    return b"\r\n".join(lines)


def without_line(random: Random, data: bytes) -> bytes:
    lines = data.split(b"\r\n")
    del lines[random.randrange(len(lines))]
    return b"\r\n".join(lines)


def with_bare_feeds(random: Random, data: bytes) -> bytes:
    return data.replace(b"\r\n", b"\n", random.choice([1, 3, 100]))


def with_a_long_field(random: Random, data: bytes) -> bytes:
    head, _, rest = data.partition(b"\r\n")
    size = random.choice([1000, 65_536, 300_000, 1_000_000]) if random.random() < 0.1 else 1000
    return head + b"\r\nX-Long: " + b"x" * size + b"\r\n" + rest


def with_many_fields(random: Random, data: bytes) -> bytes:
    head, _, rest = data.partition(b"\r\n")
    number = random.choice([100, 5000, 20_000]) if random.random() < 0.1 else 50
    return head + b"\r\n" + b"".join(b"X-%d: y\r\n" % each for each in range(number)) + rest


def with_a_large_body(random: Random, data: bytes) -> bytes:
    size = 1_200_000 if random.random() < 0.05 else 5000
    return request("POST", f"{BASE_PATH}/connections", b"x" * size) + data


def behind_a_line(random: Random, data: bytes) -> bytes:
    return random.choice(LINES) + data


def other_target(random: Random, data: bytes) -> bytes:
    method, _, rest = data.partition(b" ")
    target, blank, rest = rest.partition(b" ")
    place = random.randrange(len(target) + 1)
    return (
        method
        + b" "
        + target[:place]
        + random.choice([*BYTES, b"..", b"/", b"//", b"%2e%2e%2f", b"*"])
        + target[place:]
        + blank
        + rest
    )


SPOILS: list[Spoil] = [flipped, cut, inserted, repeated, ended, with_field, without_line, with_bare_feeds]
SPOILS += [with_a_long_field, with_many_fields, with_a_large_body, behind_a_line, other_target]


@dataclass(frozen=True)
class Input:
    """``pieces`` are written one after the other; ``sound`` are how many answers a client may count on, if it is known.

    ``end`` is what the client does then: ``wait``, ``half`` closes its side, ``close`` leaves, ``reset`` leaves rudely.
    """

    pieces: tuple[bytes, ...]
    end: str
    sound: int | None


def made(seed: int, number: int) -> Input:
    """The same for the same seed and number."""
    random = Random(seed * 1_000_003 + number)
    requests = [random.choice(SOUND) for _ in range(random.choice([1, 1, 1, 2, 4]))]
    if random.random() < 0.1:
        return Input(pieces(random, b"".join(requests)), "wait", answers(requests))
    spoilt = random.randrange(len(requests))
    for _ in range(random.choice([1, 1, 1, 2, 3])):
        requests[spoilt] = random.choice(SPOILS)(random, requests[spoilt] or b"x")
    return Input(pieces(random, b"".join(requests)), random.choice(["half", "half", "half", "close", "reset"]), None)


def answers(requests: list[bytes]) -> int:
    """How many sound requests are answered: none behind one that lets the connection close."""
    ends = (place for place, each in enumerate(requests, 1) if b" HTTP/1.0\r\n" in each)
    return next(ends, len(requests))


def pieces(random: Random, data: bytes) -> tuple[bytes, ...]:
    places = sorted(random.randrange(len(data) + 1) for _ in range(random.choice([0, 0, 1, 3])))
    return tuple(data[start:end] for start, end in zip([0, *places], [*places, len(data)], strict=True))
