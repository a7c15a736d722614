"""The query language of lists (sort-and-filter.md): what ``property`` and ``orderby`` may say."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from contracts.sources import Catalogue
from contracts.spelling import nearest
from contracts.violations import Violation, shown, violation

__all__ = ["OPERATORS", "Filter", "Path", "Reading", "read"]

Path = tuple[str, ...]

OPERATORS = ("==", "!=", ">=", "<=", ">", "<")
MOST_FILTERS, MOST_VALUES, MOST_ORDERS = 100, 1000, 10  # assumed; every record is compared with all of them

# The fields of a connection that a filter or an order may name; beside them any credential that isn't secret.
FIELDS: Mapping[str, str] = {
    **dict.fromkeys(("id", "name", "description", "state", "version", "etag"), "string"),
    **dict.fromkeys(("createdBy", "updatedBy", "createdClient", "updatedClient"), "string"),
    **dict.fromkeys(("sandboxId", "sandboxName", "imsOrgId"), "string"),
    **dict.fromkeys(("createdAt", "updatedAt"), "number"),
    **dict.fromkeys(("connectionSpec", "auth", "auth.params"), "object"),
    **dict.fromkeys(("connectionSpec.id", "connectionSpec.version", "auth.specName", "auth.type"), "string"),
}

_EXPRESSION = re.compile(r"([^=!<>~]*)([=!<>~]+)(.*)", re.DOTALL)
_ITEM = re.compile(r'"[^"]*"|[^,]+')
_SORT = re.compile(r"([-+ ]?)([A-Za-z_][\w.\[\]]*)")
_NUMBER = re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,18})?")


@dataclass(frozen=True, slots=True)
class Filter:
    """``path operator values``; several values mean any of them."""

    path: Path
    operator: str
    values: tuple[str, ...]


@dataclass(slots=True)
class Reading:
    """What the texts mean, and the rules that they break. ``fields`` is a projection, empty for all."""

    filters: list[Filter] = field(default_factory=list)
    fields: list[str] = field(default_factory=list)
    order: list[tuple[Path, int]] = field(default_factory=list)
    violations: list[Violation] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the texts stand in the request, and the sources whose credentials they may name."""

    property: str
    orderby: str
    catalogue: Catalogue

    def kind(self, path: str) -> str | None:
        """The type of the field at ``path``, ``None`` where there is no such field.

        A secret is none: the answer to a filter would give it away, and its URL would carry it.
        """
        name = path.removeprefix("auth.params.")
        return FIELDS.get(path) or ("any" if name != path and name in self.catalogue.open_params else None)


def read(properties: Iterable[str], orderby: str | None, catalogue: Catalogue, in_body: bool = False) -> Reading:
    """Read the texts of a URL's query, or of a search's body."""
    place = _Place(*(("/queryString", "/orderby") if in_body else ("query/property", "query/orderby")), catalogue)
    reading, texts = Reading(), list(properties)
    orders = orderby.split(",") if orderby is not None else []
    values = sum(text.count(",") for text in texts)
    if len(texts) > MOST_FILTERS or values > MOST_VALUES or len(orders) > MOST_ORDERS:
        found = f"{len(texts)} filters, {values} commas in them, {len(orders)} fields to order by"
        reading.violations.append(violation("FS-QRY-17", place.property, "too much to compare", found=found))
        return reading
    for text in texts:
        _read_property(reading, text, place)
    for text in orders:
        _read_order(reading, text, place)
    return reading


def _read_property(reading: Reading, text: str, place: _Place) -> None:
    match = _EXPRESSION.fullmatch(text)
    if match is None:  # no operator: flow-service.yaml also calls property "the properties to be returned"
        names = [name.strip() for name in text.split(",")]
        reading.fields += names
        reading.violations += [_unknown_field(name, place.property) for name in names if name not in FIELDS]
        return
    path, operator, value = match[1].strip(), match[2], match[3]
    values = tuple(item[1:-1] if item[:1] == '"' else item.strip() for item in _ITEM.findall(value))
    reading.filters.append(Filter(tuple(path.split(".")), operator, values))
    reading.violations += _operator_breaches(operator, place.property)
    reading.violations += _filter_breaches(path, operator, values, text, place)


def _operator_breaches(operator: str, pointer: str) -> Iterator[Violation]:
    if operator == "~":
        yield violation(
            "FS-QRY-08", pointer, "not implemented by the service", found="~", allowed=OPERATORS, operator="~"
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


def _filter_breaches(
    path: str, operator: str, values: tuple[str, ...], text: str, place: _Place
) -> Iterator[Violation]:
    kind, pointer = place.kind(path), place.property
    if kind is None:
        yield _unknown_field(path, pointer)
    elif kind == "object":
        yield violation("FS-QRY-15", pointer, f"{path} is an object", found=shown(path))
    elif not any(values):
        yield violation("FS-QRY-14", pointer, "no value", found=shown(text), value=text)
    elif operator in (">=", "<=", ">", "<"):
        yield from _ordering_breaches(path, kind, operator, values, pointer)
    if kind == "number":
        yield from (_no_number(path, value, pointer) for value in values if value and not _NUMBER.fullmatch(value))


def _ordering_breaches(
    path: str, kind: str, operator: str, values: tuple[str, ...], pointer: str
) -> Iterator[Violation]:
    if len(values) > 1:
        found = shown(",".join(values))
        yield violation("FS-QRY-09", pointer, f"{len(values)} values after {operator}", found=found, operator=operator)
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


def _read_order(reading: Reading, text: str, place: _Place) -> None:
    name, _, suffix = text.partition(":")
    match = _SORT.fullmatch(text.rstrip())  # a leading blank is a + that wasn't encoded
    if match is not None and place.kind(match[2]) not in (None, "object"):
        reading.order.append((tuple(match[2].split(".")), -1 if match[1] == "-" else 1))
    elif match is not None or suffix in ("asc", "desc") or not text.strip():
        plain = nearest(name.lstrip("+- "), FIELDS)
        hint = f"-{plain}" if plain and (suffix == "desc" or name.startswith("-")) else plain
        reading.violations.append(
            violation(
                "FS-QRY-07", place.orderby, "not a field", found=shown(text), allowed=FIELDS, nearest=hint, field=text
            )
        )
    else:
        allowed = ["name", "+name", "-name"]
        reading.violations.append(
            violation("FS-QRY-06", place.orderby, "not a field name with + or -", found=shown(text), allowed=allowed)
        )


def _unknown_field(name: str, pointer: str) -> Violation:
    return violation("FS-QRY-11", pointer, "not a field", found=shown(name), allowed=FIELDS, near=name, field=name)


def _no_number(path: str, value: str, pointer: str) -> Violation:
    return violation("FS-QRY-13", pointer, f"{path} is a number", found=shown(value), value=value, field=path)
