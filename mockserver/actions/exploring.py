"""Looking through a connection at its source: test, explore, configs."""

from __future__ import annotations

from contracts import Call
from contracts.sources import Source
from contracts.violations import violation
from mockserver.actions.common import existing
from mockserver.exploring import configs as configured
from mockserver.exploring import explored
from mockserver.refusal import Refused
from mockserver.response import Response, json_response
from mockserver.views import shown
from mockserver.world import World

__all__ = ["configs", "explore", "test"]


def test(world: World, call: Call) -> Response:
    """Credentials are taken as genuine, so the answer is true (product decision, assumed)."""
    existing(world, call)
    return json_response(200, {"result": True})


def explore(world: World, call: Call) -> Response:
    assert call.operation is not None
    via_spec = call.operation.collection == "connectionSpecs"
    return json_response(200, explored(call, _source(world, call), via_spec))


def configs(world: World, call: Call) -> Response:
    _source(world, call)
    return json_response(200, configured())


def _source(world: World, call: Call) -> Source:
    """The source behind a connection, or the one whose spec the path names."""
    assert call.operation is not None
    record = existing(world, call)
    if call.operation.collection == "connectionSpecs":
        spec_id = record.id
    else:
        spec_id = shown(record, "connections").get("connectionSpec", {}).get("id", "")
    source = call.terms.catalogue.get(spec_id)
    if source is None:  # a draft's spec may be anything
        raise Refused(violation("FS-CON-04", "/connectionSpec/id", "no source has this id"))
    return source
