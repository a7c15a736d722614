"""What a list and a search may be asked: their rules, and what an accepted one means."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from urllib.parse import unquote_plus

from contracts.call import Call
from contracts.filters import Filter, Path, read
from contracts.schema_rules import breaches, unknown_keys
from contracts.schemas import schema, validator
from contracts.sources import Catalogue
from contracts.violations import Violation, shown, violation

__all__ = ["LARGEST_SEARCH", "LIST_RULES", "SEARCH_RULES", "ListQuery", "list_query", "query_of", "search_query"]

PARAMETERS = ("property", "limit", "orderby", "continuationToken", "count")
DEFAULT_LIMIT = 20  # assumed; aepp's first page of connections
LARGEST_LIMIT = 100  # destinations.yaml
LARGEST_SEARCH = 1000  # flow-service.yaml, ConnectionFilterRequest

_WHOLE = re.compile(r"[0-9]{1,18}")
_PIECE = re.compile(r'(?:"[^"]*"|[^&])+')


@dataclass(frozen=True, slots=True)
class ListQuery:
    """What was asked for.

    ``properties`` and ``orderby`` are the texts as sent; ``filters``, ``order`` (a path and +1 or -1 each)
    and ``fields`` (a projection, empty for all) are what they mean.
    """

    properties: tuple[str, ...]
    orderby: str | None
    limit: int
    count: bool
    token: str | None
    filters: tuple[Filter, ...]
    order: tuple[tuple[Path, int], ...]
    fields: tuple[str, ...]


def list_query(call: Call) -> ListQuery:
    """The query of an accepted GET list."""
    query = query_of(
        tuple(call.parameters("property")),
        call.parameter("orderby"),
        int(call.parameter("limit") or DEFAULT_LIMIT),
        call.terms.catalogue,
    )
    return replace(query, count=_is_true(call.parameter("count")), token=call.parameter("continuationToken"))


def search_query(call: Call) -> ListQuery:
    """The query of an accepted POST search."""
    body = call.document
    query = query_of(
        tuple(_expressions(body.get("queryString", ""))),
        body.get("orderby"),
        int(body.get("limit", DEFAULT_LIMIT)),
        call.terms.catalogue,
    )
    return replace(query, count=body.get("count", False), token=call.parameter("continuationToken"))


def query_of(properties: tuple[str, ...], orderby: str | None, limit: int, catalogue: Catalogue) -> ListQuery:
    """The meaning of texts; `ValueError` where they break a rule."""
    reading = read(properties, orderby, catalogue)
    if reading.violations:
        raise ValueError(reading.violations[0].message)
    return ListQuery(
        properties,
        orderby,
        limit,
        False,
        None,
        tuple(reading.filters),
        tuple(reading.order),
        tuple(reading.fields),
    )


def parameters_are_documented(call: Call) -> Iterator[Violation]:
    for name in dict.fromkeys(name for name, _ in call.query):
        if name not in PARAMETERS:
            yield violation(
                "FS-QRY-01",
                f"query/{name}",
                "not documented",
                found=shown(name),
                allowed=PARAMETERS,
                near=name,
                param=name,
            )


def count_stands_alone(call: Call) -> Iterator[Violation]:
    for count in call.parameters("count"):
        if _is_true(count) and call.parameters("limit"):
            yield violation("FS-QRY-02", "query/limit", "sent together with count=true")
        elif count.strip().lower() not in ("true", "false"):
            yield _bad_value("FS-QRY-04", "count", count, ["true", "false"])


def limit_is_within_range(call: Call) -> Iterator[Violation]:
    for limit in call.parameters("limit"):
        number = int(limit) if _WHOLE.fullmatch(limit) else 0
        if not 1 <= number <= LARGEST_LIMIT:
            yield _bad_value("FS-QRY-03", "limit", limit, [f"1 to {LARGEST_LIMIT}"])


def filters_and_order_can_be_read(call: Call) -> Iterator[Violation]:
    orders = call.parameters("orderby")
    yield from read(call.parameters("property"), ",".join(orders) if orders else None, call.terms.catalogue).violations


LIST_RULES = (parameters_are_documented, count_stands_alone, limit_is_within_range, filters_and_order_can_be_read)


def search_is_documented(call: Call) -> Iterator[Violation]:
    body = call.document
    if body == {}:
        yield violation("FS-BODY-03", "", "empty", found="{}")
        return
    for found in breaches(validator("connection-search"), body):
        name = found.pointer.strip("/")
        value = shown(body[name]) if isinstance(body, dict) and name else ""
        yield replace(found, details={"field": name, "value": value})
    for found in unknown_keys(body, schema("connection-search")["properties"], "FS-SRC-01", ""):
        yield replace(found, details={"field": found.pointer.strip("/")})
    if isinstance(body, dict):
        yield from _search_values(body, call.terms.catalogue)


SEARCH_RULES = (search_is_documented,)


def _search_values(body: Mapping[str, object], catalogue: Catalogue) -> Iterator[Violation]:
    if body.get("count") is True and "limit" in body:
        yield violation("FS-QRY-02", "/limit", "sent together with count: true")
    query, order = body.get("queryString", ""), body.get("orderby")
    if isinstance(query, str) and (order is None or isinstance(order, str)):
        yield from read(_expressions(query), order, catalogue, in_body=True).violations


def _expressions(text: str) -> list[str]:
    """The expressions of a queryString: URL query pairs or bare ones, ``&`` between them (assumed)."""
    return [
        unquote_plus(piece.removeprefix("property=")) if piece.startswith("property=") else piece
        for piece in _PIECE.findall(text)
    ]


def _is_true(value: str | None) -> bool:
    """Clients send ``True``, ``true`` and ``TRUE``; only these count as yes."""
    return value is not None and value.strip().lower() == "true"


def _bad_value(rule: str, name: str, value: str, allowed: list[str]) -> Violation:
    return violation(
        rule, f"query/{name}", "not a valid value", found=shown(value), allowed=allowed, value=value, field=name
    )
