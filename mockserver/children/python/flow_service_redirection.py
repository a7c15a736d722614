"""Redirects the sockets of a Python process: what it sends to the emulated hosts reaches the mock.

It holds for every library, also for those that ask no proxy. It needs nothing but the standard library, of Python 3.8
or later. The pytest plugin calls `redirected` in its own process; in a child of ``mockserver run`` `begin` is called.

A library that opens connections in C by itself isn't seen, but for those of `_LIBRARIES`; it finds a proxy and
certificates in the environment.
"""

from __future__ import annotations

import _socket
import socket
import sys
import threading
from contextlib import contextmanager
from functools import wraps

TYPE_CHECKING = False  # each module that isn't imported makes every start of a child quicker
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

__all__ = ["Redirection", "begin", "redirected"]


class Redirection:
    """From the hosts that ``takes`` says yes to, given a port or ``None``, to the host and port ``address``.

    TLS with them trusts the certificates in the file ``authority`` too, if one is named.
    """

    def __init__(self, address: tuple[str, int], takes: Callable[[str, Any], bool], authority: str) -> None:
        self.address = address
        self.takes = takes
        self.authority = authority


_redirections: list[Redirection] = []
"""The last one counts."""
_replaced: list[tuple[Any, str, Any, Any, bool]] = []
_lock = threading.RLock()


@contextmanager
def redirected(redirection: Redirection) -> Iterator[None]:
    """While this lasts, connections of this process are redirected; of several the newest that still lasts counts.

    A TLS context that was used meanwhile trusts the authority for good.
    """
    begin(redirection)
    try:
        yield
    finally:
        _end(redirection)


def begin(redirection: Redirection) -> None:
    """Redirect for as long as the process lasts."""
    with _lock:
        _redirections.append(redirection)
        if len(_redirections) == 1:
            _replace_sockets()
            if "ssl" in sys.modules:
                _replace_tls()
            _replace_libraries()


def _end(redirection: Redirection) -> None:
    with _lock:
        _redirections.remove(redirection)
        if not _redirections:
            _restore()


def _replace_sockets() -> None:
    # Python's own `getaddrinfo` looks this one up with each call, also for whoever has imported it by its name.
    _exchange(_socket, "getaddrinfo", _looked_up)
    for owner in (_socket, socket):
        _exchange(owner, "gethostbyname", _named)
        _exchange(owner, "gethostbyname_ex", _named_ex)
    for name in ("connect", "connect_ex"):
        _exchange(socket.socket, name, _connecting)


def _replace_tls() -> None:
    """Not before the first connection, where a process hasn't imported `ssl`: that takes 10 ms."""
    import ssl

    context = next(each for each in ssl.SSLContext.__mro__ if each.__module__ == "ssl")  # truststore derives from it
    with _lock:
        if _redirections and not any(owner is context for owner, *_ in _replaced):
            _exchange(context, "wrap_socket", _trusting)
            _exchange(context, "wrap_bio", _trusting)


def _replace_libraries() -> None:
    """Those with a resolver or an event loop of their own: what is imported already now, the others once they are."""
    for name in _LIBRARIES:
        if name in sys.modules:
            _replace_library(sys.modules[name])
    sys.meta_path.insert(0, _Finder)


def _replace_library(module: Any) -> None:
    owner, names = _LIBRARIES[module.__name__]
    kind = getattr(module, owner, None) if owner else module
    with _lock:
        for name, by in names.items():
            if _redirections and hasattr(kind, name):
                _exchange(kind, name, by)


class _Finder:
    @staticmethod
    def find_spec(name: str, path: Any = None, target: Any = None) -> Any:
        if name not in _LIBRARIES:
            return None
        others = (each for each in sys.meta_path if each is not _Finder and hasattr(each, "find_spec"))
        spec = next(
            (spec for each in others for spec in [each.find_spec(name, path, target)] if spec is not None), None
        )
        if spec is not None and spec.loader is not None:
            execute = spec.loader.exec_module

            def executing(module: Any) -> None:
                execute(module)
                _replace_library(module)

            spec.loader.exec_module = executing  # type: ignore[method-assign]
        return spec


def _exchange(owner: Any, name: str, by: Callable[[Any], Any]) -> None:
    is_own, before = name in vars(owner), getattr(owner, name)
    after = by(before) if isinstance(before, type) else wraps(before)(by(before))
    setattr(owner, name, after)
    _replaced.append((owner, name, before, after, is_own))


