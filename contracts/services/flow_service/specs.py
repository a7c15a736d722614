"""Connection specs: what GET /connectionSpecs shows of a source, and what a client's own spec must be.

No page prints a current source's whole spec. The parts are documented, each in some spec; which of them a source has,
and all titles and keys for the UI, are assumed from its neighbours.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from contracts.judging.body_schemas import pointer_to
from contracts.judging.model import Call, Frame
from contracts.judging.violations import Violation, shown
from contracts.reading.files import file_of
from contracts.services.flow_service.flow_specs import BATCH, DESTINATIONS, provider_of
from contracts.services.flow_service.frames import breaches, checker, frame, schema, unknown_keys
from contracts.services.flow_service.rules import violation
from contracts.sources.source_catalogue import DATA_LAKE, AuthSpec, Source

__all__ = [
    "FLOW_SPEC_RULES",
    "SPEC_RULES",
    "connection_spec",
    "filters_rows",
    "schema_is_enforceable",
    "source_of_spec",
    "source_params",
    "with_transformation_specs",
]

_DRAFT_07 = "http://json-schema.org/draft-07/schema#"


def connection_spec(source: Source) -> dict[str, Any]:
    """The item of GET /connectionSpecs for a row of the catalogue."""
    if source.kinds == ("destination",):
        return _destination_spec(source)
    provider_id = provider_of(source.flow_spec_id)
    spec: dict[str, Any] = {
        "id": source.id,
        "name": source.name,
        "providerId": provider_id,
        "version": source.version,
        "authSpec": [_auth_spec(source, spec) for spec in source.auth.values()],
    }
    if source.id == DATA_LAKE:
        spec["targetSpec"] = _parts()["targetSpec"]
    else:
        spec["sourceSpec"] = source.row.get("sourceSpec") or _source_spec(source)
        spec["exploreSpec"] = _parts()["exploreSpecs"][_kind(source)]
    if source.is_destination:
        spec |= _target_side(source)
    return {**spec, "attributes": _attributes(source), "permissionsInfo": _permissions(provider_id)}


def _destination_spec(source: Source) -> dict[str, Any]:
    """A destination alone: no source side and nothing to explore (inferred); ``isDestination`` is assumed."""
    return {
        "id": source.id,
        "name": source.name,
        "providerId": source.target.get("providerId") or DESTINATIONS,
        "version": source.version,
        "authSpec": [_auth_spec(source, spec) for spec in source.auth.values()],
        **_target_side(source),
        "attributes": _attributes(source),
        "permissionsInfo": {
            "view": [{"@type": "lowLevel", "name": "Destination", "permissions": ["read"]}],
            "manage": [{"@type": "lowLevel", "name": "Destination", "permissions": ["write"]}],
        },
    }


def _target_side(source: Source) -> dict[str, Any]:
    """What help/destinations/api/activate-segments-file-based-destinations.md prints of a destination's spec."""
    declared = source.target.get("targetSpec")
    encryption = {"encryptionSpecs": source.target.get("encryptionSpecs") or []}
    return {**encryption, "targetSpec": declared} if declared else encryption


def source_params(source: Source) -> Mapping[str, Any]:
    """The JSON Schema of a source connection's ``params``."""
    no_source = source.id == DATA_LAKE or source.kinds == ("destination",)
    spec = source.row.get("sourceSpec") or ({} if no_source else _source_spec(source))
    declared: Mapping[str, Any] = spec.get("spec") or {}
    return declared


def filters_rows(source: Source) -> bool:
    """Whether a page says that this source filters rows (filter.md; how Snowflake escapes names isn't known)."""
    return source.id in _parts()["filterAtSourceOf"]


def source_of_spec(document: Mapping[str, Any], spec_id: str) -> Source:
    """The row for a client's own connection spec, in which `SPEC_RULES` found nothing."""
    attributes = document.get("attributes") or {}
    items = {item["name"]: item.get("spec") or {} for item in document.get("authSpec") or ()}
    explore = (document.get("exploreSpec") or {}).get("type")
    row = {
        "name": document["name"],
        "displayName": _text(attributes.get("connectorName")),
        "category": _text(attributes.get("category")).lower(),
        "connectionSpecId": spec_id,
        "version": document.get("version", "1.0"),
        "auth": [{"specName": name, "params": _param_rows(given)} for name, given in items.items()],
        "sourceSpec": document.get("sourceSpec"),
        "targetSpec": document.get("targetSpec"),
        "exploreKinds": _EXPLORE_KINDS.get(explore, ()) if isinstance(explore, str) else (),
    }
    return Source(row, items)


