"""Hypothesis strategies: requests that keep the contract, and requests that break it in exactly one named place."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from hypothesis import strategies as st

from contracts.contract import LARGEST_BODY
from contracts.operations import BASE_PATH
from contracts.regions import Region, documented_regions
from contracts.request import Request
from contracts.sources import ZOHO_CRM, AuthSpec, Source, catalogue

__all__ = ["BREAKABLE", "Broken", "broken_requests", "connections", "endpoints", "valid_requests", "zoho_params"]

Draw = Callable[[st.SearchStrategy[Any]], Any]

_TEXT = st.text(min_size=1, max_size=40)
_VISIBLE = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=40)
_SANDBOX = st.from_regex(r"[a-z0-9-]{1,20}", fullmatch=True)
_NOT_TEXT = st.one_of(st.none(), st.booleans(), st.integers(), st.lists(st.text(max_size=5), max_size=2))
_NOT_OBJECT = st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=5), st.lists(st.none(), max_size=2))


@dataclass(frozen=True)
class Broken:
    """A request that breaks ``rule`` and nothing else; ``pointer`` is the named place."""

    rule: str
    pointer: str
    request: Request


def endpoints(region: Region) -> st.SearchStrategy[str]:
    """What may stand in ``endpoint`` beside the region's accounts URL: its own hosts, in every form, or a foreign one."""
    hosts = st.sampled_from(sorted(region.hosts))
    own = st.builds(
        "{}{}{}".format, st.sampled_from(("", "https://")), hosts, st.sampled_from(("", "/", "/crm/v2", "/crm/private"))
    )
    return st.one_of(st.just(region.api_endpoint), own, st.just("crm.example.com"))


@st.composite
def zoho_params(draw: Draw, region: Region) -> dict[str, str]:
    """The six credentials of a Zoho CRM connection in ``region``."""
    secrets = {name: draw(_TEXT) for name in ("clientId", "clientSecret", "accessToken", "refreshToken")}
    return {"endpoint": draw(endpoints(region)), "accountsUrl": region.accounts_url, **secrets}


@st.composite
def connections(draw: Draw, source: Source | None = None, region: Region | None = None) -> dict[str, Any]:
    """The body of a POST /connections that keeps the contract; any source and any documented region by default."""
    source = source or draw(st.sampled_from(list(catalogue().values())))
    body: dict[str, Any] = {"name": draw(_TEXT), "connectionSpec": {"id": source.id, "version": source.version}}
    if draw(st.booleans()):
        body["description"] = draw(st.text(max_size=40))
    if source.auth:
        spec = draw(st.sampled_from(list(source.auth.values())))
        if source.id == ZOHO_CRM:
            region = region or draw(st.sampled_from(list(documented_regions().values())))
            params = draw(zoho_params(region))
        else:
            params = draw(_params(spec))
        body["auth"] = {"specName": spec.name, "params": params}
    return draw(st.permutations(list(body.items())).map(dict))  # type: ignore[no-any-return]


@st.composite
def valid_requests(draw: Draw, source: Source | None = None, region: Region | None = None) -> Request:
    """A POST /connections that keeps the contract."""
    return draw(_creations(source, region)).request()  # type: ignore[no-any-return]


@st.composite
def broken_requests(draw: Draw, rule: str | None = None) -> Broken:
    """A request that breaks ``rule`` (default: any that can be broken without stored state) and nothing else."""
    chosen = rule or draw(st.sampled_from(sorted(BREAKABLE)))
    base, breaks = BREAKABLE[chosen]
    draft = draw(base())
    pointer = breaks(draft, draw)
    return Broken(chosen, pointer, draft.request())


@dataclass
class _Draft:
    """A request being written."""

    method: str
    path: str
    headers: dict[str, str]
    query: list[tuple[str, str]] = field(default_factory=list)
    document: Any = None
    body: bytes | None = None

    def request(self) -> Request:
        target = BASE_PATH + self.path
        if self.query:
            target += "?" + "&".join(f"{quote(name)}={quote(value)}" for name, value in self.query)
        body = self.body
        if body is None:
            body = b"" if self.document is None else json.dumps(self.document).encode()
        return Request(self.method, target, dict(self.headers), body)


@st.composite
def _headers(draw: Draw) -> dict[str, str]:
    return {
        "authorization": f"Bearer {draw(_VISIBLE)}",
        "x-api-key": draw(_VISIBLE),
        "x-gw-ims-org-id": draw(_VISIBLE.map("{}@AdobeOrg".format)),
        "x-sandbox-name": draw(_SANDBOX),
        "content-type": draw(st.sampled_from(("application/json", "application/json; charset=utf-8"))),
    }


