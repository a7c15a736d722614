"""Landing zone, encryption keys and private endpoints on the mock's side."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contracts.services.connectors.service import ENCRYPTION, LANDING_ZONE, PRIVATE_ENDPOINTS
from mockserver.exchange.masking import Shows
from mockserver.memory.store import Record
from mockserver.services.side import Action, Side, Step

__all__ = ["SIDE"]


def _shown(record: Record, collection: str) -> dict[str, Any]:
    from mockserver.services.connectors import endpoints, keys

    return endpoints.shown(record) if collection == "privateEndpoints" else keys.shown(record)


def _actions() -> Mapping[str, Action]:
    from mockserver.services.connectors import endpoints, keys, zones

    return {
        "zone": zones.zone,
        "credentials": zones.credentials,
        "refresh": zones.refresh,
        "list_keys": keys.list_all,
        "create_key": keys.create,
        "create_customer_key": keys.create_customers,
        "get_key": keys.get,
        "validate_key": keys.validate,
        "delete_key": keys.delete,
        "list_endpoints": endpoints.list_all,
        "create_endpoint": endpoints.create,
        "get_endpoint": endpoints.get,
        "delete_endpoint": endpoints.delete,
        "authoring": endpoints.authoring,
        "enable_authoring": endpoints.enable,
    }


def _steps() -> Mapping[str, Step]:
    from mockserver.services.connectors import endpoints

    return {"endpoint_approved": endpoints.approve}


SIDE = Side(
    "connectors",
    (LANDING_ZONE, ENCRYPTION, PRIVATE_ENDPOINTS),
    _actions,
    steps=_steps,
    view=_shown,
    shows=Shows(
        keys=frozenset(("encryptionAlgorithm", "autoTerminationMinutes")),
        parameters=frozenset(("type", "action", "op")),
        answered=frozenset(("SASToken", "SASUri", "credentials")),
    ),
)