def spec_is_documented(call: Call, frame: Frame) -> Iterator[Violation]:
    yield from breaches(checker(frame.schema), call.document)
    yield from unknown_keys(call.document, schema(frame.schema)["properties"], "FS-SPEC-04", "")


def auth_specs_can_be_enforced(call: Call) -> Iterator[Violation]:
    items = call.document.get("authSpec") if isinstance(call.document, dict) else None
    names: set[str] = set()
    for index, item in enumerate(items if isinstance(items, list) else ()):
        if not isinstance(item, dict):
            continue
        yield from _schema_under(item, f"/authSpec/{index}")
        name = item.get("name")
        if isinstance(name, str):
            if name in names:
                yield violation("FS-SPEC-05", f"/authSpec/{index}/name", "stands twice", found=shown(name))
            names.add(name)


def params_specs_can_be_enforced(call: Call) -> Iterator[Violation]:
    for name in ("sourceSpec", "targetSpec", "optionSpec", "scheduleSpec", "runSpec"):
        part = call.document.get(name) if isinstance(call.document, dict) else None
        if isinstance(part, dict):
            yield from _schema_under(part, f"/{name}")


SPEC_RULES = (
    frame("connection-spec", spec_is_documented),
    auth_specs_can_be_enforced,
    params_specs_can_be_enforced,
)


def transformation_specs_can_be_enforced(call: Call) -> Iterator[Violation]:
    for key in _TRANSFORMATION_KEYS:
        given = call.document.get(key) if isinstance(call.document, dict) else None
        for pointer, item in _listed(given, f"/{key}"):
            yield from _schema_under(item, pointer)


FLOW_SPEC_RULES = (
    frame("flow-spec", spec_is_documented),
    params_specs_can_be_enforced,
    transformation_specs_can_be_enforced,
)

# Four spellings: draft.md and every GET; the request example; the request schema; and an object instead of an array.
_TRANSFORMATION_KEYS = ("transformationSpecs", "transformationSpec", "transformationSpecDTOS")


def with_transformation_specs(document: Mapping[str, Any]) -> dict[str, Any]:
    """A flow spec as it is served: its transformations under ``transformationSpecs``, an array, however they came."""
    served = {name: value for name, value in document.items() if name not in _TRANSFORMATION_KEYS}
    given = next((document[key] for key in _TRANSFORMATION_KEYS if key in document), None)
    if given is not None:
        served["transformationSpecs"] = [item for _, item in _listed(given, "")]
    return served


def schema_is_enforceable(given: Any, pointer: str) -> Iterator[Violation]:
    """The rules about a JSON Schema that a client gives."""
    from contracts.reading.custom_schema_faults import faults_in

    for path, problem in faults_in(given):
        where = pointer
        for part in path:
            where = pointer_to(where, part)
        yield violation("FS-SPEC-06", where, problem)


def _schema_under(part: Mapping[str, Any], pointer: str) -> Iterator[Violation]:
    if isinstance(part.get("spec"), dict):
        yield from schema_is_enforceable(part["spec"], f"{pointer}/spec")
    elif part.get("spec") is not None:
        yield violation("FS-SPEC-06", f"{pointer}/spec", "not a JSON Schema", allowed=["object"])


def _listed(given: Any, pointer: str) -> list[tuple[str, Mapping[str, Any]]]:
    if isinstance(given, dict):
        return [(pointer, given)]
    items = given if isinstance(given, list) else ()
    return [(f"{pointer}/{index}", item) for index, item in enumerate(items) if isinstance(item, dict)]


