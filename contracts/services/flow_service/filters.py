"""The query language of lists (sort-and-filter.md): what ``property`` and ``orderby`` may say."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

from contracts.judging.model import Collection
from contracts.judging.violations import Violation, shown
from contracts.reading.spelling import nearest
from contracts.services.flow_service.rules import violation
from contracts.sources.source_catalogue import Catalogue

__all__ = ["MOST_FILTERS", "MOST_VALUES", "OPERATORS", "PIECE", "Filter", "Path", "Place", "Reading", "read"]

Path = tuple[str, ...]

OPERATORS = ("==", "!=", ">=", "<=", ">", "<")
PIECE = re.compile(r'(?:"[^"]*"|[^&])+')
"""One expression of a queryString."""
MOST_FILTERS, MOST_VALUES, MOST_ORDERS = 100, 1000, 10  # assumed; every record is compared with all of them

_EXPRESSION = re.compile(r"([^=!<>~]*)([=!<>~]+)(.*)", re.DOTALL)
_ITEM = re.compile(r'"[^"]*"|[^,]+')
_SORT = re.compile(r"([-+ ]?)([A-Za-z_][\w.\[\]]*)")
_NUMBER = re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,18})?")


class Filter(NamedTuple):
    """``path operator values``; several values mean any of them, ``folds`` that letter case doesn't count."""

    path: Path
    operator: str
    values: tuple[str, ...]
    folds: bool = False


@dataclass(slots=True)
class Reading:
    """What the texts mean, and the rules that they break. ``fields`` is a projection, empty for all."""

    filters: list[Filter] = field(default_factory=list)
    fields: list[str] = field(default_factory=list)
    order: list[tuple[Path, int]] = field(default_factory=list)
    violations: list[Violation] = field(default_factory=list)


class Place(NamedTuple):
    """Whose fields the texts name, and where the texts stand in the request."""

    collection: Collection
    catalogue: Catalogue
    filter: str = "query/property"
    orderby: str = "query/orderby"

    def kind(self, path: str) -> str | None:
        """The type of the field at ``path``, ``None`` where there is no such field.

        A secret is none: the answer to a filter would give it away, and its URL would carry it.
        """
        kind = self.collection.fields.get(path)
        if kind is not None:
            return "object" if kind == "open" else kind
        root = path.partition(".")[0]
        if self.collection.fields.get(root.removesuffix("[]")) == "open" and path != root:
            return "any"
        name = path.removeprefix("auth.params.")
        is_open = self.collection.holds_credentials and name != path and name in self.catalogue.open_params
        return "any" if is_open else None

    def path(self, text: str) -> Path:
        return tuple(self.collection.aliases.get(text, text).split("."))


def read(properties: Iterable[str], orderby: str | None, place: Place) -> Reading:
    """Read the texts of a URL's query, or of a search's body."""
    reading, texts = Reading(), list(islice(properties, MOST_FILTERS + 1))
    orders = orderby.split(",") if orderby is not None else []
    values = sum(text.count(",") for text in texts)
    if len(texts) > MOST_FILTERS or values > MOST_VALUES or len(orders) > MOST_ORDERS:
        filters = f"more than {MOST_FILTERS}" if len(texts) > MOST_FILTERS else len(texts)
        found = f"{filters} filters, {values} commas in them, {len(orders)} fields to order by"
        reading.violations.append(violation("FS-QRY-17", place.filter, "too much to compare", found=found))
        return reading
    for text in texts:
        _read_property(reading, text, place)
    for text in orders:
        _read_order(reading, text, place)
    return reading


def _read_property(reading: Reading, text: str, place: Place) -> None:
    match = _EXPRESSION.fullmatch(text)
    if match is None:  # no operator: flow-service.yaml also calls property "the properties to be returned"
        names = [name.strip() for name in text.split(",")]
        reading.fields += names
        reading.violations += [_unknown_field(name, place) for name in names if name not in place.collection.fields]
        return
    path, operator, value = match[1].strip(), match[2], match[3]
    values = tuple(item[1:-1] if item[:1] == '"' else item.strip() for item in _ITEM.findall(value))
    reading.filters.append(Filter(place.path(path), operator, values, place.kind(path) == "status"))
    reading.violations += _operator_breaches(operator, place.filter)
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


def _filter_breaches(path: str, operator: str, values: tuple[str, ...], text: str, place: Place) -> Iterator[Violation]:
    kind, pointer = place.kind(path), place.filter
    if kind is None:
        yield _unknown_field(path, place)
    elif kind == "object":
        # sort-and-filter.md: an array is compared element by element, its name followed by [].
        elements = f"{path}[]" if f"{path}[]" in place.collection.fields else None
        problem = f"{path} is an array, write {elements}" if elements else f"{path} is an object"
        yield violation("FS-QRY-15", pointer, problem, found=shown(path), nearest=elements)
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
    elif kind in ("string", "status"):
        yield violation(
            "FS-QRY-10",
            pointer,
            f"{path} has no order",
            found=operator,
            allowed=["==", "!="],
            operator=operator,
            field=path,
        )


def _read_order(reading: Reading, text: str, place: Place) -> None:
    name, _, suffix = text.partition(":")
    match = _SORT.fullmatch(text.rstrip())  # a leading blank is a + that wasn't encoded
    if match is not None and place.kind(match[2]) not in (None, "object"):
        reading.order.append((place.path(match[2]), -1 if match[1] == "-" else 1))
    elif match is not None or suffix in ("asc", "desc") or not text.strip():
        plain = nearest(name.lstrip("+- "), place.collection.fields)
        hint = f"-{plain}" if plain and (suffix == "desc" or name.startswith("-")) else plain
        reading.violations.append(
            violation(
                "FS-QRY-07",
                place.orderby,
                "not a field",
                found=shown(text),
                allowed=place.collection.fields,
                nearest=hint,
                field=text,
            )
        )
    else:
        allowed = ["name", "+name", "-name"]
        reading.violations.append(
            violation("FS-QRY-06", place.orderby, "not a field name with + or -", found=shown(text), allowed=allowed)
        )


def _unknown_field(name: str, place: Place) -> Violation:
    fields = place.collection.fields
    return violation("FS-QRY-11", place.filter, "not a field", found=shown(name), allowed=fields, near=name, field=name)


def _no_number(path: str, value: str, pointer: str) -> Violation:
    return violation("FS-QRY-13", pointer, f"{path} is a number", found=shown(value), value=value, field=path)
