"""The contract: judges one request by every rule that is about it, and never stops at the first breach."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

from contracts.drafts import draft_rules
from contracts.errors import ERRORS, Error
from contracts.headers import SANDBOX, content_type_is_json
from contracts.ims import content_type_is_a_form, parameters_stand_once
from contracts.judging.head import judged_head, stray_parameters
from contracts.judging.model import LARGEST_BODY, Call, Known, Operation, RuleFunction, Terms
from contracts.judging.request import Request
from contracts.judging.routing import find
from contracts.judging.violations import Violation, violation
from contracts.reading import forms, json_text
from contracts.rules import RULES, Strictness
from contracts.sources.regions import documented_regions
from contracts.sources.regions import zoho_regions as every_region
from contracts.sources.source_catalogue import catalogue

__all__ = ["LARGEST_BODY", "Contract", "answer_to", "error_of", "judges_of"]

_PRECEDENCE = {rule: place for place, rule in enumerate(RULES)}


class Contract:
    """Flow Service's documented contract under given terms.

    ``sources`` are files that add to the catalogue; ``zoho_regions`` is ``documented`` (the five of
    Adobe's tutorial) or ``all``; ``sandboxes`` are the only ones that exist, or empty for any;
    ``require_issued_tokens`` takes only access tokens that the mock's own IMS issued; ``largest_body`` is in bytes.
    """

    def __init__(
        self,
        strictness: Strictness = "default",
        sandboxes: Iterable[str] = (),
        sources: Iterable[str | Path] = (),
        zoho_regions: Literal["documented", "all"] = "documented",
        require_issued_tokens: bool = False,
        *,
        largest_body: int = LARGEST_BODY,
    ) -> None:
        _check(strictness, sandboxes, sources, zoho_regions)
        if not isinstance(require_issued_tokens, bool):
            raise ValueError(f"require_issued_tokens is True or False, not {require_issued_tokens!r}")
        self.terms = Terms(
            catalogue=catalogue().with_files(sources),
            regions=every_region() if zoho_regions == "all" else documented_regions(),
            strictness=strictness,
            sandboxes=tuple(sandboxes),
            require_issued_tokens=require_issued_tokens,
            largest_body=largest_body,
        )

    def judge(self, request: Request, path: str | None = None, known: Known | None = None) -> Call:
        """The call that ``request`` makes, with its violations, the deciding one first.

        ``path`` is the path as the host sees it, where that differs from the request's own. Without ``known`` the
        rules about what is stored aren't looked at.
        """
        call = Call(request, self.terms, known=known)
        return _sorted(call, _breaches(call, request.path if path is None else path))

    def judge_body(self, operation: Operation, body: bytes) -> Call:
        """Only what ``operation`` demands of a body, for a look at one without its request."""
        target = operation.service.base_path + operation.path
        call = Call(Request(operation.method, target, {}, body), self.terms, operation, operation.service)
        return _sorted(call, _body_breaches(call))


def _breaches(call: Call, path: str) -> Iterator[Violation]:
    yield from find(call, path)
    operation = call.operation
    if operation is None:
        return
    call.org_id, call.sandbox_name, call.query, call.is_draft, breaches = judged_head(call, operation)
    yield from breaches
    if call.known is not None:
        call.terms = call.known.terms(call.tenant, call.terms)
    for rule in operation.service.known_rules:
        yield from rule(call)
    for rule in operation.known_rules:
        yield from rule(call)
    if operation.body == "form":
        yield from _form_breaches(call)
    elif operation.body == "json" or (operation.body == "optional" and call.request.has_body):
        call.document = _flawless_document(call)
        if call.document is None:
            yield from _body_breaches(call)


def _body_breaches(call: Call) -> Iterator[Violation]:
    unread = list(_parse_breaches(call))
    yield from unread
    if not unread:
        for rule in _body_rules(call):
            yield from rule(call)


def _parse_breaches(call: Call) -> Iterator[Violation]:
    """The body's JSON becomes the call's document."""
    body = call.request.body
    if _is_too_large(call):
        yield _too_large(call)
        return
    if not body.strip():
        yield violation("FS-BODY-03", "", "missing", found="nothing")
        return
    try:
        call.document = json_text.parse(body)
    except json_text.JsonProblem as problem:
        yield violation("FS-BODY-04", "", str(problem), answer=f"The request body is not valid JSON: {problem}")
        return
    if call.document is None:  # "cannot be null or empty"
        yield violation("FS-BODY-03", "", "null", found="null")


def _form_breaches(call: Call) -> Iterator[Violation]:
    """The parameters of the query and those of the body become the call's document."""
    assert call.operation is not None
    sent, body, content_type = list(call.query), call.request.body, call.header("content-type")
    if _is_too_large(call):
        yield _too_large(call)
        return
    if body:
        wrong_type = list(content_type_is_a_form(call))
        if wrong_type:
            yield from wrong_type
            return
        try:
            sent += forms.parse(body, content_type)
        except forms.FormProblem as problem:
            yield violation("IMS-FORM-02", "", str(problem), description=str(problem))
            return
    call.document = dict(sent)
    yield from parameters_stand_once(sent)
    for rule in call.operation.body_rules:
        yield from rule(call)


def _is_too_large(call: Call) -> bool:
    return call.request.is_cut or len(call.request.body) > call.terms.largest_body


def _too_large(call: Call) -> Violation:
    most = call.terms.largest_body
    found, allowed = f"more than {most} bytes", [f"{most} bytes"]
    return violation("FS-BODY-02", "", "too large", found=found, allowed=allowed)


def _flawless_document(call: Call) -> Any:
    """The body as JSON, where one look shows that no rule about it can be broken."""
    assert call.operation is not None
    flawless = call.operation.flawless
    if flawless is None or call.is_draft or _is_too_large(call):
        return None
    return flawless(call.request.body, call.terms.catalogue)


def _body_rules(call: Call) -> Iterable[RuleFunction]:
    assert call.operation is not None
    return draft_rules(call.operation.collection) if call.is_draft else call.operation.body_rules


def _check(strictness: object, sandboxes: object, sources: object, zoho_regions: object) -> None:
    """`ValueError` for terms that would otherwise be misunderstood in silence."""
    if strictness not in ("default", "lenient", "strict"):
        raise ValueError(f"strictness is 'default', 'lenient' or 'strict', not {strictness!r}")
    if zoho_regions not in ("documented", "all"):
        raise ValueError(f"zoho_regions is 'documented' or 'all', not {zoho_regions!r}")
    if isinstance(sources, str | Path) or not isinstance(sources, Iterable):
        raise ValueError(f"sources is a list of files, not {sources!r}")
    if isinstance(sandboxes, str) or not isinstance(sandboxes, Iterable):
        raise ValueError(f"sandboxes is a list of names, not {sandboxes!r}")
    for name in sandboxes:
        if not isinstance(name, str) or not SANDBOX.fullmatch(name):
            raise ValueError(f"a sandbox's name has lower-case letters, digits and hyphens: {name!r} isn't one")


def _sorted(call: Call, breaches: Iterable[Violation]) -> Call:
    """Errors first, and each kind in the rules' order of precedence."""
    errors, seen = 0, set()
    for found in breaches:
        own = call.service.rules.get(found.rule.id, found.rule.id) if call.service else found.rule.id
        if own is None:
            continue
        if own != found.rule.id:
            found = replace(found, rule=RULES[own])
        if (found.rule.id, found.pointer) in seen:  # a frame and a rule of its own may find the same
            continue
        seen.add((found.rule.id, found.pointer))
        severity = call.severity(found)
        errors += severity == "error"
        if severity != "off":
            call.violations.append(found)
        if errors == _MOST:
            break
    call.violations.sort(key=lambda found: (call.severity(found) != "error", _PRECEDENCE[found.rule.id]))
    return call


_LONGEST = 2000  # characters of what an answer quotes
_MOST = 50  # errors of one request that are looked for; a body can have a hundred thousand


def answer_to(call: Call) -> tuple[Error, dict[str, str]]:
    """The documented error for a refused call, and what fills its template.

    Breaches that share the deciding error are told together.
    """
    errors = call.errors
    first = errors[0]
    together = [found.answer or found.summary for found in errors if found.rule.error == first.rule.error]
    message = "; ".join(text.removesuffix(".") for text in together)
    details = {"message": message, **first.details}
    return error_of(call, first.rule.error), {name: _cut(text) for name, text in details.items()}


def error_of(call: Call, id: str) -> Error:
    """The error with that id, or what the call's service answers in its place."""
    own = call.service.errors if call.service else {}
    return ERRORS[own.get(id, id)]


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def judges_of(row: Operation) -> tuple[Callable[..., Any], ...]:
    """Every function that looks at a request for ``row``."""
    judges: tuple[Callable[..., Any], ...] = (
        *row.service.head_rules,
        *row.service.known_rules,
        stray_parameters,
        *row.head_rules,
        *row.known_rules,
    )
    if row.body == "none":
        return judges
    if row.body == "form":
        return (*judges, _form_breaches, content_type_is_a_form, *row.body_rules)
    drafts: Iterable[RuleFunction] = draft_rules(row.collection) if row.drafts else ()
    return (*judges, content_type_is_json, _parse_breaches, *row.body_rules, *drafts)