def _param_rows(given: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The rows that a row of the catalogue would have; a param is secret unless its own schema is plainly not."""
    required = given.get("required", ())
    return [
        {"name": name, "secret": _may_be_secret(declared), "required": name in required, "format": None}
        for name, declared in given.get("properties", {}).items()
    ]


def _may_be_secret(declared: Any) -> bool:
    if not isinstance(declared, dict):
        return not isinstance(declared, bool)
    if declared.get("format") == "password":
        return True
    return not _PLAIN.issuperset(declared)


# Keywords beside which no hidden ``format: password`` can stand.
_PLAIN = frozenset(
    ("type", "title", "description", "default", "examples", "enum", "const", "format", "pattern", "minLength")
    + ("maxLength", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "uiAttributes")
    + ("$comment", "readOnly", "writeOnly", "contentEncoding", "contentMediaType", "isSecret", "required", "example")
)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _auth_spec(source: Source, spec: AuthSpec) -> dict[str, Any]:
    if spec.given is not None:
        return {"name": spec.name, "spec": dict(spec.given)}
    return {
        "name": spec.name,
        "type": spec.type or _auth_type(spec.name),
        "spec": {
            "$schema": _DRAFT_07,
            "type": "object",
            "description": f"defines auth params required for connecting to {source.name}",
            "properties": {name: _param(spec, name) for name in spec.params},
            "required": spec.schema["required"],
            **({"allOf": [{"anyOf": group["anyOf"]} for group in spec.schema["allOf"]]} if spec.one_of else {}),
        },
    }


def _param(spec: AuthSpec, name: str) -> dict[str, Any]:
    """What is enforced of a param, with what its page says about it."""
    enforced = {key: value for key, value in spec.schema["properties"][name].items() if not key.startswith("x-")}
    if len(enforced["type"]) == 1:
        enforced["type"] = enforced["type"][0]
    row = spec.params[name]
    if row.get("contentEncoding"):
        enforced["contentEncoding"] = row["contentEncoding"]
    if row.get("description"):
        enforced["description"] = row["description"]
    return enforced if name in spec.open_params else {**enforced, "format": "password"}


def _auth_type(spec_name: str) -> str:
    documented = {"Basic Authentication for google-cloud": "KeyBased"}  # flow-service.yaml, AuthenticationSpecDTO
    if spec_name.startswith("Basic Authentication"):
        return documented.get(spec_name, "BasicAuthentication")
    words = "".join(char if char.isalnum() else " " for char in spec_name).split()
    return "".join(word[0].upper() + word[1:] for word in words)


def _kind(source: Source) -> str:
    kinds = source.explore_kinds
    return next((kind for kind in ("table", "file", "rest") if kind in kinds), "none")


def _source_spec(source: Source) -> dict[str, Any]:
    part = _parts()["sourceSpecs"][_kind(source)]
    key = _camel(source.name)
    return {
        "name": part["name"],
        "type": part["name"],
        "spec": {
            "$schema": _DRAFT_07,
            "type": "object",
            "description": f"Defines params required when {source.name} connection is used as a source in flow.",
            **part["params"],
        },
        "attributes": {
            "uiAttributes": {
                "documentationLink": _documentation(source),
                "isSource": True,
                "category": {"key": _category(source)["key"]},
                "icon": {"key": key},
                "description": {"key": f"{key}Description"},
                "label": {"key": f"{key}Label"},
            }
        },
    }


def _attributes(source: Source) -> dict[str, Any]:
    interface: dict[str, Any] = {"apiFeatures": {"explorePaginationSupported": False}}
    if source.end_of_life is not None:
        interface["isDeprecated"] = True  # the key is assumed; that the source is, end-of-life.json says
    attributes = {
        "category": _category(source)["label"],
        "connectorName": source.display_name,
        "documentationLink": _documentation(source),
        "isSource": source.id != DATA_LAKE and source.kinds != ("destination",),
        **({"isDestination": True} if source.is_destination else {}),
        "isDraftModeSupported": True,  # draft.md needs it; no page says of which sources it is true
        "uiAttributes": interface,
    }
    if filters_rows(source):
        attributes["filterAtSource"] = {**_parts()["filterAtSource"], **_parts()["filterAtSourceOf"][source.id]}
    return attributes


def _documentation(source: Source) -> str:
    """Of Azure File Storage a page prints this link; of the others it is assumed."""
    return f"http://www.adobe.com/go/sources-{source.name}-en"


def _category(source: Source) -> Mapping[str, str]:
    """The category's name, and its key for the UI (flow-service.yaml, SourceSpecDTO, lists most keys)."""
    unknown = {"label": source.category, "key": source.category}
    found: Mapping[str, str] = _parts()["categories"].get(source.category, unknown)
    return found


def _permissions(provider_id: str) -> dict[str, Any]:
    name = "EnterpriseSource" if provider_id == BATCH else "StreamingSource"
    return {
        "view": [{"@type": "lowLevel", "name": name, "permissions": ["read"]}],
        "manage": [{"@type": "lowLevel", "name": name, "permissions": ["write"]}],
    }


def _camel(name: str) -> str:
    first, *rest = name.split("-")
    return first + "".join(word.capitalize() for word in rest)


_EXPLORE_KINDS = {"Tabular": ("table",), "FileSystem": ("folder", "file"), "Resource": ("rest",)}


@cache
def _parts() -> Mapping[str, Any]:
    text = file_of("contracts.services.flow_service", "data/connection-spec-parts.json").read_text("utf-8")
    loaded: Mapping[str, Any] = json.loads(text)
    return loaded
