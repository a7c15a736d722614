"""What a dataset must keep, and what lists may be asked for (catalog/api/*.md)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from contracts.judging.body_schemas import frames_of, object_at
from contracts.judging.model import Call, RuleFunction
from contracts.judging.placeholders import placeholders
from contracts.judging.violations import Violation, shown
from contracts.reading.numbers import whole
from contracts.services.catalog.rules import violation
from contracts.services.gateway.known import SCHEMAS
from contracts.services.gateway.placeholders import placeholders_are_filled_in
from contracts.services.gateway.platform import MOST_CONDITIONS

__all__ = [
    "BATCH_PARAMETERS",
    "DATASET_RULES",
    "FILE_PARAMETERS",
    "FILTERED",
    "FILTERED_BATCHES",
    "FILTERED_FILES",
    "FILTERED_VIEWS",
    "LAST_BATCHES",
    "LAST_BATCH_PARAMETERS",
    "LIST_PARAMETERS",
    "LIST_RULES",
    "MANY_RULES",
    "META_PARAMETERS",
    "OF_DATES",
    "PACKAGE",
    "PATCH_RULES",
    "VIEW_PARAMETERS",
    "VIEW_RULES",
    "condition_in",
    "document_breaches",
    "is_of_events",
    "order_in",
    "page_is_sound",
    "path_is_spelt",
]

PACKAGE = "contracts.services.catalog"
TIME_SERIES = "https://ns.adobe.com/xdm/data/time-series"
FILTERED = (
    *("name", "description", "state", "version", "schema", "viewId", "imsOrg", "created", "updated"),
    *("createdUser", "createdClient", "updatedUser", "lastBatchId", "lastBatchStatus", "lastSuccessfulBatch"),
    "enableErrorDiagnostics",
)
"""Properties that a list may be filtered by (filter-data.md: any at the top level); the next are of other kinds."""
_OF_ALL = ("version", "imsOrg", "created", "updated", "createdUser", "createdClient", "updatedUser")
FILTERED_VIEWS = (*_OF_ALL, "name", "dataSetId", "status", "isDefault", "basePath", "saveStrategy", "schema")
FILTERED_FILES = (*_OF_ALL, "folderName", "batchId", "dataSetViewId", "records", "size", "isValid")
FILTERED_BATCHES = (
    *(*_OF_ALL, "status"),
    *("recordCount", "failedRecordCount", "size", "started", "completed", "externalId"),
)
OF_DATES = ("startAfter", "startBefore", "endAfter", "endBefore")
LAST_BATCHES = ("lastBatchId", "lastBatchStatus", "lastSuccessfulBatchId", "lastFailedBatchId", "created", "updated")
_PAGED = ("limit", "start", "orderBy", "sort", "properties")
_LISTED = (*_PAGED, "tags", "property")
LIST_PARAMETERS = (*_LISTED, *FILTERED)
VIEW_PARAMETERS = (*_LISTED, *FILTERED_VIEWS)
_CREATED = ("createdAfter", "createdBefore")
FILE_PARAMETERS = (*_LISTED, *FILTERED_FILES, *_CREATED)
BATCH_PARAMETERS = (*_LISTED, *FILTERED_BATCHES, *_CREATED, *OF_DATES, "batch", "dataSet", "dataSetId")
LAST_BATCH_PARAMETERS = (*_PAGED, "dataSetId", *LAST_BATCHES)
META_PARAMETERS = ("path", "limit", "start")
_OF_LISTS = ("property", "tags", "dataSet", "dataSetId", "properties")
_FILTERS = tuple(
    dict.fromkeys((*_OF_LISTS, *FILTERED, *FILTERED_VIEWS, *FILTERED_FILES, *FILTERED_BATCHES, *LAST_BATCHES))
)
_FEW = (f"{MOST_CONDITIONS} of them",)
_CONDITION = re.compile(r"([^=!<>~]+)(==|!=|<=|>=|~|<|>|=)(.*)", re.DOTALL)
_PRESENCE = re.compile(r"(!?)([^=!<>~]+)", re.DOTALL)
_MEDIA_TYPE = re.compile(r"application/vnd\.adobe\.x[ed][dm][a-z-]*\+json;\s*version=\d.*|application/json.*")


def path_is_spelt(right: str) -> RuleFunction:
    """What is broken by every request to a path that stands for the ``right`` one."""

    def path_is_spelt_right(call: Call) -> Iterator[Violation]:  # noqa: ARG001 -- as of any rule
        yield violation("CT-PATH-01", "path", "not as catalog.yaml spells it", allowed=[right])

    return path_is_spelt_right


def page_is_sound(call: Call) -> Iterator[Violation]:
    limit, start = call.parameter("limit"), call.parameter("start")
    if limit is not None and not 1 <= whole(limit, 0) <= 100:
        yield violation("CT-QRY-01", "query/limit", "not a size of pages", found=shown(limit), allowed=["1 to 100"])
    if start is not None and whole(start, -1) < 0:
        yield violation("CT-QRY-02", "query/start", "not a whole number", found=shown(start))


def order_in(call: Call) -> tuple[str, str]:
    """The parameter that asks for an order, and the order; ``orderBy`` was called ``sort`` before (catalog.yaml)."""
    name = "orderBy" if call.parameter("orderBy") or not call.parameter("sort") else "sort"
    return name, call.parameter(name) or "desc:created"


def order_is_sound(call: Call) -> Iterator[Violation]:
    parameter, order = order_in(call)
    pointer, orders = f"query/{parameter}", order.split(",")
    if len(orders) > MOST_CONDITIONS:
        yield violation("CT-QRY-03", pointer, "too many", found=f"{len(orders)} names", allowed=_FEW)
    for text in orders[:MOST_CONDITIONS]:
        direction, colon, name = text.strip().partition(":")
        if colon and (direction not in ("asc", "desc") or not name):
            yield violation("CT-QRY-03", pointer, "names no direction", found=shown(text), allowed=["desc:created"])


def filters_are_sound(call: Call) -> Iterator[Violation]:
    filters = [text for name in _FILTERS for text in call.parameters(name)]
    if len(filters) > MOST_CONDITIONS:
        yield violation("CT-QRY-04", "query", "too many", found=f"{len(filters)} filters", allowed=_FEW)
    for text in call.parameters("property")[:MOST_CONDITIONS]:
        found, allowed = condition_in(text), ["name==Leads"]
        if found is None:
            yield violation("CT-QRY-04", "query/property", "no comparison", found=shown(text), allowed=allowed)
        elif found[1] == "=":
            yield violation("CT-QRY-06", "query/property", "one equals sign", found=shown(text), allowed=allowed)


def condition_in(text: str) -> tuple[str, str, str] | None:
    """Field, operator and value (filter-data.md); catalog.yaml would have a regular expression here.

    Of a field alone the operator is empty, and ``!`` where it must not be there; one equals sign means two.
    """
    found = _CONDITION.fullmatch(text)
    if found:
        return found[1].strip(), found[2], found[3]
    found = _PRESENCE.fullmatch(text)
    return (found[2].strip(), found[1], "") if found else None


LIST_RULES = (page_is_sound, order_is_sound, filters_are_sound)

frame_of = frames_of(PACKAGE, violation, unknown="CT-KEY-01")


def schema_is_known(call: Call) -> Iterator[Violation]:
    reference = object_at(call.document, "schemaRef")
    kind, id = reference.get("contentType"), reference.get("id")
    if isinstance(kind, str) and not _MEDIA_TYPE.fullmatch(kind):
        allowed = ["application/vnd.adobe.xed+json;version=1"]
        yield violation(
            "CT-NEW-04", "/schemaRef/contentType", "no media type of schemas", found=shown(kind), allowed=allowed
        )
    if not isinstance(id, str) or call.known is None or id.endswith("__union") or any(placeholders(id)):
        return
    registry = call.known.of(SCHEMAS)
    if registry.schema(call.tenant, id) is None:
        ids = registry.ids(call.tenant)[:20]
        yield violation("CT-NEW-05", "/schemaRef/id", "no such schema", found=shown(id), allowed=ids, near=id)


def dataset_has_a_name(call: Call) -> Iterator[Violation]:
    """enable-for-profile.md makes one of a schema without a name, which catalog.yaml requires."""
    if isinstance(call.document, dict) and "name" not in call.document:
        rule = "CT-NEW-08" if "schemaRef" in call.document else "CT-NEW-01"
        yield violation(rule, "/name", "missing", found="nothing")


def rows_that_expire_are_events(call: Call) -> Iterator[Violation]:
    expiration = object_at(object_at(object_at(call.document, "extensions"), "adobe_lakeHouse"), "rowExpiration")
    id = object_at(call.document, "schemaRef").get("id")
    if "ttlValue" not in expiration or not isinstance(id, str) or call.known is None:
        return
    schema = call.known.of(SCHEMAS).schema(call.tenant, id)
    if schema is not None and not is_of_events(schema):
        pointer = "/extensions/adobe_lakeHouse/rowExpiration"
        yield violation("CT-TTL-02", pointer, "the schema is of records", found=shown(id), allowed=[TIME_SERIES])


def is_of_events(schema: Mapping[str, Any]) -> bool:
    return TIME_SERIES in schema.get("meta:extends", ())


DATASET_RULES = (
    frame_of("dataset"),
    dataset_has_a_name,
    schema_is_known,
    rows_that_expire_are_events,
    placeholders_are_filled_in,
)
VIEW_RULES = (frame_of("dataset-view"), placeholders_are_filled_in)
PATCH_RULES = (frame_of("dataset-patch"), placeholders_are_filled_in)


def requests_have_their_own_ids(call: Call) -> Iterator[Violation]:
    """By its id a request's answer is found, and what it has answered is written into a later one."""
    if not isinstance(call.document, list):
        return
    ids = [row.get("id") if isinstance(row, dict) else None for row in call.document]
    texts = [id for id in ids if isinstance(id, str)]
    for place, id in enumerate(ids):
        if isinstance(id, str) and texts.count(id) > 1:
            yield violation("CT-MANY-02", f"/{place}/id", "not its own", found=shown(id))


MANY_RULES = (frame_of("requests"), requests_have_their_own_ids)


def document_breaches(call: Call, document: Any) -> Iterator[Violation]:
    """What a dataset would break after an update."""
    judged = call.about(document, None, False)
    for rule in DATASET_RULES[:-1]:
        yield from rule(judged)
