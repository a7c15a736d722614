"""Whether a client serves every documented region."""

from __future__ import annotations

import pytest

from contracts.battery.client import Client, checks
from contracts.battery.play import NOT_REACHED
from contracts.judging.violations import shown
from contracts.sources.regions import Region, documented_regions

__all__ = ["RegionContract"]


class RegionContract(Client):
    """Every documented region."""

    @pytest.mark.parametrize("code", ["us", "au", "eu", "in", "cn"])
    @checks("FC-REG-01")
    def test_a_region_is_served(self, rule: str, code: str) -> None:
        if code not in self.regions:
            pytest.skip(f"the client doesn't serve the region {code}")
        region: Region = documented_regions()[code]
        platform = self.play.platform()
        self.play.needs_creation()
        outcome = self.play.call("create_connection", platform, self.play.connection(f"in {code}", region=code))
        params = [each["auth"]["params"] for each in platform.connections()]
        broken = [each.rule.id for exchange in outcome.exchanges for each in exchange.call.errors]
        if not params and broken:
            pytest.skip(f"{NOT_REACHED}: see {broken[0]}")
        if not params:
            self.play.found(rule, f"region {code}", expected="a connection", found=str(outcome), outcome=outcome)
        for name, url in (("accountsUrl", region.accounts_url), ("endpoint", region.api_endpoint)):
            if params[0].get(name) != url:
                self.play.found(rule, name, expected=url, found=shown(params[0].get(name)), outcome=outcome)
