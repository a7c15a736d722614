"""What is answered to what is no request, or too much of one."""

from __future__ import annotations

from contracts import ERRORS, Error
from contracts.services.gateway.errors import gateway

__all__ = ["NO_HTTP", "NO_PROXY", "TOO_LARGE", "TOO_MANY", "TOO_SLOW", "Unreadable"]

# A title is the reason phrase of its answer: who has sent a CONNECT sees nothing else of that.
NO_HTTP, TOO_LARGE = ERRORS["400000"], ERRORS["431000"]
TOO_SLOW = Error("408000", 408, gateway, "", "The request took too long to arrive", "assumed")
TOO_MANY = Error("503000", 503, gateway, "", "Too many connections", "assumed")
NO_PROXY = Error(
    "400000",
    400,
    gateway,
    "This is no proxy; mockserver run is, and serve --https-port",
    "This server is no proxy. A program whose URLs are fixed runs unchanged behind `mockserver run -- COMMAND`; "
    "`mockserver serve --https-port N` answers HTTPS, and is a proxy for the emulated hosts on that port",
    "assumed",
)


class Unreadable(Exception):
    """What comes is no request; ``error`` is what to answer."""

    def __init__(self, error: Error) -> None:
        super().__init__(error.id)
        self.error = error
