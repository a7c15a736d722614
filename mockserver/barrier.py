"""Keeps a process from reaching Adobe's and Zoho's real hosts: an attempt fails before anything is sent.

It stands in three places. Where Python itself asks for a name, opens a connection or asks a proxy for one, for every
library and thread that does so through Python's sockets, whenever it was imported. In front of the libraries that have
a resolver or an event loop of their own (`_DOORS`). And in the environment: libraries written in C and processes that
are started are led to a proxy that refuses these hosts (`mockserver.tunnel`).
"""

from __future__ import annotations

import atexit
import os
import re
import socket
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext, suppress
from functools import cache, wraps
from importlib.machinery import ModuleSpec, PathFinder
from typing import Any
from urllib.parse import urlsplit

from mockserver.children.leading import LOOPBACK, led
from mockserver.children.starting import given, of_child
from mockserver.hosts import emulated_domains, is_emulated
from mockserver.proxying import line_of, place_of
from mockserver.tunnel import Tunnel

__all__ = ["Met", "raised"]

Met = Callable[[str, int | None], str]
"""Told of an attempt to reach a host and port; what it returns is the text of the error."""


@contextmanager
def raised(met: Met) -> Iterator[None]:
    """While this lasts every attempt to reach a real host is ``met`` and fails."""
    barriers = _barriers()
    is_first = not barriers
    barriers.append(met)
    try:
        with _led_elsewhere() if is_first else nullcontext():
            yield
    finally:
        barriers.remove(met)


@contextmanager
def _led_elsewhere() -> Iterator[None]:
    """What isn't Python's, or another process, asks the tunnel; Python's libraries ask no proxy of the user's."""
    with _past_proxies(), given(_of_child):
        yield


def _barriers() -> list[Met]:
    """Those that stand. A hook can't be taken back: there is one in a process, kept where no reload loses it."""
    found: list[Met] | None = getattr(socket, _NAME, None)
    if found is None:
        found = []
        setattr(socket, _NAME, found)
        sys.addaudithook(_hook(found))
        _look_at_names(found)
        _look_at_proxies(found)
        _look_at_libraries(found)
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


def _look_at_proxies(barriers: list[Met]) -> None:
    """At what a client asks of a proxy that it was given itself, or read from the environment before."""
    for name in ("send", "sendall"):
        setattr(socket.socket, name, _listening(barriers, getattr(socket.socket, name)))


def _listening(barriers: list[Met], send: Callable[..., Any]) -> Callable[..., Any]:
    def sending(self: socket.socket, data: Any, *more: Any) -> Any:
        _refuse_of_proxy(barriers, data)
        return send(self, data, *more)

    return sending


def _refuse_of_proxy(barriers: list[Met], data: Any) -> None:
    if barriers and _FOR_A_PROXY(data):
        method, target, _ = line_of(bytes(data))
        _refuse(barriers, *place_of(method, target) or ("",))


_FOR_A_PROXY = re.compile(rb"CONNECT |[A-Z]{3,7} https?://").match
"""Whether bytes begin a request to one."""


def _look_at_libraries(barriers: list[Met]) -> None:
    """At those that are imported already now, and at the others once they are."""
    for name in _DOORS:
        if name in sys.modules:
            _DOORS[name](barriers, sys.modules[name])
    sys.meta_path.insert(0, _finder(barriers))


