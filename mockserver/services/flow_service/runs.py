"""Runs of flows, which move through their states on the mock's clock."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contracts import Call
from contracts.judging.body_schemas import object_at
from contracts.reading import json_text
from contracts.services.flow_service.rules import violation
from contracts.services.flow_service.runs import delta_column_of
from contracts.services.flow_service.schedules import moment_of
from mockserver.exchange.refusal import Refused
from mockserver.exchange.response import Response, json_response
from mockserver.memory.agenda import Due
from mockserver.memory.store import Author, Record
from mockserver.memory.world import World
from mockserver.services.common import author_of
from mockserver.services.flow_service import run_metrics as metrics
from mockserver.services.flow_service.answers import check_version, existing, location, written
from mockserver.services.flow_service.views import shown, shown_masked
from mockserver.services.granted import record_of

__all__ = ["create", "finish", "new_run", "start", "tell_of_stream", "trigger_again", "update"]

STARTS_AFTER, FINISHES_AFTER = 1_000, 3_000  # ms after a run's creation (assumed)


def create(world: World, call: Call) -> Response:
    flow = record_of(world, call, "flows", call.document.get("flowId"))
    if flow is None:
        raise Refused(violation("FS-RUN-02", "/flowId", "no flow has this id", id=str(call.document.get("flowId"))))
    params = call.document.get("params") or {}
    _keep_delta_column(world, flow, params)
    # It begins when the params say so (on-demand-ingestion.md).
    record = new_run(world, flow, params, author_of(call), world.now(), moment_of(params.get("startTime")))
    return written(201, record, location(call, record))


def new_run(
    world: World,
    flow: Record,
    params: Mapping[str, Any],
    author: Author,
    at: int,
    starts: int | None = None,
    summary: Mapping[str, Any] | None = None,
) -> Record:
    """A run that is made at ``at`` and starts at ``starts`` (ms), soon where that has passed.

    ``summary`` is its ``recordSummary`` where something is to be told before it has run.
    """
    fields: dict[str, Any] = {"params": params, **metrics.SCHEDULED}
    if summary is not None:
        fields["metrics"] = {"recordSummary": summary, **fields["metrics"]}
    record = _inserted(world, flow, fields, author, at)
    _plan(world, record, max(at + STARTS_AFTER, starts or 0), "started")
    return record


def tell_of_stream(world: World, flow: Record, at: int) -> None:
    """What has streamed through a flow until ``at`` (ms) is told as a run that is done; of messages the inlet tells."""
    if flow.extra.get("has_messages"):
        return
    document = {"flowId": flow.id, "params": {}}
    told = metrics.finished(world, flow.tenant, document, at)
    record = _inserted(world, flow, {"params": {}, **told}, flow.created_by, at)
    _tell_flow(world, record, at)


def _inserted(world: World, flow: Record, fields: Mapping[str, Any], author: Author, at: int) -> Record:
    document = {"flowId": flow.id, "flowSpec": json_text.unrendered(flow.document).get("flowSpec"), **fields}
    targets = [("flows", flow.id)]
    return world.store.insert(flow.tenant, "runs", json_text.render(document), author, targets=targets, at=at)


def update(world: World, call: Call) -> Response:
    """Fields that were sent replace the run's; the answer is the whole run (flow-service.yaml, FlowRunItemDTO)."""
    record = existing(world, call)
    check_version(record, call)
    document = {**json_text.unrendered(record.document), **call.document}
    record = world.store.update("runs", record, author_of(call), document=json_text.render(document))
    _tell_flow(world, record, world.now())
    return _whole(call, record, location(call, record))


def trigger_again(world: World, call: Call) -> Response:
    """A failed run starts anew: itself (flow-service.yaml), or for re-trigger as another run (retry-flows.md)."""
    record = existing(world, call)
    check_version(record, call)
    document = json_text.unrendered(record.document)
    flow = _checked_flow(world, call, document)
    if "-" in (call.parameter("op") or ""):
        return written(200, new_run(world, flow, document.get("params") or {}, author_of(call), world.now()))
    changed = json_text.render({**document, **metrics.SCHEDULED})
    record = world.store.update("runs", record, author_of(call), document=changed)
    _plan(world, record, world.now() + STARTS_AFTER, "started")
    return _whole(call, record)


