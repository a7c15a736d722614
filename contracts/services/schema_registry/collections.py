"""The collections of the Schema Registry; each has Adobe's resources and the tenant's own."""

from __future__ import annotations

from contracts.judging.model import Collection
from contracts.services.schema_registry.judges import PACKAGE

__all__ = ["COLLECTIONS"]

_OWN = frozenset(("$id", "meta:altId", "meta:resourceType", "version", "refs", "imsOrg", "meta:registryMetadata"))
_TOLD = _OWN | frozenset(
    ("count", "eTag", "href", "next", "orderby", "meta:abstract", "meta:class", "meta:containerId", "meta:extensible")
    + ("meta:globalLibVersion", "meta:referencedFrom", "meta:sandboxId", "meta:sandboxType", "meta:tenantNamespace")
    + ("meta:xdmType", "meta:extends", "meta:intendedToExtend", "meta:xdmField", "@id", "@type", "$ref", "format")
    + ("repo:createdDate", "repo:lastModifiedDate", "xdm:createdClientId", "xdm:createdUserId")
    + ("xdm:lastModifiedClientId", "xdm:lastModifiedUserId", "createdUser", "createdClient", "updatedUser")
)


def _collection(name: str, id_name: str, schema: str = "resource") -> Collection:
    return Collection(
        name, own=_OWN, schemas=((schema, PACKAGE), ("resource-patch", PACKAGE)), id_name=id_name, told=_TOLD
    )


COLLECTIONS = (
    _collection("schemas", "SCHEMA_ID", "schema"),
    _collection("classes", "CLASS_ID"),
    _collection("fieldgroups", "FIELD_GROUP_ID"),
    _collection("datatypes", "DATA_TYPE_ID", "datatype"),
    Collection("descriptors", schemas=(("descriptor", PACKAGE),), id_name="DESCRIPTOR_ID", told=_TOLD),
    Collection("behaviors", id_name="BEHAVIOR_ID"),
    Collection("unions", id_name="UNION_ID"),
)
