"""What a message must keep."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import islice
from typing import Any

from contracts.judging.body_schemas import breaches, kind_of, object_at, pointer_to
from contracts.judging.model import Call, Frame
from contracts.judging.placeholders import is_placeholder
from contracts.judging.violations import Violation, shown
from contracts.reading.schemas import checker
from contracts.services.gateway.known import SCHEMAS
from contracts.services.inlet.known import INLETS
from contracts.services.inlet.rules import violation

__all__ = [
    "BATCH_RULES",
    "INLET_RULES",
    "MESSAGE_RULES",
    "PARAMETERS",
    "QUERY_RULES",
    "flow_id_of",
    "message_breaches",
    "validations_asked_for",
]

PACKAGE = "contracts.services.inlet"
PARAMETERS = ("syncValidation", "synchronousValidation", "x-adobe-flow-id")
_MOST = 20  # ids that a breach names
_MOST_TOLD = 5  # streaming-validation.md: then it stops


def sync_is_true_or_false(call: Call) -> Iterator[Violation]:
    for name in PARAMETERS[:2]:
        for value in call.parameters(name):
            if value.lower() not in ("true", "false"):
                yield violation("SI-QRY-01", f"query/{name}", "neither", found=shown(value), allowed=["true", "false"])


def inlet_is_there(call: Call) -> Iterator[Violation]:
    if call.known is None:
        return
    inlet = call.known.of(INLETS).inlet(call.id)
    if inlet is None:
        yield violation("SI-ID-01", "path", "no such inlet", found=shown(call.id), id=call.id)
        return
    owner = call.known.find(inlet.tenant, inlet.collection, inlet.id) or {}
    asks = object_at(object_at(owner, "auth"), "params").get("authenticationRequired")
    if asks in (True, "true") and not call.header("authorization"):
        yield violation("SI-AUTH-01", "headers/authorization", "missing", found="nothing", id=call.id)


def _fits(call: Call, frame: Frame) -> Iterator[Violation]:
    """A raw message has any keys."""
    yield from breaches(violation, checker(frame.schema, frame.package), call.document)


def message_is_sound(call: Call) -> Iterator[Violation]:
    if isinstance(call.document, dict):
        yield from message_breaches(call, call.document, {})


def message_breaches(call: Call, message: Mapping[str, Any], schemas: dict[str, Any]) -> Iterator[Violation]:
    """What one message breaks; those of a batch are judged one by one, and share ``schemas`` that were looked up."""
    if _is_xdm(message):
        yield from _xdm_breaches(call, message, schemas)
    flow = flow_id_of(call, message)
    inlet = call.known.of(INLETS).inlet(call.id) if call.known else None
    if inlet is None or call.known is None or inlet.collection == "flows":
        return
    if flow is None:
        if not _is_xdm(message):
            yield violation(
                "SI-MSG-02", "headers/x-adobe-flow-id", "missing", found="nothing", allowed=["x-adobe-flow-id"]
            )
    elif "{" not in flow and call.known.find(inlet.tenant, "flows", flow) is None:
        ids = call.known.ids(inlet.tenant, "flows")[-_MOST:]
        yield violation(
            "SI-MSG-03", "headers/x-adobe-flow-id", "no such flow", found=shown(flow), allowed=ids, near=flow
        )


def flow_id_of(call: Call, message: Mapping[str, Any]) -> str | None:
    """The flow that a message is for, as the message or its request says."""
    named = call.header("x-adobe-flow-id") or call.parameter("x-adobe-flow-id")
    own = object_at(message, "header").get("flowId") if _is_xdm(message) else None
    return named or (own if isinstance(own, str) and own else None)


def _is_xdm(message: Mapping[str, Any]) -> bool:
    header = message.get("header")
    return isinstance(header, dict) and ("body" in message or "schemaRef" in header)


def _xdm_breaches(call: Call, message: Mapping[str, Any], schemas: dict[str, Any]) -> Iterator[Violation]:
    reference = object_at(object_at(message, "header"), "schemaRef")
    for name in ("id", "contentType"):
        if not isinstance(reference.get(name), str) or not reference[name]:
            yield violation(
                "SI-MSG-01", f"/header/schemaRef/{name}", "missing", found=kind_of(reference.get(name)), allowed=[name]
            )
    yield from _of_another_organisation(call, message)
    entity = object_at(message, "body").get("xdmEntity")
    if not isinstance(entity, dict):
        yield violation("SI-MSG-01", "/body/xdmEntity", "no object", found=kind_of(entity), allowed=["an object"])
    elif validations_asked_for(call):
        yield from _told(call, list(islice(_misfits(call, str(reference.get("id")), entity, schemas), _MOST_TOLD)))


def validations_asked_for(call: Call) -> list[str]:
    """Those of the two names of the parameter under which validation is asked for."""
    return [name for name in PARAMETERS[:2] if any(value.lower() == "true" for value in call.parameters(name))]


def _of_another_organisation(call: Call, message: Mapping[str, Any]) -> Iterator[Violation]:
    """streaming-multiple-messages.md: it has to be the inlet's; where there is none, the inlet's is taken."""
    inlet = call.known.of(INLETS).inlet(call.id) if call.known else None
    sent = object_at(message, "header").get("imsOrgId")
    if inlet is None or sent is None or sent == inlet.tenant[0] or is_placeholder(sent):
        return
    yield violation(
        "SI-MSG-04", "/header/imsOrgId", "not the inlet's", found=shown(str(sent)), allowed=[inlet.tenant[0]]
    )


def _told(call: Call, misfits: list[Violation]) -> Iterator[Violation]:
    """The answer lists all that doesn't fit, each as the page prints it."""
    inlet = call.known.of(INLETS).inlet(call.id) if call.known else None
    organisation = inlet.tenant[0] if inlet else ""
    listed = json.dumps([_exception(each) for each in misfits])
    for each in misfits:
        yield replace(each, details={"id": call.id, "organisation": organisation, "exceptions": listed})