def _restore() -> None:
    """What somebody has put in front meanwhile stays there: all of it goes through by then."""
    if _Finder in sys.meta_path:
        sys.meta_path.remove(_Finder)
    while _replaced:
        owner, name, before, after, is_own = _replaced.pop()
        if vars(owner).get(name) is not after:
            continue
        if is_own:
            setattr(owner, name, before)
        else:
            delattr(owner, name)


def _redirection(host: Any, port: Any = None) -> Redirection | None:
    """The one that takes the host, if any."""
    name = _text(host)
    if name is None or not _redirections:
        return None
    last = _redirections[-1]
    return last if name in _stand_ins or last.takes(name, port) else None


def _text(host: Any) -> str | None:
    if isinstance(host, (bytes, bytearray)):
        return host.decode("ascii", "replace")
    return host if isinstance(host, str) else None


# Names


def _looked_up(before: Callable[..., Any]) -> Callable[..., Any]:
    def getaddrinfo(host: Any, port: Any, family: int = 0, type: int = 0, proto: int = 0, flags: int = 0) -> Any:  # noqa: A002
        found = _redirection(host, port)
        if found is None:
            return before(host, port, family, type, proto, flags)
        if family not in (0, socket.AF_INET):
            raise socket.gaierror(socket.EAI_NONAME, "the mock has an address of IPv4 alone")
        address = _stand_in(host)  # some take the address alone, and keep their port
        rows = before(address, port, socket.AF_INET, type, proto, flags & ~_FAMILIES)
        return [(*row[:3], _text(host) if row[3] else "", row[4]) for row in rows]

    return getaddrinfo


_FAMILIES = socket.AI_ADDRCONFIG | socket.AI_NUMERICHOST


def _named(before: Callable[..., Any]) -> Callable[..., Any]:
    def gethostbyname(host: Any) -> Any:
        return before(host) if _redirection(host) is None else _stand_in(host)

    return gethostbyname


def _named_ex(before: Callable[..., Any]) -> Callable[..., Any]:
    def gethostbyname_ex(host: Any) -> Any:
        return before(host) if _redirection(host) is None else (_text(host), [], [_stand_in(host)])

    return gethostbyname_ex


_stand_ins: dict[str, str] = {}
"""By an address that no host has (RFC 2544), the name that was looked up: to connect there means that."""
_MOST_STAND_INS = 65_000


def _stand_in(host: Any) -> str:
    name = _text(host) or ""
    with _lock:
        for address, known in _stand_ins.items():
            if name in (known, address):
                return address
        number = len(_stand_ins) % _MOST_STAND_INS + 1
        address = f"198.18.{number // 256}.{number % 256}"
        _stand_ins[address] = name
        return address


# Connections


def _connecting(before: Callable[..., Any]) -> Callable[..., Any]:
    def connect(self: socket.socket, address: Any) -> Any:
        if _redirections and isinstance(address, tuple) and len(address) > 1:
            address = _where(self, address)
        return before(self, address)

    return connect


def _where(connection: socket.socket, address: tuple[Any, ...]) -> tuple[Any, ...]:
    """Where a connection to ``address`` goes; there TLS may follow."""
    found = _redirection(*address[:2])
    mock = _redirections[-1].address if found is None else found.address
    if found is None and address[:2] != mock:  # a proxy is told the mock's own address
        return address
    _replace_tls()
    if found is None:
        return address
    return (f"::ffff:{mock[0]}", mock[1]) if connection.family == socket.AF_INET6 else mock


def _trusting(before: Callable[..., Any]) -> Callable[..., Any]:
    def wrap(self: Any, *args: Any, **named: Any) -> Any:
        # The only text among the parameters is the name, wherever it stands.
        name = named.get("server_hostname") or next((each for each in args if isinstance(each, (str, bytes))), None)
        found = _redirection(name, _TLS) if name else None
        if found is not None and found.authority and self.verify_mode:
            _trust(self, found.authority)
        return before(self, *args, **named)

    return wrap


_TLS = 443


def _trust(context: Any, authority: str) -> None:
    """Reads the file once for each context."""
    with _lock:
        trusted = vars(context).setdefault("_flow_service_trusts", set())
        if authority not in trusted:
            context.load_verify_locations(cafile=authority)
            trusted.add(authority)


