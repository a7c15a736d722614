"""The searches of the CRM: by criteria, e-mail address, phone number or word."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

__all__ = ["criteria_test", "search_test"]

Row = Mapping[str, Any]
Test = Callable[[Row], bool]

_CRITERION = re.compile(r"\(*\s*([A-Za-z0-9_.]+):(equals|not_equal|starts_with|contains|in):(.*)", re.DOTALL)
_BETWEEN = re.compile(r"\)\s*(and|or)\s*\(", re.IGNORECASE)


def criteria_test(text: str) -> Test | None:
    """The test that ``((A:equals:x)and(B:starts_with:y))`` spells, joined by one word throughout; else ``None``."""
    pieces = _BETWEEN.split(text.strip())
    words = {word.lower() for word in pieces[1::2]}
    found = [_CRITERION.fullmatch(piece) for piece in pieces[::2]]
    if len(words) > 1 or not all(found):
        return None
    tests = [_criterion(match[1], match[2], match[3].rstrip(")")) for match in found if match]
    join = any if words == {"or"} else all
    return lambda row: join(test(row) for test in tests)


def search_test(kind: str, text: str) -> Test:
    """Whether a record has that address, number or word."""
    text = text.lower()
    if kind == "word":
        return lambda row: any(text in _plain(value) for value in row.values())
    ends = {"email": ("email",), "phone": ("phone", "mobile")}[kind]
    return lambda row: any(name.lower().endswith(ends) and _plain(value) == text for name, value in row.items())


def _criterion(name: str, operator: str, wanted: str) -> Test:
    wanted = re.sub(r"\\(.)", r"\1", wanted).lower()
    tests: Mapping[str, Callable[[str], bool]] = {
        "equals": lambda value: value == wanted,
        "not_equal": lambda value: value != wanted,
        "starts_with": lambda value: value.startswith(wanted),
        "contains": lambda value: wanted in value,
        "in": lambda value: value in [each.strip() for each in wanted.split(",")],
    }
    return lambda row: tests[operator](_plain(row.get(name)))


def _plain(value: Any) -> str:
    if isinstance(value, dict):
        value = value.get("name")
    return "" if value is None else str(value).lower()
