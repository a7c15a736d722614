"""For each error of the services around Flow Service a request that meets it, and the shapes of their answers."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from contracts.judging.error import Error
from tests.kit.platform import (
    CATALOG,
    CONNECTORS,
    CONTACTS,
    PLAIN,
    PREP,
    PROFILE,
    REGISTRY,
    SHORT,
    catalog,
    connectors,
    dataset_made,
    made,
    prep,
    registry,
    schema,
    schema_made,
    stream,
    stream_made,
)
from tests.kit.sender import Answer, Sender

__all__ = ["ASKED", "PATHS", "SHAPES", "assert_is", "described", "enabled"]

Ask = Callable[[Sender], Answer]


def _registry(method: str, path: str, document: Any = ..., accept: str | None = None) -> Ask:
    return lambda sent: registry(sent, method, path, document, accept)


def _title_twice(sent: Sender) -> Answer:
    schema_made(sent)
    return registry(sent, "POST", "/tenant/schemas", schema())


def _for_profile(sent: Sender) -> Answer:
    return enabled(sent, schema_made(sent))


def _merged(sent: Sender) -> Answer:
    """Two schemas of profiles, of which each has the field ``score`` of the tenant's, with differing types."""
    tenant = made(registry(sent, "GET", "/stats"), 200)["tenantId"]
    for kind in ("string", "integer"):
        fields = {f"_{tenant}": {"type": "object", "properties": {"score": {"type": kind}}}}
        group = {"title": f"score as {kind}", "properties": fields, "meta:intendedToExtend": [PROFILE]}
        of_own = made(registry(sent, "POST", "/tenant/fieldgroups", group))["$id"]
        answer = enabled(sent, schema_made(sent, kind, of_own, IDENTITY_MAP))
    return answer


def _related(sent: Sender, namespace: str | None) -> Answer:
    """A schema that refers to another one for Profile, whose identity is an e-mail address."""
    leads, accounts = schema_made(sent, "Leads"), schema_made(sent, "Accounts", CONTACTS, IDENTITY_MAP)
    address = "/personalEmail/address"
    described(sent, leads, "Identity", address, **{"xdm:namespace": "Email", "xdm:isPrimary": True})
    described(sent, accounts, "Identity", address, **{"xdm:namespace": "Email", "xdm:isPrimary": True})
    described(sent, leads, "OneToOne", address, **{"xdm:destinationSchema": accounts})
    if namespace:
        described(sent, leads, "ReferenceIdentity", address, **{"xdm:identityNamespace": namespace})
        made(enabled(sent, accounts), 200)
    return enabled(sent, leads)


def enabled(sent: Sender, schema: str) -> Answer:
    patch = [{"op": "add", "path": "/meta:immutableTags", "value": ["union"]}]
    return registry(sent, "PATCH", f"/tenant/schemas/{quote(schema, safe='')}", patch)


def described(sent: Sender, schema: str, kind: str, path: str | list[str], **more: Any) -> None:
    body = {"xdm:sourceSchema": schema, "xdm:sourceVersion": 1, "xdm:sourceProperty": path, **more}
    made(registry(sent, "POST", "/tenant/descriptors", {"@type": f"xdm:descriptor{kind}", **body}))


IDENTITY_MAP = "https://ns.adobe.com/xdm/context/identitymap"


def _without_token(sent: Sender) -> Answer:
    return stream(sent, stream_made(sent, authenticationRequired=True)[1], {})


def _misfit(sent: Sender) -> Answer:
    reference = {"id": schema_made(sent), "contentType": "application/vnd.adobe.xed-full+json;version=1"}
    body = {"xdmMeta": {"schemaRef": reference}, "xdmEntity": {"person": {"name": {"firstName": 1}}}}
    inlet = stream_made(sent)[1]
    return stream(sent, f"{inlet}?syncValidation=true", {"header": {"schemaRef": reference}, "body": body})


OUTSIDE = {"title": "x", "properties": {"score": {"type": "number"}}}

