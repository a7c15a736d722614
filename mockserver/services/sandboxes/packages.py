"""Packages that are asked for from another organisation (create/loyalty/lava.md). None ever arrives."""

from __future__ import annotations

from typing import Any

from contracts import Call
from mockserver.exchange.response import Response, json_response
from mockserver.memory.store import Record
from mockserver.memory.world import World
from mockserver.services.common import author_of
from mockserver.services.platform import document_of

__all__ = ["pull"]


def _shown(record: Record) -> dict[str, Any]:
    document = document_of(record)
    return {
        "id": record.id,
        "version": 0,
        "createdDate": record.created_at,
        "modifiedDate": record.updated_at,
        "createdBy": record.created_by.user,
        "modifiedBy": record.updated_by.user,
        "sourceIMSOrgId": document["imsOrgId"],
        "targetIMSOrgId": record.tenant[0],
        "packageId": document["packageId"],
        "status": "PENDING",
        "initiatedBy": record.created_by.user,
        "pipelineMessageId": record.etag.strip('"'),
        "requestType": "PUBLIC",
    }


def pull(world: World, call: Call) -> Response:
    """The answer says that the package is on its way, and stays so: what is in a package is nowhere documented."""
    record = world.store.insert(call.tenant, "pullRequests", call.request.body, author_of(call))
    return json_response(200, _shown(record))
