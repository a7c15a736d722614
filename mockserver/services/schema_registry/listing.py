"""Lists of the registry: filters, orders and pages."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from contracts import Call
from contracts.reading.numbers import whole
from contracts.services.schema_registry.accepting import Condition, accepted, condition_in, conditions_of
from mockserver.exchange.response import Response, json_response
from mockserver.memory.keys import is_scalar, rank
from mockserver.services.comparing import COMPARISONS
from mockserver.services.granted import operation_of
from mockserver.services.schema_registry.views import View, brief

__all__ = ["page"]

_DEFAULT_LIMIT = 300  # schema-registry.yaml: so many without paging


def page(
    call: Call, views: list[View], long: Callable[[View], Any] = lambda view: view, short: Callable[[View], Any] = brief
) -> Response:
    """The page of ``views`` that the query asks for, in the form that the Accept header asks for."""
    conditions = [found for text in conditions_of(call) if (found := condition_in(text)) is not None]
    rows = [view for view in views if all(_holds(each, view) for each in conditions)]
    order = call.parameter("orderby")
    for name in reversed(order.split(",") if order else ()):
        key, is_falling = _key_of(name)
        rows.sort(key=key, reverse=is_falling)
    rows = rows[_first(call, rows, order) :]
    limit = whole(call.parameter("limit"), _DEFAULT_LIMIT)
    asked, shown = accepted(call), rows[:limit]
    following = rows[limit]["$id"] if 0 < limit < len(rows) else None
    return json_response(
        200,
        {
            "results": list(map(short if asked and "id" in asked.words else long, shown)),
            "_page": {"orderby": order or "updated", "next": following, "count": len(shown)},
            "_links": _links(call, following),
        },
    )


def _key_of(order: str) -> tuple[Callable[[Mapping[str, Any]], Any], bool]:
    """What gives a view's place, and whether the greatest comes first.

    Without an order lists are in that of creation (assumed).
    """
    name = order.strip().removeprefix("-")

    def key(view: Mapping[str, Any]) -> Any:
        value = view.get(name)
        return rank(value if is_scalar(value) else None)

    return key, order.strip().startswith("-")


def _first(call: Call, rows: list[View], order: str | None) -> int:
    """The row that ``start`` means: the ``$id`` that the page before handed out, or the first beyond that value of what
    is ordered by (xdm/api/appendix.md: strictly greater, or less where the greatest come first).
    """
    start = call.parameter("start")
    if start is None:
        return 0
    for place, view in enumerate(rows):
        if view["$id"] == start:
            return place
    if order is None:
        return min(whole(start, len(rows)), len(rows))
    key, is_falling = _key_of(order.split(",")[0])
    is_beyond = operator.lt if is_falling else operator.gt
    return next((place for place, view in enumerate(rows) if is_beyond(key(view), rank(start))), len(rows))


def _links(call: Call, following: str | None) -> dict[str, Any]:
    """The next page, and the same list of Adobe's own, which is called ``global_schemas`` whatever its kind."""
    base, path = f"{call.request.origin}{operation_of(call).service.base_path}", operation_of(call).path
    here, of_adobe = (base + path.format(container=name) for name in (call.parts["container"], "global"))
    kept = [pair for pair in call.query if pair[0] != "start"]
    return {
        "next": None if following is None else {"href": f"{here}?{urlencode([*kept, ('start', following)])}"},
        "global_schemas": {"href": f"{of_adobe}?{urlencode(kept)}" if kept else of_adobe},
    }


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
    return any(COMPARISONS[condition.operator](text, condition.value) for text in values)
