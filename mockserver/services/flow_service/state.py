"""Specs: the documented ones, which are everybody's, and what those that an organisation brings add to the terms."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

from contracts import Contract
from contracts.judging.model import Ask, Terms
from contracts.reading import json_text
from contracts.services.flow_service.flow_specs import flow_specs
from contracts.services.flow_service.specs import connection_spec, source_of_spec
from contracts.sources.source_catalogue import Catalogue, Source
from mockserver.memory.store import Author, Record
from mockserver.memory.world import EVERYBODY, World

__all__ = ["FLOW_SERVICE", "STANDING", "Specs"]

_Own = Mapping[tuple[str, str], Source]
"""What each of an organisation's connection specs adds, by its id and etag, in the order of creation."""


_MOST_ORGS = 16  # whose terms are remembered, a catalogue each


class Specs:
    """``warned`` are the sources whose end of life the log has told; that stays told."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.warned: set[str] = set()
        self.clear()

    def clear(self) -> None:
        self._terms: dict[str, tuple[_Own, Terms]] = {}

    def terms(self, org_id: str, terms: Terms) -> Terms:
        """``terms`` with the sources that this organisation's connection specs add; the same until one changes."""
        own = self._world.store.standing((org_id, ""), "connectionSpecs")
        if own is None:
            return terms
        records = {(record.id, record.etag): record for record in own.records()}
        known = self._terms.get(org_id)
        if known is None or list(known[0]) != list(records):
            read = known[0] if known else {}
            sources = {key: read.get(key) or _source_of(record) for key, record in records.items()}
            merged = replace(terms, catalogue=Catalogue([*terms.catalogue.values(), *sources.values()]))
            if len(self._terms) >= _MOST_ORGS:
                del self._terms[next(iter(self._terms))]
            known = self._terms[org_id] = sources, merged
        return known[1]

    def snapshot(self) -> Any:
        """Nothing: the terms follow from the records."""

    def restore(self, snapshot: Any) -> None:  # noqa: ARG002 -- as of any state
        self.clear()  # with a seed another spec may come to the same id and etag


def _source_of(record: Record) -> Source:
    return source_of_spec(json_text.unrendered(record.document), record.id)


FLOW_SERVICE: Ask[Specs] = Ask("flow_service")


def _connection_specs(catalogue: Catalogue) -> dict[str, dict[str, Any]]:
    return {source.id: connection_spec(source) for source in catalogue.values()}


@lru_cache(maxsize=16)
def _documented(
    made: Callable[[Catalogue], Mapping[str, Mapping[str, Any]]], catalogue: Catalogue
) -> Mapping[str, Record]:
    specs = made(catalogue)
    return {id: _record(id, number - len(specs), spec) for number, (id, spec) in enumerate(specs.items())}


def _record(id: str, sequence: int, spec: Mapping[str, Any]) -> Record:
    nobody = Author("", "")
    document = json_text.render({name: value for name, value in spec.items() if name != "id"})
    return Record(id, sequence, EVERYBODY, document, "", "", 0, 0, nobody, nobody, {}, ())


STANDING: Mapping[str, Callable[[Contract], Mapping[str, Record]]] = {
    "connectionSpecs": lambda contract: _documented(_connection_specs, contract.terms.catalogue),
    "flowSpecs": lambda contract: _documented(flow_specs, contract.terms.catalogue),
}
