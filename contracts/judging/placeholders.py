"""Adobe's pages print ``{ACCESS_TOKEN}`` where a value goes; such a request is accepted and warned about."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from contracts.judging.model import Call
from contracts.judging.violations import Violation, shown, violation

__all__ = ["is_placeholder", "may_hold_placeholders", "placeholders_are_filled_in"]

_PLACEHOLDER = re.compile(r"\{[A-Z][A-Z0-9_]*\}")
_MOST = 20  # reported of one body


def is_placeholder(value: object) -> bool:
    return isinstance(value, str) and _PLACEHOLDER.fullmatch(value) is not None


def may_hold_placeholders(body: bytes) -> bool:
    """Whether there may be one in that JSON text."""
    return b'"{' in body or (b"\\" in body and b"\\u007" in body)


def placeholders_are_filled_in(call: Call) -> Iterator[Violation]:
    """One violation for each placeholder among the strings of the body."""
    is_json = call.operation is None or call.operation.body != "form"
    if is_json and not may_hold_placeholders(call.request.body):  # as most bodies
        return
    for pointer, value in islice(_placeholders(call.document, ""), _MOST):
        yield violation("FS-FILL-01", pointer, "still a placeholder", found=shown(value))


def _placeholders(value: Any, pointer: str) -> Iterator[tuple[str, str]]:
    if is_placeholder(value):
        yield pointer, value
    elif isinstance(value, dict):
        for name, child in value.items():
            yield from _placeholders(child, f"{pointer}/{name}")
    elif isinstance(value, list):
        for index, child in enumerate(value):
            yield from _placeholders(child, f"{pointer}/{index}")
