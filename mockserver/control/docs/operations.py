"""The page about the operations, by the service that carries them out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from contracts.judging.model import Operation
from contracts.services.gateway.not_imitated import Parts
from contracts.tables import OPERATIONS, SERVICES
from mockserver.control.docs.markdown import code, page, table

__all__ = ["operations"]

_BODIES = {"json": "JSON", "optional": "JSON, may be left out", "form": "a form", "none": ""}


def operations() -> str:
    return page(
        "Operations",
        "Every call that the mock carries out, by service. `mockserver openapi` prints the bodies and answers as an "
        "OpenAPI 3.1 document, `mockserver example ID` that of an operation of a service around Flow Service.",
        _lines(),
    )


def _lines() -> Iterator[str]:
    for service in SERVICES:
        rows = [row for row in OPERATIONS if row.service is service]
        yield from ("", f"## {service.id}", "", f"Below `{service.base_path}`:", "")
        yield from table(("operation", "request", "query", "body", "answer"), map(_row, rows))
        parts = service.not_imitated
        if isinstance(parts, Parts):
            yield from _told("Adobe documents these too, and they aren't imitated", parts.documented)
            yield from _told(
                "Public programs send these, and no document has them; they aren't imitated", parts.undocumented
            )


def _told(what: str, parts: Mapping[str, str]) -> Iterator[str]:
    if parts:
        # A path may end with an expression for whatever is below it.
        requests = (f"`{methods} {path.replace('(/.*)?', '/**') or '/'}`" for path, methods in parts.items())
        yield from ("", f"{what}: {', '.join(requests)}.")


def _row(row: Operation) -> tuple[str, ...]:
    return f"`{row.id}`", f"`{row.method} {row.path}`", code(row.query), _BODIES[row.body], str(row.success)
