"""What a list and a search may be asked: their rules, and what an accepted one means."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from urllib.parse import unquote_plus

from contracts.judging.model import Call, Collection, Frame
from contracts.judging.violations import Violation, shown, told
from contracts.reading.numbers import whole
from contracts.services.flow_service.collections import COLLECTIONS
from contracts.services.flow_service.filters import MOST_FILTERS, PIECE, Filter, Path, Place, Reading, read
from contracts.services.flow_service.frames import breaches, checker, frame, schema, unknown_keys
from contracts.services.flow_service.rules import violation

__all__ = [
    "LARGEST_SEARCH",
    "LIST_PARAMETERS",
    "LIST_RULES",
    "SEARCH_RULES",
    "SPEC_LIST_PARAMETERS",
    "SPEC_LIST_RULES",
    "ListQuery",
    "list_asked",
    "place_of",
    "query_of",
    "search_asked",
]

LIST_PARAMETERS = ("property", "limit", "orderby", "continuationToken", "count")
SPEC_LIST_PARAMETERS = ("property", "limit", "continuationToken")  # programs probe specs with limit=1
LARGEST_LIMIT = 100  # destinations.yaml: at most 100 entities to a page
DEFAULT_LIMIT = LARGEST_LIMIT  # inferred: the service was seen to answer 28 flows on one page
LARGEST_SEARCH = 1000  # flow-service.yaml, ConnectionFilterRequest
_ALL = 10**9  # a list of specs has no pages unless it is asked for them


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


def list_asked(call: Call) -> tuple[ListQuery, list[Violation]]:
    """What a GET list asks for, and the rules that its texts break."""
    properties, orders = tuple(call.parameters("property")), _known(call, "orderby")
    reading = read(properties, ",".join(orders) if orders else None, place_of(call))
    orderby = orders[0] if orders else None  # of several all are judged, and the first one counts (assumed)
    reading.order = reading.order[: len(orderby.split(","))] if orderby is not None else []
    limit = call.parameter("limit") or ""
    wanted = min(whole(limit, _default_limit(call)), LARGEST_LIMIT)
    query = _query(properties, orderby, wanted, reading)
    count = _is_true(next(iter(_known(call, "count")), None))
    query = replace(query, count=count, token=call.parameter("continuationToken"))
    return query, reading.violations


def search_asked(call: Call) -> tuple[ListQuery | None, list[Violation]]:
    """What a POST search asks for; of a body whose texts are none only its schema says what is wrong."""
    body = call.document
    if not isinstance(body, dict):
        return None, []
    text, orderby, names = (body.get(name, absent) for name, absent in _SEARCH_TEXTS.items())
    if not isinstance(text, str) or not isinstance(orderby, str | None) or not isinstance(names, str):
        return None, []
    properties, limit = tuple(_expressions(text)), body.get("limit")
    reading = read(properties, orderby, place_of(call)._replace(filter="/queryString", orderby="/orderby"))
    is_limit = isinstance(limit, int | float) and 1 <= limit <= LARGEST_SEARCH
    query = _query(properties, orderby, int(limit) if is_limit and limit else _default_limit(call), reading)
    fields = tuple(name.strip() for name in names.split(",") if name.strip())
    count, token = body.get("count") is True, call.parameter("continuationToken")
    return replace(query, count=count, token=token, fields=fields), reading.violations


_SEARCH_TEXTS: Mapping[str, str | None] = {"queryString": "", "orderby": None, "projectionFields": ""}


def query_of(properties: tuple[str, ...], orderby: str | None, limit: int, place: Place) -> ListQuery:
    """The meaning of texts; `ValueError` where they break a rule."""
    reading = read(properties, orderby, place)
    if reading.violations:
        raise ValueError(reading.violations[0].message)
    return _query(properties, orderby, limit, reading)


def _query(properties: tuple[str, ...], orderby: str | None, limit: int, reading: Reading) -> ListQuery:
    filters, order, fields = tuple(reading.filters), tuple(reading.order), tuple(reading.fields)
    return ListQuery(properties, orderby, limit, False, None, filters, order, fields)


def parameters_are_documented(call: Call) -> Iterator[Violation]:
    assert call.operation is not None
    known = call.operation.query
    for name in dict.fromkeys(name for name, _ in call.query):
        if name not in known:
            yield violation(
                "FS-QRY-01",
                f"query/{name}",
                "not documented; it is ignored",
                found=shown(name),
                allowed=known,
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
        number = whole(limit, 0)
        if number < 1:
            yield _bad_value("FS-QRY-03", "limit", limit, [f"1 to {LARGEST_LIMIT}"])
        elif number > LARGEST_LIMIT:
            yield _bad_value("FS-QRY-18", "limit", limit, [f"1 to {LARGEST_LIMIT}"])


LIST_RULES = (parameters_are_documented, count_stands_alone, limit_is_within_range)
SPEC_LIST_RULES = (parameters_are_documented, limit_is_within_range)


def search_is_documented(call: Call, frame: Frame) -> Iterator[Violation]:
    body = call.document
    if body == {}:
        yield violation("FS-BODY-03", "", "empty", found="{}")
        return
    for found in breaches(checker(frame.schema), body):
        key = found.pointer.strip("/")
        value = body[key] if isinstance(body, dict) and key else ""
        yield replace(found, details={"field": key, "value": told(value)})
    for found in unknown_keys(body, schema(frame.schema)["properties"], "FS-SRC-01", ""):
        yield replace(found, details={"field": found.pointer.strip("/")})
    if isinstance(body, dict):
        yield from _search_values(body, place_of(call))


SEARCH_RULES = {
    "/connections/search": (frame("connection-search", search_is_documented),),
    "/flows/search": (frame("flow-search", search_is_documented),),
    "/flowSpecs/search": (frame("flow-spec-search", search_is_documented),),
}


def _search_values(body: Mapping[str, object], place: Place) -> Iterator[Violation]:
    if body.get("count") is True and "limit" in body:
        yield violation("FS-QRY-02", "/limit", "sent together with count: true")
    for name in ("projectionFields", "groupByProperty"):
        value = body.get(name)
        for field in value.split(",") if isinstance(value, str) else ():
            if place.kind(field.strip()) is None:
                fields = place.collection.fields
                yield violation("FS-QRY-11", f"/{name}", "not a field", found=shown(field), allowed=fields, field=field)


def _known(call: Call, name: str) -> list[str]:
    """The values of a parameter, none where the list doesn't know it: there it is ignored."""
    return call.parameters(name) if call.operation is not None and name in call.operation.query else []


def _default_limit(call: Call) -> int:
    return _ALL if _collection(call).shared else DEFAULT_LIMIT


def place_of(call: Call) -> Place:
    """Whose fields the texts of a list's query name."""
    return Place(_collection(call), call.terms.catalogue)


def _collection(call: Call) -> Collection:
    assert call.operation is not None
    return COLLECTIONS[call.operation.collection]


def _expressions(text: str) -> list[str]:
    """The expressions of a queryString: URL query pairs or bare ones, ``&`` between them (assumed).

    Of more than there may be only one more is read.
    """
    pieces = (found[0] for found in islice(PIECE.finditer(text), MOST_FILTERS + 1))
    return [
        unquote_plus(piece.removeprefix("property=")) if piece.startswith("property=") else piece for piece in pieces
    ]


def _is_true(value: str | None) -> bool:
    """Clients send ``True``, ``true`` and ``TRUE``; only these count as yes."""
    return value is not None and value.strip().lower() == "true"


def _bad_value(rule: str, name: str, value: str, allowed: list[str]) -> Violation:
    return violation(
        rule, f"query/{name}", "not a valid value", found=shown(value), allowed=allowed, value=value, field=name
    )
