"""Keeps a process from reaching Adobe's and Zoho's real hosts: an attempt fails before anything is sent.

It stands where Python itself asks for a name or opens a connection (`sys.addaudithook`), so that it holds for every
library and thread that does so through Python's sockets, whenever it was imported.
"""

from __future__ import annotations

import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from mockserver.hosts import is_emulated

__all__ = ["Met", "raised"]

Met = Callable[[str, int | None], str]
"""Told of an attempt to reach a host and port; what it returns is the text of the error."""


@contextmanager
def raised(met: Met) -> Iterator[None]:
    """While this lasts every attempt to reach a real host is ``met`` and fails."""
    barriers = _barriers()
    barriers.append(met)
    try:
        yield
    finally:
        barriers.remove(met)


def _barriers() -> list[Met]:
    """Those that stand. A hook can't be taken back: there is one in a process, kept where no reload loses it."""
    found: list[Met] | None = getattr(socket, _NAME, None)
    if found is None:
        found = []
        setattr(socket, _NAME, found)
        sys.addaudithook(_hook(found))
        _look_at_names(found)
    return found


_NAME = "_flow_service_barriers"
_EVENTS = {"socket.getaddrinfo": 2, "socket.gethostbyname": 1}
"""By the name of the event, how many of its arguments are host and port."""


def _hook(barriers: list[Met]) -> Callable[[str, tuple[Any, ...]], None]:
    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if barriers and event in _EVENTS:
            _refuse(barriers, *arguments[: _EVENTS[event]])

    return hook


def _look_at_names(barriers: list[Met]) -> None:
    """`connect` looks a host's name up before it tells of it."""
    for name in ("connect", "connect_ex"):
        setattr(socket.socket, name, _looking(barriers, getattr(socket.socket, name)))


def _looking(barriers: list[Met], connect: Callable[..., Any]) -> Callable[..., Any]:
    def connecting(self: socket.socket, address: Any) -> Any:
        if barriers and isinstance(address, tuple) and len(address) > 1:
            _refuse(barriers, *address[:2])
        return connect(self, address)

    return connecting


def _refuse(barriers: list[Met], host: Any, port: Any = None) -> None:
    name = host.decode("ascii", "replace") if isinstance(host, bytes | bytearray) else host
    if isinstance(name, str) and is_emulated(name):
        number = int(port) if str(port).isdecimal() else _PORTS.get(str(port))
        texts = [met(name, number) for met in list(barriers)]
        raise socket.gaierror(socket.EAI_FAIL, texts[-1])


_PORTS = {"https": 443, "http": 80}
