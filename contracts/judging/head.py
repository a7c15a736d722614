"""What the head of a request says once it is known where it leads. The same head is judged once."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import parse_qsl

from contracts.drafts import DRAFT
from contracts.headers import content_type_is_json
from contracts.judging.body_schemas import unknown_keys
from contracts.judging.model import Call, Operation, Terms
from contracts.judging.request import Request
from contracts.judging.violations import Violation, violation

__all__ = ["Head", "judged_head", "stray_parameters"]


class Head(NamedTuple):
    """For whom a request is, its query, whether it makes a draft, and what is broken about it so far."""

    org_id: str | None
    sandbox_name: str | None
    query: tuple[tuple[str, str], ...]
    is_draft: bool
    breaches: tuple[Violation, ...]


def judged_head(call: Call, operation: Operation) -> Head:
    """What follows from query and headers alone: not from what is stored, nor from the body, if there is one."""
    request, headers = call.request, call.request.headers
    size = len(request.target) + sum(map(len, headers)) + sum(map(len, headers.values()))
    if size > _USUAL or len(headers) > _MANY:
        return _judged(call.terms, operation, request.target, tuple(headers.items()), request.has_body)
    query = f"?{request.query}" if request.query else ""
    return _remembered(call.terms, operation, query, tuple(headers.items()), request.has_body)


def _judged(
    terms: Terms, operation: Operation, target: str, headers: tuple[tuple[str, str], ...], has_body: bool
) -> Head:
    call = Call(Request(operation.method, target, dict(headers)), terms, operation, operation.service)
    call.query = query = tuple(parse_qsl(call.request.query, keep_blank_values=True))
    org_id = call.header("x-gw-ims-org-id") or None
    sandbox_name = (call.header("x-sandbox-name") or terms.default_sandbox) if operation.service.has_tenants else None
    is_draft = operation.drafts and call.parameter("mode") == DRAFT
    breaches = tuple(_breaches(call, operation, has_body))
    return Head(org_id, sandbox_name, query, is_draft, breaches)


_remembered = lru_cache(maxsize=256)(_judged)  # clients send the same head again and again
_USUAL, _MANY = 4096, 40  # characters and headers of one that is remembered


def _breaches(call: Call, operation: Operation, has_body: bool) -> Iterator[Violation]:
    for rule in operation.service.head_rules:
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
