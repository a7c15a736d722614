"""Adobe's own classes, field groups, data types and behaviours: those that its pages name, as data.

Fields are there as far as the pages show them. They are read when they are first asked for.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from contracts.reading.files import file_of

__all__ = ["standard"]


@cache
def standard(collection: str) -> Mapping[str, Mapping[str, Any]]:
    """The resources of a collection by their ``$id``."""
    return {row["$id"]: row for row in _data().get(collection, ())}


@cache
def _data() -> Mapping[str, Any]:
    file = file_of("contracts.services.schema_registry", "data/standard.json")
    data: Mapping[str, Any] = json.loads(file.read_text("utf-8"))
    return data
