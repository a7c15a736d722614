"""What the service makes up of a resource beside what it was sent: inlets, the provider's references, empty labels.

All of it follows from the id, so that nothing of it is stored.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from contracts.judging.body_schemas import object_at
from contracts.sources.source_catalogue import PROFILE_STORE
from mockserver.memory.identifiers import inlet_id, provider_ref_id
from mockserver.memory.store import Record

__all__ = ["ARRAYS", "made_up"]

View = dict[str, Any]

_HTTP_API = "bc7b00d6-623a-4dfc-9fdb-f1240aeadaeb"  # create/streaming/http.md
_SALESFORCE, _JWT = "cfc0fee1-7dc0-40ef-b73e-d8b134c436f5", "OAuth2 JWT Token Credential"
_WEBHOOKS = "e77fde5a-22a8-11ed-861d-0242ac120002"  # GenericStreamingAEP, the flow spec of Pendo, Chatlio and others
_PROFILES = {"type": "ProfileFragments", "id": "ups"}
_INLETS = "https://dcs.adobedc.net/collection/"

ARRAYS: Mapping[str, tuple[str, ...]] = {"flows": ("labels",)}
"""Arrays that are shown empty where none was sent: every flow has labels (recorded of 35 of 35)."""


def made_up(record: Record, collection: str, view: View) -> View:
    """``view`` with what the service adds to such a resource."""
    complete = _COMPLETED.get(collection)
    return complete(record, view) if complete else view


def _connection(record: Record, view: View) -> View:
    """What an HTTP API connection shows among its params, and one to Salesforce by a JWT."""
    auth, spec = object_at(view, "auth"), view.get("connectionSpec")
    add = _PARAMS.get(spec.get("id")) if auth and isinstance(spec, dict) else None
    return view if add is None else {**view, "auth": {**auth, "params": add(record, view, object_at(auth, "params"))}}


def _inlet(record: Record, view: View, params: Mapping[str, Any]) -> View:
    """create/streaming/http.md: the inlet's address; sourceId and name are the connection's name if left out."""
    named = dict.fromkeys(("sourceId", "name"), view["name"]) if "name" in view else {}
    return {**named, "authenticationRequired": False, **params, **_inlet_of(record.id)}


def _organisation(record: Record, view: View, params: Mapping[str, Any]) -> View:
    """create/crm/salesforce.md: the enabled connection shows the id of Salesforce's organisation."""
    if view["auth"].get("specName") != _JWT:
        return dict(params)
    return {**params, "orgId": f"00D{record.id.replace('-', '')[:15]}"}


def _source_connection(record: Record, view: View) -> View:
    """flow-service.yaml prints the reference of source connections, and of no target connection."""
    view = {**view, "providerRefId": provider_ref_id(record.id)}
    spec, base = object_at(view, "connectionSpec").get("id"), view.get("baseConnectionId")
    if spec == PROFILE_STORE:  # update-destination-dataflows.md shows its type
        return {**view, "typeInfo": _PROFILES}
    if spec == _HTTP_API and isinstance(base, str):  # no page prints it; aepp's command and others read it there
        return {**view, "params": {**object_at(view, "params"), **_inlet_of(base)}}
    return view


def _inlet_of(id: str) -> dict[str, str]:
    return {"inletUrl": _INLETS + inlet_id(id), "inletId": inlet_id(id)}


def _flow(record: Record, view: View) -> View:
    """The flow of a webhook source has the inlet among its options (create/analytics/pendo-webhook.md and others)."""
    view = {**{name: [] for name in ARRAYS["flows"]}, **view, "providerRefId": provider_ref_id(record.id)}
    if object_at(view, "flowSpec").get("id") == _WEBHOOKS:
        inlet = {"inletUrl": _INLETS + inlet_id(record.id)}
        view["options"] = {"errorDiagnosticsEnabled": False, **object_at(view, "options"), **inlet}
    return view


def _run(record: Record, view: View) -> View:
    return {"providerRefId": provider_ref_id(record.id), **view}


_PARAMS: Mapping[Any, Callable[[Record, View, Mapping[str, Any]], View]] = {
    _HTTP_API: _inlet,
    _SALESFORCE: _organisation,
}
_COMPLETED: Mapping[str, Callable[[Record, View], View]] = {
    "connections": _connection,
    "sourceConnections": _source_connection,
    "flows": _flow,
    "runs": _run,
}
