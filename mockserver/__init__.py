"""A local mock of Adobe Experience Platform's Flow Service and of what a documented journey through it calls.

`Mock` answers requests: its ``handle`` takes a `contracts.Request` and gives a `Response`. `Server` and `ServerThread`
put it behind a socket; `StoredMock` keeps its state in a database. In tests the fixtures of ``pytest_flowservice`` do
all of this.

The plugin imports it before pytest can rewrite its assertions; a session inside of a session would warn about that
(PYTEST_DONT_REWRITE).
"""

from __future__ import annotations

import logging
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mockserver.exchange.response import Delivery, Handler, Response
    from mockserver.http.limits import Limits
    from mockserver.http.server import Server, ServerThread
    from mockserver.mock import Mock
    from mockserver.stored.mock import StoredMock

__all__ = ["Delivery", "Handler", "Limits", "Mock", "Response", "Server", "ServerThread", "StoredMock"]

_HOME = {
    "Handler": "mockserver.exchange.response",
    "Limits": "mockserver.http.limits",
    "Mock": "mockserver.mock",
    "Delivery": "mockserver.exchange.response",
    "Response": "mockserver.exchange.response",
    "Server": "mockserver.http.server",
    "ServerThread": "mockserver.http.server",
    "StoredMock": "mockserver.stored.mock",
}
_EXTRAS = {"StoredMock": "store"}
"""What isn't there without an extra of the distribution."""

logging.getLogger(__name__).addHandler(logging.NullHandler())  # the command turns messages on


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        return getattr(import_module(_HOME[name]), name)
    except ModuleNotFoundError as problem:
        if name not in _EXTRAS:
            raise
        from contracts.lacking import lacking

        return lacking(name, problem.name, f"'flowservice-kit[{_EXTRAS[name]}]'")


def __dir__() -> list[str]:
    return __all__
