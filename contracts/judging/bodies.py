"""What the body of a request says once its operation is known: JSON, or the fields of a form."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from contracts.judging.breaches import breach
from contracts.judging.model import Breach, Call, Operation, Service
from contracts.judging.violations import Violation, shown
from contracts.reading import forms, json_text

__all__ = ["body_breaches", "where_it_stood"]


def body_breaches(call: Call, operation: Operation) -> Iterator[Violation]:
    """Read the body, which becomes the call's document, and judge it; what can't be read isn't judged."""
    if operation.flawless is not None and not call.is_draft and not _is_too_large(call):
        call.document = operation.flawless(call.request.body, call.terms.catalogue)
        if call.document is not None:  # one look has shown that no rule about it can be broken
            return
    yield from (_form_breaches if operation.body == "form" else _json_breaches)(call, operation)
    if call.document is not None:
        for rule in operation.drafts if call.is_draft else operation.body_rules:
            yield from rule(call)


def _json_breaches(call: Call, operation: Operation) -> Iterator[Violation]:
    service, body = operation.service, call.request.body
    if _is_too_large(call):
        yield from _too_large(call, operation)
        return
    if not body.strip():
        yield from breach(service, "no body", "", "missing", found="nothing")
        return
    if json_text.has_too_many(body, call.terms.largest_body):
        most = json_text.most_values(call.terms.largest_body)
        yield from _unreadable(service, f"the body has more than {most} values")
        return
    try:
        call.document = json_text.parse(body)
    except json_text.RepeatedKey as problem:
        yield from breach(service, "repeated key", "", str(problem))
        call.document = problem.value
        call.request = replace(call.request, body=json_text.render(problem.value))  # what is stored has it once
    except json_text.JsonProblem as problem:
        yield from _unreadable(service, str(problem))
        return
    if call.document is None:  # "cannot be null or empty"
        yield from breach(service, "no body", "", "null", found="null")
    elif operation.reads is not None:
        call.document = operation.reads(call.document)


def _unreadable(service: Service, problem: str) -> Iterator[Violation]:
    return breach(service, "no JSON", "", problem, answer=f"The request body is not valid JSON: {problem}")


def _form_breaches(call: Call, operation: Operation) -> Iterator[Violation]:
    """The parameters of the query and those of the body become the call's document."""
    body, content_type = call.request.body, call.header("content-type")
    call.asked = list(call.query)
    if _is_too_large(call):
        yield from _too_large(call, operation)
        return
    if body:
        if forms.media_type(content_type) not in forms.FORM_TYPES:
            yield from _no_form(operation, content_type)
            return
        if forms.is_misnamed(body, content_type):
            problem = "the content type names no boundary"
            word: Breach = "misnamed form" if "misnamed form" in operation.service.breaches else "unreadable form"
            yield from breach(operation.service, word, "headers/content-type", problem, description=problem)
        try:
            call.asked += forms.parse(body, content_type)
        except forms.FormProblem as problem:
            yield from breach(operation.service, "unreadable form", "", str(problem), description=str(problem))
            return
    call.document = dict(call.asked)


def where_it_stood(call: Call, found: Violation) -> Violation:
    """``found`` with the place of a parameter that the query has, and the form, if there is one, hasn't."""
    name = found.pointer.removeprefix("/")
    if name == found.pointer or call.operation is None or call.operation.body not in ("form", "none"):
        return found
    sent = [each for each, _ in call.query]
    in_form = [each for each, _ in (call.asked or ())[len(sent) :]] if call.operation.body == "form" else ()
    return replace(found, pointer=f"query/{name}") if name in sent and name not in in_form else found


def _no_form(operation: Operation, content_type: str | None) -> Iterator[Violation]:
    return breach(
        operation.service,
        "no form",
        "headers/content-type",
        "not a form",
        found="nothing" if content_type is None else shown(content_type),
        allowed=forms.FORM_TYPES,
        near=forms.media_type(content_type),
        description="the request body is not a form",
    )


def _is_too_large(call: Call) -> bool:
    return call.request.is_cut or len(call.request.body) > call.terms.largest_body


def _too_large(call: Call, operation: Operation) -> Iterator[Violation]:
    most = call.terms.largest_body
    found, allowed = f"more than {most} bytes", [f"{most} bytes"]
    return breach(operation.service, "large body", "", "too large", found=found, allowed=allowed)
