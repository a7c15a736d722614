"""Lists of Catalog: objects by their ids, filtered, ordered and cut to pages (catalog/api/*.md)."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from typing import Any

from contracts import Call
from contracts.judging.body_schemas import object_at
from contracts.reading.numbers import whole
from contracts.services.catalog.judges import FILTERED, condition_in, order_in
from mockserver.exchange.response import Response, json_response
from mockserver.memory.keys import is_scalar, rank
from mockserver.services.comparing import COMPARISONS
from mockserver.services.sources import alike

__all__ = ["page", "projected"]

View = dict[str, Any]
_DEFAULT_LIMIT = 20
_DEEPEST = 20  # names of one path


def page(
    call: Call,
    views: Mapping[str, View],
    also: Callable[[View], bool] = lambda _: True,
    filtered: tuple[str, ...] = FILTERED,
) -> Response:
    """Those of ``views`` that the query asks for, by the properties ``filtered``; ``also`` is one more condition."""
    rows = [(id, view) for id, view in views.items() if also(view) and _fits(call, view, filtered)]
    for text in reversed(order_in(call)[1].split(",")):
        direction, colon, name = text.strip().rpartition(":")
        name = name if colon else text.strip()
        rows.sort(key=lambda row, name=name: _key(row[1], name), reverse=direction == "desc")  # type: ignore[misc]
    start, limit = whole(call.parameter("start"), 0), whole(call.parameter("limit"), _DEFAULT_LIMIT)
    return json_response(200, projected(call, dict(rows[start : start + limit])))


def projected(call: Call, views: Mapping[str, View]) -> dict[str, View]:
    """``views`` with the properties that are asked for; what one hasn't is left out."""
    names = {name.strip(): None for text in call.parameters("properties") for name in text.split(",")}
    paths = [tuple(name.split(".")) for name in names if name.count(".") < _DEEPEST and not _is_in_another(name, names)]
    return {id: _parts(view, paths) if paths else view for id, view in views.items()}


def _is_in_another(path: str, names: Container[str]) -> bool:
    """Whether an object that ``path`` leads through is asked for as a whole."""
    return any(path[:at] in names for at, sign in enumerate(path) if sign == ".")


def _parts(view: View, paths: list[tuple[str, ...]]) -> View:
    """What stands at ``paths``, in objects as before: ``schemaRef.id`` is asked for by adobe/dep (assumed)."""
    parts: View = {}
    for path in paths:
        held = _at(view, path)
        if held is not None:
            inner = parts
            for name in path[:-1]:
                inner = inner.setdefault(name, {})
            inner[path[-1]] = held
    return parts


def _at(view: View, path: Iterable[str]) -> Any:
    held: Any = view
    for name in path:
        held = held.get(name) if isinstance(held, dict) else None
    return held


def _key(view: View, name: str) -> Any:
    value = view.get(name)
    return rank(value if is_scalar(value) else None)


def _fits(call: Call, view: View, filtered: tuple[str, ...]) -> bool:
    simple = (_is_one_of(view.get(name), text) for name in filtered for text in call.parameters(name))
    tags = (_has_tag(view, text) for text in call.parameters("tags"))
    conditions = (_holds(view, text) for text in call.parameters("property"))
    return all(simple) and all(tags) and all(conditions)


def _is_one_of(held: Any, text: str) -> bool:
    """Whether it is any of the values, which may have wildcards; behind a ``!`` none of them."""
    values = text.removeprefix("!").split(",")
    fits = held is not None and any(alike(_text(held), value, many="*") for value in values)
    return fits != text.startswith("!")


def _text(held: Any) -> str:
    return str(held).lower() if isinstance(held, bool) else str(held)


def _has_tag(view: View, text: str) -> bool:
    """``name:value``, several behind commas; the values may have wildcards."""
    wanted = (each.strip().partition(":") for each in text.split(","))
    return all(any(alike(each, value or "*", many="*") for each in _tags(view, name)) for name, _, value in wanted)


def _tags(view: View, name: str) -> Iterator[str]:
    """A view's tags are as a client sent them."""
    values = object_at(view, "tags").get(name)
    return (each for each in values if isinstance(each, str)) if isinstance(values, list) else iter(())


def _holds(view: View, text: str) -> bool:
    found = condition_in(text)
    if found is None:
        return True
    path, sign, value = found
    sign = "==" if sign == "=" else sign
    held = _at(view, path.split("."))
    if sign in ("", "!"):
        return (held is not None) == (sign == "")
    if not is_scalar(held) or held is None:
        return sign == "!="
    if path == "name" and sign in ("==", "!="):  # filter-data.md: the name alone may have wildcards
        return alike(str(held), value, many="*") == (sign == "==")
    if sign == "~":
        return _compared(sign, held, value)
    if isinstance(held, bool) or not isinstance(held, int | float):
        return _compared(sign, _text(held), value)
    try:
        return _compared(sign, held, float(value))
    except ValueError:
        return False


def _compared(sign: str, held: Any, value: Any) -> bool:
    return bool(COMPARISONS[sign](held, value))
