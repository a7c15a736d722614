"""The rules about a flow (POST /flows); its frame is ``schemas/flow.json``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from contracts.judging.body_schemas import object_at
from contracts.judging.model import Call, Frame
from contracts.judging.violations import Violation, shown
from contracts.reading.spelling import nearest
from contracts.services.flow_service.activation import flow_fits_its_destination, is_destination_flow, shapes_fit
from contracts.services.flow_service.around import keys_and_mappings_exist
from contracts.services.flow_service.connections import source_of
from contracts.services.flow_service.flow_specs import flow_specs
from contracts.services.flow_service.frames import frame, frame_of
from contracts.services.flow_service.references import reference_breaches, referred
from contracts.services.flow_service.rules import violation
from contracts.services.flow_service.schedules import number_of, schedule_fits, transformations_fit
from contracts.sources.source_catalogue import PROFILE_STORE

__all__ = ["FLOW_FRAME", "FLOW_RULES", "FLOW_UPDATE_RULES", "flow_spec_of"]

# collect/crm.md looks CRMToAEP up and then prints the id of CloudStorageToAEP.
_CRM, _CLOUD_STORAGE = "14518937-270c-4525-bdec-c2ba7cce3860", "9753525b-82c7-4dce-8a9b-5ccfce2b9876"


def flow_spec_of(call: Call, document: Any) -> Mapping[str, Any] | None:
    """The flow spec that ``flowSpec.id`` names: one of this organisation's, or else a documented one."""
    spec_id = object_at(document, "flowSpec").get("id")
    if not isinstance(spec_id, str):
        return None
    if call.known is not None and spec_id in call.known.ids(call.tenant, "flowSpecs"):
        return call.find("flowSpecs", spec_id)
    return flow_specs(call.terms.catalogue).get(spec_id)


def state_is_not_sent(call: Call) -> Iterator[Violation]:
    if isinstance(call.document, dict) and "state" in call.document:
        yield violation("FS-FLOW-07", "/state", "not allowed", found=shown(call.document["state"]))


def spec_is_known(call: Call) -> Iterator[Violation]:
    spec_id = object_at(call.document, "flowSpec").get("id")
    if isinstance(spec_id, str) and spec_id and flow_spec_of(call, call.document) is None:
        specs = flow_specs(call.terms.catalogue)
        named = next((id for id, spec in specs.items() if spec["name"] == spec_id), None)
        yield violation(
            "FS-FLOW-03",
            "/flowSpec/id",
            "no flow spec has this id",
            found=shown(spec_id),
            nearest=named or nearest(spec_id, specs, cutoff=0.8),
        )


def one_source_is_named(call: Call) -> Iterator[Violation]:
    ids = call.document.get("sourceConnectionIds") if isinstance(call.document, dict) else None
    if not isinstance(ids, list) or len(ids) == 1:
        return
    answer = (
        "The sourceConnectionIds cannot be empty. Please provide a source connection ID and try again."
        if not ids
        else "Exactly one source connection ID is allowed. Please provide one source connection ID and try again."
    )
    yield violation(
        "FS-FLOW-05", "/sourceConnectionIds", f"{len(ids)} ids", found=f"{len(ids)} ids", allowed=["one"], answer=answer
    )


def connections_exist(call: Call) -> Iterator[Violation]:
    yield from reference_breaches(call, "sourceConnectionIds", "sourceConnections")
    yield from reference_breaches(call, "targetConnectionIds", "targetConnections")


