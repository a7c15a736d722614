"""The operations of Data Prep (data-prep.yaml), one row each."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from contracts.judging.model import Operation, Service
from contracts.services.data_prep.judges import (
    EXPRESSION_RULES,
    LIST_PARAMETERS,
    LIST_RULES,
    MAPPING_SET_RULES,
    PREVIEW_RULES,
)
from contracts.services.data_prep.service import DATA_PREP, DATA_PREP_SHORT

__all__ = ["OPERATIONS"]


def _sets(service: Service, all_: str, suffix: str) -> Iterator[Operation]:
    """What is done with mapping sets, below either path."""
    row = partial(Operation, service, collection="mappingSets", returns=("MappingSet",))
    missing, one = ("DP-ID-01",), all_.rstrip("/") + "/{id}"
    body = partial(row, body="json", body_rules=MAPPING_SET_RULES, query=("validate",))
    yield row(
        f"listMappingSets{suffix}",
        "GET",
        all_,
        action="list_mapping_sets",
        query=LIST_PARAMETERS,
        head_rules=LIST_RULES,
        returns=("MappingSets",),
    )
    yield body(f"createMappingSet{suffix}", "POST", all_, action="create_mapping_set")
    yield row(
        f"getMappingSet{suffix}",
        "GET",
        one,
        action="get_mapping_set",
        query=("version", "expandSchema"),
        refuses=missing,
    )
    yield body(f"updateMappingSet{suffix}", "PUT", one, action="replace_mapping_set", refuses=missing)


_row = partial(Operation, DATA_PREP)

OPERATIONS: tuple[Operation, ...] = (
    *_sets(DATA_PREP, "/mappingSets", ""),
    # No document has it; adobe/dep, lib/flows/deleteMappingSet.js, records the 200.
    _row(
        "deleteMappingSet",
        "DELETE",
        "/mappingSets/{id}",
        action="delete_mapping_set",
        collection="mappingSets",
        refuses=("DP-ID-01",),
    ),
    _row(
        "validateMappingSet",
        "POST",
        "/mappingSets/validate",
        action="validate_mapping_set",
        body="json",
        body_rules=MAPPING_SET_RULES,
        returns=("Validation",),
    ),
    _row(
        "previewMappingSet",
        "POST",
        "/mappingSets/preview",
        action="preview_mapping_set",
        body="json",
        body_rules=PREVIEW_RULES,
        refuses=("DP-PRE-02",),
        returns=("Preview",),
    ),
    _row(
        "getMappings",
        "GET",
        "/mappingSets/{id}/mappings",
        action="list_mappings",
        refuses=("DP-ID-01",),
        returns=("Mappings",),
    ),
    _row(
        "getMapping",
        "GET",
        "/mappingSets/{id}/mappings/{mapping}",
        action="get_mapping",
        refuses=("DP-ID-01", "DP-ID-02"),
        returns=("MappingRow",),
    ),
    _row(
        "validateExpression",
        "POST",
        "/languages/el/validate",
        action="validate_expression",
        body="json",
        body_rules=EXPRESSION_RULES,
        returns=("IsValid",),
    ),
    _row("listMappingSetFunctions", "GET", "/languages/el/functions", action="list_functions", returns=("Functions",)),
    _row("listMappingSetOperators", "GET", "/languages/el/operators", action="list_operators", returns=("Operators",)),
    *_sets(DATA_PREP_SHORT, "/", "Short"),
)
