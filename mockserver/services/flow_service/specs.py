"""Connection specs and flow specs that an organisation brings itself: written whole, answered whole."""

from __future__ import annotations

from contracts import Call
from contracts.judging.violations import shown
from contracts.reading import json_text
from contracts.services.flow_service.rules import violation
from contracts.services.flow_service.specs import with_transformation_specs
from mockserver.exchange.response import Response, json_response
from mockserver.memory.identifiers import sandbox_id
from mockserver.memory.store import Record
from mockserver.memory.world import EVERYBODY, World
from mockserver.services.common import author_of, refuse, stored
from mockserver.services.flow_service.answers import existing, location
from mockserver.services.flow_service.views import shown_masked

__all__ = ["create", "replace"]


def create(world: World, call: Call) -> Response:
    """flow-service.yaml prints the sandbox of a spec and a version, which the body need not say."""
    return _whole(201, call, stored(world, call, _placed(call), document=_rendered(call)))


def replace(world: World, call: Call) -> Response:
    """A full replacement (update-connection-specs.md, update-flow-specs.md); no If-Match.

    A spec of Adobe's is replaced for this organisation alone.
    """
    record = existing(world, call)
    if record.tenant != EVERYBODY:
        return _whole(200, call, world.store.update(call.collection, record, author_of(call), document=_rendered(call)))
    if call.collection == "connectionSpecs":
        refuse(call, iter([violation("FS-SPEC-07", "path", "a spec of Adobe's", found=shown(call.id))]))
    return _whole(200, call, stored(world, call, _placed(call), document=_rendered(call), id=record.id))


def _placed(call: Call) -> dict[str, str]:
    org_id, sandbox = call.tenant
    return {"sandboxId": sandbox_id(org_id, sandbox), "sandboxName": sandbox}


def _rendered(call: Call) -> bytes:
    return json_text.render({"version": "1.0", **with_transformation_specs(call.document)})


def _whole(status: int, call: Call, record: Record) -> Response:
    """No items and no etag."""
    view = shown_masked(record, call.collection, call.terms.catalogue)
    return json_response(status, view, location(call, record) if status == 201 else {})
