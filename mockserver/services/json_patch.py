"""JSON Patch (RFC 6902) on a stored document: all operations or none, and never more than a body may hold."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from contracts.judging.violations import Violation, Violations
from contracts.reading import json_text
from mockserver.exchange.refusal import Refused

__all__ = ["patched", "within"]


def patched(
    value: Any,
    operations: list[dict[str, Any]],
    largest: int,
    violation: Violations,
    missing: Callable[[int, str], Violation],
) -> Any:
    """``value`` after ``operations``, changed in place; `Refused` where it can't be or has more than ``largest`` bytes.

    ``missing`` makes the violation of an operation, by its place and path, that finds nothing to work on. What is
    copied counts as it is copied, since each copy could be as large as all before it.
    """
    import jsonpatch  # these two are 2 ms of a start, for whoever sends a patch
    import jsonpointer

    not_there = (jsonpatch.JsonPatchException, jsonpointer.JsonPointerException, TypeError, KeyError, IndexError)
    room = largest
    for index, row in enumerate(operations):
        operation = {**row, "op": row["op"].lower()}
        try:
            if operation["op"] == "copy":
                room -= len(json_text.render(jsonpointer.resolve_pointer(value, operation["from"])))
                if room < 0:
                    raise Refused(_too_large(largest, violation))
            value = jsonpatch.apply_patch(value, [operation], in_place=True)
        except not_there:
            raise Refused(missing(index, row["path"])) from None
        except RecursionError:
            raise Refused(_too_deep(violation)) from None
    return within(value, largest, violation)


def within(value: Any, largest: int, violation: Violations) -> Any:
    """``value`` itself; `Refused` where a body could not have held it."""
    try:
        text = json_text.render(value)
    except RecursionError:
        raise Refused(_too_deep(violation)) from None
    if len(text) > largest:
        raise Refused(_too_large(largest, violation))
    if json_text.is_too_deep(text, value):
        raise Refused(_too_deep(violation))
    if json_text.has_too_many(text, largest):
        problem = f"after the update more than {json_text.most_values(largest)} values"
        raise Refused(violation("FS-BODY-04", "", problem))
    return value


def _too_deep(violation: Violations) -> Violation:
    problem = f"after the update nested more than {json_text.MAX_DEPTH} levels deep"
    return violation("FS-BODY-04", "", problem)


def _too_large(largest: int, violation: Violations) -> Violation:
    found, allowed = f"more than {largest} bytes", [f"{largest} bytes"]
    return violation("FS-BODY-02", "", "after the update too large", found=found, allowed=allowed)
