"""One HTTP answer of the mock, and how it is to reach the client."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from contracts import Error, Request
from contracts.reading import json_text

__all__ = [
    "AS_IT_IS",
    "JSON",
    "Delivery",
    "Handler",
    "Later",
    "Response",
    "can_be_sent",
    "error_response",
    "json_response",
]


class Later(Protocol):
    """An answer that isn't there yet."""

    def when_done(self, tell: Callable[[Response | BaseException], None]) -> None:
        """Call ``tell`` with it, or with what went wrong, in whichever thread."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """How an answer travels: after ``delay`` seconds, and then ``whole``, cut, or not at all.

    ``drop`` closes the connection without a byte, ``truncate`` closes it in the middle of the body,
    ``stall`` keeps it open and sends nothing; with a delay only for so long, then it closes. More than one
    ``pieces`` sends the body in as many chunks, the first of them before the delay. ``until`` ends the delay early.
    ``later`` gives the answer itself, which this one only stands for.
    With ``more`` the answer never ends: behind the body goes what it gives, asked anew after each ``delay``.
    """

    kind: Literal["whole", "drop", "truncate", "stall"] = "whole"
    delay: float = 0.0
    pieces: int = 1
    until: Future[None] | None = None
    more: Callable[[], bytes] | None = None
    later: Later | None = None


AS_IT_IS = Delivery()


@dataclass(slots=True)  # frozen it would take twice as long to make
class Response:
    """What is answered; never changed. ``headers`` keep the spelling in which they are sent; ``error`` is the id of the
    row that it is the answer of."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    delivery: Delivery = AS_IT_IS
    error: str = ""


Handler = Callable[[Request], Response]
"""The port: all that a way in knows of the mock."""

JSON: Mapping[str, str] = {"Content-Type": "application/json;charset=UTF-8"}
"""What Flow Service is assumed to call its JSON."""


_PRINTABLE = bytes(range(0x20, 0x7F))


def can_be_sent(headers: Mapping[str, str]) -> bool:
    """Whether a server may write these values: printable, without what would end a line."""
    values = "".join(headers.values())
    return values.isascii() and not values.encode().translate(None, _PRINTABLE)  # `isprintable` takes twice as long


def json_response(status: int, value: Any, headers: Mapping[str, str] | None = None) -> Response:
    """``value`` as JSON."""
    return Response(status, {**JSON, **(headers or {})}, json_text.render(value))


def error_response(
    error: Error, details: Mapping[str, str], request_id: str, headers: Mapping[str, str] | None = None
) -> Response:
    """The answer of a documented error; ``details`` fills its template."""
    answer = json_response(error.status, error.body(details, request_id), headers)
    answer.error = error.id
    return answer
