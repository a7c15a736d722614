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


def existing(world: World, call: Call, violation: Violations, rule: str, kind: str) -> Record:
    """The record that the path names; where there is none ``rule`` refuses, with the ids that there are.

    ``kind`` is what the answer calls such a record.
    """
    record = world.get(call.tenant, call.collection, call.id)
    if record is None:
        ids = [each.id for each in world.listed(call.tenant, call.collection).records()][:_MOST]
        problem = f"no such id among the {call.collection}"
        details = {"id": call.id, "type": kind}
        raise Refused(violation(rule, "path", problem, found=shown(call.id), allowed=ids, near=call.id, **details))
    return record


_MOST = 20  # ids that a refusal names
