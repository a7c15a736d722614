"""What the ids stand for that Adobe's pages print and the chain sends: without it ``--strict`` refuses them."""

from __future__ import annotations

from mockserver import Mock
from mockserver.memory.store import Author
from tests.kit.connection import HEADERS

__all__ = ["PRINTED", "plant"]

PRINTED = {
    "schemas": ("https://ns.adobe.com/x/schemas/1",),
    "dataSets": ("5f9c3535f457c80194cbc4d3",),
    "mappingSets": ("bf5286a9c1ad4266baca76ba3adc9366",),
    "keys": ("512e686e-543e-4354-bcba-e1403ddcc532",),
    "customer-keys": ("x",),
}


def plant(mock: Mock) -> None:
    """Put an item of each printed id into the sandbox of the tests."""
    tenant, nobody = (HEADERS["x-gw-ims-org-id"], HEADERS["x-sandbox-name"]), Author("", "")
    extra = {"version": "1.0", "viewId": "0" * 24}
    document = b'{"title": "printed", "name": "printed", "mappings": [], "expiryTime": "4102444800"}'
    with mock.alone() as world:
        for collection, ids in PRINTED.items():
            for id in ids:
                world.store.insert(tenant, collection, document, nobody, extra=extra, id=id)
