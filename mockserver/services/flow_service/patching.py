"""JSON Patch on a stored document: all operations or none."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import jsonpatch
import jsonpointer

from contracts.judging.violations import shown
from contracts.reading import json_text
from contracts.services.flow_service.rules import violation
from mockserver.exchange.refusal import Refused

__all__ = ["patched"]


def patched(
    document: bytes, operations: list[dict[str, Any]], state: str, arrays: Iterable[str], largest: int
) -> tuple[dict[str, Any], str]:
    """The document and the state after ``operations``; `Refused` where one of them finds nothing to work on.

    ``arrays`` are shown empty where nothing was sent, so that an operation finds them too. What comes out has no more
    bytes than ``largest``, as what comes in.
    """
    value: Any = {**{name: [] for name in arrays}, **json_text.parse(document), "state": state}
    for index, row in enumerate(operations):
        operation = {**row, "op": row["op"].lower()}
        try:
            value = jsonpatch.apply_patch(value, [operation], in_place=True)
        except (jsonpatch.JsonPatchException, jsonpointer.JsonPointerException, TypeError, KeyError, IndexError):
            raise Refused(_missing_target(index, row["path"])) from None
    text = json_text.render(value)
    if len(text) > largest:
        found, allowed = f"more than {largest} bytes", [f"{largest} bytes"]
        raise Refused(violation("FS-BODY-02", "", "after the update too large", found=found, allowed=allowed))
    try:
        value = json_text.parse(text)
    except json_text.JsonProblem as problem:
        raise Refused(violation("FS-BODY-04", "", f"after the update {problem}")) from None
    return value, value.pop("state")


def _missing_target(index: int, path: str) -> Any:
    name = path.rpartition("/")[2]
    return violation(
        "FS-PATCH-05",
        f"/{index}/path",
        "nothing is there",
        found=shown(path),
        message=f'Missing field "{name}"',
    )
