"""What the services around Flow Service have in common on the mock's side: records by id, and JSON Patch."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import jsonpatch
import jsonpointer

from contracts import Call
from contracts.judging.violations import Violation, Violations, shown
from contracts.reading import json_text
from mockserver.exchange.refusal import Refused
from mockserver.memory.store import Record
from mockserver.memory.world import World

__all__ = ["document_of", "existing", "patched"]


def document_of(record: Record) -> dict[str, Any]:
    document: dict[str, Any] = json_text.parse(record.document)
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


def patched(value: Any, operations: list[dict[str, Any]], refused: Callable[[int, str], Violation]) -> Any:
    """``value`` after a JSON Patch (RFC 6902), all of it or nothing.

    ``refused`` makes the violation of an operation, by its place and path, that finds nothing to work on.
    """
    for index, row in enumerate(operations):
        operation: Mapping[str, Any] = {**row, "op": str(row["op"]).lower()}
        try:
            value = jsonpatch.apply_patch(value, [operation])
            json_text.parse(json_text.render(value))
        except (
            *(jsonpatch.JsonPatchException, jsonpointer.JsonPointerException, json_text.JsonProblem),
            *(TypeError, KeyError, IndexError, ValueError),
        ):
            raise Refused(refused(index, str(row.get("path")))) from None
    return value
