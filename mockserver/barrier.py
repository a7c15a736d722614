"""Keeps a process from reaching Adobe's and Zoho's real hosts: an attempt fails before anything is sent.

It stands in three places. Where Python itself asks for a name or opens a connection (`sys.addaudithook`), for every
library and thread that does so through Python's sockets, whenever it was imported. In front of the libraries that have
a resolver or an event loop of their own (`_DOORS`). And in the environment: libraries written in C and processes that
are started find a proxy there that refuses these hosts (`mockserver.tunnel`).
"""

from __future__ import annotations

import atexit
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache, wraps
from importlib.machinery import ModuleSpec, PathFinder
from typing import Any
from urllib.parse import urlsplit

from mockserver.hosts import is_emulated
from mockserver.tunnel import Tunnel

__all__ = ["Met", "raised"]

Met = Callable[[str, int | None], str]
"""Told of an attempt to reach a host and port; what it returns is the text of the error."""


@contextmanager
def raised(met: Met) -> Iterator[None]:
    """While this lasts every attempt to reach a real host is ``met`` and fails."""
    barriers = _barriers()
    barriers.append(met)
    _show_proxy()
    try:
        yield
    finally:
        barriers.remove(met)
        if not barriers:
            _hide_proxy()


def _barriers() -> list[Met]:
    """Those that stand. A hook can't be taken back: there is one in a process, kept where no reload loses it."""
    found: list[Met] | None = getattr(socket, _NAME, None)
    if found is None:
        found = []
        setattr(socket, _NAME, found)
        sys.addaudithook(_hook(found))
        _look_at_names(found)
        _look_at_libraries(found)
        _look_at_processes(found)
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


_DOORS: dict[str, _Door] = {
    "pycares": _methods("Channel", getaddrinfo=(0, 1), gethostbyname=(0, None), query=(0, None)),  # aiodns asks it
    "pycurl": _guard_pycurl,
    "uvloop": _methods("Loop", create_connection=(1, 2), getaddrinfo=(0, 1)),
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


def _look_at_processes(barriers: list[Met]) -> None:
    """A process that is given an environment of its own gets the proxy with it."""
    start = subprocess.Popen.__init__

    @wraps(start)
    def starting(self: Any, *given: Any, **more: Any) -> None:
        if barriers and more.get("env") is not None:
            more["env"] = {**_proxy(more["env"]), **more["env"]}
        start(self, *given, **more)

    subprocess.Popen.__init__ = starting  # type: ignore[method-assign]


def _show_proxy() -> None:
    """To whatever asks the C library for its environment.

    Not to Python, whose own libraries are kept in already: their connections stay as the user has set them up.
    """
    for name, value in _proxy(os.environ).items():
        os.putenv(name, value)


def _hide_proxy() -> None:
    for name in _NAMES:
        if name in os.environ:
            os.putenv(name, os.environ[name])
        else:
            os.unsetenv(name)


def _proxy(environment: Mapping[str, str]) -> dict[str, str]:
    """What is added to an ``environment`` that names no proxy; whoever has one of his own keeps it."""
    if any(name in environment for name in _PROXIES):
        return {}
    tunnel = _tunnel()
    port = tunnel.server_address[1]
    java = " ".join(f"-D{each}.proxyHost=127.0.0.1 -D{each}.proxyPort={port}" for each in ("http", "https"))
    told = {**dict.fromkeys(_PROXIES, tunnel.url), **dict.fromkeys(_NO, "localhost,127.0.0.1,::1")}
    told |= {_NODE: "1", _JAVA: java}
    return {name: value for name, value in told.items() if name not in environment}


_PROXIES, _NO = ("https_proxy", "HTTPS_PROXY", "http_proxy", "HTTP_PROXY"), ("no_proxy", "NO_PROXY")
_NODE, _JAVA = "NODE_USE_ENV_PROXY", "JAVA_TOOL_OPTIONS"
_NAMES = (*_PROXIES, *_NO, _NODE, _JAVA)


@cache
def _tunnel() -> Tunnel:
    barriers = _barriers()
    tunnel = Tunnel(lambda host, port: _why_not(barriers, host, port))
    atexit.register(tunnel.server_close)
    return tunnel