@st.composite
def _creations(draw: Draw, source: Source | None = None, region: Region | None = None) -> _Draft:
    path = draw(st.sampled_from(("/connections", "/connections/")))
    return _Draft("POST", path, draw(_headers()), document=draw(connections(source, region)))


@st.composite
def _zoho_creations(draw: Draw) -> _Draft:
    return draw(_creations(catalogue()[ZOHO_CRM]))  # type: ignore[no-any-return]


@st.composite
def _lists(draw: Draw) -> _Draft:
    return _Draft("GET", "/connections", draw(_headers()))


@st.composite
def _searches(draw: Draw) -> _Draft:
    return _Draft("POST", "/connections/search", draw(_headers()), document={"queryString": "state==enabled"})


@st.composite
def _patches(draw: Draw) -> _Draft:
    headers = {**draw(_headers()), "if-match": '"any"'}
    operation = {"op": "replace", "path": "/name", "value": draw(_TEXT)}
    return _Draft("PATCH", "/connections/some-id", headers, document=[operation])


@st.composite
def _params(draw: Draw, spec: AuthSpec) -> dict[str, Any]:
    rows = [row for row in spec.params.values() if row.get("required") or draw(st.booleans())]
    return {row["name"]: draw(_param(row)) for row in rows}


def _param(row: Mapping[str, Any]) -> st.SearchStrategy[Any]:
    example = row.get("example")
    if isinstance(example, bool):
        return st.booleans()
    return st.integers(0, 65535) if isinstance(example, int) else _TEXT


# How each rule is broken: a function changes the draft and names the place.
_Breaks = Callable[[_Draft, Draw], str]


def _without_header(name: str) -> _Breaks:
    def breaks(draft: _Draft, draw: Draw) -> str:  # noqa: ARG001
        del draft.headers[name]
        return f"headers/{name}"

    return breaks


def _with_header(name: str, *values: str, pointer: str | None = None) -> _Breaks:
    def breaks(draft: _Draft, draw: Draw) -> str:
        draft.headers[name] = draw(st.sampled_from(values))
        return pointer or f"headers/{name}"

    return breaks


def _with_query(name: str, *values: str, pointer: str | None = None) -> _Breaks:
    def breaks(draft: _Draft, draw: Draw) -> str:
        draft.query.append((name, draw(st.sampled_from(values))))
        return pointer or f"query/{name}"

    return breaks


def _with_body(*bodies: bytes) -> _Breaks:
    def breaks(draft: _Draft, draw: Draw) -> str:
        draft.body = draw(st.sampled_from(bodies))
        return ""

    return breaks


def _with_value(pointer: str, values: st.SearchStrategy[Any]) -> _Breaks:
    def breaks(draft: _Draft, draw: Draw) -> str:
        *parents, name = pointer.split("/")[1:]
        target = draft.document
        for parent in parents:
            target = target[int(parent) if isinstance(target, list) else parent]
        target[name] = draw(values)
        return pointer

    return breaks


def _without_key(pointer: str) -> _Breaks:
    def breaks(draft: _Draft, draw: Draw) -> str:  # noqa: ARG001
        *parents, name = pointer.split("/")[1:]
        target = draft.document
        for parent in parents:
            target = target[int(parent) if isinstance(target, list) else parent]
        del target[name]
        return pointer

    return breaks


def _either(*choices: _Breaks) -> _Breaks:
    def breaks(draft: _Draft, draw: Draw) -> str:
        return draw(st.sampled_from(choices))(draft, draw)  # type: ignore[no-any-return]

    return breaks


def _other_path(draft: _Draft, draw: Draw) -> str:
    draft.path = "/" + draw(st.text(st.sampled_from("abcdefgh/-"), min_size=1, max_size=12))
    return "path"


def _other_method(draft: _Draft, draw: Draw) -> str:
    draft.method = draw(st.sampled_from(("PUT", "PATCH", "DELETE")))
    return "method"


def _half_a_body(draft: _Draft, draw: Draw) -> str:
    whole = json.dumps(draft.document).encode()
    draft.body = whole[: draw(st.integers(1, len(whole) - 1))]
    return ""


def _no_object(draft: _Draft, draw: Draw) -> str:
    twice = json.dumps(draft.document)
    draft.document = draw(st.sampled_from((twice, [draft.document], 1, True)))
    return ""


