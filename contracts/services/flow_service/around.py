"""The rules about ids of the services around: what a target, flow or base connection names is in this sandbox.

Which answer the service gives to an unknown one no document says, and tests send printed ids: it is only warned about.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from contracts.judging.body_schemas import object_at
from contracts.judging.model import Call
from contracts.judging.violations import Violation, shown
from contracts.reading.json_text import holds
from contracts.services.flow_service.rules import violation
from contracts.services.gateway.known import SCHEMAS

__all__ = ["dataset_and_schema_exist", "key_has_expired", "keys_and_mappings_exist", "private_endpoint_exists"]


def dataset_and_schema_exist(call: Call) -> Iterator[Violation]:
    dataset = object_at(call.document, "params").get("dataSetId")
    yield from _named(call, "FS-REF-06", "/params/dataSetId", "dataSets", dataset)
    schema = object_at(object_at(call.document, "data"), "schema").get("id")
    if not isinstance(schema, str) or not _is_id(schema) or call.known is None:
        return
    registry = call.known.of(SCHEMAS)
    if registry.schema(call.tenant, schema) is None:
        yield _missing("FS-REF-05", "/data/schema/id", "schemas", schema, registry.ids(call.tenant))


def keys_and_mappings_exist(call: Call) -> Iterator[Violation]:
    rows = call.document.get("transformations") if isinstance(call.document, dict) else None
    for index, row in enumerate(rows if isinstance(rows, list) else ()):
        params, at = object_at(row, "params"), f"/transformations/{index}/params"
        yield from _named(call, "FS-REF-07", f"{at}/mappingId", "mappingSets", params.get("mappingId"))
        profiles = object_at(params, "profileMapping").get("mappingId")
        yield from _named(call, "FS-REF-07", f"{at}/profileMapping/mappingId", "mappingSets", profiles)
        yield from _named(call, "FS-REF-08", f"{at}/publicKeyId", "keys", params.get("publicKeyId"))
        yield from _expired(call, f"{at}/publicKeyId", params.get("publicKeyId"))
        verifying = params.get("signVerificationKeyId")
        yield from _named(call, "FS-REF-08", f"{at}/signVerificationKeyId", "customer-keys", verifying)


def _expired(call: Call, pointer: str, id: Any) -> Iterator[Violation]:
    key = call.find("keys", id)
    if key is not None and key_has_expired(key, call.now):
        yield violation("FS-REF-10", pointer, "a key that has expired", found=shown(id), id=id)


def key_has_expired(key: Mapping[str, Any], now: int) -> bool:
    """``key`` as the encryption service shows it, whose ``expiryTime`` is seconds as text; ``now`` is in ms."""
    return now // 1000 >= int(key["expiryTime"])


def private_endpoint_exists(call: Call) -> Iterator[Violation]:
    if holds(call.request.body, b"privateEndpointId"):  # as in few requests
        id = object_at(object_at(call.document, "auth"), "params").get("privateEndpointId")
        yield from _named(call, "FS-REF-09", "/auth/params/privateEndpointId", "privateEndpoints", id)


def _named(call: Call, rule: str, pointer: str, collection: str, id: Any) -> Iterator[Violation]:
    if call.known is not None and _is_id(id) and call.find(collection, id) is None:
        yield _missing(rule, pointer, collection, id, call.known.ids(call.tenant, collection))


def _missing(rule: str, pointer: str, collection: str, id: str, ids: tuple[str, ...]) -> Violation:
    problem = f"no such id among the {collection} of this sandbox"
    return violation(rule, pointer, problem, found=shown(id), allowed=ids[-_MOST:], near=id, id=id, type=collection)


_MOST = 20  # ids that a violation names


def _is_id(value: Any) -> bool:
    """A text without a placeholder in it, of which the placeholders' rule tells."""
    return isinstance(value, str) and value != "" and "{" not in value
