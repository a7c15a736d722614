"""The operations of Flow Service, one row each, and how a request finds its row."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal
from urllib.parse import unquote

from contracts.call import Call
from contracts.connections import CREATE_RULES
from contracts.queries import LIST_RULES, SEARCH_RULES
from contracts.updates import ETAG_RULES, PATCH_RULES
from contracts.violations import Violation, shown, violation

__all__ = ["BASE_PATH", "OPERATIONS", "Operation", "find"]

BASE_PATH = "/data/foundation/flowservice"

RuleFunction = Callable[[Call], Iterator[Violation]]


@dataclass(frozen=True, slots=True)
class Operation:
    """One row of the reference.

    ``head_rules`` judge query and headers of their own, ``body_rules`` the parsed body; ``body`` says
    whether there is one. ``query`` names the parameters that the reference knows, ``None`` where the
    rules look at them.
    """

    id: str
    method: str
    path: str
    action: str
    success: int
    body: Literal["json", "none"] = "none"
    query: tuple[str, ...] | None = ()
    head_rules: tuple[RuleFunction, ...] = ()
    body_rules: tuple[RuleFunction, ...] = ()

    @property
    def collection(self) -> str:
        return self.path.split("/")[1]


# flow-service.yaml, tag "Connections"
OPERATIONS = (
    Operation("listConnections", "GET", "/connections", "list", 200, query=None, head_rules=LIST_RULES),
    Operation("createConnection", "POST", "/connections", "create", 201, body="json", body_rules=CREATE_RULES),
    Operation(
        "getConnectionsByFilters",
        "POST",
        "/connections/search",
        "search",
        200,
        body="json",
        query=("continuationToken",),
        body_rules=SEARCH_RULES,
    ),
    Operation("retrieveConnection", "GET", "/connections/{id}", "retrieve", 200),
    Operation(
        "patchConnection",
        "PATCH",
        "/connections/{id}",
        "patch",
        200,
        body="json",
        head_rules=ETAG_RULES,
        body_rules=PATCH_RULES,
    ),
    Operation("deleteConnection", "DELETE", "/connections/{id}", "delete", 204),
    Operation("testConnection", "GET", "/connections/{id}/test", "test", 200),
)


def find(call: Call, path: str) -> Iterator[Violation]:
    """Give ``call`` the operation of ``path`` (below the base path), or yield why there is none.

    Both forms of every path are documented somewhere, with and without the slash at the end.
    """
    segments = tuple(unquote(part) for part in path.removesuffix("/").split("/")[1:])
    rows = [row for row in OPERATIONS if _matches(row.path, segments)]
    if not rows:
        yield violation("FS-URL-01", "path", "not a documented path", found=shown(path), allowed=_paths(), near=path)
        return
    operation = next((row for row in rows if row.method == call.request.method), None)
    if operation is None:
        call.allow = tuple(dict.fromkeys(row.method for row in rows))
        yield violation(
            "FS-URL-02",
            "method",
            f"not documented for {rows[0].path}",
            found=call.request.method[:40],
            allowed=call.allow,
        )
        return
    call.operation = operation
    call.id = segments[1] if "{id}" in operation.path else ""


def _matches(template: str, segments: tuple[str, ...]) -> bool:
    parts = _parts(template)
    return len(parts) == len(segments) and all(
        part == segment or (part == "{id}" and segment != "") for part, segment in zip(parts, segments, strict=True)
    )


@cache
def _parts(template: str) -> tuple[str, ...]:
    return tuple(template.split("/")[1:])


@cache
def _paths() -> tuple[str, ...]:
    return tuple(dict.fromkeys(row.path for row in OPERATIONS))
