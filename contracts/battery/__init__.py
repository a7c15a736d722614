"""The client contract: subclass one class, write one method, and learn which documented promises a client breaks."""

from __future__ import annotations

from contracts.battery.activating import ActivationContract
from contracts.battery.calls import Connection
from contracts.battery.isolation import SecretContract, TenantContract
from contracts.battery.platform import Activation, DatasetExport, Platform
from contracts.battery.reading_updating import ReadingContract, UpdatingContract
from contracts.battery.refusals import ErrorContract, RetryContract
from contracts.battery.regions import RegionContract
from contracts.battery.requests import RequestContract
from contracts.battery.responses import ResponseContract
from contracts.battery.zoho_tokens import ZohoTokenContract

__all__ = [
    "Activation",
    "ActivationContract",
    "ClientContract",
    "Connection",
    "DatasetExport",
    "ErrorContract",
    "Platform",
    "ReadingContract",
    "RegionContract",
    "RequestContract",
    "ResponseContract",
    "RetryContract",
    "SecretContract",
    "TenantContract",
    "UpdatingContract",
    "ZohoTokenContract",
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
    ZohoTokenContract,
    ActivationContract,
):
    """The whole battery; write `create_connection` and whatever else the client can do.

    ``platform`` (a `Platform`) has ``url`` (the Flow Service base, without a slash at its end), ``access_token``,
    ``api_key``, ``org_id``, ``sandbox_name`` and ``headers``; a client that fetches its own token finds IMS at
    ``ims_url``. Each request is judged as its own service's. ``connection`` has ``name``, ``description`` (``None``:
    leave the key out), ``region``, ``params`` (the six credentials, not to be changed) and ``body()``, the documented
    JSON.

    | method | returns |
    |---|---|
    | ``create_connection(platform, connection)`` | a mapping or object with ``id`` and ``etag``, or the pair of them |
    | ``get_connection(platform, id)`` | the connection, unwrapped or as answered; ``None`` or an error if missing |
    | ``list_connections(platform)`` | any iterable of all connections, of every page |
    | ``update_connection(platform, id, etag, operations)`` | as create; ``etag`` is the one to send as If-Match |
    | ``delete_connection(platform, id)`` | ignored |
    | ``check_connection(platform, id)`` | true or false, from Flow Service's connection test |

    Clients that read Zoho CRM themselves, with access tokens that they refresh, have two more:

    | method | returns |
    |---|---|
    | ``zoho_client(zoho, region, credentials)`` | a new client of that region, without a token yet |
    | ``zoho_records(client, module)`` | the records of a module, any iterable |

    ``zoho`` has ``accounts_url(region)``, ``api_domain(region)`` and ``now()``, the seconds of its clock;
    ``credentials`` are ``client_id``, ``client_secret`` and ``refresh_token``.

    Clients that send audiences or datasets to destinations have two more, each with one flow for a name:

    | method | returns |
    |---|---|
    | ``activate(platform, activation)`` | the flow as create: its ``id``, and its ``etag`` after the last change |
    | ``export_dataset(platform, export)`` | the same |

    What `Activation` and `DatasetExport` have, `contracts.battery` says.

    Only the first of all is required, and each may be ``async def``. Class attributes: ``errors``, ``regions``,
    ``destinations``, ``sends``, ``max_examples``, ``timeout``, ``known_findings``.
    """
