"""A proxy on the loopback that lets everything through but what it is told to refuse.

It is for what doesn't ask Python for a host: libraries written in C and processes that a test starts, as far as they
heed ``HTTPS_PROXY`` and ``http_proxy``.
"""

from __future__ import annotations

import socket
import socketserver
import threading
from collections.abc import Callable
from contextlib import suppress

from mockserver.proxying import for_one, line_of, place_of

__all__ = ["Tunnel"]

Refused = Callable[[str, int], str | None]
"""From a host and port to why they can't be reached, ``None`` where they can."""

_LONGEST = 256 * 1024  # bytes of a request's head
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
            head = self._head()
            method, target, _ = line_of(head)
            is_whole = method == b"CONNECT" or target[:7].lower() == b"http://"
            place = place_of(method, target) if is_whole else None
            if place is None:
                self._answer("405 Method Not Allowed", "this is a proxy, for CONNECT and http:// alone")
            elif (why := self.server.refused(*place)) is not None:
                self._answer("403 Forbidden", why)
            else:
                self._join(*place, b"" if method == b"CONNECT" else for_one(head))

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

    def _join(self, host: str, port: int, first: bytes) -> None:
        """``first`` is what the host is sent of the head, nothing behind a ``CONNECT``."""
        try:
            other = socket.create_connection((host, port), _PATIENCE)
        except OSError as error:
            self._answer("502 Bad Gateway", f"{host}:{port} can't be reached: {error}")
            return
        with other:
            if first:
                other.sendall(first)
            else:
                self.wfile.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            for side in (self.connection, other):
                side.settimeout(None)
            back = threading.Thread(target=_pour, args=(other, self.connection), daemon=True)
            back.start()
            _pour(self.connection, other)
            back.join()


def _pour(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
    with suppress(OSError):
        sink.shutdown(socket.SHUT_WR)
