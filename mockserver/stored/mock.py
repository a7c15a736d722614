"""The mock on a store: `Mock`, each of whose calls is one transaction."""

from __future__ import annotations

import logging
import secrets
from functools import partial
from typing import Any

from contracts import Contract, Request
from contracts.call import Tenant
from contracts.contract import error_of
from mockserver.clock import Clock
from mockserver.faults import Fault
from mockserver.hosts import locate
from mockserver.mock import Mock, Snapshot
from mockserver.response import Response, json_response
from mockserver.store import Record
from mockserver.stored.address import address_of
from mockserver.stored.database import Database
from mockserver.stored.problem import StoreProblem, Unavailable
from mockserver.stored.replica import Replica
from mockserver.stored.shared import SharedClock, SharedFaults, SharedJournal
from mockserver.stored.vault import Vault, key_for
from mockserver.zoho.accounts import Account
from mockserver.zoho.settings import ZohoSettings

__all__ = ["StoredMock"]

_log = logging.getLogger("mockserver")


class StoredMock(Mock):
    """A platform whose state lies in the store at ``url``: ``sqlite:///file.db`` or ``postgresql://...``.

    The other parameters are those of `Mock`; what the store holds already is there at once. `StoreProblem` says why a
    store can't be opened. While it can't be reached later, every call is answered with 503.
    """

    def __init__(
        self,
        url: str,
        contract: Contract | None = None,
        journal: int = 1000,
        zoho: ZohoSettings | None = None,
        *,
        seed: int | None = None,
        clock: Clock | None = None,
    ) -> None:
        self._database, vault = _opened(url)
        self._replica = replica = Replica(self._database, vault)
        super().__init__(contract, journal, zoho, seed=seed, clock=SharedClock(clock or Clock(), replica), keeper=replica)
        self.faults = SharedFaults(replica)
        self.journal = SharedJournal(journal, replica)
        self._seed = seed
        replica.empty, replica.begin = self._world.clear, self._begin
        replica.appliers = {"records": self._apply, "agenda": self._apply_due, "clock": self._apply_clock}
        try:
            self._register_given()
        except Unavailable as problem:
            raise StoreProblem(str(problem)) from None

    def close(self) -> None:
        """Leave the store; what was answered is in it."""
        self._database.close()

    def handle(self, request: Request) -> Response:
        host, path = locate(request)
        is_control = host is None and self._admin.is_asked(path)
        try:
            if is_control and request.method == "GET" and path.strip("/").endswith("/health"):
                self._database.check()
                return super().handle(request)
            with self._replica.call(exchanges=0 if is_control else 1):
                return super().handle(request)
        except Unavailable as problem:
            return _control_unavailable(problem) if is_control else self._unavailable(request, path)

    def _unavailable(self, request: Request, path: str) -> Response:
        """The documented 503 of the service that was asked."""
        call = self.contract.judge(request, path)
        return Fault(status=503).answer(secrets.token_hex(16), partial(error_of, call))

    def _begin(self, number: int, first: int, salt: bytes) -> None:
        """Each call makes up what follows from its number, so that no process makes up what another has."""
        self._stamps.reseed(f"{salt.hex() if self._seed is None else self._seed}/{number}")
        self._world.store.go_on(first)
        self._world.agenda.go_on(first)

    def _apply(self, key: Any, record: Record | None) -> None:
        self._world.store.apply(key, record)
        if record is not None and key[1] == "connectionSpecs":
            self._world.spec_changed(record)

    def _apply_due(self, key: Any, due: Any) -> None:
        self._world.agenda.apply(key, due)

    def _apply_clock(self, _: Any, ahead: int | None) -> None:
        assert isinstance(self.clock, SharedClock)
        self.clock.apply(ahead)

    def _register_given(self) -> None:
        """Zoho accounts that were given and that the store doesn't know."""
        with self._replica.call():
            zoho = self._world.zoho
            for account in zoho.given:
                if zoho.is_open or account.client_id not in zoho.clients:
                    zoho.register(account)

    def stored(self, tenant: Tenant) -> list[dict[str, Any]]:
        with self._replica.call():
            return super().stored(tenant)

    def store(self, tenant: Tenant, document: dict[str, Any]) -> str:
        with self._replica.call():
            return super().store(tenant, document)

    def grant(self, token: str) -> None:
        with self._replica.call():
            super().grant(token)

    def register(self, account: Account) -> None:
        with self._replica.call():
            super().register(account)

    def revoke(self, token: str) -> None:
        with self._replica.call():
            super().revoke(token)

    def reset(self) -> None:
        with self._replica.call():
            self._replica.forget()
            super().reset()

    def snapshot(self) -> Snapshot:
        with self._replica.call():
            return super().snapshot()

    def restore(self, snapshot: Snapshot) -> None:
        with self._replica.call():
            super().restore(snapshot)


def _opened(url: str) -> tuple[Database, Vault]:
    """The store's tables, made where they aren't there, and the key to them."""
    address = address_of(url)
    database = Database(address)
    fingerprint = database.fingerprint()
    vault = Vault(key_for(address, is_in_use=fingerprint is not None))
    if fingerprint is None:
        database.create(vault.fingerprint, vault.seal(secrets.token_bytes(16), "salt"))
        fingerprint = database.fingerprint()
    if fingerprint != vault.fingerprint:
        words = f"{address.shown} is encrypted with another key than this one"
        raise StoreProblem(f"{words}; give its own in MOCKSERVER_STORE_KEY, or use another store")
    return database, vault


def _control_unavailable(problem: Unavailable) -> Response:
    return json_response(503, {"status": 503, "reason": str(problem)})
