"""What an update's operations make of a stored document and of its state."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from contracts.judging.violations import Violation, shown
from contracts.reading import json_text
from contracts.services.flow_service.rules import violation
from mockserver.services import json_patch

__all__ = ["patched"]


def patched(
    document: bytes, operations: list[dict[str, Any]], state: str, arrays: Iterable[str], largest: int
) -> tuple[dict[str, Any], str]:
    """The document and the state after ``operations``; `Refused` where one of them finds nothing to work on.

    ``arrays`` are shown empty where nothing was sent, so that an operation finds them too. What comes out has no more
    bytes than ``largest``, as what comes in.
    """
    value: Any = {**{name: [] for name in arrays}, **json_text.parse(document), "state": state}
    value = json_patch.patched(value, operations, largest, violation, _missing_target)
    return value, value.pop("state")


def _missing_target(index: int, path: str) -> Violation:
    name = path.rpartition("/")[2]
    return violation(
        "FS-PATCH-05",
        f"/{index}/path",
        "nothing is there",
        found=shown(path),
        message=f'Missing field "{name}"',
    )
