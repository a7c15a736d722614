"""Postman collections 2.1 and 2.0 (https://schema.postman.com/collection/json/v2.1.0/draft-07/docs/index.html).

postmanparser reads version 2.1, but keeps no places and wants every collection to be complete.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import quote, quote_plus

from mockserver.readers.json_stream import JsonStream
from mockserver.readers.read_request import Header, ReadRequest, Unreadable
from mockserver.readers.text import Place, Text, made_up
from mockserver.readers.tree import Tree
from mockserver.readers.variables import filled

__all__ = ["Collection"]

_DEEPEST = 50  # folders in folders


_Path = tuple[int, ...]


class Collection:
    """What the requests of a collection take from elsewhere in it: variables, and authorisations by their folders.

    Both may stand behind the requests, so a collection is read twice: a part of it is in memory at a time.
    """

    def __init__(self) -> None:
        self._values: dict[str, str] = {}
        self._auths: dict[_Path, Tree] = {}
        self._named: list[tuple[str, str]] = []
        """Names and values of variables and authorisations, of requests and folders that nobody may ask too."""
        self.is_one = False

    def take(self, name: str, stream: JsonStream) -> None:
        """Consume the value that ``stream`` stands at, which has that name at the top of a file."""
        if name == "variable" and stream.peek() == "[":
            rows = Tree(stream.piece())
            self._values |= _variables(rows)
            self._named += _named(rows)
        elif name == "values" and stream.peek() == "[":  # an environment's
            self._named += _named(Tree(stream.piece()))
        elif name == "_postman_variable_scope":  # an environment, in which there are no requests
            self.is_one = True
            stream.skip()
        else:
            self.is_one |= name == "item" and stream.peek() == "["
            self._take(name, stream, ())

    def _take(self, name: str, stream: JsonStream, path: _Path) -> None:
        if name == "item" and stream.peek() == "[":
            for number in _elements(stream, path):
                for inner in _names(stream):
                    self._take(inner, stream, (*path, number))
        elif name == "auth" and stream.peek() == "{":
            self._auths[path] = Tree(stream.piece())
            self._named += _named_in_auth(self._auths[path])
        else:
            stream.skip()

    def requests(self, stream: JsonStream) -> Iterator[ReadRequest]:
        """The requests of all folders of the same file, from its beginning, and what else names secrets."""
        if self._named:
            here = made_up("", Text("", "", Place(1, 1)))
            yield ReadRequest(here, here, named=self._named, is_request=False)
        for name in stream.names():
            yield from self._requests(name, stream, ())

    def _requests(self, name: str, stream: JsonStream, path: _Path) -> Iterator[ReadRequest]:
        first = stream.peek()
        if name == "item" and first == "[":
            for number in _elements(stream, path):
                for inner in _names(stream):
                    yield from self._requests(inner, stream, (*path, number))
        elif name == "request" and path and first in '{"':
            yield self._request(Tree(stream.piece()), path)
        else:
            stream.skip()

    def _request(self, request: Tree, path: _Path) -> ReadRequest:
        if isinstance(request.value, dict):
            own = request.at("auth") if request.at("auth").value else self._auth_at(path)
            return _request(request, own, self._values)
        url = request.text
        assert url is not None
        return ReadRequest(made_up("GET", url), filled(url, self._values))

    def _auth_at(self, path: _Path) -> Tree | None:
        """That of the innermost folder that has one."""
        folders = (path[:length] for length in range(len(path), -1, -1))
        return next((self._auths[folder] for folder in folders if folder in self._auths), None)


def _elements(stream: JsonStream, path: _Path) -> Iterator[int]:
    if len(path) > _DEEPEST:
        raise Unreadable("no Postman collection: its folders are nested too deeply")
    return stream.elements()


def _names(stream: JsonStream) -> Iterator[str]:
    """Those of the object that ``stream`` stands at; anything else is passed over."""
    if stream.peek() == "{":
        yield from stream.names()
    else:
        stream.skip()


def _variables(rows: Tree) -> dict[str, str]:
    """The variables that have a value."""
    found = ((row.at("key").value or row.at("id").value, row.at("value").value) for row in rows.items())
    return {str(name): value for name, value in found if isinstance(value, str) and value}


def _named(rows: Tree) -> Iterator[tuple[str, str]]:
    """What rows say, each with its name; what Postman itself keeps as a secret is called one."""
    for row in rows.items():
        value = row.at("value").value
        if isinstance(value, str) and value:
            yield "secret" if row.at("type").value == "secret" else str(row.at("key").value), value


def _named_in_auth(auth: Tree) -> Iterator[tuple[str, str]]:
    """The same of an authorisation; the value of an API key is one."""
    kind = str(auth.at("type").value)
    for name, value in _named(auth.at(kind)):
        yield "secret" if kind == "apikey" and name == "value" else name, value


def _request(request: Tree, auth: Tree | None, values: Mapping[str, str]) -> ReadRequest:
    method = request.at("method").text or made_up("GET", request.raw)
    headers = [*_headers(request, auth)]
    body, is_known, kind = _body(request.at("body"))
    if kind and not any(name.value.lower() == "content-type" for name, _ in headers):
        headers.append((made_up("Content-Type", body or method), made_up(kind, body or method)))
    return ReadRequest(
        method,
        filled(_url(request.at("url")), values),
        [(name, filled(value, values)) for name, value in headers],
        None if body is None else filled(body, values),
        is_known,
        named=[*_named_in_auth(request.at("auth"))],
    )


# URL


_PATH_VARIABLE = re.compile(r"(?<=/):([A-Za-z_][\w.-]*)")


def _url(url: Tree) -> Text:
    if isinstance(url.value, str):
        text = url.text
        assert text is not None
        return text.replaced(_PATH_VARIABLE, _unfilled)
    raw = url.at("raw").text
    if raw is None:
        raw = made_up(_put_together(url), url.raw)
    base = raw.part(0, len(raw.value.partition("?")[0]))
    given = _variables(url.at("variable"))
    base = base.replaced(_PATH_VARIABLE, lambda found: given.get(found[1]) or _unfilled(found))
    if not isinstance(url.at("query").value, list):
        return base if "?" not in raw.value else raw
    pairs = [_pair(row.at("key").value, row.at("value").value) for row in url.at("query").items() if _is_on(row)]
    query = "&".join(pairs)
    return base.replaced(re.compile(r"\Z"), lambda _: f"?{query}") if query else base


def _unfilled(found: re.Match[str]) -> str:
    return f"{{{{{found[1]}}}}}"


def _pair(name: Any, value: Any) -> str:
    return quote(str(name or ""), safe="{}$") + ("" if value is None else "=" + quote(str(value), safe=_AS_IT_IS))


_AS_IT_IS = "{}$%=!<>~,:;/?@*+()[]'\""


def _put_together(url: Tree) -> str:
    host, path = url.at("host").value, url.at("path").value
    name = ".".join(map(str, host)) if isinstance(host, list) else str(host or "")
    segments = "/".join(str(each) for each in path) if isinstance(path, list) else str(path or "").lstrip("/")
    scheme = str(url.at("protocol").value or ("" if name.startswith("{{") else "https"))
    return f"{scheme}://{name}/{segments}" if scheme else f"{name}/{segments}"


def _is_on(row: Tree) -> bool:
    return row.at("disabled").value is not True


# Head and body


def _headers(request: Tree, auth: Tree | None) -> Iterator[Header]:
    names = set()
    for row in request.at("header").items():
        name, value = row.at("key").text, row.at("value").text
        if name is not None and value is not None and _is_on(row):
            names.add(name.value.lower())
            yield name, value
    if auth is not None and "authorization" not in names:
        yield from _of_auth(auth)


def _of_auth(auth: Tree) -> Iterator[Header]:
    """The header that Postman sends for an authorisation."""
    kind = auth.at("type").value
    here = auth.raw
    given = {str(row.at("key").value): row.at("value").text for row in auth.at(str(kind)).items()}
    if kind == "bearer":
        token = given.get("token") or made_up("{{token}}", here)
        yield made_up("Authorization", token), token.replaced(_START, lambda _: "Bearer ")
    elif kind in ("oauth2", "oauth1", "jwt"):
        yield made_up("Authorization", here), made_up("Bearer {{token}}", here)
    elif kind == "basic":
        yield made_up("Authorization", here), made_up("Basic {{login}}", here)
    elif kind == "apikey":
        name, value, where = given.get("key"), given.get("value"), given.get("in")
        if name is not None and value is not None and (where is None or where.value == "header"):
            yield name, value


_START = re.compile(r"\A")


def _body(body: Tree) -> tuple[Text | None, bool, str]:
    """The body, whether it is known, and the content type that Postman sends by default."""
    mode = body.at("mode").value
    if mode == "raw":
        text = body.at("raw").text
        kind = "application/json" if body.at("options", "raw", "language").value == "json" else ""
        return (text, True, kind) if text is not None and text.value else (None, True, "")
    rows = [row for row in body.at(str(mode)).items() if _is_on(row)] if mode in ("urlencoded", "formdata") else []
    if rows and mode == "urlencoded":
        fields = (f"{quote_plus(str(row.at('key').value))}={_field(row.at('value').value)}" for row in rows)
        return made_up("&".join(fields), body.raw), True, "application/x-www-form-urlencoded"
    if rows and mode == "formdata":
        has_file = any(row.at("type").value == "file" for row in rows)
        parts, content_type = _multipart(rows)
        return None if has_file else made_up(parts, body.raw), not has_file, content_type
    return None, not rows and mode not in ("file", "graphql"), ""


def _multipart(rows: Iterable[Tree]) -> tuple[str, str]:
    """A form in parts (RFC 7578), and its media type; half a character is left out."""
    from urllib3.filepost import encode_multipart_formdata

    fields = [(_whole(row.at("key").value), _whole(row.at("value").value)) for row in rows]
    body, content_type = encode_multipart_formdata(fields, boundary="boundary-of-parts")
    return body.decode(), content_type


def _whole(value: Any) -> str:
    return str(value or "").encode("utf-8", "ignore").decode()


def _field(value: Any) -> str:
    return quote_plus(str(value or ""), safe="{}$")