ASKED: dict[str, Ask] = {
    "XDM-1006-400": _registry("GET", "/tenant/schemas"),
    "XDM-1007-400": _registry("GET", "/tenant/schemas/x"),
    "XDM-1007-406": _registry("GET", "/global/classes/_xdm.context.profile", accept=PLAIN.replace("=1", "=7")),
    "XDM-1008-400": _registry("GET", "/tenant/descriptors"),
    "XDM-1009-400": _registry("GET", "/tenant/descriptors/x", accept=SHORT + ";version=1"),
    "XDM-1010-404": _registry("GET", "/tenant/classes/x", accept=PLAIN),
    "XDM-1011-404": _registry("GET", "/tenant/fieldgroups/x", accept=PLAIN),
    "XDM-1012-404": _registry("GET", "/tenant/schemas/x", accept=PLAIN),
    "XDM-1013-404": _registry("GET", "/nosuch/schemas", accept=SHORT),
    "XDM-1021-400": _registry("POST", "/tenant/fieldgroups", OUTSIDE),
    "XDM-3005-400": lambda sent: registry(sent, "POST", "/rpc/import", {}),
    "XDM-1400-400": _registry(
        "POST", "/tenant/schemas", {"title": "x", "allOf": [{"$ref": PROFILE}, {"$ref": PROFILE}]}
    ),
    "XDM-1405-405": _registry("DELETE", "/global/classes/_xdm.context.profile"),
    "XDM-1521-400": _title_twice,
    "XDM-1413-400": _merged,
    "XDM-1526-400": lambda sent: _related(sent, None),
    "XDM-1527-400": lambda sent: _related(sent, "Phone"),
    "XDM-1528-400": _for_profile,
    "BadRequestError-400": lambda sent: catalog(sent, "POST", "/dataSets", {"name": ""}),
    "NotFoundError-404": lambda sent: catalog(sent, "GET", f"/dataSets/{'0' * 24}"),
    "PreconditionFailedError-412": lambda sent: catalog(
        sent, "PATCH", f"/dataSets/{dataset_made(sent)}", {"name": "x"}, if_match='"7.0.0"'
    ),
    "CONV-1000-400": lambda sent: prep(sent, "POST", "/mappingSets", {"mappings": []}),
    "CONV-1001-404": lambda sent: prep(sent, "GET", "/mappingSets/x"),
    "CONN-1000-400": lambda sent: connectors(sent, "GET", "/landingzone?type=x"),
    "CONN-1001-404": lambda sent: connectors(sent, "GET", "/encryption/keys/x"),
    "data-collection-service-authorization": _without_token,
    "data-collection-service-validation": lambda sent: stream(sent, stream_made(sent)[1], []),
    "data-collection-service/inlet": _misfit,
    "data-collection-service-inlet": lambda sent: stream(sent, "x", {}),
}

SHAPES = {
    "registry": {"type", "title", "status", "report", "detail"},
    "catalog": {"status", "title", "detail"},
    "collection": {"type", "title", "status", "report"},
    "validation": {"type", "title", "status", "report"},
    "detailed": {"type", "title", "status", "report", "detail"},
}
PATHS = (
    f"{REGISTRY}/tenant/schemas",
    f"{CATALOG}/dataSets",
    f"{PREP}/mappingSets",
    f"{CONNECTORS}/landingzone",
    "/dcs.adobedc.net/collection/x",
)


def assert_is(body: Mapping[str, Any], error: Error) -> None:
    assert (body["title"], str(body["status"])) == (error.title, str(error.status))
    assert _pattern(error.template).fullmatch(body.get("detail") or body["report"]["message"])
    if "type" in body:
        assert body["type"].endswith(f"/{error.id}")
        assert body["report"].get("detailed-message") == body.get("detail")


def _pattern(template: str) -> re.Pattern[str]:
    """What a template can become; no placeholder stays empty."""
    return re.compile(".+".join(map(re.escape, re.split(r"\{\w+\}", template))), re.DOTALL)
