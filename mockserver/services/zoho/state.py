"""Zoho's side of one mock's state: what its accounts servers know, and what a user told of it."""

from __future__ import annotations

from contracts.judging.model import Ask
from contracts.services.zoho.known import ZohoToken
from contracts.sources.regions import Region
from mockserver.memory.world import World
from mockserver.services.zoho.accounts import Accounts
from mockserver.services.zoho.settings import ZohoSettings

__all__ = ["ZOHO", "ZohoState"]


class ZohoState(Accounts):
    """The accounts servers, with the settings that they and the CRM follow."""

    def __init__(self, world: World) -> None:
        self.settings: ZohoSettings = world.settings.get("zoho") or ZohoSettings()
        super().__init__(world.stamps, self.settings.accounts, self.settings.limits, world.keeper)

    def token(self, text: str, region: Region, issued_only: bool) -> ZohoToken:
        access = self.access(text, region, issued_only)
        if access is None:
            return ZohoToken("unknown")
        return ZohoToken(self.state(access, region), access.scope, access.region)


ZOHO: Ask[ZohoState] = Ask("zoho")
