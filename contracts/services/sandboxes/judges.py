"""What the Sandbox API demands, and what an accepted list of sandboxes asks for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from contracts.judging.body_schemas import frames_of
from contracts.judging.model import Call
from contracts.judging.violations import Violation, shown
from contracts.reading.numbers import whole
from contracts.services.gateway.placeholders import placeholders_are_filled_in
from contracts.services.sandboxes.rules import violation

__all__ = [
    "CHECK_PARAMETERS",
    "CHECK_RULES",
    "PULL_RULES",
    "SANDBOX_LIST_PARAMETERS",
    "SANDBOX_LIST_RULES",
    "SANDBOX_RESET_RULES",
    "SANDBOX_RULES",
    "SANDBOX_UPDATE_RULES",
    "SandboxQuery",
    "only_checks",
    "sandbox_query",
]

SANDBOX_LIST_PARAMETERS = ("property", "orderBy", "limit", "offset")
CHECK_PARAMETERS = ("validationOnly", "ignoreWarnings")
DEFAULT_LIMIT = 50  # appendix.md

FIELDS = ("name", "title", "state", "type", "region", "isDefault", "eTag", "createdDate", "lastModifiedDate")
_FIELDS = (*FIELDS, "createdBy", "modifiedBy")
# sandbox.yaml: "orderBy=asc:created,updated", and its schemas spell etag
_ALIASES = {"created": "createdDate", "updated": "lastModifiedDate", "etag": "eTag"}


class SandboxQuery(NamedTuple):
    """``filters`` are fields and the texts that they equal; ``order`` has fields, all in one direction."""

    filters: tuple[tuple[str, str], ...]
    order: tuple[str, ...]
    descending: bool
    limit: int
    offset: int


def sandbox_query(call: Call) -> SandboxQuery:
    """What an accepted list asks for."""
    direction, _, names = (call.parameter("orderBy") or "").partition(":")
    filters = (text.partition("==") for text in call.parameters("property"))
    return SandboxQuery(
        tuple((_field(name) or "", value) for name, _, value in filters),
        tuple(filter(None, map(_field, names.split(",")))),
        direction == "desc",
        _number(call, "limit") or DEFAULT_LIMIT,
        _number(call, "offset") or 0,
    )


def page_is_whole(call: Call) -> Iterator[Violation]:
    sent = [name for name in ("limit", "offset") if call.parameter(name) is not None]
    if len(sent) == 1:
        missing = "offset" if sent == ["limit"] else "limit"
        yield violation("SB-QRY-01", f"query/{missing}", "missing", found="nothing", allowed=[missing])
    for name in sent:
        text = call.parameter(name) or ""
        if whole(text, -1) < (1 if name == "limit" else 0):
            yield violation("SB-QRY-02", f"query/{name}", "not a whole number", found=shown(text))


def order_is_documented(call: Call) -> Iterator[Violation]:
    text = call.parameter("orderBy")
    if text is None:
        return
    direction, _, names = text.partition(":")
    if direction not in ("asc", "desc"):
        yield violation(
            "SB-QRY-03",
            "query/orderBy",
            "names no direction",
            found=shown(text),
            allowed=["asc:<field>", "desc:<field>"],
        )
        return
    for name in names.split(","):
        if _field(name) is None:
            yield _no_field("SB-QRY-03", "query/orderBy", name)


def filter_is_documented(call: Call) -> Iterator[Violation]:
    for text in call.parameters("property"):
        name, operator, value = text.partition("==")
        if not operator or not value:
            yield violation("SB-QRY-04", "query/property", "not a filter", allowed=["<field>==<value>"])
        elif _field(name) is None:
            yield _no_field("SB-QRY-04", "query/property", name)


def checks_are_true_or_false(call: Call) -> Iterator[Violation]:
    """Clients send ``True``; what can be neither must not be taken for a no, which deletes."""
    for name in CHECK_PARAMETERS:
        for value in call.parameters(name):
            if value.lower() not in ("true", "false"):
                yield violation(
                    "SB-QRY-05", f"query/{name}", "not true or false", found=shown(value), allowed=["true", "false"]
                )


def only_checks(call: Call) -> bool:
    """Whether an accepted call asks for a look ahead alone."""
    return any(value.lower() == "true" for value in call.parameters("validationOnly"))


CHECK_RULES = (checks_are_true_or_false,)
SANDBOX_LIST_RULES = (page_is_whole, order_is_documented, filter_is_documented)

frame_of = frames_of("contracts.services.sandboxes", violation, unknown="SB-KEY-01")

SANDBOX_RULES = (frame_of("sandbox"), placeholders_are_filled_in)
SANDBOX_UPDATE_RULES = (frame_of("sandbox-update", unknown="SB-SET-01"), placeholders_are_filled_in)
PULL_RULES = (frame_of("pull-request"), placeholders_are_filled_in)
SANDBOX_RESET_RULES = (frame_of("sandbox-reset"),)


def _number(call: Call, name: str) -> int | None:
    return whole(call.parameter(name))


def _field(name: str) -> str | None:
    name = name.strip()
    return name if name in _FIELDS else _ALIASES.get(name)


def _no_field(rule: str, pointer: str, name: str) -> Violation:
    return violation(rule, pointer, "not a field of a sandbox", found=shown(name), allowed=_FIELDS, near=name)