def flow_fits_its_spec(call: Call) -> Iterator[Violation]:
    flow_spec = flow_spec_of(call, call.document)
    if flow_spec is None:
        return
    yield from _source_is_one_of_the_specs(call, flow_spec)
    if is_destination_flow(flow_spec):
        yield from flow_fits_its_destination(call, flow_spec)
    else:
        yield from schedule_fits(call.document.get("scheduleParams"), flow_spec, now=call.now // 1000 or None)
        yield from _transformations_are_sound(call, flow_spec)


def _source_is_one_of_the_specs(call: Call, flow_spec: Mapping[str, Any]) -> Iterator[Violation]:
    allowed = flow_spec.get("sourceConnectionSpecIds") or []
    for item in referred(call, "sourceConnectionIds", "sourceConnections"):
        spec_id = object_at(item, "connectionSpec").get("id")
        if not allowed or spec_id in allowed:
            continue
        if is_destination_flow(flow_spec) and spec_id == PROFILE_STORE:
            yield violation(
                "FS-DST-20", "/flowSpec/id", f"{flow_spec['name']} is one of datasets", found=shown(spec_id)
            )
            continue
        is_slip = flow_spec["id"] == _CLOUD_STORAGE and spec_id in _sources_of(call, _CRM)
        meant = [spec["name"] for spec in flow_specs(call.terms.catalogue).values() if spec_id in _ids(spec)]
        yield violation(
            "FS-FLOW-09" if is_slip else "FS-FLOW-08",
            "/flowSpec/id",
            f"{flow_spec['name']} takes no such source",
            found=shown(spec_id),
            allowed=meant,
            answer=f"The source connection spec {spec_id} is not supported by the flow spec {flow_spec['id']}.",
        )


def start_is_still_to_come(call: Call) -> Iterator[Violation]:
    """Once it has passed, startTime stays, for enabled and disabled flows alike (update-dataflows.md)."""
    flow_spec = flow_spec_of(call, call.document)
    if flow_spec is not None and is_destination_flow(flow_spec):
        return
    before = number_of(object_at(call.before, "scheduleParams").get("startTime"))
    after = number_of(object_at(call.document, "scheduleParams").get("startTime"))
    if before is not None and before != after and before * 1000 < call.now:
        yield violation(
            "FS-SCH-10",
            "/scheduleParams/startTime",
            "the flow has started",
            found=shown(after),
            allowed=[shown(before)],
            answer="The start time has already passed and can no longer be updated.",
        )


def _transformations_are_sound(call: Call, flow_spec: Mapping[str, Any]) -> Iterator[Violation]:
    halves = referred(call, "sourceConnectionIds", "sourceConnections")
    sources = [source_of(half, call.terms) for half in halves]
    category = next((source.category for source in sources if source is not None), "")
    is_xdm = any(_is_xdm(half) for half in halves)
    yield from transformations_fit(call.document, flow_spec, category, is_xdm=is_xdm)


def what_is_exported_is_documented(call: Call, frame: Frame) -> Iterator[Violation]:
    flow_spec = flow_spec_of(call, call.document)
    if flow_spec is not None and is_destination_flow(flow_spec):
        yield from shapes_fit(call, flow_spec, frame.schema)


def _is_xdm(half: Mapping[str, Any]) -> bool:
    """Whether a source connection's data is in the form of a schema already (cloud-storage-parquet.md)."""
    data = object_at(half, "data")
    has_schema = bool(object_at(data, "schema").get("id"))
    return data.get("format") == "parquet_xdm" or (data.get("format") == "parquet" and has_schema)


def _sources_of(call: Call, flow_spec_id: str) -> list[str]:
    return _ids(flow_specs(call.terms.catalogue)[flow_spec_id])


def _ids(flow_spec: Mapping[str, Any]) -> list[str]:
    return list(flow_spec.get("sourceConnectionSpecIds") or ())


FLOW_FRAME = (frame_of("flow"), state_is_not_sent, spec_is_known)
FLOW_RULES = (
    one_source_is_named,
    connections_exist,
    flow_fits_its_spec,
    frame("general-transform", what_is_exported_is_documented),
    frame("dataset-schedule", what_is_exported_is_documented),
    keys_and_mappings_exist,
)
FLOW_UPDATE_RULES = (start_is_still_to_come,)
