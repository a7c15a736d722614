"""Looking through a connection at its source: test, explore, configs."""

from __future__ import annotations

from contracts import Call
from contracts.judging.body_schemas import object_at
from contracts.services.flow_service.exploring import config_query
from contracts.services.flow_service.rules import violation
from contracts.sources.source_catalogue import EXPORT_SOURCE, Source
from mockserver.exchange.refusal import Refused
from mockserver.exchange.response import Response, json_response
from mockserver.memory.world import World
from mockserver.services.flow_service.answers import existing
from mockserver.services.flow_service.explored import configs as configured
from mockserver.services.flow_service.explored import explored
from mockserver.services.flow_service.exports import exportable
from mockserver.services.flow_service.samples import tables_in
from mockserver.services.flow_service.views import shown
from mockserver.services.sources import source_side

__all__ = ["configs", "explore", "test"]


def test(world: World, call: Call) -> Response:
    """True where the credentials work: Zoho's at the mock's own Zoho, any other source's always (assumed)."""
    connection = shown(existing(world, call), "connections")
    side = source_side(world, connection)
    causes = side.problems(world, connection) if side else ()
    call.violations = [*causes, *call.violations]
    return json_response(200, {"result": not causes})


def explore(world: World, call: Call) -> Response:
    via_spec = call.collection == "connectionSpecs"
    source = _source(world, call)
    if not via_spec:
        connection = shown(existing(world, call), "connections")
        side = source_side(world, connection)
        causes = side.problems(world, connection) if side else ()
        if side and causes:
            raise side.refusal(causes)
    return json_response(200, explored(call, source, via_spec, tables_in(world, source)))


def configs(world: World, call: Call) -> Response:
    source = _source(world, call)
    query = config_query(call.query)
    # aepp asks the spec of the destination for them.
    if source.id == EXPORT_SOURCE or (source.is_destination and query.get("outputType") == "activationDatasets"):
        return json_response(200, exportable(world, call))
    return json_response(200, configured(source, query))


def _source(world: World, call: Call) -> Source:
    """The source behind a connection, or the one whose spec the path names."""
    record = existing(world, call)
    if call.collection == "connectionSpecs":
        spec_id = record.id
    else:
        spec_id = str(object_at(shown(record, "connections"), "connectionSpec").get("id"))
    source = call.terms.catalogue.get(spec_id)
    if source is None:  # a draft's spec may be anything
        raise Refused(violation("FS-CON-04", "/connectionSpec/id", "no source has this id"))
    return source
