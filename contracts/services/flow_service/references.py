"""The rules about ids that point from one resource to another; each needs what is stored to be judged."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from contracts.judging.model import Call
from contracts.judging.violations import Violation, shown
from contracts.services.flow_service.rules import violation

__all__ = ["reference_breaches", "referred"]


def referred(call: Call, field: str, collection: str) -> list[Mapping[str, Any]]:
    """The stored items whose ids ``field`` of the document holds; unknown ids are passed over."""
    found = [call.find(collection, id) for _, id in _ids(call.document, field)]
    return [item for item in found if item is not None]


def reference_breaches(call: Call, field: str, collection: str) -> Iterator[Violation]:
    """Every id exists in this organisation and sandbox, and what it names is published."""
    if call.known is None:
        return
    for pointer, id in _ids(call.document, field):
        item = call.find(collection, id)
        if item is None:
            problem = f"no such id among the {collection}"
            yield violation("FS-REF-01", pointer, problem, found=shown(id), id=id, type=collection)
        elif item.get("state") == "draft":
            yield violation("FS-REF-02", pointer, "still a draft", found=shown(id), state="draft")


def _ids(document: Any, field: str) -> list[tuple[str, str]]:
    """Each id with its pointer; what isn't a non-empty string is a breach of the frame."""
    value = document.get(field) if isinstance(document, dict) else None
    if field.endswith("Ids"):
        pairs = [(f"/{field}/{index}", id) for index, id in enumerate(value)] if isinstance(value, list) else []
    else:
        pairs = [(f"/{field}", value)]
    return [(pointer, id) for pointer, id in pairs if isinstance(id, str) and id]
