"""The way in for programs that use `requests`: the real hosts are answered in-process, through `responses`."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack
from http.client import RemoteDisconnected
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

import requests
import responses
from requests import PreparedRequest
from requests.adapters import HTTPAdapter
from urllib3 import HTTPResponse, Retry
from urllib3.exceptions import HTTPError, MaxRetryError, ProtocolError, ReadTimeoutError

from contracts import Request
from contracts.judging.request import headers_of
from mockserver import barrier
from mockserver.exchange.response import Delivery, Handler, Response
from mockserver.hosts import is_emulated

__all__ = ["patched"]


def patched(handle: Handler, stands_for: Callable[[str], bool] = is_emulated) -> responses.RequestsMock:
    """A `RequestsMock` that sends every host that the mock ``stands_for`` to ``handle``, and lets all others through.

    By default these are the emulated hosts; `Mock.stands_for` knows those of stubs, too.

    It is one of its own, never the module-wide `responses.mock`, and what it lets through goes to
    whatever was in place before it started: another mock keeps working. While it is active no emulated
    host's name is resolved, whichever library asks: what doesn't reach ``handle`` fails.
    """
    return _Patched(handle, stands_for)


class _Patched(responses.RequestsMock):
    def __init__(self, handle: Handler, stands_for: Callable[[str], bool]) -> None:
        super().__init__(assert_all_requests_are_fired=False, real_adapter_send=HTTPAdapter.send)
        self.add(_EmulatedHosts(handle, stands_for))
        self.add_passthru("")
        self._barrier = ExitStack()

    def start(self) -> None:
        super().start()
        self._barrier.enter_context(barrier.raised(_refused))

    def stop(self, allow_assert: bool = True) -> None:
        self._barrier.close()
        super().stop(allow_assert)

    def _on_request(
        self, adapter: HTTPAdapter, request: PreparedRequest, *, retries: Retry | None = None, **kwargs: Any
    ) -> requests.Response:
        """As `responses` does it, and with the adapter's retries of lost connections, which it leaves out."""
        retries = retries or adapter.max_retries
        while True:
            try:
                return super()._on_request(adapter, request, retries=retries, **kwargs)
            except _Lost as lost:
                try:
                    retries = retries.increment(request.method, request.url, error=lost.cause)
                except (MaxRetryError, type(lost.cause)):
                    raise lost.error from None
                retries.sleep()


class _Lost(Exception):
    """No answer will come: what urllib3 would raise inside of `requests`, and what `requests` makes of it."""

    def __init__(self, cause: HTTPError, error: requests.RequestException) -> None:
        super().__init__(error)
        self.cause = cause
        self.error = error


def _refused(host: str, port: int | None) -> str:
    address = f"{host}:{port}" if port else host
    return (
        f"{address} is never contacted while flow_service_patched is active, which answers what `requests` sends; "
        "give other clients flow_service.url"
    )


class _EmulatedHosts(responses.BaseResponse):
    """One registered response that matches any method on any host that the mock stands for."""

    def __init__(self, handle: Handler, stands_for: Callable[[str], bool]) -> None:
        super().__init__("GET", "https://platform.adobe.io")
        self._handle = handle
        self._stands_for = stands_for

    def matches(self, request: PreparedRequest) -> tuple[bool, str]:
        host = urlsplit(str(request.url)).hostname or ""
        return self._stands_for(host), "not a host of Adobe's or Zoho's, nor a stub's"

    def get_response(self, request: PreparedRequest) -> HTTPResponse:
        response = self._handle(_request(request))
        _travel(response.delivery, request)
        return _as_urllib3(response)


def _request(request: PreparedRequest) -> Request:
    url = urlsplit(str(request.url))
    headers = headers_of((name, _text(value)) for name, value in request.headers.items())
    headers.setdefault("host", url.netloc)
    return Request(str(request.method), request.path_url, headers, _body(request.body), f"{url.scheme}://{url.netloc}")


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


def _body(body: Any) -> bytes:
    if body is None:
        return b""
    if isinstance(body, str):
        return body.encode("utf-8", "surrogatepass")
    return bytes(body) if isinstance(body, bytes | bytearray) else b"".join(_body(part) for part in body)


def _travel(delivery: Delivery, request: PreparedRequest) -> None:
    """What happens on the way: a wait, a time-out (at once, without the wait), a closed connection."""
    timeout = getattr(request, "req_kwargs", {}).get("timeout")
    read = timeout[1] if isinstance(timeout, tuple) else timeout
    limit = getattr(read, "read_timeout", read)
    if delivery.kind == "stall" or (limit is not None and delivery.delay > limit):
        hint = "" if limit is not None else " (no timeout was given: against the real service this call would hang)"
        text = f"Read timed out. (read timeout={limit}){hint}"
        cause = ReadTimeoutError(None, str(request.url), text)  # type: ignore[arg-type]
        raise _Lost(cause, requests.ReadTimeout(text, request=request))
    if delivery.delay:
        time.sleep(delivery.delay)
    if delivery.kind == "drop":
        gone = RemoteDisconnected("Remote end closed connection without response")
        aborted = ProtocolError("Connection aborted.", gone)
        raise _Lost(aborted, requests.ConnectionError(aborted, request=request))


def _as_urllib3(response: Response) -> HTTPResponse:
    body, headers = response.body, dict(response.headers)
    if response.status != 204:
        headers["Content-Length"] = str(len(body))
    if response.delivery.kind == "truncate":  # reading past the cut raises, as it does on a socket
        body = body[: len(body) // 2]
    return HTTPResponse(
        BytesIO(body), headers, response.status, version=11, preload_content=False, enforce_content_length=True
    )
