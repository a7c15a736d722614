"""JSON Patch (RFC 6902) on a stored document: all operations or none, and never more than a body may hold."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jsonpatch
import jsonpointer

from contracts.judging.violations import Violation, Violations
from contracts.reading import json_text
from mockserver.exchange.refusal import Refused

__all__ = ["patched", "within"]

_NOT_THERE = (jsonpatch.JsonPatchException, jsonpointer.JsonPointerException, TypeError, KeyError, IndexError)


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
    room = largest
    for index, row in enumerate(operations):
        operation = {**row, "op": row["op"].lower()}
        try:
            if operation["op"] == "copy":
                room -= len(_text(jsonpointer.resolve_pointer(value, operation["from"]), violation))
            if room < 0:
                raise Refused(_too_large(largest, violation))
            value = jsonpatch.apply_patch(value, [operation], in_place=True)
        except _NOT_THERE:
            raise Refused(missing(index, row["path"])) from None
    return within(value, largest, violation)


def within(value: Any, largest: int, violation: Violations) -> Any:
    """``value`` as it is read from its text; `Refused` where a body could not have held it."""
    text = _text(value, violation)
    if len(text) > largest:
        raise Refused(_too_large(largest, violation))
    try:
        return json_text.parse(text)
    except json_text.JsonProblem as problem:
        raise Refused(violation("FS-BODY-04", "", f"after the update {problem}")) from None


def _text(value: Any, violation: Violations) -> bytes:
    try:
        return json_text.render(value)
    except RecursionError:
        raise Refused(violation("FS-BODY-04", "", "after the update nested too deeply")) from None


def _too_large(largest: int, violation: Violations) -> Violation:
    found, allowed = f"more than {largest} bytes", [f"{largest} bytes"]
    return violation("FS-BODY-02", "", "after the update too large", found=found, allowed=allowed)
