"""The rules about PATCH: the operations themselves, and the connection that they leave behind."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from contracts.judging.body_schemas import kind_of
from contracts.judging.model import Call, Collection, Frame
from contracts.judging.violations import Violation, shown
from contracts.services.flow_service.collections import COLLECTIONS
from contracts.services.flow_service.frames import breaches, checker, frame
from contracts.services.flow_service.rules import RULES, violation
from contracts.services.flow_service.runs import delta_column_of
from contracts.services.gateway.placeholders import placeholders_are_filled_in

__all__ = ["ETAG_RULES", "PATCH_RULES", "STATES", "as_operations", "document_breaches", "effective"]

OPERATIONS = ("add", "replace", "remove")
STATES = ("enabled", "disabled", "initializing")

_POINTER = re.compile(r"(?:/(?:[^~/]|~[01])*)+")
_MOST = 1000  # operations of one update
_MAY_GO = (["name"], ["auth"])


def if_match_is_sent(call: Call) -> Iterator[Violation]:
    if call.header("if-match") is not None:
        return
    in_query = any(name.lower() == "if-match" for name, _ in call.query)
    rule, found = ("FS-ETAG-04", "an if-match in the query string") if in_query else ("FS-ETAG-01", "nothing")
    yield violation(rule, "headers/if-match", "missing", found=found, header="If-Match")


ETAG_RULES = (if_match_is_sent,)


def as_operations(document: Any) -> Any:
    """flow-service.yaml types the body as one operation; that is taken for a list of one."""
    return [document] if isinstance(document, dict) else document


def update_is_a_list_of_operations(call: Call, frame: Frame) -> Iterator[Violation]:
    if isinstance(call.document, list) and len(call.document) > _MOST:
        found = f"{len(call.document)} operations"
        yield violation("FS-PATCH-10", "", "too many operations", found=found, message="Too many operations")
        call.document = call.document[:_MOST]
    yield from breaches(checker(frame.schema), call.document)


def operations_are_supported(call: Call) -> Iterator[Violation]:
    for index, row in _operations(call):
        op, path = row.get("op"), row.get("path")
        if not isinstance(op, str) or not isinstance(path, str):
            continue
        if op.lower() not in OPERATIONS:
            yield violation(
                "FS-PATCH-03",
                f"/{index}/op",
                "not supported",
                found=shown(op),
                allowed=OPERATIONS,
                near=op,
                operation=op,
            )
        elif op.lower() != "remove" and "value" not in row:
            yield violation(
                "FS-PATCH-04", f"/{index}/value", "missing", found="nothing", message='Missing field "value"'
            )
        yield from _path_breaches(call, index, op.lower(), path, row.get("value"))


PATCH_RULES = (
    frame("json-patch", update_is_a_list_of_operations),
    operations_are_supported,
    placeholders_are_filled_in,
)


def document_breaches(
    call: Call, document: Any, before: Mapping[str, Any] | None, *, is_draft: bool = False
) -> Iterator[Violation]:
    """What a stored document would break after an update from ``before``, or when it is published.

    A name or credential that an update takes away is only warned about: update.md shows a PATCH that does so. So is
    a deltaColumn: update-dataflows.md puts a Mapping in a Copy's place.
    So is what a draft may lack when it is published: draft.md publishes a flow without schedule and transformations.
    What the document broke already, because the world around it has changed, is not held against an update.
    """
    found = _breaches(call.about(document, before, is_draft))
    if before is None:
        for each in found:
            yield replace(each, rule=RULES["FS-DRAFT-03"]) if _may_still_come(document, each) else each
        return
    old = None
    for each in found:
        if not _may_go(before, each):
            if old is None:
                old = {_place(other) for other in _breaches(call.about(before, before, is_draft))}
            if _place(each) not in old:
                yield each
        elif not is_draft:
            yield replace(each, rule=RULES["FS-PATCH-09"])


def _breaches(call: Call) -> Iterator[Violation]:
    assert call.operation is not None
    resource = COLLECTIONS[call.operation.collection]
    more = resource.creation_rules if call.before is None else resource.update_rules
    for rule in resource.frame if call.is_draft else (*resource.frame, *resource.rules, *more):
        yield from rule(call)


def _may_go(before: Mapping[str, Any], found: Violation) -> bool:
    if found.rule.id == "FS-TRF-05":
        return delta_column_of(before) is not None
    return found.is_absence and found.pointer.split("/")[1:2] in _MAY_GO


def _may_still_come(document: Any, found: Violation) -> bool:
    field = found.pointer.strip("/").partition("/")[0]
    return field in ("scheduleParams", "transformations") and field not in document


def _place(found: Violation) -> tuple[str, str, str | None]:
    return found.rule.id, found.pointer, found.found


def effective(call: Call) -> list[dict[str, Any]]:
    """The operations of an accepted update but those about what the service sets, which have no effect."""
    assert call.operation is not None
    resource = COLLECTIONS[call.operation.collection]
    return [row for row in call.document if not _is_passed_over(resource, row["op"], row["path"].split("/"))]


def _is_passed_over(resource: Collection, op: str, path: list[str]) -> bool:
    """Whether the service sets what the path's segments lead to, but for the state of a connection."""
    return path[1] in resource.own or (path[1] == "state" and not _sets_state(resource, op, path))


def _sets_state(resource: Collection, op: str, path: list[str]) -> bool:
    return len(path) == 2 and op.lower() != "remove" and resource.has_states


def _operations(call: Call) -> Iterator[tuple[int, dict[str, Any]]]:
    rows = call.document if isinstance(call.document, list) else []
    return ((index, row) for index, row in enumerate(rows) if isinstance(row, dict))


def _path_breaches(call: Call, index: int, op: str, path: str, value: Any) -> Iterator[Violation]:
    assert call.operation is not None
    resource, pointer = COLLECTIONS[call.operation.collection], f"/{index}/path"
    if not _POINTER.fullmatch(path):
        yield violation(
            "FS-PATCH-05",
            pointer,
            "not a JSON pointer to a field",
            found=shown(path),
            allowed=resource.patchable,
            near=path if path.startswith("/") else f"/{path}",
            message=f"Invalid path {shown(path)}",
        )
        return
    segments = path.split("/")
    if segments[1] == "connectionSpec":
        yield violation("FS-PATCH-06", pointer, "can't be updated", found=shown(path))
    elif _is_passed_over(resource, op, segments):
        yield violation(
            "FS-PATCH-07",
            pointer,
            "set by the service, so this has no effect",
            found=shown(path),
            message=f'Field "{segments[1]}" cannot be updated',
        )
    elif path == "/state" and value not in STATES:
        state = value if isinstance(value, str) else kind_of(value)
        yield violation(
            "FS-PATCH-08",
            f"/{index}/value",
            "no state of a connection",
            found=shown(state),
            allowed=STATES,
            near=state,
            state=state,
        )
