"""Encryption keys (encrypt-data.md). A pass phrase is looked at and never kept."""

from __future__ import annotations

import base64
from typing import Any

from contracts import Call
from contracts.reading import json_text
from contracts.services.connectors.rules import violation
from mockserver.exchange.response import Response, json_response
from mockserver.memory.store import Record
from mockserver.memory.world import World
from mockserver.services.common import author_of
from mockserver.services.platform import document_of, existing

__all__ = ["create", "create_customers", "delete", "get", "list_all", "shown", "validate"]

_HOLDS = 180 * 86400  # seconds


def shown(record: Record) -> dict[str, Any]:
    return {"name": "", **document_of(record), "publicKeyId": record.id, "keyType": "ENCRYPTION"}


def list_all(world: World, call: Call) -> Response:
    return json_response(200, [shown(record) for record in world.store.records(call.tenant, call.collection)])


def create(world: World, call: Call) -> Response:
    """The key that is made is only text: nothing can be encrypted with it."""
    text = f"-----BEGIN PGP PUBLIC KEY BLOCK-----\n{world.stamps.hex(64)}\n-----END PGP PUBLIC KEY BLOCK-----"
    made = {
        "encryptionAlgorithm": call.document["encryptionAlgorithm"],
        "name": call.document.get("name", ""),
        "publicKey": base64.b64encode(text.encode()).decode(),
        "expiryTime": str(world.now() // 1000 + _HOLDS),
    }
    record = world.store.insert(call.tenant, "keys", json_text.render(made), author_of(call))
    return json_response(200, {name: shown(record)[name] for name in ("publicKey", "publicKeyId", "expiryTime")})


def create_customers(world: World, call: Call) -> Response:
    kept = {name: call.document[name] for name in ("name", "encryptionAlgorithm", "publicKey") if name in call.document}
    record = world.store.insert(call.tenant, "customer-keys", json_text.render(kept), author_of(call))
    return json_response(200, {"publicKeyId": record.id})


def get(world: World, call: Call) -> Response:
    return json_response(200, shown(_existing(world, call)))


def validate(world: World, call: Call) -> Response:
    record = _existing(world, call)
    holds = world.now() // 1000 < int(document_of(record)["expiryTime"])
    return json_response(200, {"publicKeyId": record.id, "status": "Active" if holds else "Expired"})


def delete(world: World, call: Call) -> Response:
    world.store.delete("keys", _existing(world, call))
    return Response(204)


def _existing(world: World, call: Call) -> Record:
    return existing(world, call, violation, "CN-ID-01", "key")
