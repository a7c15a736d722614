"""Requests that keep the contract."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import quote

from hypothesis import strategies as st

from contracts.judging.request import Request
from contracts.services.flow_service.service import BASE_PATH
from contracts.sources.regions import Region, documented_regions
from contracts.sources.source_catalogue import ZOHO_CRM, AuthSpec, Source, catalogue

__all__ = [
    "Draft",
    "Draw",
    "connections",
    "creations",
    "endpoints",
    "lists",
    "patches",
    "searches",
    "valid_requests",
    "zoho_creations",
    "zoho_params",
]

Draw = Callable[[st.SearchStrategy[Any]], Any]

_TEXT = st.text(min_size=1, max_size=40)
_DESCRIPTION = st.text(max_size=40)
_BOOLEANS = st.booleans()
_NUMBERS = st.integers(0, 65535)
_VISIBLE = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=40)
_SANDBOX = st.from_regex(r"[a-z0-9-]{1,20}", fullmatch=True)


@cache
def endpoints(region: Region) -> st.SearchStrategy[str]:
    """What may stand beside the region's accounts URL: its own hosts, in every form, or a foreign one."""
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
    source = source or draw(_sources())
    body: dict[str, Any] = {"name": draw(_TEXT), "connectionSpec": {"id": source.id, "version": source.version}}
    if draw(_BOOLEANS):
        body["description"] = draw(_DESCRIPTION)
    if source.auth:
        specs = list(source.auth.values())
        spec = specs[0] if len(specs) == 1 else draw(st.sampled_from(specs))
        if source.id == ZOHO_CRM:
            region = region or draw(_regions())
            params = draw(zoho_params(region))
        else:
            params = draw(_params(spec))
        body["auth"] = {"specName": spec.name, "params": params}
    return {name: body[name] for name in draw(_orders(tuple(body)))}


# Strategies are made once: to make one takes longer than to draw from it.
@cache
def _sources() -> st.SearchStrategy[Source]:
    return st.sampled_from(list(catalogue().values()))


@cache
def _regions() -> st.SearchStrategy[Region]:
    return st.sampled_from(list(documented_regions().values()))


@cache
def _orders(names: tuple[str, ...]) -> st.SearchStrategy[list[str]]:
    return st.permutations(names)


@st.composite
def valid_requests(draw: Draw, source: Source | None = None, region: Region | None = None) -> Request:
    """A POST /connections that keeps the contract."""
    return draw(creations(source, region)).request()  # type: ignore[no-any-return]


@dataclass
class Draft:
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
        "x-gw-ims-org-id": f"{draw(_VISIBLE)}@AdobeOrg",
        "x-sandbox-name": draw(_SANDBOX),
        "content-type": draw(st.sampled_from(("application/json", "application/json; charset=utf-8"))),
    }


@st.composite
def creations(draw: Draw, source: Source | None = None, region: Region | None = None) -> Draft:
    path = draw(st.sampled_from(("/connections", "/connections/")))
    return Draft("POST", path, draw(_headers()), document=draw(connections(source, region)))


@st.composite
def zoho_creations(draw: Draw) -> Draft:
    return draw(creations(catalogue()[ZOHO_CRM]))  # type: ignore[no-any-return]


@st.composite
def lists(draw: Draw) -> Draft:
    return Draft("GET", "/connections", draw(_headers()))


@st.composite
def searches(draw: Draw) -> Draft:
    return Draft("POST", "/connections/search", draw(_headers()), document={"queryString": "state==enabled"})


@st.composite
def patches(draw: Draw) -> Draft:
    headers = {**draw(_headers()), "if-match": '"any"'}
    operation = {"op": "replace", "path": "/name", "value": draw(_TEXT)}
    return Draft("PATCH", "/connections/some-id", headers, document=[operation])


@st.composite
def _params(draw: Draw, spec: AuthSpec) -> dict[str, Any]:
    needed = {group[0] for group in spec.one_of}
    rows = [row for row in spec.params.values() if row.get("required") or row["name"] in needed or draw(_BOOLEANS)]
    return {row["name"]: draw(_param(row)) for row in rows}


def _param(row: Mapping[str, Any]) -> st.SearchStrategy[Any]:
    example = row.get("example")
    if row.get("pattern"):
        return st.from_regex(row["pattern"], fullmatch=True)
    if isinstance(example, bool):
        return _BOOLEANS
    return _NUMBERS if isinstance(example, int) else _TEXT
