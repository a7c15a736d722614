"""Messages are taken, and told as one run of their flow for each hour in which any came (assumed)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contracts import Call, Violation
from contracts.reading import json_text
from contracts.services.inlet.judges import flow_id_of, message_breaches, validations_asked_for
from contracts.services.inlet.known import INLETS
from mockserver.exchange.response import Response, json_response
from mockserver.memory.store import Record
from mockserver.memory.world import World
from mockserver.services.platform import document_of

__all__ = ["take", "take_batch"]

_HOUR = 3_600_000  # ms


def take(world: World, call: Call) -> Response:
    """With validation the answer says under the parameter's own name that it is passed (streaming-record-data.md)."""
    _tell(world, call, [call.document])
    passed = {name: {"status": "pass"} for name in validations_asked_for(call)}
    told = {"inletId": call.id, "xactionId": _transaction(world), "receivedTimeMs": world.now(), **passed}
    return json_response(200, told)


def take_batch(world: World, call: Call) -> Response:
    """Each message is answered by itself; those that are wrong go nowhere (streaming-multiple-messages.md)."""
    good, answers, batch = [], [], _transaction(world)
    schemas: dict[str, Any] = {}
    for place, message in enumerate(call.document["messages"]):
        errors = [found for found in message_breaches(call, message, schemas) if call.severity(found) == "error"]
        if errors:
            answers.append({"statusCode": 400, "message": _told(call, errors[0])})
        else:
            good.append(message)
            answers.append({"xactionId": f"{batch}:{place}"})
    _tell(world, call, good)
    head = {"inletId": call.id, "batchId": batch, "receivedTimeMs": world.now()}
    return json_response(207, {**head, "responses": answers})


_SAID = {
    "SI-MSG-01": "Message has unknown xdm format",
    "SI-MSG-04": "Message has an absent or wrong ims org in the header",
}


def _told(call: Call, error: Violation) -> str:
    """The page prints two sentences, each behind the inlet's id and the organisation's."""
    inlet = call.known.of(INLETS).inlet(call.id) if call.known else None
    organisation = inlet.tenant[0] if inlet else ""
    return f"inletId: [{call.id}] imsOrgId: [{organisation}] {_SAID.get(error.rule.id, error.summary)}"


def _transaction(world: World) -> str:
    """``1584479347507:2153:240`` (http.md): milliseconds, and two numbers that make it one of a kind."""
    number = int(world.stamps.hex(12), 16)
    return f"{world.now()}:{number % 9000 + 1000}:{number // 9000 % 900 + 100}"


def _tell(world: World, call: Call, messages: list[Mapping[str, Any]]) -> None:
    inlet = world.of(INLETS).inlet(call.id)
    if inlet is None:
        return
    for message in messages:
        named = inlet.id if inlet.collection == "flows" else flow_id_of(call, message)
        flow = world.get(inlet.tenant, "flows", named) if named else None
        if flow is not None:
            _count(world, flow, len(json_text.render(message)))


def _count(world: World, flow: Record, size: int) -> None:
    """One record more in the flow's run of this hour."""
    now = world.now()
    begins = now - now % _HOUR
    key = f"stream/{flow.id}/{begins}"
    noted = world.store.get(flow.tenant, "streams", key)
    run = world.get(flow.tenant, "runs", noted.extra["run"]) if noted else None
    if run is None:
        document: dict[str, Any] = {"flowId": flow.id, "flowSpec": document_of(flow).get("flowSpec"), "params": {}}
        document |= _told_of(_figures(1, size, begins, now), _written(world, flow, now))
        targets = [("flows", flow.id)]
        run = world.store.insert(flow.tenant, "runs", json_text.render(document), flow.created_by, targets=targets)
        world.store.insert(flow.tenant, "streams", b"{}", flow.created_by, extra={"run": run.id}, id=key)
    else:
        document = document_of(run)
        count = document["metrics"]["recordSummary"]["inputRecordCount"] + 1
        size += document["metrics"]["sizeSummary"]["inputBytes"]
        document |= _told_of(_figures(count, size, begins, now), document["activities"][0]["targetInfo"])
        run = world.store.update("runs", run, document=json_text.render(document))
    world.written("runs", run, document)
    details = {"id": run.id, "state": "success", "startedAtUTC": begins, "completedAtUTC": now}
    world.store.annotate("flows", flow, {"lastRunDetails": details, "has_messages": True})


def _written(world: World, flow: Record, at: int) -> list[dict[str, Any]]:
    """The batch that the messages of an hour become in each dataset (assumed)."""
    batch = {"type": "Batch", "ids": [world.stamps.batch_id(at)]}
    ids = document_of(flow).get("targetConnectionIds") or ()
    return [{"id": id, "type": "TargetConnection", "reference": batch} for id in ids]


def _told_of(figures: dict[str, Any], written: list[dict[str, Any]]) -> dict[str, Any]:
    activity = {**figures, "id": "promotionActivity", "name": "Promotion Activity", "targetInfo": written}
    return {"metrics": figures, "activities": [activity]}


def _figures(count: int, size: int, begins: int, now: int) -> dict[str, Any]:
    return {
        "durationSummary": {"startedAtUTC": begins, "completedAtUTC": now},
        "sizeSummary": {"inputBytes": size, "outputBytes": size},
        "recordSummary": {
            "inputRecordCount": count,
            "createdRecordCount": count,
            "outputRecordCount": count,
            "failedRecordCount": 0,
        },
        "statusSummary": {"status": "success"},
    }
