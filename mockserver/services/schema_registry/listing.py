"""Lists of the registry: filters, orders and pages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from contracts import Call
from contracts.reading.custom_schemas import matcher
from contracts.services.schema_registry.accepting import Condition, accepted, condition_in, conditions_of
from mockserver.exchange.response import Response, json_response
from mockserver.memory.keys import is_scalar, rank
from mockserver.services.granted import operation_of
from mockserver.services.schema_registry.views import View, brief

__all__ = ["page"]

_DEFAULT_LIMIT = 300  # schema-registry.yaml: so many without paging


def page(call: Call, views: list[View]) -> Response:
    """The page of ``views`` that the query asks for, in the form that the Accept header asks for."""
    conditions = [found for text in conditions_of(call) if (found := condition_in(text)) is not None]
    rows = [view for view in views if all(_holds(each, view) for each in conditions)]
    order = call.parameter("orderby")
    key = _key_of(order)
    if key is not None:
        rows.sort(key=lambda view: (rank(key(view)), view["$id"]), reverse=order is not None and order.startswith("-"))
    rows = rows[_first(call, rows, key) :]
    limit = int(call.parameter("limit") or _DEFAULT_LIMIT)
    asked, shown = accepted(call), rows[:limit]
    following = rows[limit]["$id"] if 0 < limit < len(rows) else None
    return json_response(
        200,
        {
            "results": [brief(view) for view in shown] if asked and "id" in asked.words else shown,
            "_page": {"orderby": order or "updated", "next": following, "count": len(shown)},
            "_links": _links(call, following),
        },
    )


def _key_of(order: str | None) -> Any:
    """What gives a view's place; lists are in the order of creation by default (assumed)."""
    if order is None:
        return None
    name = order.removeprefix("-").split(",")[0]

    def key(view: Mapping[str, Any]) -> Any:
        value = view.get(name)
        return value if is_scalar(value) else None

    return key


def _first(call: Call, rows: list[View], key: Any) -> int:
    """The row that ``start`` means: the ``$id`` that the page before handed out, or a value of what is ordered by."""
    start = call.parameter("start")
    if start is None:
        return 0
    for place, view in enumerate(rows):
        if view["$id"] == start:
            return place
    if key is None:
        return min(int(start), len(rows)) if re.fullmatch("[0-9]{1,6}", start) else len(rows)
    return next((place for place, view in enumerate(rows) if rank(key(view)) >= rank(start)), len(rows))


def _links(call: Call, following: str | None) -> dict[str, Any]:
    origin, path = call.request.origin, operation_of(call).service.base_path + operation_of(call).path
    here = f"{origin}{path.format(container=call.parts['container'])}"
    kept = [pair for pair in call.query if pair[0] != "start"]
    links: dict[str, Any] = {
        "global_schemas": {"href": f"{origin}{operation_of(call).service.base_path}/global/schemas"}
    }
    if following is not None:
        links["next"] = {"href": f"{here}?{urlencode([*kept, ('start', following)])}"}
    return links


def _holds(condition: Condition, view: Mapping[str, Any]) -> bool:
    """Of an array any element may fit; none may where the operator is ``!=``."""
    value = view.get(condition.field)
    if not condition.operator:
        return value is not None
    values = [
        str(each) for each in (value if isinstance(value, list) else [value]) if is_scalar(each) and each is not None
    ]
    if condition.operator == "!=":
        return condition.value not in values
    return any(_compared(condition, text) for text in values)


def _compared(condition: Condition, text: str) -> bool:
    if condition.operator == "~":
        return _matches(condition.value, text)
    return {"==": text == condition.value, "<": text < condition.value, ">": text > condition.value}[condition.operator]


def _matches(pattern: str, text: str) -> bool:
    """A regular expression; what is none, or too large a one, is looked for as it is written."""
    try:
        return matcher(pattern)(text)
    except ValueError:
        return pattern in text
