"""A listening socket."""

from __future__ import annotations

import socket

__all__ = ["bind", "origin_of"]


def bind(host: str, port: int) -> socket.socket:
    """A listening socket; `OSError` where the address can't be had."""
    try:
        host = host if host.isascii() else host.encode("idna").decode("ascii")  # a codec that takes 5 ms to import
    except UnicodeError:
        raise OSError("not a host name") from None
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio switches Nagle's algorithm off only where the protocol is named; with it a call takes 40 ms.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(1024)
    except BaseException:
        listener.close()
        raise
    return listener


def origin_of(listener: socket.socket) -> str:
    """``http://127.0.0.1:PORT``."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
