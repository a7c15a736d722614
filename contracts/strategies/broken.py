"""Requests that break the contract in exactly one named place."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from contracts.judging.request import LARGEST_BODY, Request
from contracts.sources.regions import documented_regions
from contracts.strategies.valid import Draft, Draw, creations, lists, patches, searches, zoho_creations

__all__ = ["BREAKABLE", "Broken", "broken_requests"]


_NOT_TEXT = st.one_of(st.none(), st.booleans(), st.integers(-(2**53), 2**53), st.lists(st.text(max_size=5), max_size=2))
_NOT_OBJECT = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**53), 2**53), st.text(max_size=5), st.lists(st.none(), max_size=2)
)


@dataclass(frozen=True)
class Broken:
    """A request that breaks ``rule`` and nothing else; ``pointer`` is the named place."""

    rule: str
    pointer: str
    request: Request


@st.composite
def broken_requests(draw: Draw, rule: str | None = None) -> Broken:
    """A request that breaks ``rule`` (default: any that can be broken without stored state) and nothing else."""
    chosen = rule or draw(st.sampled_from(sorted(BREAKABLE)))
    base, breaks = BREAKABLE[chosen]
    draft = draw(base())
    pointer = breaks(draft, draw)
    return Broken(chosen, pointer, draft.request())


# How each rule is broken: a function changes the draft and names the place.
_Breaks = Callable[[Draft, Draw], str]


def _without_header(name: str) -> _Breaks:
    def breaks(draft: Draft, draw: Draw) -> str:  # noqa: ARG001
        del draft.headers[name]
        return f"headers/{name}"

    return breaks


def _with_header(name: str, *values: str, pointer: str | None = None) -> _Breaks:
    def breaks(draft: Draft, draw: Draw) -> str:
        draft.headers[name] = draw(st.sampled_from(values))
        return pointer or f"headers/{name}"

    return breaks


def _with_query(name: str, *values: str, pointer: str | None = None) -> _Breaks:
    def breaks(draft: Draft, draw: Draw) -> str:
        draft.query.append((name, draw(st.sampled_from(values))))
        return pointer or f"query/{name}"

    return breaks


def _with_body(*bodies: bytes) -> _Breaks:
    def breaks(draft: Draft, draw: Draw) -> str:
        draft.body = draw(st.sampled_from(bodies))
        return ""

    return breaks


def _with_value(pointer: str, values: st.SearchStrategy[Any]) -> _Breaks:
    def breaks(draft: Draft, draw: Draw) -> str:
        *parents, name = pointer.split("/")[1:]
        target = draft.document
        for parent in parents:
            target = target[int(parent) if isinstance(target, list) else parent]
        target[name] = draw(values)
        return pointer

    return breaks


def _without_key(pointer: str) -> _Breaks:
    def breaks(draft: Draft, draw: Draw) -> str:  # noqa: ARG001
        *parents, name = pointer.split("/")[1:]
        target = draft.document
        for parent in parents:
            target = target[int(parent) if isinstance(target, list) else parent]
        del target[name]
        return pointer

    return breaks


def _either(*choices: _Breaks) -> _Breaks:
    def breaks(draft: Draft, draw: Draw) -> str:
        return draw(st.sampled_from(choices))(draft, draw)  # type: ignore[no-any-return]

    return breaks


def _other_path(draft: Draft, draw: Draw) -> str:
    draft.path = "/" + draw(st.text(st.sampled_from("abcdefgh/-"), min_size=1, max_size=12))
    return "path"


def _other_method(draft: Draft, draw: Draw) -> str:
    draft.method = draw(st.sampled_from(("PUT", "PATCH", "DELETE")))
    return "method"


def _half_a_body(draft: Draft, draw: Draw) -> str:
    whole = json.dumps(draft.document).encode()
    draft.body = whole[: draw(st.integers(1, len(whole) - 1))]
    return ""


def _no_object(draft: Draft, draw: Draw) -> str:
    twice = json.dumps(draft.document)
    draft.document = draw(st.sampled_from((twice, [draft.document], 1, True)))
    return ""


def _spelt_otherwise(draft: Draft, draw: Draw) -> str:
    params = draft.document["auth"]["params"]
    name = draw(st.sampled_from(sorted(params)))
    value = params.pop(name)
    if draw(st.booleans()):
        params[name.lower() if name != name.lower() else name.upper()] = value
    return f"/auth/params/{name}"


def _no_text(draft: Draft, draw: Draw) -> str:
    name = draw(st.sampled_from(sorted(draft.document["auth"]["params"])))
    draft.document["auth"]["params"][name] = draw(st.one_of(st.just(""), _NOT_TEXT))
    return f"/auth/params/{name}"


def _slash_at_the_end(draft: Draft, draw: Draw) -> str:  # noqa: ARG001
    draft.document["auth"]["params"]["accountsUrl"] += "/"
    return "/auth/params/accountsUrl"


def _endpoint_of_another_region(draft: Draft, draw: Draw) -> str:
    params = draft.document["auth"]["params"]
    others = [region for region in documented_regions().values() if region.accounts_url != params["accountsUrl"]]
    host = draw(st.sampled_from(sorted(draw(st.sampled_from(others)).hosts)))
    params["endpoint"] = draw(st.sampled_from(("", "https://"))) + host
    return "/auth/params/endpoint"


def _count_and_limit(draft: Draft, draw: Draw) -> str:
    draft.query += [("count", draw(st.sampled_from(("true", "True", "TRUE")))), ("limit", "5")]
    return "query/limit"


def _filter(*texts: str) -> _Breaks:
    return _with_query("property", *texts)


def _no_list(draft: Draft, draw: Draw) -> str:
    draft.document = draw(st.sampled_from(("text", 1, [["replace"]], [1])))
    return "/0" if isinstance(draft.document, list) else ""


def _unknown_state(draft: Draft, draw: Draw) -> str:
    draft.document[0] = {"op": "replace", "path": "/state", "value": draw(st.sampled_from(("draft", "off", 1, None)))}
    return "/0/value"


_WRONG_URLS = st.sampled_from(
    (
        "http://accounts.zoho.eu",
        "https://accounts.zoho.jp",
        "https://Accounts.zoho.eu",
        "accounts.zoho.eu",
        " https://accounts.zoho.eu",
    )
    + ("https://accounts.zoho.eu//", "https://accounts.zoho.uk", "{ACCOUNTS_URL}", "https://www.zohoapis.eu")
)

BREAKABLE: Mapping[str, tuple[Callable[[], st.SearchStrategy[Draft]], _Breaks]] = {
    "FS-URL-01": (creations, _other_path),
    "FS-URL-02": (creations, _other_method),
    "FS-HDR-10": (creations, _with_header("x-padding", "x" * 70_000, pointer="headers")),
    "FS-HDR-01": (creations, _either(_without_header("x-api-key"), _with_header("x-api-key", "", " "))),
    "FS-HDR-02": (creations, _without_header("authorization")),
    "FS-HDR-03": (
        creations,
        _with_header("authorization", "", "Bearer", "Bearer ", "token", "Basic YTpi", "Bearer a b"),
    ),
    "FS-HDR-04": (creations, _without_header("x-gw-ims-org-id")),
    "FS-HDR-05": (creations, _with_header("x-gw-ims-org-id", "")),
    "FS-HDR-07": (creations, _without_header("x-sandbox-name")),
    "FS-HDR-08": (creations, _with_header("x-sandbox-name", "", "Prod", "my sandbox", "dev_1", "prod,dev")),
    "FS-HDR-09": (creations, _with_header("x-sandbox-name", "*")),
    "FS-HDR-11": (creations, _with_header("x-sandbox-id", "1bd86660-c5da-11e9-93d4-6d5fc3a66a8e")),
    "FS-BODY-01": (
        creations,
        _either(
            _without_header("content-type"),
            _with_header("content-type", "", "text/plain", "application/jsn", "application/json; charset=iso-8859-1"),
        ),
    ),
    "FS-BODY-02": (creations, _with_body(b" " * (LARGEST_BODY + 1))),
    "FS-BODY-03": (creations, _with_body(b"", b" \n", b"null")),
    "FS-BODY-04": (
        creations,
        _either(
            _half_a_body,
            _with_body(b'{"name": "\xff"}', b'{"name": NaN}', b'{"name": 1e999}', b"[" * 100_000),
            _with_body(b"name=x&description=y", b"{'name': 'x'}", b'\xef\xbb\xbf{"name": "x"}', b"1" * 5000),
        ),
    ),
    "FS-BODY-05": (creations, _no_object),
    "FS-CON-01": (creations, _without_key("/name")),
    "FS-CON-15": (creations, _with_value("/name", st.one_of(st.just(""), _NOT_TEXT))),
    "FS-CON-02": (creations, _with_value("/description", _NOT_TEXT)),
    "FS-CON-03": (
        creations,
        _either(
            _without_key("/connectionSpec"),
            _with_value("/connectionSpec", _NOT_OBJECT),
            _without_key("/connectionSpec/id"),
            _with_value("/connectionSpec/id", st.one_of(st.just(""), _NOT_TEXT)),
        ),
    ),
    "FS-CON-04": (creations, _with_value("/connectionSpec/id", st.one_of(st.uuids().map(str), st.just("zoho-crm")))),
    "FS-CON-05": (creations, _without_key("/connectionSpec/version")),
    "FS-CON-06": (
        creations,
        _with_value("/connectionSpec/version", st.sampled_from(("", None, True, [], {}))),
    ),
    "FS-CON-16": (zoho_creations, _without_key("/auth")),
    "FS-CON-08": (
        zoho_creations,
        _either(
            _with_value("/auth", _NOT_OBJECT),
            _without_key("/auth/specName"),
            _with_value("/auth/specName", st.one_of(st.just(""), _NOT_TEXT)),
        ),
    ),
    "FS-CON-09": (
        zoho_creations,
        _with_value("/auth/specName", st.sampled_from(("basic authentication", "OAuth2", "Basic"))),
    ),
    "FS-CON-10": (zoho_creations, _either(_without_key("/auth/params"), _with_value("/auth/params", _NOT_OBJECT))),
    "FS-CON-11": (zoho_creations, _spelt_otherwise),
    "FS-CON-12": (zoho_creations, _no_text),
    "FS-ZOHO-01": (zoho_creations, _with_value("/auth/params/accountsUrl", _WRONG_URLS)),
    "FS-ZOHO-02": (zoho_creations, _slash_at_the_end),
    "FS-ZOHO-03": (zoho_creations, _endpoint_of_another_region),
    "FS-QRY-02": (lists, _count_and_limit),
    "FS-QRY-03": (lists, _with_query("limit", "0", "-1", "ten", "", "1.5", "9" * 5000)),
    "FS-QRY-06": (lists, _with_query("orderby", "*name", "--name", "name desc")),
    "FS-QRY-07": (lists, _with_query("orderby", "nmae", "-created", "name:desc", "")),
    "FS-QRY-08": (lists, _filter("name~zoho")),
    "FS-QRY-09": (lists, _filter("createdAt>1,2", "updatedAt<=1,2,3")),
    "FS-QRY-10": (lists, _filter("id>=a", "name<b")),
    "FS-QRY-11": (lists, _filter("nmae==x", "nosuch.field==x", "auth.params.clientSecret==x", "nmae", "==x")),
    "FS-QRY-12": (lists, _filter("name=x", "createdAt!>1", "name<>x", "name===x")),
    "FS-QRY-13": (lists, _filter("createdAt==yesterday", "updatedAt>x")),
    "FS-QRY-14": (lists, _filter("name==", 'name!=""', "createdAt>")),
    "FS-QRY-15": (lists, _filter("connectionSpec==x", "auth==x")),
    "FS-QRY-17": (lists, _filter("id==" + "x," * 1001)),
    "FS-SRC-01": (searches, _with_value("/projection", st.just("name"))),
    "FS-SRC-02": (searches, _with_value("/queryString", st.sampled_from((1, None, ["state==enabled"])))),
    "FS-ETAG-01": (patches, _without_header("if-match")),
    "FS-PATCH-01": (patches, _no_list),
    "FS-PATCH-02": (patches, _with_body(b"[]")),
    "FS-PATCH-10": (
        patches,
        _with_body(b"[" + b'{"op":"remove","path":"/description"},' * 1000 + b'{"op":"remove","path":"/x"}]'),
    ),
    "FS-PATCH-03": (patches, _with_value("/0/op", st.sampled_from(("move", "copy", "test", "update", "")))),
    "FS-PATCH-04": (patches, _either(_without_key("/0/value"), _without_key("/0/op"), _without_key("/0/path"))),
    "FS-PATCH-05": (patches, _with_value("/0/path", st.sampled_from(("", "name", "/na~me", "name/")))),
    "FS-PATCH-06": (patches, _with_value("/0/path", st.sampled_from(("/connectionSpec", "/connectionSpec/id")))),
    "FS-PATCH-08": (patches, _unknown_state),
}
