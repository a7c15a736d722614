"""What the head of a request says once it is known where it leads. The same head is judged once."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from typing import NamedTuple
from urllib.parse import parse_qsl

from contracts.judging.body_schemas import pointer_to
from contracts.judging.breaches import breach
from contracts.judging.model import Call, Operation, Tenant, Terms, shared
from contracts.judging.request import Request
from contracts.judging.violations import Violation, shown

__all__ = ["Head", "content_type_is_json", "judged_head", "stray_parameters"]


class Head(NamedTuple):
    """For whom a request is, its query, whether it makes a draft, and what is broken about it so far."""

    org_id: str | None
    sandbox_name: str | None
    tenant: Tenant
    query: tuple[tuple[str, str], ...]
    is_draft: bool
    breaches: tuple[Violation, ...]


def judged_head(call: Call, operation: Operation) -> Head:
    """What follows from query and headers alone: not from what is stored, nor from the body, if there is one."""
    request, headers = call.request, call.request.headers
    if len(headers) > _MANY or request.head_size > _USUAL:
        return _judged(call.terms, operation, request.target, tuple(headers.items()), request.has_body)
    _, mark, query = request.target.partition("?")
    return _remembered(call.terms, operation, mark + query, tuple(headers.items()), request.has_body)


def _judged(
    terms: Terms, operation: Operation, target: str, headers: tuple[tuple[str, str], ...], has_body: bool
) -> Head:
    call = Call(Request(operation.method, target, dict(headers)), terms, operation, operation.service)
    call.query = query = tuple(parse_qsl(call.request.query, keep_blank_values=True))
    org_id = call.header("x-gw-ims-org-id") or None
    sandbox_name = (call.header("x-sandbox-name") or terms.default_sandbox) if operation.service.has_tenants else None
    is_draft = bool(operation.drafts) and call.parameter("mode") == "draft"
    breaches = tuple(_breaches(call, operation, has_body))
    return Head(org_id, sandbox_name, shared((org_id or "", sandbox_name or "")), query, is_draft, breaches)


_remembered = lru_cache(maxsize=256)(_judged)  # clients send the same head again and again
_USUAL, _MANY = 4096, 40  # characters and headers of one that is remembered


def _breaches(call: Call, operation: Operation, has_body: bool) -> Iterator[Violation]:
    for rule in operation.service.head_rules:
        yield from rule(call)
    yield from stray_parameters(call, operation)
    for rule in operation.head_rules:
        yield from rule(call)
    if has_body and operation.body in ("json", "optional"):
        yield from content_type_is_json(call, operation)


def stray_parameters(call: Call, operation: Operation) -> Iterator[Violation]:
    """Query parameters that the row doesn't name."""
    if not operation.strays or not call.query:
        return
    known = dict.fromkeys((*operation.query, "if-match"))
    strays = (name for name in dict.fromkeys(name for name, _ in call.query) if name not in known)
    for name in islice(strays, _MOST):
        where, problem = f"query{pointer_to('', name)}", "has no effect here"
        yield from breach(operation.service, "stray parameter", where, problem, param=pointer_to("", name)[1:])


_MOST = 20  # stray parameters that are told of


def content_type_is_json(call: Call, operation: Operation) -> Iterator[Violation]:
    """Judged only where there is a body: a body-less POST is sent without it (flow-service.yaml)."""
    value = call.header("content-type")
    if value == "application/json":
        return
    media_type, *parameters = (part.strip().lower() for part in (value or "").split(";"))
    charsets = [part.partition("=")[2].strip('" ') for part in parameters if part.startswith("charset=")]
    if media_type in operation.media_types and set(charsets) <= {"utf-8", "utf8"}:
        return
    yield from breach(
        operation.service,
        "content type",
        "headers/content-type",
        "documented, and not imitated here" if media_type in operation.unread_types else "not JSON in UTF-8",
        found="nothing" if value is None else shown(value),
        allowed=operation.media_types,
        near=media_type,
    )
