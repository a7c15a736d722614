"""What one mock knows: resources, what is to happen, and the state of each service. Rules ask it as `Known`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, MutableMapping, Sequence
from typing import Any, Protocol, TypeVar

from contracts import Contract
from contracts.judging.model import Ask, Tenant
from contracts.tables import COLLECTIONS
from mockserver.memory.agenda import Agenda, Due
from mockserver.memory.identifiers import Stamps
from mockserver.memory.keeper import Keeper, Memory
from mockserver.memory.shelf import Shelf
from mockserver.memory.store import Record, Store

__all__ = ["EVERYBODY", "Part", "State", "World"]

EVERYBODY: Tenant = ("", "")
"""Whose the documented resources are."""

T = TypeVar("T")


class State(Protocol):
    """What a service remembers beside its resources."""

    def clear(self) -> None:
        """Forget everything."""

    def snapshot(self) -> Any: ...

    def restore(self, snapshot: Any) -> None: ...


class Part(Protocol):
    """What of a service's side the world is made of."""

    @property
    def name(self) -> str:
        """The service's folder."""

    @property
    def state(self) -> Callable[[World], State] | None: ...

    @property
    def standing(self) -> Mapping[str, Callable[[Contract], Mapping[str, Record]]]:
        """Resources of everybody's by their collection, which were there before anybody called."""

    @property
    def view(self) -> Callable[[Record, str], Mapping[str, Any]] | None:
        """A record of a collection as the service shows it, secrets included."""

    @property
    def after_write(self) -> Mapping[str, tuple[Callable[[World, Record, Mapping[str, Any]], None], ...]]:
        """What follows from a record that was written, by its collection."""

    @property
    def sources(self) -> Mapping[str, Any]:
        """Sources with a life of their own, by the id of their connection spec."""

    @property
    def collections(self) -> tuple[str, ...]: ...


class World:
    """The state behind the actions; everything in it starts afresh with `Mock.reset`.

    ``settings`` are what a user tells of a service, by its folder.
    """

    def __init__(
        self,
        contract: Contract,
        stamps: Stamps,
        parts: tuple[Part, ...],
        settings: Mapping[str, Any] | None = None,
        keeper: Keeper | None = None,
    ) -> None:
        self.contract = contract
        self.stamps = stamps
        self.clock = stamps.clock
        self.settings = settings or {}
        self.keeper = keeper or Memory()
        self.sources = {id: source for part in parts for id, source in part.sources.items()}
        self._hooks: dict[str, tuple[Any, ...]] = {}
        for name, hooks in (row for part in parts for row in part.after_write.items()):
            self._hooks[name] = (*self._hooks.get(name, ()), *hooks)
        self._views = {name: part.view for part in parts for name in part.collections}
        self._standing = {name: made for part in parts for name, made in part.standing.items()}
        self.keeper.appliers |= {
            "records": lambda key, record: self.store.apply(key, record),
            "agenda": lambda sequence, due: self.agenda.apply(sequence, due),
        }
        self._begin()
        self._states: dict[str, Any] = {part.name: part.state(self) for part in parts if part.state is not None}

    def _begin(self) -> None:
        self.store = Store(self.stamps, self.keeper)
        self.agenda = Agenda(self.keeper)
        self.timers: MutableMapping[tuple[Tenant, str], Due] = self.keeper.table("timers")
        """What each resource does next; an entry of the agenda that isn't here is no longer wanted."""

    def clear(self) -> None:
        """Forget everything."""
        self._begin()
        for state in self._states.values():
            state.clear()

    def of(self, ask: Ask[T]) -> T:
        """The state of that service."""
        return self._states[ask.id]  # type: ignore[no-any-return]

    def now(self) -> int:
        return self.clock.now()

    def shelf(self, tenant: Tenant, collection: str) -> Tenant:
        """Whose records of ``collection`` a tenant works with: some belong to the whole organisation (assumed)."""
        return (tenant[0], "") if COLLECTIONS[collection].shared else tenant

    def get(self, tenant: Tenant, collection: str, id: str) -> Record | None:
        record = self.store.get(self.shelf(tenant, collection), collection, id)
        return record or self.standing(collection).get(id)

    def listed(self, tenant: Tenant, collection: str) -> Shelf:
        """The documented ones, then those of the tenant, in the order of creation."""
        own = self.store.shelf(self.shelf(tenant, collection), collection)
        standing = self.standing(collection)
        return Shelf([*standing.values(), *own.records()]) if standing else own

    def standing(self, collection: str) -> Mapping[str, Record]:
        """The resources of everybody's."""
        made = self._standing.get(collection)
        return {} if made is None else made(self.contract)

    def find(self, tenant: Tenant, collection: str, id: str) -> Mapping[str, Any] | None:
        record, view = self.get(tenant, collection, id), self._views[collection]
        return None if record is None or view is None else view(record, collection)

    def ids(self, tenant: Tenant, collection: str) -> tuple[str, ...]:
        return tuple(self.store.standing(self.shelf(tenant, collection), collection) or ())

    def referrers(self, tenant: Tenant, collection: str, id: str) -> list[tuple[str, str]]:
        return self.store.referrers(tenant, (collection, id))

    def written(self, collection: str, record: Record, document: Mapping[str, Any]) -> Record:
        """The record, once all that follows from its having been created or changed is done."""
        for hook in self._hooks.get(collection, ()):
            hook(self, record, document)
        return record

    def plan(self, resource: tuple[Tenant, str], at: int, step: str) -> None:
        """What that resource does next, at ``at`` (ms); whatever was planned before no longer holds."""
        self.unplan(resource)
        self.timers[resource] = self.agenda.add(at, step, *resource)

    def unplan(self, resource: tuple[Tenant, str]) -> None:
        """Whatever was planned for it no longer holds."""
        due = self.timers.pop(resource, None)
        if due is not None and due.at > self.now():  # what is due already is off the agenda, or soon will be
            self.agenda.drop(due)

    def empty(self, tenant: Tenant) -> None:
        """Delete everything of one sandbox."""
        self.keeper.need(tenant)
        self.store.empty(tenant)
        for key in [key for key in self.timers if key[0] == tenant]:
            self.unplan(key)

    def fill(self, records: Mapping[tuple[Tenant, str], Sequence[Record]]) -> None:
        """Take these in, by tenant and collection and in the order of creation, without telling anybody."""
        for (tenant, collection), some in records.items():
            self.store.fill(tenant, collection, some)

    def forget(self, tenant: Tenant) -> None:
        """Take what one sandbox or organisation has out of memory, without telling anybody."""
        self.store.forget(tenant)
        self.agenda.forget(tenant)
        for key in [key for key in self.timers if key[0] == tenant]:
            self.keeper.appliers["timers"](key, None)

    def snapshot(self) -> Any:
        states = {name: state.snapshot() for name, state in self._states.items()}
        return self.store.snapshot(), self.agenda.snapshot(), dict(self.timers), states

    def restore(self, snapshot: Any) -> None:
        store, agenda, timers, states = snapshot
        for name, state in self._states.items():
            state.restore(states[name])
        self.store.restore(store)
        self.agenda.restore(agenda)
        self.timers.clear()
        self.timers.update(timers)
