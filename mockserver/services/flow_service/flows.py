"""Flows: what their creation adds to any other."""

from __future__ import annotations

from contracts import Call
from contracts.judging.body_schemas import object_at
from contracts.reading import json_text
from contracts.services.flow_service.activation import GENERAL_TRANSFORM, carries_datasets, is_destination_flow
from contracts.services.flow_service.flows import flow_spec_of
from mockserver.exchange.response import Response
from mockserver.memory.world import World
from mockserver.services.common import stored
from mockserver.services.flow_service.answers import location, written
from mockserver.services.flow_service.inheritance import inherited
from mockserver.services.flow_service.resources import creation_of

__all__ = ["create"]


def create(world: World, call: Call) -> Response:
    now = world.now()
    text = _give_a_transformation(call)
    record = stored(world, call, {**inherited(world, call, call.document), **creation_of(call, now)}, now, text)
    return written(201, record, location(call, record))


def _give_a_transformation(call: Call) -> bytes | None:
    """A flow of audiences that is created with ``[]`` gets an empty GeneralTransform (assumed).

    activate-segments-file-based-destinations.md goes on with PATCHes below /transformations/0.
    """
    spec = flow_spec_of(call, call.document)
    if spec is None or not is_destination_flow(spec) or carries_datasets(call, spec):
        return None
    if call.document.get("transformations") != []:
        return None
    declared = [object_at(each["spec"], "properties") for each in spec["transformationSpecs"]] or [_EMPTY]
    params = {name: empty for name, empty in _EMPTY.items() if name in declared[0] or name == _ATTRIBUTES}
    call.document = {**call.document, "transformations": [{"name": GENERAL_TRANSFORM, "params": params}]}
    return json_text.render(call.document)


# The destinations' description adds attributes to every flow of audiences, also where the page of files maps them.
_ATTRIBUTES = "profileSelectors"
# The params that bodies send at creation, as far as a flow spec declares them; that of datasets declares none.
_EMPTY = {
    "mandatoryFields": [],
    "primaryFields": [],
    "profileMapping": {},
    "segmentSelectors": {"selectors": []},
    _ATTRIBUTES: {"selectors": []},
}
