"""Zoho's side of one mock's state: what its accounts servers know, and what a user told of it."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

from contracts.judging.model import Ask
from contracts.services.zoho.known import ZohoToken
from contracts.sources.regions import Region
from mockserver.memory.keeper import Table
from mockserver.memory.world import World
from mockserver.services.zoho.accounts import Accounts
from mockserver.services.zoho.dataset import Dataset, default_dataset
from mockserver.services.zoho.settings import ZohoSettings
from mockserver.services.zoho.written import overlaid

__all__ = ["MOST_WRITTEN", "ZOHO", "ZohoState"]

MOST_WRITTEN = 4 * 1024 * 1024
"""Bytes of written records that are kept at most; the oldest make room."""


class ZohoState(Accounts):
    """The accounts servers, what was written to the CRM, and the settings that both follow."""

    def __init__(self, world: World) -> None:
        self.settings: ZohoSettings = world.settings.get("zoho") or ZohoSettings()
        super().__init__(world.stamps, self.settings.accounts, self.settings.limits, world.keeper)

    def clear(self) -> None:
        self.written: Table = self._table("zoho_records", MOST_WRITTEN)
        """What was written, by the record's id."""
        self._data: Dataset | None = None
        self._laid = 0
        """How often `written` had changed when `_data` was made."""
        super().clear()

    @property
    def data(self) -> Dataset:
        """The CRM's records as they are now, in every data centre (assumed)."""
        if self._data is None or self._laid != self.written.changes:
            given = self.settings.data or default_dataset()
            self._data = overlaid(given, self.written.values()) if self.written else given
            self._laid = self.written.changes
        return self._data

    def _tables(self) -> tuple[MutableMapping[str, Any], ...]:
        return *super()._tables(), self.written

    def token(self, text: str, region: Region, issued_only: bool) -> ZohoToken:
        access = self.access(text, region, issued_only)
        if access is None:
            return ZohoToken("unknown")
        return ZohoToken(self.state(access, region), access.scope, access.region)


ZOHO: Ask[ZohoState] = Ask("zoho")
