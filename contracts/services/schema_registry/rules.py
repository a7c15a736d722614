"""The rules about schemas and what they are made of."""

from __future__ import annotations

from contracts.judging.rule import Rule
from contracts.judging.violations import violations_of
from contracts.services.documents import NONE, RECORDED_DESCRIPTORS, SCHEMA_ERRORS, SCHEMA_PAGES, SCHEMA_REGISTRY
from contracts.services.gateway import rules as gateway

__all__ = ["INVALID", "ROWS", "violation"]

INVALID = "XDM-1400-400"

ROWS = (
    # What is asked
    Rule("SR-PATH-01", "the container is global or tenant", "XDM-1013-404", "documented", SCHEMA_REGISTRY,
         "Write /global/ for Adobe's resources and /tenant/ for your own."),
    Rule("SR-PATH-02", "only the tenant container is written to", "XDM-1405-405", "assumed", SCHEMA_PAGES, "Write to /tenant/."),
    Rule("SR-ACC-01", "a list is asked for with an Accept header of xed or xed-id, without a version", "XDM-1006-400", "documented",
         SCHEMA_ERRORS, "Send Accept: application/vnd.adobe.xed-id+json."),
    Rule("SR-ACC-02", "a resource is asked for with an Accept header of xed and a version", "XDM-1007-400", "documented",
         SCHEMA_ERRORS, "Send Accept: application/vnd.adobe.xed-full+json;version=1."),
    Rule("SR-ACC-03", "descriptors are asked for with an Accept header of xdm, xdm-id or xdm-link", "XDM-1008-400", "documented",
         SCHEMA_ERRORS, "Send Accept: application/vnd.adobe.xdm+json."),
    Rule("SR-ACC-04", "a descriptor is asked for with Accept: application/vnd.adobe.xdm+json", "XDM-1009-400", "documented",
         SCHEMA_ERRORS, "Send Accept: application/vnd.adobe.xdm+json."),
    Rule("SR-ACC-06", "a descriptor is asked for with an Accept header", "XDM-1009-400", "documented", SCHEMA_REGISTRY,
         "Send Accept: application/vnd.adobe.xdm+json; descriptors.md says that none is needed.", default="warning"),
    Rule("SR-ACC-07", "a list is asked for with an Accept header of xed, not of xed-full", "XDM-1006-400", "documented", SCHEMA_ERRORS,
         "Send Accept: application/vnd.adobe.xed+json; a live registry took xed-full for the same.", default="warning"),
    Rule("SR-QRY-01", "start of a list is sent with orderby, unless it is the next of a page", INVALID, "documented", SCHEMA_REGISTRY,
         "Send orderby too, title for example; the first page needs no start.", default="warning"),
    # What programs send, and a live registry answered.
    Rule("SR-QRY-05", "limit of a list is sent with orderby", INVALID, "documented", SCHEMA_REGISTRY,
         "Send orderby too, title for example.", default="off"),
    Rule("SR-QRY-02", "limit is a whole number from 0 to 500", INVALID, "documented", SCHEMA_REGISTRY, "Send a whole number."),
    Rule("SR-QRY-04", "a list of descriptors has a limit of 300 at most", INVALID, "recorded", RECORDED_DESCRIPTORS, "Send a smaller limit."),
    Rule("SR-QRY-03", "property is a name, or a name, an operator (== != < <= > >= ~) and a value", INVALID, "inferred", SCHEMA_PAGES,
         "Write property=title==Loyalty."),
    # What is sent
    Rule("SR-NEW-01", "title is sent, a non-empty string", INVALID, "documented", SCHEMA_REGISTRY, "Give the resource a title."),
    Rule("SR-NEW-02", "type, where sent, is object; of a data type it may be array", INVALID, "documented", SCHEMA_PAGES, 'Send "type": "object".'),
    Rule("SR-NEW-03", "description, where sent, is a string", INVALID, "documented", SCHEMA_REGISTRY, "Send a string."),
    Rule("SR-NEW-04", "a schema sends allOf, an array of objects", INVALID, "documented", SCHEMA_PAGES,
         'Send "allOf": [{"$ref": "https://ns.adobe.com/xdm/context/profile"}].'),
    Rule("SR-NEW-05", "a schema refers to exactly one class", INVALID, "documented", SCHEMA_PAGES,
         "Send the $id of one class as the first $ref of allOf, and those of field groups behind it."),
    Rule("SR-NEW-06", "what allOf refers to is in the registry", INVALID, "inferred", SCHEMA_PAGES,
         "GET /global/fieldgroups and /tenant/fieldgroups list what there is; the mock holds a part of Adobe's.", default="warning"),
    Rule("SR-NEW-07", "definitions and properties are objects of objects", INVALID, "documented", SCHEMA_PAGES,
         'Send "definitions": {"fields": {"properties": {"_TENANT": {...}}}}.'),
    Rule("SR-NEW-08", "meta:intendedToExtend, meta:extends and meta:immutableTags are arrays of strings", INVALID, "documented",
         SCHEMA_PAGES, "Send an array of strings."),
    Rule("SR-KEY-01", "a key isn't a documented one that is misspelt", INVALID, "assumed", SCHEMA_PAGES,
         "Correct its spelling; any other key is kept as it is. A path of a JSON Patch ends in /- to add to an array.", default="warning"),
    Rule("SR-NS-01", "fields of one's own lie below a field that begins with _", "XDM-1021-400", "documented", SCHEMA_ERRORS,
         "GET /stats says your tenantId; put the fields below _TENANTID."),
    Rule("SR-NS-02", "that field is _ and the tenant's own id", "XDM-1021-400", "assumed", SCHEMA_ERRORS,
         "GET /stats says your tenantId.", default="warning"),
    Rule("SR-DSC-01", "a descriptor has a known @type", INVALID, "documented", SCHEMA_PAGES, "Send xdm:descriptorIdentity for an identity."),
    Rule("SR-DSC-02", "xdm:sourceSchema is the $id of a schema, xdm:sourceVersion a number", INVALID, "documented", SCHEMA_PAGES,
         "Send the $id that POST /tenant/schemas answered, and 1."),
    Rule("SR-DSC-03", "xdm:sourceProperty is a path that begins with /", INVALID, "documented", SCHEMA_PAGES, "Write /personalEmail/address."),
    Rule("SR-DSC-04", "an identity names its xdm:namespace", INVALID, "documented", SCHEMA_PAGES,
         'Send "xdm:namespace": "Email", "xdm:property": "xdm:code".'),
    Rule("SR-DSC-05", "xdm:sourceSchema is a schema of this sandbox", INVALID, "inferred", SCHEMA_PAGES,
         "Create the schema first.", default="warning"),
    Rule("SR-PATCH-01", "an update is a list of JSON Patch operations", INVALID, "documented", SCHEMA_REGISTRY,
         'Send [{"op": "replace", "path": "/title", "value": "..."}].'),
    Rule("SR-PATCH-02", "each operation finds what it works on", INVALID, "inferred", SCHEMA_REGISTRY, "Read the resource first."),
    Rule("SR-IMP-01", "an import is an array of resources, each with meta:resourceType, and an $id and a title that the sandbox doesn't have",
         "XDM-3005-400", "documented", SCHEMA_REGISTRY, "Send what GET /rpc/export/{id} answered, to a sandbox without these resources."),
    # What is stored
    Rule("SR-ID-01", "the class is in the registry", "XDM-1010-404", "documented", SCHEMA_ERRORS, "GET the list to see which there are."),
    Rule("SR-ID-02", "the field group is in the registry", "XDM-1011-404", "assumed", SCHEMA_ERRORS, "GET the list to see which there are."),
    Rule("SR-ID-03", "the schema is in the registry", "XDM-1012-404", "documented", SCHEMA_ERRORS, "GET the list to see which there are."),
    Rule("SR-ID-04", "the resource is in the registry", "XDM-1013-404", "assumed", SCHEMA_ERRORS, "GET the list to see which there are."),
    Rule("SR-ACC-05", "the version is one that the resource has", "XDM-1007-406", "assumed", SCHEMA_REGISTRY, "Send version=1."),
    Rule("SR-NEW-09", "no other resource of the tenant has the title", "XDM-1521-400", "documented", SCHEMA_ERRORS, "Choose another title."),
    Rule("SR-PRF-01", "a schema that is enabled for Profile has a primary identity", "XDM-1528-400", "documented", SCHEMA_ERRORS,
         "POST /tenant/descriptors an xdm:descriptorIdentity with xdm:isPrimary first, or add the field group identitymap.", lenient="off"),
    Rule("SR-PRF-02", "a field with a relationship has a reference identity, where its schema is enabled for Profile", "XDM-1526-400",
         "documented", SCHEMA_ERRORS, "POST /tenant/descriptors an xdm:descriptorReferenceIdentity of the same xdm:sourceProperty first."),
    Rule("SR-PRF-03", "of two schemas for Profile the reference identity and the other's primary identity have one namespace",
         "XDM-1527-400", "documented", SCHEMA_ERRORS, "Give xdm:identityNamespace the xdm:namespace of the schema that is referred to."),
    Rule("SR-PRF-04", "schemas of one class that are enabled for Profile have one type at each path", "XDM-1413-400", "documented",
         SCHEMA_ERRORS, "Name the field otherwise, or put it below an object of its own."),
    Rule("SR-DEL-01", "a schema that a dataset uses is not deleted", INVALID, "documented", SCHEMA_PAGES, "Delete the datasets first."),
    Rule("SR-CHG-01", "fields of a schema that a dataset uses are not taken away", INVALID, "documented", SCHEMA_PAGES,
         "Only add fields; or make a new schema."),
    Rule("SR-CHG-02", "a resource stays below 256 KiB", INVALID, "assumed", NONE, "Divide it into field groups."),
)  # fmt: skip

violation = violations_of((*gateway.ROWS, *ROWS))
