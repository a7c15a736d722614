"""The query language of lists (sort-and-filter.md): property, orderby, limit, count, continuationToken."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import unquote_plus

from contracts.call import Call
from contracts.schema_rules import breaches, unknown_keys
from contracts.schemas import schema, validator
from contracts.sources import catalogue
from contracts.spelling import nearest
from contracts.violations import Violation, shown, violation

__all__ = ["LIST_RULES", "SEARCH_RULES", "Filter", "ListQuery", "is_true", "list_query", "query_of", "search_query"]

PARAMETERS = ("property", "limit", "orderby", "continuationToken", "count")
OPERATORS = ("==", "!=", ">=", "<=", ">", "<")
DEFAULT_LIMIT = 20  # assumed; aepp's first page of connections
LARGEST_LIMIT = 100  # destinations.yaml

# The fields of a connection that a filter or an order may begin with.
FIELDS: Mapping[str, str] = {
    **dict.fromkeys(("id", "name", "description", "state", "version", "etag"), "string"),
    **dict.fromkeys(("createdBy", "updatedBy", "createdClient", "updatedClient"), "string"),
    **dict.fromkeys(("sandboxId", "sandboxName", "imsOrgId"), "string"),
    **dict.fromkeys(("createdAt", "updatedAt"), "number"),
    **dict.fromkeys(("connectionSpec", "auth"), "object"),
}

_EXPRESSION = re.compile(r"([^=!<>~]*)([=!<>~]+)(.*)", re.DOTALL)
_ITEM = re.compile(r'"[^"]*"|[^,]+')
_SORT = re.compile(r"([-+ ]?)([A-Za-z_][\w.\[\]]*)")
_PIECE = re.compile(r'(?:"[^"]*"|[^&])+')
_WHOLE = re.compile(r"[0-9]{1,18}")
_DECIMAL = re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,18})?")


@dataclass(frozen=True, slots=True)
class Filter:
    """``path operator values``; several values mean any of them. ``[]`` ends a path's segment that is an array."""

    path: tuple[str, ...]
    operator: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ListQuery:
    """What a list was asked for.

    ``properties`` and ``orderby`` are the texts as sent; ``filters``, ``order`` (a path and +1 or -1 each)
    and ``fields`` (a projection, empty for all) are what they mean.
    """

    properties: tuple[str, ...]
    orderby: str | None
    limit: int
    count: bool
    token: str | None
    filters: tuple[Filter, ...]
    order: tuple[tuple[tuple[str, ...], int], ...]
    fields: tuple[str, ...]


@dataclass(slots=True)
class _Reading:
    """A query being read: the values so far and the rules that it breaks."""

    filters: list[Filter] = field(default_factory=list)
    fields: list[str] = field(default_factory=list)
    order: list[tuple[tuple[str, ...], int]] = field(default_factory=list)
    violations: list[Violation] = field(default_factory=list)


def is_true(value: str | None) -> bool:
    """Clients send ``True``, ``true`` and ``TRUE``; only these count as yes."""
    return value is not None and value.strip().lower() == "true"


def list_query(call: Call) -> ListQuery:
    """The query of an accepted GET list."""
    limit = call.parameter("limit")
    return query_of(
        _properties(call),
        call.parameter("orderby"),
        int(limit) if limit else DEFAULT_LIMIT,
        is_true(call.parameter("count")),
        call.parameter("continuationToken"),
    )


def search_query(call: Call) -> ListQuery:
    """The query of an accepted POST search."""
    body = call.document
    return query_of(
        _expressions(body.get("queryString", "")),
        body.get("orderby"),
        int(body.get("limit", DEFAULT_LIMIT)),
        body.get("count", False),
        call.parameter("continuationToken"),
    )


