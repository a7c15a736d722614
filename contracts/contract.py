"""The contract: judges one request by every rule that is about it, and never stops at the first breach."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, Literal

from contracts.judging.bodies import body_breaches, where_it_stood
from contracts.judging.error import Error
from contracts.judging.head import judged_head
from contracts.judging.model import Breach, Call, Known, Operation, Service, Terms
from contracts.judging.request import LARGEST_BODY, Request
from contracts.judging.rule import Rule, Strictness
from contracts.judging.violations import Violation
from contracts.services.gateway.headers import SANDBOX
from contracts.sources.regions import documented_regions
from contracts.sources.regions import zoho_regions as every_region
from contracts.sources.source_catalogue import catalogue
from contracts.tables import ERRORS, ROUTES, RULES, SERVICES

__all__ = ["Contract", "answer_to", "error_of", "in_order", "judges_of", "trouble_of", "words_of", "worth_telling"]

_PRECEDENCE = {rule: place for place, rule in enumerate(RULES)}


class Contract:
    """The documented contract of every service, under given terms.

    ``sources`` and ``destinations`` are files that add to the catalogue; ``zoho_regions`` is ``documented`` (the five
    of Adobe's tutorial) or ``all``; ``sandboxes`` are the only ones that exist, or empty for any;
    ``require_issued_tokens`` takes only access tokens that the mock's own IMS issued; ``largest_body`` is in bytes;
    ``landing_zone`` is where the data landing zone is provisioned.
    """

    def __init__(
        self,
        strictness: Strictness = "default",
        sandboxes: Iterable[str] = (),
        sources: Iterable[str | Path] = (),
        zoho_regions: Literal["documented", "all"] = "documented",
        require_issued_tokens: bool = False,
        *,
        destinations: Iterable[str | Path] = (),
        largest_body: int = LARGEST_BODY,
        landing_zone: Literal["azure", "aws"] = "azure",
    ) -> None:
        _check(strictness, sandboxes, sources, zoho_regions)
        if landing_zone not in ("azure", "aws"):
            raise ValueError(f"landing_zone is 'azure' or 'aws', not {landing_zone!r}")
        _check_files("destinations", destinations)
        if not isinstance(require_issued_tokens, bool):
            raise ValueError(f"require_issued_tokens is True or False, not {require_issued_tokens!r}")
        self.terms = Terms(
            catalogue=catalogue().with_files(sources, destinations),
            regions=every_region() if zoho_regions == "all" else documented_regions(),
            strictness=strictness,
            sandboxes=tuple(sandboxes),
            require_issued_tokens=require_issued_tokens,
            largest_body=largest_body,
            landing_zone=landing_zone,
        )

    def judge(self, request: Request, path: str | None = None, known: Known | None = None) -> Call:
        """The call that ``request`` makes, with its violations, the deciding one first.

        ``path`` is the path as the host sees it, where that differs from the request's own. Without ``known`` the
        rules about what is stored aren't looked at.
        """
        place = ROUTES.find(request.path if path is None else path)
        service, region, host, parts, id, operations = place[:6]
        operation = operations.get(request.method)
        call = Call(request, self.terms, operation, service, region, host, parts, id, known=known)
        if operation is not None:
            call.violations = worth_telling(call, _breaches(call, operation))
        else:
            call.allow = tuple(operations)
            call.violations = worth_telling(call, place.breaches_of(request.method))
        return call

    def unjudged(self, request: Request, path: str) -> Call:
        """The call that ``request`` makes, when nothing is to be looked at but where it leads."""
        place = ROUTES.find(path)
        return Call(request, self.terms, place.operations.get(request.method), *place[:5])

    def judge_body(self, operation: Operation, body: bytes) -> Call:
        """Only what ``operation`` demands of a body, for a look at one without its request."""
        target = operation.service.base_path + operation.path
        call = Call(Request(operation.method, target, {}, body), self.terms, operation, operation.service)
        call.violations = worth_telling(call, body_breaches(call, operation))
        return call


def _breaches(call: Call, operation: Operation) -> Iterator[Violation]:
    call.org_id, call.sandbox_name, call.tenant, call.query, call.is_draft, breaches = judged_head(call, operation)
    yield from breaches
    if operation.service.terms_of is not None:
        call.terms = operation.service.terms_of(call)
    for rule in operation.service.known_rules:
        yield from rule(call)
    for rule in operation.known_rules:
        yield from rule(call)
    if operation.body in ("json", "form") or (operation.body == "optional" and call.request.has_body):
        yield from body_breaches(call, operation)
    if operation.asked is not None:
        call.asked, found = operation.asked(call)
        yield from found


def _check_files(name: str, files: object) -> None:
    if isinstance(files, str | Path) or not isinstance(files, Iterable):
        raise ValueError(f"{name} is a list of files, not {files!r}")


def _check(strictness: object, sandboxes: object, sources: object, zoho_regions: object) -> None:
    """`ValueError` for terms that would otherwise be misunderstood in silence."""
    if strictness not in ("default", "lenient", "strict"):
        raise ValueError(f"strictness is 'default', 'lenient' or 'strict', not {strictness!r}")
    if zoho_regions not in ("documented", "all"):
        raise ValueError(f"zoho_regions is 'documented' or 'all', not {zoho_regions!r}")
    _check_files("sources", sources)
    if isinstance(sandboxes, str) or not isinstance(sandboxes, Iterable):
        raise ValueError(f"sandboxes is a list of names, not {sandboxes!r}")
    for name in sandboxes:
        if not isinstance(name, str) or not SANDBOX.fullmatch(name):
            raise ValueError(f"a sandbox's name has lower-case letters, digits and hyphens: {name!r} isn't one")


def worth_telling(call: Call, breaches: Iterable[Violation]) -> list[Violation]:
    """Those that aren't off, each once, `in_order`, until so many errors are found that nobody would read more."""
    errors, seen, found = 0, set(), []
    for each in breaches:
        if (each.rule.id, each.pointer) in seen:  # a frame and a rule of its own may find the same
            continue
        seen.add((each.rule.id, each.pointer))
        severity = call.severity(each)
        errors += severity == "error"
        if severity != "off":
            found.append(each)
        if errors == _MOST:
            break
    return in_order(call, found) if found else found


def in_order(call: Call, violations: Iterable[Violation]) -> list[Violation]:
    """Errors first, and each kind in the rules' order of precedence; what another service found comes behind.

    A parameter of a form may stand in the query too; it is told where it stood.
    """
    own = _rules_of(call.service, call.operation)
    return sorted(
        (where_it_stood(call, found) for found in violations),
        key=lambda found: (call.severity(found) != "error", found.rule.id not in own, _PRECEDENCE[found.rule.id]),
    )


@cache
def _rules_of(service: Service | None, operation: Operation | None) -> frozenset[str]:
    """The rules that a service has, and those by which the operation refuses."""
    rules = (rule.id for rule in (service or SERVICES[0]).rules)
    return frozenset((*rules, *(operation.refuses if operation else ())))


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
    details = {"message": message, "now": str(call.now), **first.details}
    return error_of(call.service, first.rule), {name: _cut(text) for name, text in details.items()}


def error_of(service: Service | None, rule: Rule) -> Error:
    """The error that answers a breach of ``rule``: its own, or what the service answers in its place."""
    own = service.answers if service else {}
    return ERRORS[own.get(rule.id, rule.error)]


def trouble_of(service: Service | None, status: int | None, code: str | None = None) -> Error:
    """The service's error of that status, as trouble that no request has caused, or the one with that code."""
    service = service or SERVICES[0]
    named = [row for row in (*service.errors, *ERRORS.values()) if code is not None and code in (row.title, row.id)]
    return named[0] if named else ERRORS[service.troubles[status or 500]]


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def judges_of(row: Operation) -> tuple[Callable[..., Any], ...]:
    """Every function of a service's own that looks at a request for ``row``."""
    return (
        *row.service.head_rules,
        *row.service.known_rules,
        *row.head_rules,
        *row.known_rules,
        *row.body_rules,
        *row.drafts,
        *([row.asked] if row.asked else []),
    )


def words_of(row: Operation) -> Iterator[Breach]:
    """What the machinery may find broken of a request for ``row``."""
    if row.strays:
        yield "stray parameter"
    if row.body == "form":
        yield from ("large body", "no form", "unreadable form", "misnamed form")
    elif row.body != "none":
        yield from ("content type", "large body", "no body", "no JSON", "repeated key")
