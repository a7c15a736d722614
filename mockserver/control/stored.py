"""What is stored, as ``/__admin/resources`` shows it: by organisation, sandbox and collection, secrets masked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contracts.judging.model import Terms
from contracts.reading import json_text
from mockserver.exchange.masking import Masker
from mockserver.memory.store import Record
from mockserver.memory.world import World
from mockserver.services.table import SHOWS, SIDES

__all__ = ["MOST", "MOST_BYTES", "MOST_OF_ALL", "stored"]

MOST = 200
"""Records of one tenant's collection that are shown, the newest; all are counted."""
MOST_OF_ALL = 1000
"""Records that are shown in all; the mock answers nobody else meanwhile."""
MOST_BYTES = 256 * 1024
"""Of the documents that are shown; of any that would be more only the length is told."""


def stored(world: World, terms: Terms) -> dict[str, Any]:
    """``tenants`` with their collections, and under ``services`` what those hold beside records; times in ms."""
    tenants: dict[tuple[str, str], list[dict[str, Any]]] = {}
    left = MOST_BYTES
    for tenant, collection, total, records in world.store.contents(MOST, MOST_OF_ALL):
        shown = []
        for record in records:
            fits = len(record.document) <= left
            left -= len(record.document) if fits else 0
            shown.append(_row(Masker(terms.catalogue, SHOWS, collection), record, fits))
        tenants.setdefault(tenant, []).append({"name": collection, "total": total, "records": shown})
    rows = [
        {"org_id": org, "sandbox_name": sandbox, "collections": collections}
        for (org, sandbox), collections in tenants.items()
    ]
    return {"tenants": rows, "services": {side.name: dict(side.tells(world)) for side in SIDES if side.tells}}


def _row(masker: Masker, record: Record, fits: bool) -> dict[str, Any]:
    length = len(record.document)
    document = masker.sent(json_text.unrendered(record.document)) if fits else f"({length} bytes, not shown)"
    names: Mapping[str, Any] = document if isinstance(document, dict) else {}
    row = {
        "id": record.id,
        "name": str(names.get("name") or names.get("title") or ""),
        "state": record.state,
        "created_at": record.created_at,
        "updated_at": record.updated_at,
        "references": [{"collection": collection, "id": id} for collection, id in record.targets],
        "document": document,
    }
    shown: dict[str, Any] = masker.again(row)
    return shown
