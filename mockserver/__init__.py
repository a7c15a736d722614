"""A local mock of Adobe Experience Platform's Flow Service.

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


logging.getLogger(__name__).addHandler(logging.NullHandler())  # the command turns messages on


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return __all__
