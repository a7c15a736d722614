"""The operations of landing zone, encryption keys and private endpoints, one row each (their three pages)."""

from __future__ import annotations

from functools import partial

from contracts.judging.model import Operation
from contracts.services.connectors.judges import (
    AUTHORING_RULES,
    CUSTOMER_KEY_RULES,
    ENABLE_RULES,
    ENDPOINT_LIST_RULES,
    ENDPOINT_RULES,
    KEY_RULES,
    REFRESH_RULES,
    ZONE_RULES,
)
from contracts.services.connectors.service import ENCRYPTION, LANDING_ZONE, PRIVATE_ENDPOINTS
from contracts.services.gateway.platform import PLACED

__all__ = ["OPERATIONS"]

_zone = partial(Operation, LANDING_ZONE, collection="landingZones")
# data-landing-zone.md prints programs that read the credentials without x-sandbox-name.
# encrypt-data.md prints the reads and the deletion of a key without x-sandbox-name.
_key = partial(Operation, ENCRYPTION)
_one_key = partial(_key, refuses=("CN-ID-01",), collection="keys")
_endpoint = partial(Operation, PRIVATE_ENDPOINTS, collection="privateEndpoints", returns=("PrivateEndpoints",))

OPERATIONS: tuple[Operation, ...] = (
    _zone(
        "getLandingZone",
        "GET",
        "/",
        action="zone",
        query=("type",),
        head_rules=(*PLACED, *ZONE_RULES),
        returns=("LandingZone",),
    ),
    _zone(
        "getLandingZoneCredentials",
        "GET",
        "/credentials",
        action="credentials",
        query=("type",),
        head_rules=ZONE_RULES,
        returns=("ZoneCredentials",),
    ),
    _zone(
        "refreshLandingZoneCredentials",
        "POST",
        "/credentials",
        action="refresh",
        query=("type", "action"),
        head_rules=(*PLACED, *REFRESH_RULES),
        returns=("ZoneCredentials",),
    ),
    _key("listKeys", "GET", "/keys", action="list_keys", returns=("Keys",)),
    _key(
        "createKey",
        "POST",
        "/keys",
        action="create_key",
        body="json",
        head_rules=PLACED,
        body_rules=KEY_RULES,
        returns=("Key",),
    ),
    _one_key("getKey", "GET", "/keys/{id}", action="get_key", returns=("Key",)),
    _one_key("deleteKey", "DELETE", "/keys/{id}", action="delete_key", success=204),
    _one_key("validateKey", "GET", "/keys/validate/{id}", action="validate_key", returns=("KeyState",)),
    _key("listCustomerKeys", "GET", "/customer-keys", action="list_keys", returns=("Keys",)),
    _key(
        "createCustomerKey",
        "POST",
        "/customer-keys",
        action="create_customer_key",
        body="json",
        head_rules=PLACED,
        body_rules=CUSTOMER_KEY_RULES,
        returns=("Key",),
    ),
    _endpoint(
        "listPrivateEndpoints",
        "GET",
        "/",
        action="list_endpoints",
        query=("property", "op"),
        head_rules=ENDPOINT_LIST_RULES,
    ),
    _endpoint(
        "createPrivateEndpoint",
        "POST",
        "/",
        action="create_endpoint",
        success=201,
        body="json",
        body_rules=ENDPOINT_RULES,
        returns=("PrivateEndpoint",),
    ),
    _endpoint(
        "getInteractiveAuthoring",
        "GET",
        "/interactiveAuthoring",
        action="authoring",
        returns=("Authoring",),
        collection="interactiveAuthoring",
    ),
    _endpoint(
        "enableInteractiveAuthoring",
        "POST",
        "/interactiveAuthoring",
        action="enable_authoring",
        success=202,
        body="optional",
        query=("op",),
        head_rules=ENABLE_RULES,
        body_rules=AUTHORING_RULES,
        returns=("Authoring",),
        collection="interactiveAuthoring",
    ),
    _endpoint("getPrivateEndpoint", "GET", "/{id}", action="get_endpoint", refuses=("CN-ID-02",)),
    _endpoint(
        "deletePrivateEndpoint",
        "DELETE",
        "/{id}",
        action="delete_endpoint",
        refuses=("CN-ID-02",),
        returns=("PrivateEndpoint",),
    ),
)
