"""The page about the control side: what can be asked below ``/__admin``."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

from mockserver.control.admin import ADMIN_PATH, RESOURCES
from mockserver.control.docs.markdown import page, table

__all__ = ["controls"]


def controls() -> str:
    return page(
        "The control side",
        "JSON in, JSON out; anything unexpected is a 4xx with a `reason`. [Faults and stubs](faults.md) shows what "
        "these two take, [limits](limits.md#the-control-side) who may ask.",
        ["", *table(("request", "does"), _rows())],
    )


def _rows() -> Iterator[tuple[str, str]]:
    yield f"`{ADMIN_PATH}/`", "In a browser the dashboard, which is live; `/` leads there."
    for name, methods in RESOURCES.items():
        for method, function in methods.items():
            text = " ".join((inspect.getdoc(function) or "").split()).replace("``", "`")
            yield f"`{method} {ADMIN_PATH}/{name}`", text
    yield f"`GET {ADMIN_PATH}/ca.pem`", "The certificate that clients of `--https-port` have to trust."
