"""What the head of a request says by itself: where it leads, for whom it is, and what is broken about it."""

from __future__ import annotations

from collections.abc import Iterator
from operator import attrgetter
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

from contracts.call import Call, Terms
from contracts.drafts import DRAFT
from contracts.headers import content_type_is_json
from contracts.operations import Operation
from contracts.request import Request
from contracts.routing import find
from contracts.schema_rules import unknown_keys
from contracts.violations import Violation, violation

__all__ = ["Head", "judged_head", "stray_parameters"]


class Head(NamedTuple):
    """The fields of a `Call` from ``operation`` to ``allow``, and the violations."""

    fields: tuple[Any, ...]
    breaches: tuple[Violation, ...]


_fields = attrgetter(
    "operation",
    "service",
    "region",
    "host",
    "parts",
    "id",
    "org_id",
    "sandbox_name",
    "tenant",
    "query",
    "is_draft",
    "allow",
)


def judged_head(request: Request, path: str, terms: Terms, has_body: bool) -> Head:
    """Nothing but these decides: not what is stored, and not what the body is, if there is one."""
    call = Call(request, terms)
    breaches = tuple(_breaches(call, path, has_body))
    return Head(_fields(call), breaches)


def _breaches(call: Call, path: str, has_body: bool) -> Iterator[Violation]:
    if query := call.request.query:
        call.query = tuple(parse_qsl(query, keep_blank_values=True))
    yield from find(call, path)
    operation, service = call.operation, call.service
    if operation is None or service is None:
        return
    call.org_id = call.header("x-gw-ims-org-id") or None
    if service.has_tenants:
        call.sandbox_name = call.header("x-sandbox-name") or call.terms.default_sandbox
    call.tenant = call.org_id or "", call.sandbox_name or ""
    call.is_draft = operation.drafts and call.parameter("mode") == DRAFT
    for rule in service.head_rules:
        yield from rule(call)
    yield from stray_parameters(call, operation)
    for rule in operation.head_rules:
        yield from rule(call)
    if has_body and operation.body in ("json", "optional"):
        yield from content_type_is_json(call)


def stray_parameters(call: Call, operation: Operation) -> Iterator[Violation]:
    if operation.strays and call.query:
        known = dict.fromkeys((*operation.query, "if-match"), "")
        for found in unknown_keys(dict(call.query), known, "FS-QRY-16", ""):
            yield violation("FS-QRY-16", f"query{found.pointer}", "has no effect here", param=found.pointer[1:])
