"""The page about the documented errors, each with an anchor of its own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from contracts import ERRORS, RULES
from contracts.contract import error_of
from contracts.judging.error import Error
from contracts.judging.model import Service
from contracts.services.flow_service.not_imitated import NOT_IMITATED
from contracts.services.gateway.breaches import TROUBLES
from contracts.tables import SERVICES
from mockserver.control.docs.markdown import page, slug

__all__ = ["anchor", "errors", "raisers"]

_ADOBES = tuple(row for row in SERVICES if isinstance(row.hosts, re.Pattern))
_BELOW = {
    "400000": "what isn't HTTP",
    "431000": "what HTTP is too large to read",
    "403025": "the client contract, whose platform refuses a client",
}
"""What answers an error before there is a request, or beside the mock."""
_FAMILIES = {
    "gateway": "The API gateway",
    "unknown_path": "The API gateway",
    "problem": "Platform",
    "service": "Flow Service",
    "bare": "Ad hoc activation",
    "sandbox": "Sandbox API",
    "oauth": "IMS",
    "registry": "Schema Registry",
    "catalog": "Catalog",
    "collection": "Streaming inlet",
    "validation": "Streaming inlet",
    "detailed": "Services around Flow Service",
    "accounts": "Zoho accounts",
    "crm": "Zoho CRM",
}
"""What the page calls those who answer in each shape."""
_OF_ZOHO = ("Zoho accounts", "Zoho CRM")
_MOST = 8  # rules that one error names


def raisers(services: Iterable[Service] = _ADOBES) -> Mapping[str, list[str]]:
    """What each of their errors can answer: ids of rules, faults by their status, and what stands below a mock."""
    services = tuple(services)
    found: dict[str, list[str]] = {row.id: [] for service in services for row in service.errors}
    for rule in RULES.values():
        own = next((row for row in services if rule in row.rules), None)  # what all share is told of the first
        if own is not None:
            found[error_of(own, rule).id].append(f"[{rule.id}](rules.md#{slug(rule.id)})")
    for status in TROUBLES:
        for error in dict.fromkeys(row.troubles[status] for row in services if status in row.troubles):
            found[error].append(f"fault {status}")
    for id in _BELOW.keys() & found:
        found[id].append(_BELOW[id])
    return found


def errors() -> str:
    return page(
        "Errors",
        "Every documented error: what is answered with it, or why nothing is. A *fault* was [asked for by its "
        "status](faults.md). The numbers of connectors' errors (sources-errors.md) are never Flow Service's: their "
        "texts stand inside of [FLOW-1100-400](#flow-1100-400). To find one, paste the whole answer, or its text, "
        "into the search of this site.",
        _lines(),
    )


def anchor(id: str) -> str:
    """Where the page tells of that error; Zoho's have no ids that both sides of it share."""
    family = _family(ERRORS[id])
    return slug(family if family in _OF_ZOHO else id)


def _lines() -> Iterator[str]:
    answered = {**raisers([row for row in SERVICES if row not in _ADOBES]), **raisers()}
    for family in dict.fromkeys(_FAMILIES.values()):
        yield from ("", f"## {family}")
        for row in ERRORS.values():
            if _family(row) == family:
                yield from ("", *_section(row, answered[row.id]))
    yield from ("", "## Not answered by the mock")
    for left_out in NOT_IMITATED.values():
        yield from ("", f"### {left_out.id}", "", f"{left_out.title}", "", f"Not answered: {left_out.why}.")


def _family(row: Error) -> str:
    return _FAMILIES[row.shape.__name__]


def _section(row: Error, answers: list[str]) -> Iterator[str]:
    heading = row.title if _family(row) in _OF_ZOHO else row.id
    title = f" ({_text(row.title)})" if row.title not in ("", heading, row.template) else ""
    yield f"### {heading}"
    if row.template:
        yield from ("", _text(row.template))
    yield ""
    yield f"Status {row.status}{title}, {row.level}. Answers: {_named(answers)}."


def _named(answers: list[str]) -> str:
    if len(answers) <= _MOST:
        return ", ".join(answers) or "what an action of the service finds"
    rules = [each for each in answers if each.startswith("[")]
    others = [each for each in answers if each not in rules]
    return ", ".join([f"{len(rules)} [rules](rules.md), each of which names its error", *others])


def _text(text: str) -> str:
    return text.replace("<", "&lt;").replace("*", r"\*").replace("_", r"\_")
