"""Several requests in one call (catalog/api/appendix.md): in their order, and all of the changes or none."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from contracts import Call, Request, answer_to
from contracts.contract import in_order
from contracts.reading import json_text
from contracts.services.catalog.rules import violation
from contracts.services.catalog.service import CATALOG
from mockserver.exchange.refusal import Refused
from mockserver.exchange.response import Response, error_response, json_response
from mockserver.memory.world import World
from mockserver.services.side import Action

__all__ = ["send_all"]

_REFERENCE = re.compile(r"<<([^<>.]{1,200})\.([^<>]{1,200})>>")
_LONGEST = 1000  # characters that a reference is replaced by: many long ones would make one body huge
_PRINTED = {"/datasetViews": "/dataSetViews"}  # appendix.md prints the former and answers with the latter
_DEEPEST = 100
_LARGEST = 16 * 1024 * 1024  # bytes of all answers together


def send_all(actions: Mapping[str, Action], world: World, call: Call) -> Response:
    """The answers, each with the id of its request.

    If a change fails, all are taken back, and the answer ends there (assumed). A read that fails stops nothing.
    """
    mark, answers = world.keeper.mark(), []
    bodies: dict[str, Any] = {}
    size = 0
    for place, row in enumerate(call.document):
        part = _part(world, call, _filled(row, bodies))
        response = _carried_out(actions, world, part)
        if part.operation is not None:
            found = (replace(each, pointer=f"/{place}/{each.pointer.lstrip('/')}") for each in part.violations)
            call.violations = in_order(call, [*call.violations, *found])
        body = json_text.unrendered(response.body) if response.body else None
        answers.append({"id": row["id"], "code": response.status, "body": body})
        bodies[row["id"]] = body
        size += len(response.body)
        if size > _LARGEST:
            world.keeper.undo(mark)
            raise Refused(violation("CT-MANY-05", f"/{place}", "too much to answer", found=f"{size} bytes"))
        if response.status >= 400 and part.request.method != "GET":
            world.keeper.undo(mark)
            break
    return json_response(200, answers)


def _part(world: World, call: Call, row: Mapping[str, Any]) -> Call:
    """The call that one of the requests makes, judged like any other."""
    path, question, query = row["resource"].partition("?")
    first = "/" + path.split("/")[1]
    below = CATALOG.base_path + _PRINTED.get(first, first) + path[len(first) :]
    body = json_text.render(row["body"]) if row.get("body") is not None else b""
    request = Request(row["method"].upper(), below + question + query, call.request.headers, body, call.request.origin)
    return world.contract.judge(request, known=world)


def _carried_out(actions: Mapping[str, Action], world: World, part: Call) -> Response:
    action = actions.get(part.operation.action) if part.operation and part.operation.service is CATALOG else None
    if not part.errors and action is not None:
        try:
            response = action(world, part)
        except Refused as refused:
            part.violations = in_order(part, [*refused.violations, *part.violations])
        else:
            # The page prints 200 for what has been created, where the request by itself is answered 201.
            return replace(response, status=200) if response.status == 201 else response
    if not part.errors or part.operation is None:
        return json_response(404, {"status": 404, "title": "NotFoundError", "detail": "No such request of several."})
    error, details = answer_to(part)
    return error_response(error, details, world.stamps.request_id())


def _filled(value: Any, bodies: Mapping[str, Any], depth: int = 0) -> Any:
    """``value`` with what earlier requests have answered in place of ``<<id.attribute>>``."""
    if depth > _DEEPEST:
        return value
    if isinstance(value, str):
        return _REFERENCE.sub(lambda found: next(_attribute(bodies.get(found[1]), found[2]), found[0]), value)
    if isinstance(value, list):
        return [_filled(each, bodies, depth + 1) for each in value]
    if isinstance(value, dict):
        return {name: _filled(each, bodies, depth + 1) for name, each in value.items()}
    return value


def _attribute(body: Any, name: str) -> Iterator[str]:
    """Of a reference to an object alone the page calls the object's id ``id``."""
    if isinstance(body, list) and body and isinstance(body[0], str) and name == "id":
        yield body[0].rpartition("/")[2]
    held = body.get(name) if isinstance(body, dict) else None
    if isinstance(held, str | int | float) and len(str(held)) <= _LONGEST:
        yield str(held)
