"""Ad hoc activation: a run of Flow Service for each audience that is asked for (ad-hoc-activation-api.md)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from contracts import BASE_PATH, Call, Violation
from contracts.judging.body_schemas import object_at
from contracts.judging.violations import shown
from contracts.services.flow_service.ad_hoc import Activation, activations
from contracts.services.flow_service.rules import violation
from mockserver.exchange.refusal import Refused
from mockserver.exchange.response import Response, json_response
from mockserver.memory.world import World
from mockserver.services.common import author_of, refuse
from mockserver.services.flow_service import run_metrics as metrics
from mockserver.services.flow_service.exports import summary_of
from mockserver.services.flow_service.runs import new_run
from mockserver.services.granted import record_of

__all__ = ["activate"]


def activate(world: World, call: Call) -> Response:
    """``order`` lists audiences, ``destinations`` the datasets of each flow as aepp reads them."""
    refuse(call, _going_on(world, call))
    asked = [(each, [_run(world, call, each, id) for id in each.ids]) for each in activations(call.document)]
    order = [
        {"segment": id, "order": each.flow, "statusURL": url}
        for each, urls in asked
        if each.kind == "segment"
        for id, url in zip(each.ids, urls, strict=True)
    ]
    destinations = [_destination(each, urls) for each, urls in asked if each.kind == "dataset"]
    return json_response(200, {"destinations": destinations} if destinations else {"order": order})


def _destination(asked: Activation, urls: list[str]) -> dict[str, Any]:
    datasets = [{"id": id, "statusURL": url} for id, url in zip(asked.ids, urls, strict=True)]
    return {"flowId": asked.flow, "datasets": datasets}


def _run(world: World, call: Call, asked: Activation, id: str) -> str:
    """The address of a new run that exports that audience or dataset."""
    flow = record_of(world, call, "flows", asked.flow)
    if flow is None:
        raise Refused(violation("FS-ADH-04", asked.pointer, "no such flow to a destination", id=asked.flow))
    summary = summary_of(world.find(call.tenant, "flows", asked.flow) or {}, [f"{asked.kind}:{id}"])
    run = new_run(world, flow, {}, author_of(call), world.now(), summary=summary)
    return f"{call.request.origin}{BASE_PATH}/runs/{run.id}"


def _going_on(world: World, call: Call) -> Iterator[Violation]:
    for asked in activations(call.document):
        for id in asked.ids:
            for run_id in _runs_of(world, call, asked.flow, f"{asked.kind}:{id}"):
                answer = f"Run already going on for audience {id} for order {asked.flow} with run id {run_id}"
                yield violation("FS-ADH-06", asked.pointer, "a run is going on", found=shown(id), answer=answer)


def _runs_of(world: World, call: Call, flow_id: str, entity: str) -> Iterator[str]:
    for collection, run_id in world.referrers(call.tenant, "flows", flow_id):
        run = world.find(call.tenant, collection, run_id) if collection == "runs" else None
        if run is not None and metrics.outcome_of(run) is None and entity in _entities(run):
            yield run_id


def _entities(run: Mapping[str, Any]) -> list[Any]:
    summary = object_at(object_at(run, "metrics"), "recordSummary")
    rows = [row for target in summary.get("targetSummaries") or () for row in target.get("entitySummaries") or ()]
    return [row.get("id") for row in rows]
