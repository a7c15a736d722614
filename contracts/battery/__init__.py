"""The client contract: subclass one class, write one method, and learn which documented promises a client breaks."""

from __future__ import annotations

from typing import Any

from contracts.battery.answers import ErrorContract, ResponseContract, RetryContract
from contracts.battery.base import Connection, checks
from contracts.battery.resources import ReadingContract, UpdatingContract
from contracts.battery.sending import RegionContract, RequestContract
from contracts.battery.surroundings import SecretContract, TenantContract

__all__ = [
    "ClientContract",
    "Connection",
    "ErrorContract",
    "ReadingContract",
    "RegionContract",
    "RequestContract",
    "ResponseContract",
    "RetryContract",
    "SecretContract",
    "TenantContract",
    "UpdatingContract",
]


class ClientContract(
    RequestContract,
    RegionContract,
    ResponseContract,
    ErrorContract,
    RetryContract,
    ReadingContract,
    UpdatingContract,
    TenantContract,
    SecretContract,
):
    """The whole battery; write `create_connection` and whatever else the client can do."""

    @checks("FC-ALL-01")
    def test_the_battery_is_whole(self, rule: str) -> None:
        for name in _tests_of(ClientContract):
            mine = getattr(type(self), name, None)
            if mine is not getattr(ClientContract, name) and not _is_expected_to_fail(mine):
                found = "removed" if mine is None else "overridden"
                self.found(rule, name, expected="the battery's own test", found=found)


def _tests_of(battery: type) -> list[str]:
    return [name for name in dir(battery) if name.startswith("test_")]


def _is_expected_to_fail(test: Any) -> bool:
    marks = [mark for mark in getattr(test, "pytestmark", ()) if mark.name == "xfail"]
    return any(mark.kwargs.get("reason") for mark in marks)
