"""Lists of Catalog: objects by their ids, filtered, ordered and cut to pages (catalog/api/*.md)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from contracts import Call
from contracts.services.catalog.judges import condition_in
from mockserver.exchange.response import Response, json_response
from mockserver.memory.keys import is_scalar, rank
from mockserver.services.comparing import COMPARISONS
from mockserver.services.sources import alike

__all__ = ["page", "projected"]

View = dict[str, Any]
_DEFAULT_LIMIT = 20


def page(call: Call, views: Mapping[str, View], also: Callable[[View], bool] = lambda _: True) -> Response:
    """Those of ``views`` that the query asks for; ``also`` is one more condition."""
    rows = [(id, view) for id, view in views.items() if also(view) and _fits(call, view)]
    for text in reversed((call.parameter("orderBy") or "desc:created").split(",")):
        direction, colon, name = text.strip().rpartition(":")
        name = name if colon else text.strip()
        rows.sort(key=lambda row, name=name: _key(row[1], name), reverse=direction == "desc")  # type: ignore[misc]
    start, limit = int(call.parameter("start") or 0), int(call.parameter("limit") or _DEFAULT_LIMIT)
    return json_response(200, projected(call, dict(rows[start : start + limit])))


def projected(call: Call, views: Mapping[str, View]) -> dict[str, View]:
    """``views`` with the properties that are asked for; what one hasn't is left out."""
    names = [name.strip() for text in call.parameters("properties") for name in text.split(",")]
    return {id: {name: view[name] for name in names if name in view} if names else view for id, view in views.items()}


def _key(view: View, name: str) -> Any:
    value = view.get(name)
    return rank(value if is_scalar(value) else None)


def _fits(call: Call, view: View) -> bool:
    names = (alike(str(view.get("name", "")), text, many="*") for text in call.parameters("name"))
    tags = (_has_tag(view, text) for text in call.parameters("tags"))
    conditions = (_holds(view, text) for text in call.parameters("property"))
    moments = (str(view.get("created")) == text for text in call.parameters("created"))
    return all(names) and all(tags) and all(conditions) and all(moments)


def _has_tag(view: View, text: str) -> bool:
    """``name:value``, of which the value may have wildcards."""
    name, _, value = text.partition(":")
    return any(
        alike(each, value or "*", many="*") for each in view.get("tags", {}).get(name, ()) if isinstance(each, str)
    )


def _holds(view: View, text: str) -> bool:
    found = condition_in(text)
    if found is None:
        return True
    path, sign, value = found
    held: Any = view
    for name in path.split("."):
        held = held.get(name) if isinstance(held, dict) else None
    if not is_scalar(held) or held is None:
        return sign == "!="
    if isinstance(held, bool) or not isinstance(held, int | float):
        return _compared(sign, str(held).lower() if isinstance(held, bool) else held, value)
    try:
        return _compared(sign, held, float(value))
    except ValueError:
        return False


def _compared(sign: str, held: Any, value: Any) -> bool:
    return bool(COMPARISONS[sign](held, value))