def _spelt_otherwise(draft: _Draft, draw: Draw) -> str:
    params = draft.document["auth"]["params"]
    name = draw(st.sampled_from(sorted(params)))
    value = params.pop(name)
    if draw(st.booleans()):
        params[name.lower() if name != name.lower() else name.upper()] = value
    return f"/auth/params/{name}"


def _no_text(draft: _Draft, draw: Draw) -> str:
    name = draw(st.sampled_from(sorted(draft.document["auth"]["params"])))
    draft.document["auth"]["params"][name] = draw(st.one_of(st.just(""), _NOT_TEXT))
    return f"/auth/params/{name}"


def _slash_at_the_end(draft: _Draft, draw: Draw) -> str:  # noqa: ARG001
    draft.document["auth"]["params"]["accountsUrl"] += "/"
    return "/auth/params/accountsUrl"


def _endpoint_of_another_region(draft: _Draft, draw: Draw) -> str:
    params = draft.document["auth"]["params"]
    others = [region for region in documented_regions().values() if region.accounts_url != params["accountsUrl"]]
    host = draw(st.sampled_from(sorted(draw(st.sampled_from(others)).hosts)))
    params["endpoint"] = draw(st.sampled_from(("", "https://"))) + host
    return "/auth/params/endpoint"


def _count_and_limit(draft: _Draft, draw: Draw) -> str:
    draft.query += [("count", draw(st.sampled_from(("true", "True", "TRUE")))), ("limit", "5")]
    return "query/limit"


def _filter(*texts: str) -> _Breaks:
    return _with_query("property", *texts)


def _no_list(draft: _Draft, draw: Draw) -> str:
    draft.document = draw(st.sampled_from(("text", 1, [["replace"]], [1])))
    return "/0" if isinstance(draft.document, list) else ""


def _unknown_state(draft: _Draft, draw: Draw) -> str:
    draft.document[0] = {"op": "replace", "path": "/state", "value": draw(st.sampled_from(("draft", "off", 1, None)))}
    return "/0/value"


_WRONG_URLS = st.sampled_from(
    ("http://accounts.zoho.eu", "https://accounts.zoho.jp", "https://Accounts.zoho.eu", "accounts.zoho.eu", " https://accounts.zoho.eu")
    + ("https://accounts.zoho.eu//", "https://accounts.zoho.uk", "{ACCOUNTS_URL}", "https://www.zohoapis.eu")
)

