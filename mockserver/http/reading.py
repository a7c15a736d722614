"""Requests, out of the bytes of one connection."""

from __future__ import annotations

import logging
from collections import deque
from typing import Literal

import httptools

from mockserver.http.incoming import Fields, fields_of, place_of, target_of
from mockserver.http.limits import Limits
from mockserver.http.refusals import NO_HTTP, NO_PROXY, TOO_LARGE, Unreadable

__all__ = ["Arrived", "Reader"]

_LARGEST_URL = 65535  # of a longer one httptools, by version, sees no URL or only the end
_FIELD = 32  # bytes that a header field counts beside its text: what it takes to hold one
_SHOWN = 200  # bytes of a URL
_log = logging.getLogger("mockserver.http")


class Arrived:
    """A request, as far as it has arrived or will: of a body that ``is_cut`` the rest isn't read.

    ``place`` are scheme and host where the request line names them.
    """

    __slots__ = ("body", "fields", "is_cut", "keeps_alive", "method", "place", "target")

    def __init__(self, method: str, target: str, fields: Fields, place: tuple[str, str] | None) -> None:
        self.method = method
        self.target = target
        self.fields = fields
        self.place = place
        self.body = b""
        self.is_cut = False
        self.keeps_alive = False


class Reader:
    """Appends to ``arrived``. ``stage`` is what of a request is being read, ``messages`` how many have begun.

    ``coming`` is the request whose body is being read.
    """

    def __init__(self, limits: Limits, arrived: deque[Arrived]) -> None:
        self._limits = limits
        self._arrived = arrived
        self._parser = _parser(self)
        self.stage: Literal["idle", "head", "body"] = "idle"
        self.messages = 0
        self.coming: Arrived | None = None
        self._is_last = False  # nothing behind it is read
        self._url = b""
        self._words: list[bytes] = []  # names and values of the head's fields in turn
        self._size = 0  # bytes of the head
        self._unparsed = 0  # bytes since the parser last told of something
        self._body = bytearray()

    def feed(self, data: bytes) -> None:
        """Read on; `Unreadable` where nothing more can be read. Behind the last request nothing is looked at."""
        if self._is_last:
            return
        self._unparsed += len(data)
        try:
            self._parse(data)
            if self.stage == "head":
                self._count()
        except (httptools.HttpParserError, ValueError):
            if self._is_last:
                return
            raise Unreadable(TOO_LARGE if self._size > _LARGEST_URL else NO_HTTP) from None
        if self.stage != "idle" and self._unparsed > self._limits.max_head:
            raise Unreadable(TOO_LARGE if self.stage == "head" else NO_HTTP)

    def _parse(self, data: bytes) -> None:
        while data and not self._is_last:
            try:
                self._parser.feed_data(data)
            except httptools.HttpParserUpgrade as upgrade:
                data = self._without_upgrade() + data[upgrade.args[0] :]
            else:
                return

    def _without_upgrade(self) -> bytes:
        """The head that asks for another protocol, without that: no other is spoken, so the request is a plain one."""
        method = self._parser.get_method()
        if method == b"CONNECT":
            _log.warning("CONNECT %s: %s", self._url[:_SHOWN].decode("latin-1"), NO_PROXY.template)
            raise Unreadable(NO_PROXY)
        raw = fields_of(self._words, self._size).raw
        fields = (name + b": " + value for name, value in raw if name not in (b"upgrade", b"http2-settings"))
        line = method + b" " + self._url + b" HTTP/" + self._parser.get_http_version().encode()
        self._parser = _parser(self)
        return b"\r\n".join([line, *fields, b"", b""])

    def _count(self) -> None:
        """Hold what is known of the head against its limit; the bytes of a field that is still coming are, too."""
        self._size = len(self._url) + sum(map(len, self._words)) + _FIELD * len(self._words) // 2
        if self._size > self._limits.max_head:
            self._size = max(self._size, _LARGEST_URL + 1)
            raise ValueError("the head is too large")

    # What httptools tells

    def on_message_begin(self) -> None:
        if self._is_last:
            return
        self._url = b""
        self._words = []
        self.stage = "head"
        self.messages += 1
        self._size = self._unparsed = 0

    def on_url(self, url: bytes) -> None:
        self._url += url
        if len(self._url) > _LARGEST_URL:
            self._size = len(self._url)
            raise ValueError("the URL is too long")

    def on_header(self, name: bytes, value: bytes) -> None:
        if self.stage == "head":  # fields behind a chunked body are nobody's headers (RFC 9110, 6.5.1)
            self._words += (name, value)

    def on_headers_complete(self) -> None:
        if self._is_last:
            return
        if self._parser.get_http_version() not in _VERSIONS:
            raise ValueError("another HTTP")
        if self._parser.should_upgrade():
            return
        self._count()
        fields, target = fields_of(self._words, self._size), target_of(self._url)
        if fields.is_doubtful:
            raise ValueError("no head that two readers would understand alike")
        self.coming = Arrived(self._parser.get_method().decode("ascii"), target, fields, place_of(self._url))
        self.stage = "body"
        self._unparsed = 0
        if fields.length > self._limits.max_body:
            self._end(is_cut=True)

    def on_body(self, body: bytes) -> None:
        self._unparsed = 0
        if self._is_last:
            return
        self._body += body
        if len(self._body) > self._limits.max_body:
            self._end(is_cut=True)

    def on_message_complete(self) -> None:
        if self.stage == "body" and not self._is_last:
            self.stage = "idle"
            self._end()

    def _end(self, is_cut: bool = False) -> None:
        coming, self.coming = self.coming, None
        assert coming is not None
        if self._body:
            coming.body = bytes(self._body)
            self._body.clear()
        coming.is_cut = is_cut
        parser = self._parser
        coming.keeps_alive = not is_cut and parser.get_http_version() != "1.0" and parser.should_keep_alive()
        self._is_last = not coming.keeps_alive
        self._arrived.append(coming)


_VERSIONS = ("1.1", "1.0")


def _parser(reader: Reader) -> httptools.HttpRequestParser:
    parser = httptools.HttpRequestParser(reader)
    parser.set_dangerous_leniencies(lenient_data_after_close=True)  # what is behind the last request is nobody's
    return parser