def query_of(
    properties: Iterable[str], orderby: str | None, limit: int, count: bool = False, token: str | None = None
) -> ListQuery:
    """The meaning of texts that are known to be right."""
    texts = tuple(properties)
    reading = _read(texts, orderby, "query")
    return ListQuery(
        texts, orderby, limit, count, token, tuple(reading.filters), tuple(reading.order), tuple(reading.fields)
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
    count = call.parameter("count")
    if is_true(count) and call.parameter("limit") is not None:
        yield violation("FS-QRY-02", "query/limit", "sent together with count=true")
    elif count is not None and count.strip().lower() not in ("true", "false"):
        yield _bad_value("FS-QRY-04", "count", count, ["true", "false"])


def limit_is_within_range(call: Call) -> Iterator[Violation]:
    limit = call.parameter("limit")
    if limit is None:
        return
    number = int(limit) if _WHOLE.fullmatch(limit) else 0
    if not 1 <= number <= LARGEST_LIMIT:
        yield _bad_value("FS-QRY-03", "limit", limit, [f"1 to {LARGEST_LIMIT}"])


def filters_and_order_can_be_read(call: Call) -> Iterator[Violation]:
    yield from _read(_properties(call), call.parameter("orderby"), "query").violations


LIST_RULES = (parameters_are_documented, count_stands_alone, limit_is_within_range, filters_and_order_can_be_read)


def search_is_documented(call: Call) -> Iterator[Violation]:
    body = call.document
    if body == {} or body is None:
        yield violation("FS-BODY-03", "", "empty", found="{}" if body == {} else "null")
        return
    for found in breaches(validator("connection-search"), body):
        name = found.pointer.strip("/")
        value = shown(body[name]) if isinstance(body, dict) and name else ""
        yield replace(found, details={"field": name, "value": value})
    for found in unknown_keys(body, schema("connection-search")["properties"], "FS-SRC-01", ""):
        yield replace(found, details={"field": found.pointer.strip("/")})
    if isinstance(body, dict):
        yield from _search_values(body)


def _search_values(body: Mapping[str, object]) -> Iterator[Violation]:
    if body.get("count") is True and "limit" in body:
        yield violation("FS-QRY-02", "/limit", "sent together with count: true")
    query, order = body.get("queryString", ""), body.get("orderby")
    if isinstance(query, str) and (order is None or isinstance(order, str)):
        yield from _read(_expressions(query), order, "").violations


SEARCH_RULES = (search_is_documented,)


def _properties(call: Call) -> list[str]:
    return [value for name, value in call.query if name == "property"]


def _expressions(text: str) -> list[str]:
    """The expressions of a queryString: URL query pairs or bare ones, ``&`` between them (assumed)."""
    return [
        unquote_plus(piece.removeprefix("property=")) if piece.startswith("property=") else piece
        for piece in _PIECE.findall(text)
    ]


def _read(properties: Iterable[str], orderby: str | None, where: str) -> _Reading:
    reading = _Reading()
    names = ("query/property", "query/orderby") if where else ("/queryString", "/orderby")
    for text in properties:
        _read_property(reading, text, names[0])
    if orderby is not None:
        for text in orderby.split(","):
            _read_order(reading, text, names[1])
    return reading


def _read_property(reading: _Reading, text: str, pointer: str) -> None:
    match = _EXPRESSION.fullmatch(text)
    if match is None:  # no operator: flow-service.yaml also calls property "the properties to be returned"
        names = [name.strip() for name in text.split(",")]
        reading.fields += names
        reading.violations += [_unknown_field(name, pointer) for name in names if name not in FIELDS]
        return
    path, operator, value = match[1].strip(), match[2], match[3]
    values = tuple(item[1:-1] if item[:1] == '"' else item.strip() for item in _ITEM.findall(value))
    reading.filters.append(Filter(tuple(path.split(".")), operator, values))
    reading.violations += _filter_breaches(path, operator, values, text, pointer)


def _filter_breaches(path: str, operator: str, values: tuple[str, ...], text: str, pointer: str) -> Iterator[Violation]:
    root = path.split(".")[0].removesuffix("[]")
    kind = FIELDS.get(root) if root == path else "any" if root in FIELDS and not _is_secret(path) else None
    if operator == "~":
        yield violation(
            "FS-QRY-08", pointer, "not implemented by the service", found=shown(text), allowed=OPERATORS, operator="~"
        )
    elif operator not in OPERATORS:
        yield violation(
            "FS-QRY-12",
            pointer,
            "not an operator",
            found=shown(operator),
            allowed=OPERATORS,
            near=operator,
            operator=operator,
        )
    if kind is None:
        yield _unknown_field(path, pointer)
    elif kind == "object":
        yield violation("FS-QRY-15", pointer, f"{path} is an object", found=shown(text))
    elif not any(values):
        yield violation("FS-QRY-14", pointer, "no value", found=shown(text), value=text)
    elif operator in (">=", "<=", ">", "<"):
        yield from _ordering_breaches(path, kind, operator, values, pointer)
    if kind == "number":
        yield from (_bad_filter_value(path, value, pointer) for value in values if value and not _is_number(value))


def _ordering_breaches(
    path: str, kind: str, operator: str, values: tuple[str, ...], pointer: str
) -> Iterator[Violation]:
    if len(values) > 1:
        yield violation(
            "FS-QRY-09",
            pointer,
            f"{len(values)} values after {operator}",
            found=shown(",".join(values)),
            operator=operator,
        )
    elif kind == "string":
        yield violation(
            "FS-QRY-10",
            pointer,
            f"{path} has no order",
            found=operator,
            allowed=["==", "!="],
            operator=operator,
            field=path,
        )


def _read_order(reading: _Reading, text: str, pointer: str) -> None:
    name, _, suffix = text.partition(":")
    match = _SORT.fullmatch(text.rstrip())
    if match is not None and match[2].split(".")[0] in FIELDS:
        reading.order.append((tuple(match[2].split(".")), -1 if match[1] == "-" else 1))
    elif match is not None or suffix in ("asc", "desc") or not text.strip():
        hint = f"-{name}" if suffix == "desc" else nearest(name.lstrip("+- "), FIELDS)
        reading.violations.append(
            violation("FS-QRY-07", pointer, "not a field", found=shown(text), allowed=FIELDS, nearest=hint, field=text)
        )
    else:
        reading.violations.append(
            violation(
                "FS-QRY-06",
                pointer,
                "not a field name with + or -",
                found=shown(text),
                allowed=["name", "+name", "-name"],
            )
        )


def _unknown_field(name: str, pointer: str) -> Violation:
    return violation(
        "FS-QRY-11", pointer, "not a field", found=shown(name), allowed=FIELDS, near=name.split(".")[0], field=name
    )


def _bad_value(rule: str, name: str, value: str, allowed: list[str]) -> Violation:
    return violation(
        rule, f"query/{name}", "not a valid value", found=shown(value), allowed=allowed, value=value, field=name
    )


def _bad_filter_value(path: str, value: str, pointer: str) -> Violation:
    return violation("FS-QRY-13", pointer, f"{path} is a number", found=shown(value), value=value, field=path)


def _is_secret(path: str) -> bool:
    """A credential can't be asked for: the answer would give it away, and the URL would carry it."""
    return path.startswith("auth.params") and path.removeprefix("auth.params.") not in catalogue().open_params


def _is_number(text: str) -> bool:
    return _DECIMAL.fullmatch(text) is not None
