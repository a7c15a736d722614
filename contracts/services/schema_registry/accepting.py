"""The Accept header, which says how a resource is shown (xdm/api/getting-started.md), and the queries of lists."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from contracts.judging.model import Call
from contracts.judging.violations import Violation, shown
from contracts.reading.numbers import whole
from contracts.services.gateway.platform import MOST_CONDITIONS
from contracts.services.schema_registry.rules import violation

__all__ = [
    "DESCRIPTORS_RULES",
    "DESCRIPTOR_RULES",
    "LIST_PARAMETERS",
    "LIST_RULES",
    "LOOK_UP_RULES",
    "Accepted",
    "Condition",
    "accepted",
    "condition_in",
    "conditions_of",
]

LIST_PARAMETERS = ("property", "orderby", "start", "limit", "name")  # name=LAVA* is printed by a sources page
MOST_LISTED = 500
_MOST_DESCRIPTORS = 300
_NEXT = re.compile(r"https?://.+|[0-9a-f]{24,}")  # the id that a page hands out as its next
_ACCEPT = re.compile(
    r"application/vnd\.adobe\.(?:xed|xdm)((?:-[a-z0-9]+)*)\+json(?:\s*;\s*version=\s*(\d{1,4})(?:\.\d{1,4})?)?"
)
# xed-deprecatefield is documented; flat and deprecated are what aepp sends.
_LOOKED_UP = {"full", "notext", "desc", "deprecatefield", "deprecated", "flat"}
_CONDITION = re.compile(r"([^=!<>~]+)(==|!=|<=|>=|~|<|>)(.+)", re.DOTALL)


class Accepted(NamedTuple):
    """How a resource is to be shown: the words behind ``xed``, and which major version."""

    words: frozenset[str]
    version: str | None


def accepted(call: Call) -> Accepted | None:
    """What the Accept header asks for; ``None`` where it has none of the registry's media types."""
    for text in (call.header("accept") or "").split(","):
        found = _ACCEPT.fullmatch(text.strip())
        if found:
            return Accepted(frozenset(found[1].split("-")[1:]), found[2])
    return None


def list_is_accepted(call: Call) -> Iterator[Violation]:
    asked = accepted(call)
    forms = "application/vnd.adobe.xed-id+json", "application/vnd.adobe.xed+json"
    if asked is None or asked.version is not None or not asked.words <= {"id", "full"}:
        yield _refused(call, "SR-ACC-01", *forms)
    elif "full" in asked.words:
        yield _refused(call, "SR-ACC-07", *forms)


def look_up_is_accepted(call: Call) -> Iterator[Violation]:
    asked = accepted(call)
    if asked is None or asked.version is None or not asked.words <= _LOOKED_UP:
        yield _refused(
            call,
            "SR-ACC-02",
            "application/vnd.adobe.xed+json;version=1",
            "application/vnd.adobe.xed-full+json;version=1",
        )


def descriptors_are_accepted(call: Call) -> Iterator[Violation]:
    asked = accepted(call)
    if asked is None or asked.version is not None or not asked.words <= {"id", "link", "v2"}:
        yield _refused(call, "SR-ACC-03", "application/vnd.adobe.xdm+json", "application/vnd.adobe.xdm-id+json")


def descriptor_is_accepted(call: Call) -> Iterator[Violation]:
    """descriptors.md looks one up without the header, in place of which curl and others send ``*/*``."""
    if call.header("accept") in (None, "*/*"):
        yield _refused(call, "SR-ACC-06", "application/vnd.adobe.xdm+json")
        return
    asked = accepted(call)
    if asked is None or asked.version is not None or asked.words:
        yield _refused(call, "SR-ACC-04", "application/vnd.adobe.xdm+json")


def _refused(call: Call, rule: str, *allowed: str) -> Violation:
    sent = call.header("accept")
    found = "nothing" if sent is None else shown(sent)
    told = {"accept": sent or "none", "like": _LIKE[rule]}
    return violation(rule, "headers/accept", "not what this call takes", found=found, allowed=allowed, **told)


_LIKE = {  # schema-registry.yaml, the brackets as there
    "SR-ACC-01": "application/vnd.adobe.'{xed|xdm'}+json",
    "SR-ACC-02": "application/vnd.adobe.'{xed|xdm'}+json; version=1 (Version should be specified)",
    "SR-ACC-03": "application/vnd.adobe.xdm-id+json",
    "SR-ACC-04": "application/vnd.adobe.xdm+json",
    "SR-ACC-06": "application/vnd.adobe.xdm+json",
    "SR-ACC-07": "application/vnd.adobe.'{xed|xdm'}+json",
}


def page_is_sound(call: Call) -> Iterator[Violation]:
    limit = call.parameter("limit")
    if limit is not None and not 0 <= whole(limit, -1) <= MOST_LISTED:
        yield violation(
            "SR-QRY-02", "query/limit", "not a number of resources", found=shown(limit), allowed=["0 to 500"]
        )
    if call.parameter("orderby") is None:
        start = call.parameter("start")
        if start is not None and not _NEXT.fullmatch(start):
            yield violation("SR-QRY-01", "query/start", "sent without orderby", found=shown(start))
        if limit is not None:
            yield violation("SR-QRY-05", "query/limit", "sent without orderby")


def descriptors_are_few(call: Call) -> Iterator[Violation]:
    """What was answered to 500: "Query limit out of range... valid query limit is 0 - 300"."""
    limit = call.parameter("limit")
    if limit is not None and _MOST_DESCRIPTORS < whole(limit, -1) <= MOST_LISTED:
        problem = "Query limit out of range: valid query limit is 0 - 300"
        yield violation("SR-QRY-04", "query/limit", problem, found=shown(limit), allowed=["0 to 300"])


def filters_are_sound(call: Call) -> Iterator[Violation]:
    conditions = conditions_of(call)
    if len(conditions) > MOST_CONDITIONS:
        found = f"{len(conditions)} filters"
        yield violation("SR-QRY-03", "query/property", "too many", found=found, allowed=[f"{MOST_CONDITIONS} filters"])
    for text in conditions[:MOST_CONDITIONS]:
        if condition_in(text) is None:
            yield violation("SR-QRY-03", "query/property", "no filter", found=shown(text), allowed=["title==Loyalty"])


class Condition(NamedTuple):
    """A field, how it is compared, and with what; without an operator it need only be there."""

    field: str
    operator: str
    value: str


def conditions_of(call: Call) -> list[str]:
    return [text for value in call.parameters("property") for text in value.split(",")]


def condition_in(text: str) -> Condition | None:
    found = _CONDITION.fullmatch(text)
    if found:
        return Condition(*found.groups())
    return Condition(text, "", "") if text and not re.search("[=!<>~]", text) else None


_ASKED = (page_is_sound, filters_are_sound)
LIST_RULES = (list_is_accepted, *_ASKED)
LOOK_UP_RULES = (look_up_is_accepted,)
DESCRIPTORS_RULES = (descriptors_are_accepted, *_ASKED, descriptors_are_few)
DESCRIPTOR_RULES = (descriptor_is_accepted,)
