"""The documented errors of Flow Service that this project doesn't answer, and why (flow-service-errors.md)."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["NOT_IMITATED"]

_FAILURE = "a failure inside of Adobe's services; a fault can answer any status instead"
_PROVIDER = "only a provider's requests and states meet it"
_ROLES = "service tokens and permissions aren't modelled"
_MAPPING = "mapping sets and datasets belong to other APIs; any id is taken for one that is there"
_UNREACHABLE = "nothing that is documented to be sent leads to it"

NOT_IMITATED: Mapping[str, str] = {
    "1101-404": "the emulated sources answer their refusals with 1100-400",
    **dict.fromkeys(("1400-500", "2200-500", "2250-500"), _FAILURE),
    **dict.fromkeys(("2102-500", "2104-500", "2107-500", "2108-500", "2116-500", "2117-500"), _FAILURE),
    **dict.fromkeys(("1406-400", "1407-400", "1408-400", "1409-400", "1437-400"), _PROVIDER),
    **dict.fromkeys(("1416-400", "1417-400", "1420-400", "1444-400", "1445-400", "1457-400", "1458-400"), _PROVIDER),
    **dict.fromkeys(("1426-400", "1427-400", "2118-403", "2121-403", "2112-400", "2113-400"), _ROLES),
    **dict.fromkeys(("1419-400", "1425-400"), _MAPPING),
    **dict.fromkeys(("1411-400", "1424-400", "1431-400", "1438-400", "1441-400", "1442-400"), _UNREACHABLE),
    **dict.fromkeys(("1428-400", "1429-400"), "no page shows how a run or a flow names its predecessors"),
    **dict.fromkeys(("2000-401", "2114-400", "2115-400", "2002-401"), "the gateway answers first"),
    "2103-404": "x-sandbox-id is refused before it is looked up",
    "2106-404": "every organisation has a default sandbox",
}
