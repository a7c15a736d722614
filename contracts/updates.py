"""The rules about PATCH: the operations themselves, and the connection that they leave behind."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from contracts.call import Call, Terms
from contracts.connections import auth_spec_of, credentials_fit, source_of, unknown_auth_spec
from contracts.placeholders import placeholders_in
from contracts.rules import RULES
from contracts.schema_rules import breaches, kind_of, unknown_keys
from contracts.schemas import schema, validator
from contracts.violations import Violation, shown, violation

__all__ = ["ETAG_RULES", "PATCH_RULES", "SERVER_FIELDS", "STATES", "patched_connection_is_sound"]

OPERATIONS = ("add", "replace", "remove")
STATES = ("enabled", "disabled", "initializing")

SERVER_FIELDS = frozenset(
    ("id", "createdAt", "updatedAt", "createdBy", "updatedBy", "createdClient", "updatedClient")
    + ("sandboxId", "sandboxName", "imsOrgId", "version", "etag", "inletUrl")
)
_POINTER = re.compile(r"(/([^~]|~[01])*)+", re.DOTALL)
_MOST = 1000  # operations of one update


def if_match_is_sent(call: Call) -> Iterator[Violation]:
    if call.header("if-match") is not None:
        return
    in_query = any(name.lower() == "if-match" for name, _ in call.query)
    # Adobe's Postman collection writes if-match into the query string.
    if in_query and call.terms.strictness == "lenient":
        return
    found = "an if-match in the query string, which doesn't count" if in_query else "nothing"
    yield violation("FS-ETAG-01", "headers/if-match", "missing", found=found, header="If-Match")


ETAG_RULES = (if_match_is_sent,)


def update_is_a_list_of_operations(call: Call) -> Iterator[Violation]:
    if isinstance(call.document, dict):
        call.document = [call.document]  # flow-service.yaml types the body as one operation; tolerated
    if isinstance(call.document, list) and len(call.document) > _MOST:
        found = f"{len(call.document)} operations"
        yield violation("FS-PATCH-10", "", "too many operations", found=found, message="Too many operations")
        call.document = call.document[:_MOST]
    yield from breaches(validator("json-patch"), call.document)


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
        yield from _path_breaches(index, op.lower(), path, row.get("value"))


def placeholders_are_filled_in(call: Call) -> Iterator[Violation]:
    yield from placeholders_in(call.document)


PATCH_RULES = (update_is_a_list_of_operations, operations_are_supported, placeholders_are_filled_in)


def patched_connection_is_sound(document: Any, terms: Terms) -> Iterator[Violation]:
    """What the updated connection breaks.

    A missing key is only warned about: update.md shows a PATCH after which a credential is gone.
    """
    yield from _softened(breaches(validator("connection-create"), document))
    yield from unknown_keys(document, {**schema("connection-create")["properties"], "state": {}}, "FS-CON-14", "")
    source, spec = source_of(document, terms), auth_spec_of(document, terms)
    auth = document.get("auth")
    name = auth.get("specName") if isinstance(auth, dict) else None
    if source is not None and source.auth and spec is None and isinstance(name, str):
        yield unknown_auth_spec(source, name)
    params = auth.get("params") if isinstance(auth, dict) else None
    if spec is not None and isinstance(params, dict):
        for found in _softened(breaches(spec.validator, params)):
            yield replace(found, pointer=f"/auth/params{found.pointer}")
        yield from unknown_keys(params, spec.params, "FS-CON-13", "/auth/params")
    yield from credentials_fit(document, terms)


def _softened(found: Iterator[Violation]) -> Iterator[Violation]:
    for each in found:
        yield replace(each, rule=RULES["FS-PATCH-09"]) if each.problem == "missing" else each


def _operations(call: Call) -> Iterator[tuple[int, dict[str, Any]]]:
    rows = call.document if isinstance(call.document, list) else []
    return ((index, row) for index, row in enumerate(rows) if isinstance(row, dict))


def _path_breaches(index: int, op: str, path: str, value: Any) -> Iterator[Violation]:
    pointer = f"/{index}/path"
    if not _POINTER.fullmatch(path):
        yield violation(
            "FS-PATCH-05",
            pointer,
            "not a JSON pointer to a field",
            found=shown(path),
            allowed=["/name", "/description", "/auth/params", "/auth/params/<name>"],
            near=path if path.startswith("/") else f"/{path}",
            message=f"Invalid path {shown(path)}",
        )
        return
    field = path.split("/")[1]
    if field == "connectionSpec":
        yield violation("FS-PATCH-06", pointer, "can't be updated", found=shown(path))
    elif field in SERVER_FIELDS or (path == "/state" and op == "remove") or path.startswith("/state/"):
        yield violation(
            "FS-PATCH-07",
            pointer,
            "set by the service",
            found=shown(path),
            message=f'Field "{field}" cannot be updated',
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
