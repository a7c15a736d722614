"""What the ids stand for that Adobe's pages print and the chain sends: without it ``--strict`` refuses them.

And whether an answer shows what a page prints.
"""

from __future__ import annotations

from typing import Any

from mockserver import Mock
from mockserver.memory.store import Author
from tests.kit.connection import HEADERS

__all__ = ["PRINTED", "is_shown", "plant"]

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


def is_shown(answer: Any, pointer: str) -> bool:
    """``*`` in the JSON Pointer stands for at least one item, any of them."""
    return _is_there(answer, [step.replace("~1", "/") for step in pointer.split("/")[1:]])


def _is_there(value: Any, steps: list[str]) -> bool:
    if not steps:
        return True
    step, rest = steps[0], steps[1:]
    if step == "*":
        below = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
        return any(_is_there(each, rest) for each in below)
    return isinstance(value, dict) and step in value and _is_there(value[step], rest)
