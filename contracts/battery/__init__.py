"""The client contract: subclass one class, write one method, and learn which documented promises a client breaks."""

from __future__ import annotations

from typing import Any

from contracts.battery.answers import ResponseContract
from contracts.battery.base import Connection, checks
from contracts.battery.failures import ErrorContract, RetryContract
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
    """The whole battery; write `create_connection` and whatever else the client can do.

    ``platform`` has ``url`` (the Flow Service base, without a slash at its end), ``access_token``, ``api_key``,
    ``org_id``, ``sandbox_name`` and ``headers``. ``connection`` has ``name``, ``description`` (``None``: leave the key
    out), ``region``, ``params`` (the six credentials, not to be changed) and ``body()``, the documented JSON.

    | method | returns |
    |---|---|
    | ``create_connection(platform, connection)`` | a mapping or object with ``id`` and ``etag``, or the pair of them |
    | ``get_connection(platform, id)`` | the connection, unwrapped or as answered; ``None`` or an error if missing |
    | ``list_connections(platform)`` | any iterable of all connections, of every page |
    | ``update_connection(platform, id, etag, operations)`` | as create; ``etag`` is the one to send as If-Match |
    | ``delete_connection(platform, id)`` | ignored |
    | ``check_connection(platform, id)`` | true or false, from Flow Service's connection test |

    Only the first is required, and each may be ``async def``. Class attributes: ``errors``, ``regions``,
    ``max_examples``, ``timeout``, ``known_findings``.
    """

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
