"""What Catalog answers where something was created: where it is (catalog.yaml)."""

from __future__ import annotations

from contracts.services.catalog.service import CATALOG
from mockserver.exchange.response import Response, json_response
from mockserver.memory.store import Record

__all__ = ["created"]


def created(collection: str, record: Record) -> Response:
    """``Location`` is a path: the scripts of Adobe's Postman collections take the id as its sixth part."""
    path = f"/{collection}/{record.id}"
    return json_response(201, [f"@{path}"], {"Location": CATALOG.base_path + path})
