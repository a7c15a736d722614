"""What the services around Flow Service have in common on the mock's side: records by id."""

from __future__ import annotations

from typing import Any

from contracts import Call
from contracts.judging.violations import Violations, shown
from contracts.reading import json_text
from mockserver.exchange.refusal import Refused
from mockserver.memory.store import Record
from mockserver.memory.world import World

__all__ = ["document_of", "existing"]


def document_of(record: Record) -> dict[str, Any]:
    document: dict[str, Any] = json_text.unrendered(record.document)
    return document


def existing(world: World, call: Call, violation: Violations, rule: str, id: str | None = None) -> Record:
    """The record that the path names; refused by ``rule``, with the ids that there are, where there is none."""
    wanted = call.id if id is None else id
    record = world.get(call.tenant, call.collection, wanted)
    if record is None:
        ids = [each.id for each in world.listed(call.tenant, call.collection).records()][:_MOST]
        problem = f"no such id among the {call.collection}"
        raise Refused(
            violation(
                rule,
                "path",
                problem,
                found=shown(wanted),
                allowed=ids,
                near=wanted,
                id=wanted,
                type=_ONE[call.collection],
            )
        )
    return record


_ONE = {"mappingSets": "mapping set", "keys": "key", "privateEndpoints": "private endpoint"}
_MOST = 20  # ids that a refusal names