# Libraries


def _asked_of_aiodns(before: Callable[..., Any]) -> Callable[..., Any]:
    def getaddrinfo(self: Any, host: Any, family: int = 0, port: Any = None, *args: Any, **named: Any) -> Any:
        if _redirection(host, port) is None:
            return before(self, host, family, port, *args, **named)
        from types import SimpleNamespace

        node = SimpleNamespace(family=socket.AF_INET, addr=(_stand_in(host).encode(), port or 0))
        found = self.loop.create_future()
        found.set_result(SimpleNamespace(nodes=[node], cnames=[]))
        return found

    return getaddrinfo


def _asked_of_uvloop(before: Callable[..., Any]) -> Callable[..., Any]:
    async def getaddrinfo(self: Any, host: Any, port: Any, **named: Any) -> Any:
        if _redirection(host, port) is None:
            return await before(self, host, port, **named)
        return socket.getaddrinfo(host, port, **named)

    return getaddrinfo


def _opened_by_uvloop(before: Callable[..., Any]) -> Callable[..., Any]:
    async def create_connection(self: Any, factory: Any, host: Any = None, port: Any = None, **named: Any) -> Any:
        found = _redirection(host, port)
        if found is not None:
            _replace_tls()
            if named.get("ssl") and named.get("server_hostname") is None:
                named["server_hostname"] = _stand_ins.get(host, host)
            host, port = found.address
        return await before(self, factory, host, port, **named)

    return create_connection


def _connected_by_uvloop(before: Callable[..., Any]) -> Callable[..., Any]:
    async def sock_connect(self: Any, connection: Any, address: Any) -> Any:
        if _redirections and isinstance(address, tuple) and len(address) > 1:
            address = _where(connection, address)
        return await before(self, connection, address)

    return sock_connect


def _leading(*names: str) -> Callable[[Any], Any]:
    """A class that is pycurl's but for these methods; those can't be replaced."""
    return lambda kind: type(kind.__name__, (kind,), {name: _led(getattr(kind, name)) for name in names})


def _led(before: Callable[..., Any]) -> Callable[..., Any]:
    def led(self: Any, *given: Any) -> Any:
        _lead(*given or (self,))
        return before(self, *given)

    return led


def _lead(curl: Any) -> None:
    """To the mock, where its URL is one of an emulated host; what else it is used for stays as it is."""
    from urllib.parse import urlsplit

    pycurl: Any = sys.modules["pycurl"]

    try:
        url = urlsplit(curl.getinfo(pycurl.EFFECTIVE_URL))
        host, port = url.hostname or "", url.port or (_TLS if url.scheme == "https" else 80)
    except ValueError:
        return
    found = _redirection(host, port)
    curl.leads_to_mock = found is not None  # so that no barrier stops it
    if found is None:
        return
    there, at = found.address
    curl.setopt(pycurl.CONNECT_TO, [f"{host}:{port}:{there}:{at}"])
    curl.setopt(pycurl.NOPROXY, f"{host},{there},localhost")
    if found.authority:
        with open(found.authority) as certificates:
            curl.set_ca_certs(certificates.read())


def _named_to_openssl(before: Callable[..., Any]) -> Callable[..., Any]:
    def set_tlsext_host_name(self: Any, name: bytes) -> Any:
        found = _redirection(name, _TLS)
        if found is not None and found.authority:
            self.get_context().get_cert_store().load_locations(found.authority)
        return before(self, name)

    return set_tlsext_host_name


_LIBRARIES: dict[str, tuple[str, dict[str, Callable[[Any], Any]]]] = {
    "OpenSSL.SSL": ("Connection", {"set_tlsext_host_name": _named_to_openssl}),
    "aiodns": ("DNSResolver", {"getaddrinfo": _asked_of_aiodns}),
    "pycurl": ("", {"Curl": _leading("perform", "perform_rb", "perform_rs"), "CurlMulti": _leading("add_handle")}),
    "uvloop": (
        "Loop",
        {
            "getaddrinfo": _asked_of_uvloop,
            "create_connection": _opened_by_uvloop,
            "sock_connect": _connected_by_uvloop,
        },
    ),
}
"""By a module, its class, if any, and what stands in front of which of its methods, or of the module's own names."""
