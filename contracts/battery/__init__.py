"""The client contract: subclass one class, write one method, and learn which documented promises a client breaks."""

from __future__ import annotations

from contracts.battery.answers import ErrorContract, ResponseContract, RetryContract
from contracts.battery.base import Connection
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