BREAKABLE: Mapping[str, tuple[Callable[[], st.SearchStrategy[_Draft]], _Breaks]] = {
    "FS-URL-01": (_creations, _other_path),
    "FS-URL-02": (_creations, _other_method),
    "FS-HDR-10": (_creations, _with_header("x-padding", "x" * 70_000, pointer="headers")),
    "FS-HDR-01": (_creations, _either(_without_header("x-api-key"), _with_header("x-api-key", "", " "))),
    "FS-HDR-02": (_creations, _without_header("authorization")),
    "FS-HDR-03": (_creations, _with_header("authorization", "", "Bearer", "Bearer ", "token", "Basic YTpi", "Bearer a b")),
    "FS-HDR-04": (_creations, _without_header("x-gw-ims-org-id")),
    "FS-HDR-05": (_creations, _with_header("x-gw-ims-org-id", "")),
    "FS-HDR-07": (_creations, _without_header("x-sandbox-name")),
    "FS-HDR-08": (_creations, _with_header("x-sandbox-name", "", "Prod", "my sandbox", "dev_1", "prod,dev")),
    "FS-HDR-09": (_creations, _with_header("x-sandbox-name", "*")),
    "FS-HDR-11": (_creations, _with_header("x-sandbox-id", "1bd86660-c5da-11e9-93d4-6d5fc3a66a8e")),
    "FS-BODY-01": (
        _creations,
        _either(
            _without_header("content-type"),
            _with_header("content-type", "", "text/plain", "application/jsn", "application/json; charset=iso-8859-1"),
        ),
    ),
    "FS-BODY-02": (_creations, _with_body(b" " * (LARGEST_BODY + 1))),
    "FS-BODY-03": (_creations, _with_body(b"", b" \n", b"null")),
    "FS-BODY-04": (
        _creations,
        _either(
            _half_a_body,
            _with_body(b'{"name": "\xff"}', b'{"name": 1, "name": 2}', b'{"name": NaN}', b'{"name": 1e999}', b"[" * 100_000),
            _with_body(b"name=x&description=y", b"{'name': 'x'}", b'\xef\xbb\xbf{"name": "x"}', b"1" * 5000),
        ),
    ),
    "FS-BODY-05": (_creations, _no_object),
    "FS-CON-01": (_creations, _either(_without_key("/name"), _with_value("/name", st.one_of(st.just(""), _NOT_TEXT)))),
    "FS-CON-02": (_creations, _with_value("/description", _NOT_TEXT)),
    "FS-CON-03": (
        _creations,
        _either(
            _without_key("/connectionSpec"),
            _with_value("/connectionSpec", _NOT_OBJECT),
            _without_key("/connectionSpec/id"),
            _with_value("/connectionSpec/id", st.one_of(st.just(""), _NOT_TEXT)),
        ),
    ),
    "FS-CON-04": (_creations, _with_value("/connectionSpec/id", st.one_of(st.uuids().map(str), st.just("zoho-crm")))),
    "FS-CON-05": (_creations, _without_key("/connectionSpec/version")),
    "FS-CON-06": (_creations, _with_value("/connectionSpec/version", st.one_of(st.sampled_from((1, 1.0, "")), _NOT_TEXT))),
    "FS-CON-08": (
        _zoho_creations,
        _either(
            _without_key("/auth"),
            _with_value("/auth", _NOT_OBJECT),
            _without_key("/auth/specName"),
            _with_value("/auth/specName", st.one_of(st.just(""), _NOT_TEXT)),
        ),
    ),
    "FS-CON-09": (_zoho_creations, _with_value("/auth/specName", st.sampled_from(("basic authentication", "OAuth2", "Basic")))),
    "FS-CON-10": (_zoho_creations, _either(_without_key("/auth/params"), _with_value("/auth/params", _NOT_OBJECT))),
    "FS-CON-11": (_zoho_creations, _spelt_otherwise),
    "FS-CON-12": (_zoho_creations, _no_text),
    "FS-ZOHO-01": (_zoho_creations, _with_value("/auth/params/accountsUrl", _WRONG_URLS)),
    "FS-ZOHO-02": (_zoho_creations, _slash_at_the_end),
    "FS-ZOHO-03": (_zoho_creations, _endpoint_of_another_region),
    "FS-QRY-01": (_lists, _with_query("start", "0", "1")),
    "FS-QRY-02": (_lists, _count_and_limit),
    "FS-QRY-03": (_lists, _with_query("limit", "0", "-1", "101", "ten", "", "1.5", "9" * 5000)),
    "FS-QRY-04": (_lists, _with_query("count", "yes", "1", "")),
    "FS-QRY-06": (_lists, _with_query("orderby", "*name", "--name", "name desc")),
    "FS-QRY-07": (_lists, _with_query("orderby", "nmae", "-created", "name:desc", "")),
    "FS-QRY-08": (_lists, _filter("name~zoho")),
    "FS-QRY-09": (_lists, _filter("createdAt>1,2", "updatedAt<=1,2,3")),
    "FS-QRY-10": (_lists, _filter("id>=a", "name<b")),
    "FS-QRY-11": (_lists, _filter("nmae==x", "nosuch.field==x", "auth.params.clientSecret==x", "nmae", "==x")),
    "FS-QRY-12": (_lists, _filter("name=x", "createdAt!>1", "name<>x", "name===x")),
    "FS-QRY-13": (_lists, _filter("createdAt==yesterday", "updatedAt>x")),
    "FS-QRY-14": (_lists, _filter("name==", 'name!=""', "createdAt>")),
    "FS-QRY-15": (_lists, _filter("connectionSpec==x", "auth==x")),
    "FS-SRC-01": (_searches, _with_value("/projection", st.just("name"))),
    "FS-SRC-02": (_searches, _with_value("/queryString", st.sampled_from((1, None, ["state==enabled"])))),
    "FS-ETAG-01": (_patches, _without_header("if-match")),
    "FS-PATCH-01": (_patches, _no_list),
    "FS-PATCH-02": (_patches, _with_body(b"[]")),
    "FS-PATCH-03": (_patches, _with_value("/0/op", st.sampled_from(("move", "copy", "test", "update", "")))),
    "FS-PATCH-04": (_patches, _either(_without_key("/0/value"), _without_key("/0/op"), _without_key("/0/path"))),
    "FS-PATCH-05": (_patches, _with_value("/0/path", st.sampled_from(("", "name", "/na~me", "name/")))),
    "FS-PATCH-06": (_patches, _with_value("/0/path", st.sampled_from(("/connectionSpec", "/connectionSpec/id")))),
    "FS-PATCH-07": (_patches, _with_value("/0/path", st.sampled_from(("/id", "/etag", "/createdAt", "/imsOrgId")))),
    "FS-PATCH-08": (_patches, _unknown_state),
}

