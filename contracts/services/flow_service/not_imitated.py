"""Documented errors that this project never answers, one row each, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

__all__ = ["NOT_IMITATED", "NotImitated"]


@dataclass(frozen=True, slots=True)
class NotImitated:
    """One row; ``title`` is Adobe's."""

    id: str
    title: str
    why: str


def _because(why: str, title: str, ids: str) -> Iterable[NotImitated]:
    return (NotImitated(id, title, why) for id in ids.split())


def _service(why: str, ids: str, title: str = "Invalid request") -> Iterable[NotImitated]:
    return _because(why, title, " ".join(f"FLOW-{id}" for id in ids.split()))


def _rows() -> Iterator[NotImitated]:
    # troubleshooting.md
    yield from _because("any api key is taken as genuine", "Api Key is invalid", "403003")
    # flow-service-errors.md
    yield from _service("the mock's sources refuse with FLOW-1100-400", "1101-404", "Resource not found")
    yield from _service(_TROUBLE, "1400-500 2102-500 2104-500 2107-500 2108-500 2116-500 2117-500", "Internal Error")
    yield from _service("for a provider's own requests: finalize and its subOps", "1406-400 1407-400 1408-400")
    yield from _service("resources have no transitional states", "1409-400 1420-400 1444-400 1457-400 1458-400")
    yield from _service(
        "initializing is left by an update alone, and drafts may be updated (draft.md)", "1416-400 1417-400"
    )
    yield from _service("a path without an id is another operation's, or answered 404000", "1411-400")
    yield from _service("mapping sets and datasets aren't looked up", "1419-400 1425-400")
    yield from _service("no query spans sandboxes", "1424-400")
    yield from _service("a user's token may do everything", "1426-400 1427-400")
    yield from _service("predecessors of a run are stored, not looked up", "1428-400 1429-400")
    yield from _service("a flow's policy is stored, not judged", "1431-400")
    yield from _service("the status of an action or a run is not judged", "1437-400")
    yield from _service("no document shows aggregations", "1438-400 1441-400 1442-400")
    yield from _service("connections can be updated", "1445-400")
    yield from _service("any token is taken as the organisation's", "2000-401", "Invalid authorization token")
    yield from _service("the gateway answers 400003 before", "2002-401", "Header is missing")
    yield from _service("the gateway answers 401013 before", "2114-400", "Empty token")
    yield from _service("any token is taken as genuine", "2115-400", "Invalid token")
    yield from _service("x-sandbox-id is refused, so there is no pair", "2103-404", "Sandbox not found")
    yield from _service("every organisation has a default sandbox", "2106-404", "Get default sandbox error")
    yield from _service("no query spans sandboxes", "2112-400", "Headers with value not allowed")
    yield from _service("no query spans sandboxes", "2113-400", "Headers with different value not allowed")
    yield from _service(_PERMISSIONS, "2118-403", "Missing permission")
    yield from _service(_PERMISSIONS, "2121-403", "Forbidden")
    yield from _service("the Catalog service isn't asked", "2200-500", "External service request error")
    yield from _service("the Data Prep service isn't asked", "2250-500", "External service request error")
    # xdm/troubleshooting-guide.md names these beside the types that are answered
    of_kinds = " ".join(f"XDM-{number}-404" for number in (1014, 1015, 1016, 1017))
    yield from _because("no document says which kind of resource it is for", "Resource not found", of_kinds)
    of_names = " ".join(f"XDM-{number}-400" for number in (1020, 1022, 1023, 1024))
    yield from _because("no document says how it differs from 1021", "Namespace validation error", of_names)
    # JWT/index.md
    yield from _because("a JWT's signature isn't checked", "invalid_signature", "invalid_signature-400")


_TROUBLE = "trouble inside of the platform; a fault of status 500 answers FLOW-1102-500"
_PERMISSIONS = "nobody lacks a permission; a fault of status 403 answers FLOW-2120-403"

NOT_IMITATED: Mapping[str, NotImitated] = {row.id: row for row in _rows()}