def _exception(misfit: Violation) -> dict[str, Any]:
    at = misfit.pointer.removeprefix("/body/xdmEntity")[:_LONGEST]
    return {
        "schemaLocation": "#" + "".join(f"/properties/{step}" for step in at.split("/")[1:] if not step.isdecimal()),
        "pointerToViolation": f"#{at}",
        "causingExceptions": [],
        "keyword": "type",
        "message": f"expected type: {', '.join(misfit.allowed).title()}, found: {misfit.found}",
    }


_LONGEST = 60  # characters of a pointer in an answer


def _misfits(call: Call, id: str, entity: Mapping[str, Any], schemas: dict[str, Any]) -> Iterator[Violation]:
    """Fields of another type than the schema's; what an unknown schema holds nobody can tell."""
    if id not in schemas:
        inlet = call.known.of(INLETS).inlet(call.id) if call.known else None
        schemas[id] = call.known.of(SCHEMAS).schema(inlet.tenant, id) if call.known and inlet else None
    if schemas[id] is not None:
        yield from _of_other_types(schemas[id], entity, "/body/xdmEntity")


def _of_other_types(schema: Any, value: Any, pointer: str) -> Iterator[Violation]:
    expected = schema.get("type") if isinstance(schema, dict) else None
    kinds = _KINDS.get(expected) if isinstance(expected, str) else None
    if kinds is None:
        return
    if not isinstance(value, kinds) or (isinstance(value, bool) and expected != "boolean"):
        yield violation(
            "SI-SYNC-01", pointer, "not of the schema's type", found=kind_of(value), allowed=[str(expected)]
        )
    elif isinstance(value, dict):
        fields = schema.get("properties")
        for name in (name for name in value if isinstance(fields, dict) and name in fields):
            yield from _of_other_types(fields[name], value[name], pointer_to(pointer, name))
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from _of_other_types(schema.get("items"), each, f"{pointer}/{index}")


_KINDS: Mapping[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "number": (int, float),
    "integer": (int,),
    "boolean": (bool,),
}

QUERY_RULES = (sync_is_true_or_false,)
INLET_RULES = (inlet_is_there,)
MESSAGE_RULES = (Frame(PACKAGE, "message", _fits), message_is_sound)
BATCH_RULES = (Frame(PACKAGE, "message-batch", _fits),)
