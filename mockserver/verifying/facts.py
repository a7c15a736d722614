"""Facts of answers without their values: what can be committed, and compared without the service."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl

from contracts import Operation
from contracts.tables import COLLECTIONS
from mockserver.verifying.described import operation_of
from mockserver.verifying.drift import TROUBLE, Drift, drifts_of, misfits_of
from mockserver.verifying.shape import merged, shape_of
from mockserver.version import version

__all__ = ["Facts"]

_FORMAT = 1


class Facts:
    """What answers have shown, by operation and status.

    Answers of one status are kept apart where their top-level names differ: a page is no count.
    """

    def __init__(self) -> None:
        self._rows: dict[str, dict[int, list[dict[str, Any]]]] = {}
        self.answers = 0
        self.not_described = 0
        self.trouble = 0

    def take(self, row: Operation | None, query: str, status: int, body: bytes | None) -> None:
        """Note one answer; ``body`` is ``None`` where it isn't known, and then only the status counts."""
        if row is None or operation_of(row.id) is None:
            self.not_described += 1
            return
        if status in TROUBLE:
            self.trouble += 1
            return
        self.answers += 1
        self._note(row.id, status, _fact(row, query, status, body))

    def _note(self, operation: str, status: int, fact: dict[str, Any]) -> None:
        rows = self._rows.setdefault(operation, {}).setdefault(status, [])
        for row in rows:
            if _names(row) == _names(fact):
                _merge(row, fact)
                return
        rows.append(fact)

    @property
    def operations(self) -> int:
        return len(self._rows)

    def drifts(self) -> list[Drift]:
        """Where what was noted differs from what is described."""
        return sorted(set(self._drifts()))

    def _drifts(self) -> Iterator[Drift]:
        for operation, statuses in self._rows.items():
            for status, rows in statuses.items():
                for fact in rows:
                    yield from drifts_of(operation, status, fact)

    def as_text(self) -> str:
        """The facts as JSON, in the same order whatever order the answers came in."""
        rows = {
            operation: {
                str(status): sorted(facts, key=lambda fact: json.dumps(fact, sort_keys=True))
                for status, facts in sorted(statuses.items())
            }
            for operation, statuses in sorted(self._rows.items())
        }
        return json.dumps({"facts": _FORMAT, "kit": version(), "operations": rows}, indent=1, sort_keys=True) + "\n"

    @classmethod
    def read(cls, document: Mapping[str, Any]) -> Facts:
        """Those of a file that `as_text` wrote; `ValueError` for any other."""
        facts = cls()
        try:
            if document["facts"] != _FORMAT:
                raise ValueError("facts of another format")
            for operation, statuses in document["operations"].items():
                for status, rows in statuses.items():
                    for row in rows:
                        facts._note(operation, int(status), dict(row))
                        facts.answers += 1
        except (KeyError, TypeError, AttributeError):
            raise ValueError("no file of facts") from None
        return facts


def _fact(row: Operation, query: str, status: int, body: bytes | None) -> dict[str, Any]:
    if not body:
        return {} if body is None else {"shape": None}
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return {"shape": None}
    fact: dict[str, Any] = {"shape": shape_of(value)}
    wrong = misfits_of(row.id, status, value)
    if wrong:
        fact["misfits"] = wrong
    order = _order(row, query, value)
    return {**fact, "order": order} if order else fact


def _names(fact: Mapping[str, Any]) -> tuple[bool, frozenset[str]]:
    shape = fact.get("shape")
    return "shape" in fact, frozenset(shape.get("properties", ())) if shape else frozenset()


def _merge(row: dict[str, Any], fact: Mapping[str, Any]) -> None:
    shapes = [each for each in (row.get("shape"), fact.get("shape")) if each is not None]
    if shapes:
        row["shape"] = merged(shapes)
    for pointer, keywords in fact.get("misfits", {}).items():
        known = row.setdefault("misfits", {})
        known[pointer] = sorted({*known.get(pointer, ()), *keywords})
    for by, how in fact.get("order", {}).items():
        order = row.setdefault("order", {})
        if order.get(by, "kept") == "kept":
            order[by] = how


# The order of lists


_TIMES = ("createdAt", "updatedAt")
_DEFAULT = "-updatedAt"  # destinations.yaml, at four lists; recorded answers of GET /flows


def _order(row: Operation, query: str, value: Any) -> dict[str, str]:
    """Whether the items stand in the order that was asked for, or in the default one; only times are compared."""
    items = value.get("items") if isinstance(value, dict) else None
    collection = COLLECTIONS.get(row.collection)
    is_list = row.service.id == "flow-service" and row.method == "GET" and row.path.count("/") == 1
    if not is_list or not isinstance(items, list) or collection is None or collection.shared:
        return {}
    by = dict(parse_qsl(query)).get("orderby", _DEFAULT).strip()
    name = by.lstrip("+-")
    if name not in _TIMES:
        return {}
    if _is_kept(items, name, by.startswith("-")):
        return {by: "kept"}
    held = [f"{sign}{each}" for each in _TIMES for sign in "+-" if _is_kept(items, each, sign == "-")]
    return {by: f"broken: {', '.join(held) or 'no order of times'}"}


def _is_kept(items: list[Any], name: str, is_falling: bool) -> bool:
    values = [item.get(name) for item in items if isinstance(item, dict)]
    times = [value for value in values if isinstance(value, int | float)]
    return times == sorted(times, reverse=is_falling)
