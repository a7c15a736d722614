"""A proxy on the loopback that lets everything through but what it is told to refuse.

It is for what doesn't ask Python for a host: libraries written in C and processes that a test starts, which ask it as
a proxy or are led to it as if it were the host. What it lets through takes the user's own proxy, where there is one.
"""

from __future__ import annotations

import socket
import socketserver
import threading
from collections.abc import Callable
from contextlib import suppress
from urllib.parse import SplitResult, urlsplit

from mockserver.hello import Incomplete, is_tls, server_name
from mockserver.proxying import for_one, for_proxy, line_of, place_of

__all__ = ["Tunnel"]

Refused = Callable[[str, int], str | None]
"""From a host and port to why they can't be reached, ``None`` where they can."""

_LONGEST = 256 * 1024  # bytes of a request's head
_TLS = 443
_DENIED = bytes.fromhex("15 0303 0002 02 31")  # a fatal alert, access_denied (RFC 8446, 6.2)
_PATIENCE = 30.0  # seconds for a head to come, and for a connection to be made


class Tunnel(socketserver.ThreadingTCPServer):
    """A proxy in threads of its own, a connection for each request."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, refused: Refused) -> None:
        super().__init__(("127.0.0.1", 0), _Connection)
        self.refused = refused
        threading.Thread(target=self.serve_forever, name="flowservice-tunnel", daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Connection(socketserver.StreamRequestHandler):
    server: Tunnel
    timeout = _PATIENCE
    rbufsize = 0  # what follows the head is the other side's

    def handle(self) -> None:
        with suppress(OSError):
            first = self.connection.recv(1, socket.MSG_PEEK)
            if first and is_tls(first):
                self._meet_tls()
            elif first:
                self._meet_request(self._head())

    def _meet_request(self, head: bytes) -> None:
        method, target, _ = line_of(head)
        is_plain = target[:7].lower() == b"http://"
        is_for_proxy = method == b"CONNECT" or is_plain or target[:8].lower() == b"https://"
        place = place_of(method, target if is_for_proxy else b"http://" + _host_in(head))
        why = None if place is None else self.server.refused(*place)
        if why is not None:
            self._answer("403 Forbidden", why)
        elif place is None or not (method == b"CONNECT" or is_plain):
            self._answer("405 Method Not Allowed", "this is a proxy, for CONNECT and http:// alone")
        else:
            self._join(*place, head)

    def _meet_tls(self) -> None:
        """Whoever was led here believes that this is the host."""
        hello = b""
        while len(hello) < _LONGEST and (more := self.connection.recv(65536)):
            hello += more
            with suppress(Incomplete):
                self.server.refused(server_name(hello) or "", _TLS)
                self.wfile.write(_DENIED)
                return

    def _head(self) -> bytes:
        """Up to the empty line; nothing where there is none."""
        head = b""
        while len(head) < _LONGEST and (line := self.rfile.readline(_LONGEST)):
            head += line
            if line == b"\r\n":
                return head
        return b""

    def _answer(self, status: str, text: str) -> None:
        body = f"{text}\n".encode()
        head = f"HTTP/1.1 {status}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: {len(body)}\r\n\r\n"
        self.wfile.write(head.encode("ascii") + body)

    def _join(self, host: str, port: int, head: bytes) -> None:
        is_connect = head.startswith(b"CONNECT ")
        upstream = _proxy_for(host, "https" if is_connect else "http")
        try:
            other = socket.create_connection(
                (upstream.hostname, upstream.port or 80) if upstream else (host, port), _PATIENCE
            )
        except OSError as error:
            self._answer("502 Bad Gateway", f"{host}:{port} can't be reached: {error}")
            return
        with other:
            if upstream:
                other.sendall(for_proxy(head, upstream))
            elif is_connect:
                self.wfile.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            else:
                other.sendall(for_one(head))
            for side in (self.connection, other):
                side.settimeout(None)
            back = threading.Thread(target=_pour, args=(other, self.connection), daemon=True)
            back.start()
            _pour(self.connection, other)
            back.join()


def _host_in(head: bytes) -> bytes:
    """What the field of that name holds."""
    fields = (line.partition(b":") for line in head.split(b"\r\n")[1:])
    return next((value.strip() for name, _, value in fields if name.lower() == b"host"), b"")


def _proxy_for(host: str, scheme: str) -> SplitResult | None:
    """The proxy that the user's own environment names."""
    from urllib.request import getproxies_environment, proxy_bypass_environment  # type: ignore[attr-defined]

    proxies = getproxies_environment()
    url = urlsplit(proxies.get(scheme) or proxies.get("all") or "")
    is_usable = url.scheme == "http" and url.hostname
    return url if is_usable and not proxy_bypass_environment(host, proxies) else None


def _pour(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
    with suppress(OSError):
        sink.shutdown(socket.SHUT_WR)