def start(world: World, due: Due) -> None:
    record = _move(world, due, "scheduled", lambda document: metrics.started(document, due.at))
    if record is not None:
        _plan(world, record, due.at + FINISHES_AFTER - STARTS_AFTER, "finished")


def finish(world: World, due: Due) -> None:
    def finished(document: Mapping[str, Any]) -> dict[str, Any]:
        return metrics.finished(world, due.subject[0], document, due.at)

    record = _move(world, due, "inProgress", finished)
    if record is not None:
        _tell_flow(world, record, due.at)


def _move(world: World, due: Due, before: str, change: Any) -> Record | None:
    """The run's next state, unless somebody has set it to another in the meantime."""
    tenant, run_id = due.subject
    record = world.get(tenant, "runs", run_id)
    if record is None or world.timers.get(due.subject) != due:
        return None
    del world.timers[due.subject]
    document = json_text.unrendered(record.document)
    if metrics.status_of(document) != before:
        return None
    changed = json_text.render({**document, **change(document)})
    return world.store.update("runs", record, at=due.at, document=changed)


def _plan(world: World, record: Record, at: int, step: str) -> None:
    world.plan((record.tenant, record.id), at, step)


def _tell_flow(world: World, record: Record, at: int) -> None:
    """A finished run is its flow's last one; what it wrote is told to those who keep it."""
    run = shown(record, "runs")
    world.written("runs", record, run)
    state = metrics.outcome_of(run)
    flow = world.get(record.tenant, "flows", str(run.get("flowId")))
    if flow is None or state is None:
        return
    duration = object_at(run.get("metrics"), "durationSummary")
    details = {
        "id": record.id,
        "state": state,
        "startedAtUTC": duration.get("startedAtUTC", record.created_at),
        "completedAtUTC": duration.get("completedAtUTC", at),
    }
    world.store.annotate("flows", flow, {"lastRunDetails": details})


def _keep_delta_column(world: World, flow: Record, params: Mapping[str, Any]) -> None:
    """The first run's column becomes the flow's (on-demand-ingestion.md)."""
    column = params.get("deltaColumn")
    document = json_text.unrendered(flow.document)
    if not isinstance(column, dict) or delta_column_of(document) is not None:
        return
    given = document.get("transformations") or ()
    rows = [row for row in given if isinstance(row, dict) and row.get("name") != "Copy"]
    copy = {"name": "Copy", "params": {"deltaColumn": column}}
    changed = json_text.render({**document, "transformations": [copy, *rows]})
    world.store.update("flows", flow, document=changed)


def _checked_flow(world: World, call: Call, document: Mapping[str, Any]) -> Record:
    """The enabled flow of a run that may be triggered again."""
    flow = world.get(call.tenant, "flows", str(document.get("flowId")))
    if flow is None or flow.state != "enabled":
        answer = "The flow of the run is not enabled. Please enable the flow and try again."
        raise Refused(violation("FS-RUN-09", "path", "the flow isn't enabled", answer=answer))
    status = metrics.status_of(document)
    if metrics.outcome_of(document) != "failed" and not _brought_nothing(document, status):
        answer = f"The run in state {status} cannot be triggered again."
        raise Refused(violation("FS-ACT-08", "path", f"this run is {status}", found=status, answer=answer))
    return flow


def _brought_nothing(document: Mapping[str, Any], status: str) -> bool:
    """Newer revisions of retry-flows.md take a successful run without records too."""
    records = object_at(object_at(document, "metrics"), "recordSummary").get("outputRecordCount")
    return status.lower() == "success" and records == 0


def _whole(call: Call, record: Record, headers: Mapping[str, str] | None = None) -> Response:
    view = shown_masked(record, "runs", call.terms.catalogue)
    return json_response(200, view, {**(headers or {}), "ETag": record.etag})
