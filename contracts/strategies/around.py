"""Bodies of what is created in the services around Flow Service: such as keep their rules, and such as break one."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from hypothesis import strategies as st

from contracts.strategies.valid import Draw

__all__ = ["BODIES", "BrokenBody", "bodies", "broken_bodies"]

_TEXT = st.text(st.characters(categories=("L", "N", "P", "S"), exclude_characters="{}"), min_size=1, max_size=30)
_NO_TEXT: st.SearchStrategy[Any] = st.sampled_from(["", None, 1, True, [], {}])
_NO_OBJECT = st.sampled_from(["x", 1, True, []])
_NO_LIST = st.sampled_from(["x", 1, True, {}])
_XDM = "https://ns.adobe.com/xdm/context/"
_GROUPS = ("profile-person-details", "profile-personal-details", "profile-work-details", "identitymap")
_OWN = {"definitions": {"fields": {"properties": {"_{TENANT_ID}": {"type": "object"}}}}}
_CONTENT_TYPE = "application/vnd.adobe.xed+json;version=1"


@dataclass(frozen=True)
class BrokenBody:
    """A body that breaks ``rule`` at ``pointer`` and nothing else."""

    rule: str
    pointer: str
    document: Any


def bodies(operation: str) -> st.SearchStrategy[dict[str, Any]]:
    """Bodies that the operation of that id, one of `BODIES`, takes."""
    return _valid()[operation]


@st.composite
def broken_bodies(draw: Draw, operation: str) -> BrokenBody:
    """A body for the operation of that id, one of `BODIES`, with one mistake in it."""
    document = copy.deepcopy(draw(bodies(operation)))
    rule, pointer, values = draw(st.sampled_from(BODIES[operation]))
    *parents, name = pointer.split("/")[1:]
    target = document
    for parent in parents:
        target = target[int(parent) if isinstance(target, list) else parent]
    target[name] = draw(values)
    return BrokenBody(rule, pointer, document)


_Mistake = tuple[str, str, st.SearchStrategy[Any]]
_RESOURCE: tuple[_Mistake, ...] = (
    ("SR-NEW-01", "/title", _NO_TEXT),
    ("SR-NEW-02", "/type", st.sampled_from(["string", None, 1])),
    ("SR-NEW-03", "/description", st.sampled_from([None, 1, []])),
    ("SR-NEW-08", "/meta:intendedToExtend", _NO_LIST),
)
_KEY: tuple[_Mistake, ...] = (
    ("CN-KEY-01", "/encryptionAlgorithm", st.sampled_from(["RSA", "", None, 1])),
    ("CN-KEY-02", "/params/passPhrase", _NO_TEXT),
    ("CN-KEY-04", "/name", _NO_TEXT),
)

BODIES: Mapping[str, tuple[_Mistake, ...]] = {
    "createSchema": (*_RESOURCE, ("SR-NEW-04", "/allOf", _NO_LIST)),
    "createClass": _RESOURCE,
    "createFieldGroup": (*_RESOURCE, ("SR-NEW-07", "/definitions", _NO_OBJECT)),
    "createDataType": _RESOURCE,
    "createDescriptor": (
        ("SR-DSC-01", "/@type", st.sampled_from(["", None, "xdm:nosuch"])),
        ("SR-DSC-02", "/xdm:sourceSchema", _NO_TEXT),
        ("SR-DSC-03", "/xdm:sourceProperty", st.sampled_from(["personalEmail", 1, None])),
    ),
    "createDataset": (
        ("CT-NEW-01", "/name", _NO_TEXT),
        ("CT-NEW-02", "/description", st.sampled_from([None, 1, []])),
        ("CT-NEW-03", "/schemaRef/id", _NO_TEXT),
        ("CT-NEW-06", "/tags", _NO_OBJECT),
    ),
    "createDatasetView": (("CT-VIEW-01", "/dataSetId", _NO_TEXT),),
    "createMappingSet": (
        ("DP-NEW-01", "/mappings", _NO_LIST),
        ("DP-NEW-03", "/inputSchema", _NO_OBJECT),
        ("DP-NEW-05", "/mappings/0/sourceType", st.sampled_from(["FIELD", "attribute"])),
    ),
    "createKey": _KEY,
    "createCustomerKey": (*_KEY, ("CN-KEY-03", "/publicKey", st.sampled_from(["", None, "no base64!"]))),
    "createPrivateEndpoint": (
        ("CN-PE-01", "/name", _NO_TEXT),
        ("CN-PE-01", "/resourceName", _NO_TEXT),
        ("CN-PE-02", "/fqdns", _NO_LIST),
        ("CN-PE-03", "/connectionSpec/id", st.sampled_from(["", "nosuch", 1])),
    ),
    "pullPackage": (("SB-PULL-01", "/imsOrgId", _NO_TEXT), ("SB-PULL-02", "/packageId", _NO_TEXT)),
    "streamMessages": (("SI-BATCH-01", "/messages", st.sampled_from([[], {}, "x", [1]])),),
}
"""The creates by the ids of their operations: of each mistake the rule that it breaks, its place, and wrong values."""


@cache
def _valid() -> Mapping[str, st.SearchStrategy[dict[str, Any]]]:
    reference = st.fixed_dictionaries({"id": st.just(f"{_XDM}profile__union"), "contentType": st.just(_CONTENT_TYPE)})
    groups = st.lists(st.sampled_from(_GROUPS), unique=True, max_size=3)
    parts = groups.map(lambda names: [{"$ref": _XDM + name} for name in ("profile", *names)])
    titled = {"title": _TEXT, "type": st.just("object"), "description": _TEXT}
    own = st.fixed_dictionaries({**titled, "definitions": st.just(_OWN["definitions"])})
    fields = st.fixed_dictionaries({**titled, "properties": st.just({"score": {"type": "number"}})})
    row = st.fixed_dictionaries(
        {"sourceType": st.just("ATTRIBUTE"), "source": _TEXT, "destination": st.just("personID")}
    )
    key = {
        "name": _TEXT,
        "encryptionAlgorithm": st.sampled_from(["PGP", "GPG"]),
        "params": st.fixed_dictionaries({"passPhrase": _TEXT}),
    }
    spec = st.sampled_from(("4c10e202-c428-4796-9208-5f1f5732b1cf", "b3ba5556-48be-44b7-8b85-ff2b69b46dc4"))
    return {
        "createSchema": st.fixed_dictionaries({**titled, "allOf": parts}),
        "createClass": own,
        "createFieldGroup": own,
        "createDataType": fields,
        "createDescriptor": st.fixed_dictionaries(
            {
                "@type": st.just("xdm:descriptorIdentity"),
                "xdm:sourceSchema": st.just(f"{_XDM}profile"),
                "xdm:sourceVersion": st.just(1),
                "xdm:sourceProperty": st.just("/personalEmail/address"),
                "xdm:namespace": st.sampled_from(["Email", "ECID", "Phone"]),
                "xdm:isPrimary": st.booleans(),
            }
        ),
        "createDataset": st.fixed_dictionaries(
            {"name": _TEXT, "schemaRef": reference}, optional={"tags": st.just({"unifiedProfile": ["enabled:true"]})}
        ),
        "createDatasetView": st.fixed_dictionaries({"dataSetId": _TEXT}, optional={"status": st.just("enabled")}),
        "createMappingSet": st.fixed_dictionaries(
            {
                "outputSchema": st.fixed_dictionaries({"schemaRef": reference}),
                "mappings": st.lists(row, min_size=1, max_size=3),
            }
        ),
        "createKey": st.fixed_dictionaries(key),
        "createCustomerKey": st.fixed_dictionaries({**key, "publicKey": st.just("bXkga2V5")}),
        "createPrivateEndpoint": st.fixed_dictionaries(
            {
                **dict.fromkeys(("name", "subscriptionId", "resourceGroupName", "resourceName"), _TEXT),
                "fqdns": st.lists(_TEXT, max_size=2),
                "connectionSpec": st.fixed_dictionaries({"id": spec, "version": st.just("1.0")}),
            }
        ),
        "pullPackage": st.fixed_dictionaries({"imsOrgId": st.just("PUBLISHER@AdobeOrg"), "packageId": _TEXT}),
        "streamMessages": st.fixed_dictionaries(
            {"messages": st.lists(st.dictionaries(_TEXT, _TEXT, max_size=2), min_size=1, max_size=3)}
        ),
    }
