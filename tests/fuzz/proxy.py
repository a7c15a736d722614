"""Seeded trouble for the proxy's side: ``python -m tests.fuzz.proxy --seconds 300 --seed 1``.

CONNECTs, whole URLs and handshakes, spoilt and cut; names that differ in CONNECT, TLS and Host; bytes that are no TLS
in the middle of it, a second handshake among them. After each hundred an honest call has to be answered.
"""

from __future__ import annotations

import argparse
import logging
import os
import ssl
import time
from collections.abc import Callable
from contextlib import suppress
from random import Random

from mockserver.http.limits import Limits
from tests.kit.proxied import Proxied, proxied

__all__ = ["honest", "play", "post"]

_TOKEN = b"grant_type=refresh_token&client_id=1000.X&client_secret=x&refresh_token=1000.y"
_HOST = "accounts.zoho.eu"
_NAMES = (_HOST, "platform.adobe.io", "example.com", "x" * 60 + ".example", "localhost", None)


def post(target: str, host: str, close: bool = True) -> bytes:
    """A request that refreshes a token."""
    connection = "close" if close else "keep-alive"
    fields = f"Host: {host}\r\nConnection: {connection}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    return f"POST {target} HTTP/1.1\r\n{fields}Content-Length: {len(_TOKEN)}\r\n\r\n".encode() + _TOKEN


def hello(name: str | None) -> bytes:
    """What a client's TLS begins with."""
    context = ssl.create_default_context()
    context.check_hostname = name is not None
    outgoing = ssl.MemoryBIO()
    with suppress(ssl.SSLWantReadError):
        context.wrap_bio(ssl.MemoryBIO(), outgoing, server_hostname=name).do_handshake()
    return outgoing.read()


def honest(front: Proxied) -> bool:
    """Whether a call that is as it should be is answered."""
    front.mock.reset()  # Zoho gives out so many tokens and no more
    status: int = front.through(f"{_HOST}:443").send(post("/oauth/v2/token", _HOST)).answer()[0]
    return status == 200


_CONNECT = f"CONNECT {_HOST}:443 HTTP/1.1\r\n\r\n".encode()
_BEGINNINGS = (
    _CONNECT + hello(_HOST),
    _CONNECT * 2,
    b"CONNECT example.com:443 HTTP/1.1\r\n\r\n" + hello(_HOST),
    post(f"https://{_HOST}/oauth/v2/token", "example.com"),
    hello(_HOST),
    hello("x" * 60 + ".example"),
    hello(None) * 2,
)


def _spoilt_beginning(front: Proxied, random: Random) -> None:
    data = bytearray(random.choice(_BEGINNINGS))
    for _ in range(random.choice([0, 1, 1, 5])):
        data[random.randrange(len(data))] = random.randrange(256)
    client = front.client()
    for piece in (data[: random.randrange(len(data))], data[: random.choice([0, 40, 80])]):
        client.send(bytes(piece))


def _names_that_differ(front: Proxied, random: Random) -> None:
    client = front.client()
    if random.random() < 0.7:
        front.connect(client, f"{random.choice([_HOST, 'platform.adobe.io'])}:{random.choice([443, 80, 8443])}")
    front.secure(client, random.choice(_NAMES), trusts=False)
    client.send(post("/oauth/v2/token", random.choice(_NAMES) or "", close=random.random() < 0.5))
    client.socket.recv(random.choice([1, 65536]))


def _no_tls_in_the_middle(front: Proxied, random: Random) -> None:
    """What isn't encrypted reaches the server past the client's TLS."""
    client = front.client()
    if random.random() < 0.5:
        front.connect(client, f"{_HOST}:443")
    secure = front.secure(client, _HOST)
    if random.random() < 0.5:
        secure.sendall(post("/oauth/v2/token", _HOST, close=False)[: random.randrange(300)])
    os.write(secure.fileno(), random.choice([hello(_HOST), b"\x15\x03\x03\x00\x02\x01\x00", random.randbytes(200)]))
    with suppress(OSError):
        secure.recv(65536)


_TROUBLES: tuple[Callable[[Proxied, Random], None], ...] = (
    *[_spoilt_beginning] * 4,
    _names_that_differ,
    _no_tls_in_the_middle,
)


def play(front: Proxied, random: Random) -> None:
    """One trouble, whose connection is closed afterwards."""
    with suppress(OSError):  # it has hung up on us
        random.choice(_TROUBLES)(front, random)
    front.leave()


class _Errors(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.told: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.told.append(record.getMessage())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    errors, random, count = _Errors(), Random(options.seed), 0
    logging.getLogger().addHandler(errors)
    until = time.monotonic() + options.seconds
    with proxied("localhost", "127.0.0.1", limits=Limits(head_timeout=2.0)) as front:
        while time.monotonic() < until:
            for _ in range(100):
                play(front, random)
            count += 100
            if errors.told or not honest(front):
                raise SystemExit(f"seed {options.seed}, among {count}: {errors.told or 'no answer'}")
            front.leave()
    print(f"{count} troubles, no error; each hundred an honest call was answered")


if __name__ == "__main__":
    main()
