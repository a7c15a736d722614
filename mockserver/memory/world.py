"""What one mock knows: its store, agenda, clock and issued tokens. Rules ask it as `Known`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import replace
from functools import lru_cache
from typing import Any, Literal

from contracts import ZOHO_CRM, Contract, Source
from contracts.judging.model import Tenant, Terms, ZohoToken
from contracts.reading import json_text
from contracts.services.flow_service.flow_specs import flow_specs
from contracts.services.flow_service.specs import connection_spec, source_of_spec
from contracts.sources.regions import Region
from contracts.sources.source_catalogue import Catalogue
from contracts.tables import COLLECTIONS
from mockserver.memory.agenda import Agenda, Due
from mockserver.memory.identifiers import Stamps
from mockserver.memory.keeper import Keeper, Memory
from mockserver.memory.shelf import Shelf
from mockserver.memory.store import Author, Record, Store
from mockserver.services.flow_service.samples import Table, tables_of
from mockserver.services.flow_service.views import shown
from mockserver.services.zoho.accounts import Accounts
from mockserver.services.zoho.settings import ZohoSettings

__all__ = ["EVERYBODY", "World"]

_MOST_TOKENS = 100_000  # of IMS that are remembered, or a long session would fill the memory

EVERYBODY: Tenant = ("", "")
"""Whose the documented specs are."""


class World:
    """The state behind the actions; everything in it starts afresh with `Mock.reset`."""

    def __init__(
        self, contract: Contract, stamps: Stamps, zoho: ZohoSettings | None = None, keeper: Keeper | None = None
    ) -> None:
        self.contract = contract
        self._keeper = keeper or Memory()
        self.stamps = stamps
        self.clock = stamps.clock
        self.zoho_settings = zoho or ZohoSettings()
        self.zoho = Accounts(stamps, self.zoho_settings.accounts, self.zoho_settings.limits, self._keeper)
        self.warned: set[str] = set()
        """Sources whose end of life the log has told; that stays told."""
        self.clear()

    def clear(self) -> None:
        """Forget everything."""
        self.store = Store(self.stamps, self._keeper)
        self.agenda = Agenda(self._keeper)
        self.timers: MutableMapping[tuple[Tenant, str], Due] = self._keeper.table("timers")
        """What each flow and each run does next; an entry of the agenda that isn't here is no longer wanted."""
        self.tokens: MutableMapping[str, int] = self._keeper.table("tokens")
        """Access tokens that IMS issued, and when they expire (ms)."""
        self._terms: dict[str, Terms] = {}
        self.zoho.clear()

    def now(self) -> int:
        return self.clock.now()

    def terms(self, tenant: Tenant, terms: Terms) -> Terms:
        """``terms`` with the sources that this organisation's connection specs add."""
        return self._terms.get(tenant[0], terms)

    def spec_changed(self, record: Record) -> None:
        """An organisation has a new connection spec, or a changed one."""
        org_id, terms = record.tenant[0], self.contract.terms
        sources = self._terms.get(org_id, terms).catalogue.values()
        own = source_of_spec(json_text.parse(record.document), record.id)
        self._terms[org_id] = replace(terms, catalogue=Catalogue([*sources, own]))

    def shelf(self, tenant: Tenant, collection: str) -> Tenant:
        """Whose records of ``collection`` a tenant works with: specs belong to the whole organisation (assumed)."""
        return (tenant[0], "") if COLLECTIONS[collection].shared else tenant

    def get(self, tenant: Tenant, collection: str, id: str) -> Record | None:
        record = self.store.get(self.shelf(tenant, collection), collection, id)
        return record or self.documented(collection).get(id)

    def listed(self, tenant: Tenant, collection: str) -> Shelf:
        """The documented ones, then those of the tenant, in the order of creation."""
        own = self.store.shelf(self.shelf(tenant, collection), collection)
        documented = self.documented(collection)
        return Shelf([*documented.values(), *own.records()]) if documented else own

    def documented(self, collection: str) -> Mapping[str, Record]:
        """The specs that Adobe's pages document, as records of nobody."""
        return _documented(collection, self.contract.terms.catalogue) if collection in _DOCUMENTED else {}

    def find(self, tenant: Tenant, collection: str, id: str) -> Mapping[str, Any] | None:
        record = self.get(tenant, collection, id)
        return None if record is None else shown(record, collection)

    def referrers(self, tenant: Tenant, collection: str, id: str) -> list[tuple[str, str]]:
        return self.store.referrers(tenant, (collection, id))

    def sandbox(self, org_id: str, name: str) -> str | None:
        record = self.store.get((org_id, ""), "sandboxes", name)  # stored under their names
        return None if record is None else record.state

    def token(self, text: str) -> Literal["issued", "expired"] | None:
        expires = self.tokens.get(text)
        if expires is None:
            return None
        return "issued" if self.now() < expires else "expired"

    def tables(self, source: Source) -> Mapping[str, Table]:
        """The tables of a source: Zoho's are the modules of the mock's own CRM."""
        tables = tables_of(source)
        return self.zoho_settings.data.tables if source.id == ZOHO_CRM and tables else tables

    def zoho_token(self, text: str, region: Region, issued_only: bool) -> ZohoToken:
        access = self.zoho.access(text, region, issued_only)
        if access is None:
            return ZohoToken("unknown")
        return ZohoToken(self.zoho.state(access, region), access.scope, access.region)

    def issue(self, lasts: int, token: str | None = None) -> str:
        """A token, a new one by default, that is current for so many milliseconds from now."""
        token = token or self.stamps.token()
        self.tokens[token] = self.now() + lasts
        if len(self.tokens) > _MOST_TOKENS:
            del self.tokens[next(iter(self.tokens))]
        return token

    def empty(self, tenant: Tenant) -> None:
        """Forget everything of one sandbox."""
        self.store.empty(tenant)
        for key in [key for key in self.timers if key[0] == tenant]:
            del self.timers[key]

    def snapshot(self) -> Any:
        own = self.store.snapshot(), self.agenda.snapshot(), dict(self.timers), dict(self.tokens), dict(self._terms)
        return *own, self.zoho.snapshot()

    def restore(self, snapshot: Any) -> None:
        store, agenda, timers, tokens, terms, zoho = snapshot
        self.zoho.restore(zoho)
        self.store.restore(store)
        self.agenda.restore(agenda)
        self.timers.clear()
        self.timers.update(timers)
        self.tokens.clear()
        self.tokens.update(tokens)
        self._terms = dict(terms)


def _connection_specs(catalogue: Catalogue) -> dict[str, dict[str, Any]]:
    return {source.id: connection_spec(source) for source in catalogue.values()}


_DOCUMENTED: Mapping[str, Callable[[Catalogue], Mapping[str, Mapping[str, Any]]]] = {
    "connectionSpecs": _connection_specs,
    "flowSpecs": flow_specs,
}


@lru_cache(maxsize=16)
def _documented(collection: str, catalogue: Catalogue) -> Mapping[str, Record]:
    specs = _DOCUMENTED[collection](catalogue)
    return {id: _record(id, number - len(specs), spec) for number, (id, spec) in enumerate(specs.items())}


def _record(id: str, sequence: int, spec: Mapping[str, Any]) -> Record:
    nobody = Author("", "")
    document = json_text.render({name: value for name, value in spec.items() if name != "id"})
    return Record(id, sequence, EVERYBODY, document, "", "", 0, 0, nobody, nobody, {}, ())
