"""The rules about a target connection (POST /targetConnections); its frame is ``schemas/target-connection.json``."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.judging.body_schemas import object_at
from contracts.judging.model import Call
from contracts.judging.violations import Violation, shown
from contracts.services.flow_service.around import dataset_and_schema_exist
from contracts.services.flow_service.connections import source_of, spec_is_known
from contracts.services.flow_service.destination_targets import (
    DESTINATION_TARGET_CREATION_RULES,
    DESTINATION_TARGET_RULES,
    destination_of,
)
from contracts.services.flow_service.frames import frame_of, missing_key, schema
from contracts.services.flow_service.references import reference_breaches
from contracts.services.flow_service.rules import violation
from contracts.sources.source_catalogue import DATA_LAKE

__all__ = ["TARGET_CREATION_RULES", "TARGET_FRAME", "TARGET_RULES"]


def spec_is_a_target(call: Call) -> Iterator[Violation]:
    source = source_of(call.document, call.terms)
    if source is not None and not source.is_target:
        yield violation(
            "FS-OUT-04",
            "/connectionSpec/id",
            f"{source.display_name} is a source",
            found=shown(source.id),
            allowed=[DATA_LAKE],
            nearest=DATA_LAKE,
            answer=f"The target connection spec ID is not valid={source.id}. The allowed value is: `{DATA_LAKE}`.",
        )


def dataset_is_named(call: Call) -> Iterator[Violation]:
    if object_at(call.document, "connectionSpec").get("id") != DATA_LAKE:
        return
    params = object_at(call.document, "params")
    dataset = params.get("dataSetId")
    if not isinstance(dataset, str) or not dataset.strip():
        problem = "not a non-empty string" if "dataSetId" in params else "missing"
        yield violation(
            "FS-OUT-05",
            "/params/dataSetId",
            problem,
            found=shown(dataset) if "dataSetId" in params else "nothing",
            answer="The dataSetId cannot be empty. Please provide a valid dataSetId and try again.",
        )


def base_connection_exists(call: Call) -> Iterator[Violation]:
    yield from reference_breaches(call, "baseConnectionId", "connections")


def data_is_sent(call: Call) -> Iterator[Violation]:
    """flow-service.yaml requires it; targets of destinations have none, or the format json."""
    if isinstance(call.document, dict) and "data" not in call.document and destination_of(call) is None:
        yield missing_key("FS-OUT-02", "", "data", call.document, schema("target-connection")["properties"])


def what_it_names_exists(call: Call) -> Iterator[Violation]:
    if destination_of(call) is None:
        yield from dataset_and_schema_exist(call)


TARGET_FRAME = (frame_of("target-connection"), spec_is_known, data_is_sent)
TARGET_RULES = (
    spec_is_a_target,
    dataset_is_named,
    base_connection_exists,
    what_it_names_exists,
    *DESTINATION_TARGET_RULES,
)
TARGET_CREATION_RULES = DESTINATION_TARGET_CREATION_RULES
