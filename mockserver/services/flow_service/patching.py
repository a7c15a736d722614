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
    document: bytes, operations: list[dict[str, Any]], state: str, arrays: Iterable[str]
) -> tuple[dict[str, Any], str]:
    """The document and the state after ``operations``; `Refused` where one of them finds nothing to work on.

    ``arrays`` are shown empty where nothing was sent, so that an operation finds them too.
    """
    value: Any = {**{name: [] for name in arrays}, **json_text.parse(document), "state": state}
    for index, row in enumerate(operations):
        operation = {**row, "op": row["op"].lower()}
        try:
            value = jsonpatch.apply_patch(value, [operation], in_place=True)
        except (jsonpatch.JsonPatchException, jsonpointer.JsonPointerException, TypeError, KeyError, IndexError):
            raise Refused(_missing_target(index, row["path"])) from None
    try:
        value = json_text.parse(json_text.render(value))
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
