"""HAR 1.2: what browsers and proxies record (http://www.softwareishard.com/blog/har-12-spec/).

haralyzer reads such files too, but wants the whole of one in memory and forgets where a value stands.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from urllib.parse import quote_plus

from mockserver.readers.json_stream import JsonStream
from mockserver.readers.read_request import Answer, Header, ReadRequest, Unreadable
from mockserver.readers.text import made_up
from mockserver.readers.tree import Tree
from mockserver.readers.urls import may_be_ours

__all__ = ["requests_of_har"]


def requests_of_har(stream: JsonStream) -> Iterator[ReadRequest]:
    """The entries of the ``log`` that ``stream`` stands at."""
    has_entries = False
    for name in stream.names():
        if name != "entries":
            stream.skip()
            continue
        has_entries = True
        for _ in stream.elements():
            yield _request(Tree(stream.piece()))
    if not has_entries:
        raise Unreadable("no HAR: its log has no entries")


def _request(entry: Tree) -> ReadRequest:
    request = entry.at("request")
    url, method = request.at("url").value, request.at("method").value
    if not isinstance(url, str) or not isinstance(method, str):
        raise Unreadable(f"no HAR: line {entry.raw.place().line}: an entry has no request with method and url")
    headers = [*_headers(request)]
    body = request.at("postData", "text").text
    if not may_be_ours(url):
        return ReadRequest(
            made_up(method, lambda: entry.raw), made_up(url, lambda: entry.raw), headers, body=body, body_known=False
        )
    form = [*request.at("postData", "params").items()]
    if body is None and form:
        body = made_up("&".join(map(_field, form)), lambda: request.at("postData", "params").raw)
    answer = _answer(entry.at("response"))
    # Browsers leave out what they hold to be secret; a call that was answered had its token all the same.
    if answer and answer.status < 400 and not any(name.value.lower() == "authorization" for name, _ in headers):
        name, token = (made_up(text, lambda: request.at("headers").raw) for text in _LEFT_OUT)
        headers.append((name, token))
    method_text, url_text = request.at("method").text, request.at("url").text
    assert method_text is not None
    assert url_text is not None
    return ReadRequest(method_text, url_text, headers, body, answer=answer)


_LEFT_OUT = ("authorization", "Bearer {ACCESS_TOKEN}")


def _headers(request: Tree) -> Iterator[Header]:
    for row in request.at("headers").items():
        name, value = row.at("name").text, row.at("value").text
        if name is not None and value is not None and not name.value.startswith(":"):  # HTTP/2's own
            yield name, value


def _field(row: Tree) -> str:
    name, value = row.at("name").value, row.at("value").value
    return f"{quote_plus(str(name))}={quote_plus(str(value or ''))}"


def _answer(response: Tree) -> Answer | None:
    status = response.at("status").value
    if not isinstance(status, int) or not status:  # 0 where none came
        return None
    rows = ((row.at("name").value, row.at("value").value) for row in response.at("headers").items())
    headers = {str(name).lower(): str(value) for name, value in rows}
    content = response.at("content")
    text = content.at("text").value
    if not isinstance(text, str):
        return Answer(status, headers)
    body = text.encode("utf-8", "surrogatepass")
    if content.at("encoding").value == "base64":
        try:
            body = base64.b64decode(body)
        except binascii.Error:
            return Answer(status, headers)
    return Answer(status, headers, body)