def _finder(barriers: list[Met]) -> Any:
    class Finder:
        @staticmethod
        def find_spec(name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
            spec = PathFinder.find_spec(name, path, target) if name in _DOORS else None
            if spec is not None and spec.loader is not None:
                execute = spec.loader.exec_module

                def executing(module: Any) -> None:
                    execute(module)
                    _DOORS[name](barriers, module)

                spec.loader.exec_module = executing  # type: ignore[method-assign]
            return spec

    return Finder


_Door = Callable[[list[Met], Any], None]


def _methods(owner: str, **methods: tuple[int, int | None]) -> _Door:
    """Of a class those that ask for a host, and where among their arguments host and port stand."""

    def guard(barriers: list[Met], module: Any) -> None:
        kind = getattr(module, owner, None)
        for name, places in methods.items():
            if hasattr(kind, name):
                setattr(kind, name, _guarded(barriers, getattr(kind, name), *places))

    return guard


def _guarded(barriers: list[Met], ask: Callable[..., Any], host: int, port: int | None) -> Callable[..., Any]:
    @wraps(ask)
    def guarded(self: Any, *given: Any, **more: Any) -> Any:
        if barriers:
            asked: dict[int | None, Any] = dict(enumerate(given))
            _refuse(barriers, more.get("host", asked.get(host)), more.get("port", asked.get(port)))
        return ask(self, *given, **more)

    return guarded


def _guard_pycurl(barriers: list[Met], module: Any) -> None:
    """Its classes can't be changed. A proxy that the user names keeps the one in the environment from being asked."""

    def look(curl: Any) -> None:
        if getattr(curl, "leads_to_mock", False):
            return
        try:
            url = urlsplit(curl.getinfo(module.EFFECTIVE_URL))
            port = url.port or _PORTS.get(url.scheme)
        except ValueError:
            return
        why = _why_not(barriers, url.hostname, port) if barriers else None
        if why is not None:
            raise module.error(module.E_COULDNT_RESOLVE_HOST, why)

    class Curl(module.Curl):  # type: ignore[misc]
        def perform(self) -> Any:
            look(self)
            return super().perform()

        def perform_rb(self) -> Any:
            look(self)
            return super().perform_rb()

        def perform_rs(self) -> Any:
            look(self)
            return super().perform_rs()

    class CurlMulti(module.CurlMulti):  # type: ignore[misc]
        def add_handle(self, curl: Any) -> Any:
            look(curl)
            return super().add_handle(curl)

    module.Curl, module.CurlMulti = Curl, CurlMulti


def _guard_ssl(barriers: list[Met], module: Any) -> None:
    """A proxy may itself be asked over TLS."""
    for kind, name in ((module.SSLSocket, "send"), (module.SSLSocket, "sendall"), (module.SSLObject, "write")):
        setattr(kind, name, wraps(getattr(kind, name))(_listening(barriers, getattr(kind, name))))


def _guard_uvloop(barriers: list[Met], module: Any) -> None:
    """It sends in C, and starts processes so. Its transports can't be changed: protocols get others instead."""
    _methods("Loop", create_connection=(1, 2), getaddrinfo=(0, 1))(barriers, module)
    for name, by in {
        "create_connection": _watching,
        "start_tls": _unwatching,
        "subprocess_exec": _keeping_in,
        "subprocess_shell": _keeping_in,
    }.items():
        before = getattr(module.Loop, name)
        setattr(module.Loop, name, wraps(before)(by(barriers, before)))


class _Watched:
    """A transport, and a look at what is sent through it."""

    def __init__(self, barriers: list[Met], transport: Any) -> None:
        self._barriers = barriers
        self.watched = transport

    def __getattr__(self, name: str) -> Any:
        return getattr(self.watched, name)

    def write(self, data: Any) -> None:
        _refuse_of_proxy(self._barriers, data)
        self.watched.write(data)

    def writelines(self, lines: Any) -> None:
        self.write(b"".join(lines))


def _watching(barriers: list[Met], connect: Callable[..., Any]) -> Callable[..., Any]:
    @cache
    def told_of_watched(kind: Any) -> Any:
        def connection_made(self: Any, transport: Any) -> None:
            kind.connection_made(self, _Watched(barriers, transport))

        return type(kind.__name__, (kind,), {"__slots__": (), "connection_made": connection_made})

    async def create_connection(self: Any, factory: Any, *given: Any, **more: Any) -> Any:
        def made() -> Any:
            protocol = factory()
            own: Any = type(protocol)
            with suppress(TypeError):  # a class that is written in C stays what it is
                protocol.__class__ = told_of_watched(own)
            return protocol

        transport, protocol = await connect(self, made if barriers else factory, *given, **more)
        return _Watched(barriers, transport), protocol

    return create_connection


def _unwatching(_: list[Met], secure: Callable[..., Any]) -> Callable[..., Any]:
    async def start_tls(self: Any, transport: Any, *given: Any, **more: Any) -> Any:
        while isinstance(transport, _Watched):
            transport = transport.watched
        return await secure(self, transport, *given, **more)

    return start_tls


def _keeping_in(_: list[Met], start: Callable[..., Any]) -> Callable[..., Any]:
    async def starting(self: Any, *given: Any, env: Any = None, **more: Any) -> Any:
        own = of_child(env)
        return await start(self, *given, env=None if own is None else dict(own), **more)

    return starting


_DOORS: dict[str, _Door] = {
    "pycares": _methods("Channel", getaddrinfo=(0, 1), gethostbyname=(0, None), query=(0, None)),  # aiodns asks it
    "pycurl": _guard_pycurl,
    "ssl": _guard_ssl,
    "uvloop": _guard_uvloop,
}
"""By a module, what guards it."""


def _refuse(barriers: list[Met], host: Any, port: Any = None) -> None:
    why = _why_not(barriers, host, port)
    if why is not None:
        raise socket.gaierror(socket.EAI_FAIL, why)


def _why_not(barriers: list[Met], host: Any, port: Any) -> str | None:
    """What the attempt was met with, where this is a real host."""
    name = host.decode("ascii", "replace") if isinstance(host, bytes | bytearray) else host
    if not isinstance(name, str) or not is_emulated(name):
        return None
    number = int(port) if str(port).isdecimal() else _PORTS.get(str(port))
    texts = [met(name, number) for met in list(barriers)]
    return texts[-1] if texts else None


_PORTS = {"https": 443, "http": 80}


def _of_child(base: Mapping[str, str]) -> dict[str, str]:
    return led(base, ("127.0.0.1", _tunnel().server_address[1]), ["*"])


@contextmanager
def _past_proxies() -> Iterator[None]:
    """What goes out through a proxy of the user's doesn't do so for the real hosts, nor for a mock on this machine."""
    if not any(map(os.environ.get, _PROXIES)):
        yield
        return
    before = {name: os.environ.get(name) for name in _EXCEPTIONS}
    own = next(filter(None, before.values()), "")
    os.environ.update(dict.fromkeys(_EXCEPTIONS, ",".join(filter(None, [own, LOOPBACK, *sorted(emulated_domains())]))))
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name, None)
            os.environ.update({} if value is None else {name: value})


_PROXIES = ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY")
_EXCEPTIONS = ("no_proxy", "NO_PROXY")


@cache
def _tunnel() -> Tunnel:
    barriers = _barriers()
    tunnel = Tunnel(lambda host, port: _why_not(barriers, host, port))
    atexit.register(tunnel.server_close)
    return tunnel
