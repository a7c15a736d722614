"""One request for every operation of every service that is accepted, as parts that a test may spoil."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, quote_plus

from contracts.judging.model import Operation
from mockserver import Mock
from mockserver.memory.clock import Clock
from mockserver.services.zoho.settings import ZohoSettings
from tests.kit import chain, ims, zoho
from tests.kit.connection import HEADERS
from tests.kit.platform_sound import placed, sound_around
from tests.kit.sandboxes import DEV
from tests.kit.sender import Sender, core
from tests.kit.sound import sound

__all__ = ["Asked", "Ground", "Path", "asked", "changed", "ground", "ground_through", "places"]

Path = tuple[Any, ...]
"""Keys and indexes that lead to a place in a document."""


@dataclass(frozen=True)
class Ground:
    """What there is to ask about: ``ids`` has an item's of each collection, ``token`` is an access token of Zoho's."""

    sent: Sender
    there: chain.Chain
    ids: Mapping[str, str]
    token: str


def ground(journal: int = 3, clock: Clock | None = None) -> Ground:
    """One of each item, in a mock whose ids and times are the same each time; by a `still` clock nothing falls due."""
    mock = Mock(journal=journal, seed=1, clock=clock, zoho=ZohoSettings(limits=False))
    return ground_through(Sender("core", mock, core(mock)))


def ground_through(sent: Sender) -> Ground:
    there = chain.chain(sent)
    ids = {**placed(sent), "connections": there.base, "sourceConnections": there.source}
    ids |= {"targetConnections": there.target, "flows": there.flow, "sandboxes": "prod"}
    ids["runs"] = chain.make(sent, "runs", chain.run(there.flow))
    for specs in ("connectionSpecs", "flowSpecs"):
        ids[specs] = chain.make(sent, specs, {"name": "acme", "providerId": "p"})
    return Ground(sent, there, ids, zoho.access_token(sent))


@dataclass(frozen=True)
class Asked:
    """``parts`` stand in braces in the path; ``body`` is JSON, a form's fields, or ``...`` for none."""

    row: Operation
    parts: dict[str, str]
    query: dict[str, str]
    headers: dict[str, str]
    body: Any = ...

    @property
    def target(self) -> str:
        path = _BASES.get(self.row.service.id, self.row.service.base_path) + self.row.path
        for name, value in self.parts.items():
            path = path.replace("{" + name + "}", quote(value, safe="", errors="replace"))
        query = "&".join(
            f"{quote_plus(name, errors='replace')}={quote_plus(value, errors='replace')}"
            for name, value in self.query.items()
        )
        return f"{path}?{query}" if query else path

    @property
    def content(self) -> bytes:
        if self.body is ... or isinstance(self.body, bytes):
            return b"" if self.body is ... else self.body
        if self.row.body != "form":
            return json.dumps(self.body).encode()
        return "&".join(
            f"{quote_plus(name, errors='replace')}={quote_plus(value, errors='replace')}"
            for name, value in self.body.items()
        ).encode()


_BASES = {"zoho-accounts": "/accounts.zoho.eu", "zoho-crm": "/www.zohoapis.eu"}
_LOWER = {name.lower(): value for name, value in HEADERS.items()}
_FORM = {"content-type": "application/x-www-form-urlencoded"}
_AUTHORIZATION = {"client_id": "x", "scope": "a", "response_type": "code", "redirect_uri": "http://x/", "state": "s"}
_FORMS: dict[str, dict[str, str]] = {
    "exchange_jwt": {"client_id": "x", "client_secret": "y", "jwt_token": "z"},
    "issue_token": ims.TOKEN,
    "issue_in_ms": ims.TOKEN,
    "imsTokenV1": ims.CODE,
    "revoke": {"client_id": "x", "token": "z"},
    "validate": {"client_id": "x", "token": "z"},
    "zoho_token": {"grant_type": "refresh_token", **zoho.CLIENT, "refresh_token": "1000.refresh-token"},
    "zoho_revoke": {"token": "1000.x"},
}
_SANDBOXES = {"create_sandbox": DEV, "rename_sandbox": {"title": "x"}, "reset_sandbox": {"action": "reset"}}
_CRM = {"zoho_records": {"fields": "id"}, "zoho_search": {"fields": "id", "word": "abc"}, "zoho_count": {"word": "abc"}}


def asked(row: Operation, there: Ground) -> Asked:
    """A request for ``row``, with the headers that it wants."""
    around = sound_around(row, there.ids)
    if around is not None:
        parts, query, headers, body = around
        lower = {**_LOWER, **{name.lower(): value for name, value in headers.items()}}
        return Asked(row, parts, query, lower, ... if row.body == "none" or body is None else body)
    if row.service.id == "flow-service":
        query = {"objectType": "root"} if row.action == "explore" else {}
        query |= {"op": "disable"} if row.path.endswith("/action") else {}
        body = ... if row.body == "none" else sound(row, there.there)
        return Asked(row, {"id": there.ids[row.collection]}, query, {**_LOWER, "if-match": "*"}, body)
    if row.service.id == "sandbox-api":
        return Asked(row, {"id": "prod"}, {}, _LOWER, _SANDBOXES.get(row.action, ...))
    if row.service.id == "zoho-crm":
        parts = {"version": "v8", "module": "Leads", "id": "1", "related": "Notes"}
        query = _CRM.get(row.action, {"module": "Leads"} if "module" in row.query else {})
        body = {"select_query": "select id from Leads where Last_Name is not null"} if row.body == "json" else ...
        return Asked(row, parts, query, {"authorization": f"Zoho-oauthtoken {there.token}"}, body)
    query = _AUTHORIZATION if row.action == "zoho_authorize" else {}
    if row.body == "form":
        return Asked(row, {}, query, _FORM, _FORMS.get(row.id) or _FORMS[row.action])
    authorization = f"Zoho-oauthtoken {there.token}" if row.service.id == "zoho-accounts" else "Bearer x"
    return Asked(row, {}, query, {"authorization": authorization}, ...)


def places(value: Any, path: Path = ()) -> Iterator[Path]:
    """Each place of a document, itself first."""
    yield path
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in pairs:
        yield from places(child, (*path, key))


def changed(value: Any, path: Path, new: Any) -> Any:
    """A copy with ``new`` at that place, which may be a key that isn't there yet."""
    if not path:
        return new
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = changed(copy[path[0]], path[1:], new) if path[1:] else new
    return copy
