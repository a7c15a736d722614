"""Where Adobe's documents contradict each other: what each says, which side is taken, how the other one is had."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from contracts.rules.documents import (
    COLLECT,
    DESTINATIONS,
    DRAFT,
    ERRORS_PAGE,
    EXPLORE,
    FILTER,
    FLOW_SERVICE,
    IMS,
    ON_DEMAND,
    RFC_OAUTH,
    SOURCES_ERRORS,
    TROUBLESHOOTING,
    UPDATE,
    ZOHO,
)

__all__ = ["CONTRADICTIONS", "OTHER_SIDES", "Contradiction", "OtherSide"]

OtherSide = Literal["lenient", "strict", "both", "never"]

OTHER_SIDES: dict[OtherSide, str] = {
    "lenient": "`--lenient` takes it",
    "strict": "`--strict` takes it",
    "both": "accepted both ways",
    "never": "not offered",
}
"""How the side that isn't taken by default is had."""

_TUTORIALS = "AdobeDocs/experience-platform.en help/sources/tutorials/api/"
_DESTINATION_GUIDES = "AdobeDocs/experience-platform.en help/destinations/api/"
_LABELS = _TUTORIALS + "labels.md"
_DELETE = _TUTORIALS + "delete.md"
_CREATE_RUNS = _TUTORIALS + "create-flow-runs.md"
_CREATE_DATASET_BASE = _TUTORIALS + "create-dataset-base-connection.md"
_SALESFORCE = _TUTORIALS + "create/crm/salesforce.md"
_EDIT_DESTINATION = _DESTINATION_GUIDES + "edit-destination.md"
_UPDATE_DESTINATION = _DESTINATION_GUIDES + "update-destination-dataflows.md"
_FUNDAMENTALS = "AdobeDocs/experience-platform.en help/landing/api-fundamentals.md"
_POSTMAN = "adobe/experience-platform-postman-samples Flow Service API.postman_collection.json"
_AEPP = "pitchmuc/aepp flowservice.py (a client, not a document)"


@dataclass(frozen=True, slots=True)
class Contradiction:
    """One row. ``sides`` are documents with what each says, ``rules`` the ids of those that take a side."""

    id: str
    question: str
    sides: tuple[tuple[str, str], ...]
    taken: str
    other: OtherSide
    rules: tuple[str, ...] = ()


_ROWS = (
    # Requests
    Contradiction(
        "sandbox-header",
        "What is answered without x-sandbox-name?",
        (
            (ERRORS_PAGE, "error 2105-400"),
            (FLOW_SERVICE, "the header is optional and missing at two operations; the organisation's default sandbox"),
            (_EDIT_DESTINATION, "the sandbox `prod`"),
            (_SALESFORCE, "examples without the header"),
        ),
        "error 2105-400; with the switch the default sandbox, which is `prod` unless others are named",
        "lenient",
        ("FS-HDR-07",),
    ),
    Contradiction(
        "missing-token",
        "Is a missing token 403 or 401?",
        (
            (FLOW_SERVICE, "403"),
            (TROUBLESHOOTING, "403010 for a missing token, 401013 for an invalid one"),
            (DESTINATIONS, "401 with 401013, of an invalid one"),
        ),
        "403 with 403010 without the header, 401 with 401013 for a token that isn't valid",
        "never",
        ("FS-HDR-02", "FS-HDR-03"),
    ),
    Contradiction(
        "error-code-type",
        "Is the gateway's error_code a string or a number?",
        ((TROUBLESHOOTING, 'a string, `"401013"`'), (DESTINATIONS, "a number, `401013`")),
        "a string",
        "never",
    ),
    Contradiction(
        "not-found-status",
        "Is error 1439 a 400 or a 404?",
        ((ERRORS_PAGE, "1439-400"), (_LABELS, "FLOW-1439-404, status 404"), (DESTINATIONS, "404")),
        "404 for an id in the path, 400 for an id that a body refers to",
        "both",
        ("FS-ID-01", "FS-REF-01"),
    ),
    Contradiction(
        "trailing-slash",
        "Does a path end in a slash?",
        (
            (FLOW_SERVICE, "`PATCH` and `_DELETE /connections/{id}/`, with it"),
            (UPDATE, "the same operations without it"),
        ),
        "either, never with a redirect",
        "both",
    ),
    # Creating
    Contradiction(
        "connection-name",
        "Must a connection have a name?",
        ((ZOHO, "required"), (FLOW_SERVICE, "the prose requires it, the schema only connectionSpec")),
        "it must",
        "lenient",
        ("FS-CON-01",),
    ),
    Contradiction(
        "flow-name",
        "Must a flow have a name?",
        ((FLOW_SERVICE, "the prose requires it"), (FLOW_SERVICE, "the schema requires only flowSpec")),
        "it must",
        "lenient",
        ("FS-FLOW-01",),
    ),
    Contradiction(
        "spec-version",
        "Must connectionSpec.version be sent?",
        (
            (DESTINATIONS, "422, \"'version' is required for spec info\""),
            (FLOW_SERVICE, "the schema requires it, the prose falls back on the latest version"),
        ),
        "422",
        "lenient",
        ("FS-CON-05",),
    ),
    Contradiction(
        "auth-sent",
        "Must auth be sent for a source that has credentials?",
        (
            (ZOHO, "required, with its six credentials"),
            (FLOW_SERVICE, "optional"),
            (_CREATE_DATASET_BASE, "left out, for a spec without credentials"),
        ),
        "it must, unless the source has no credentials",
        "lenient",
        ("FS-CON-16",),
    ),
    Contradiction(
        "accounts-url-slash",
        "May Zoho's accountsUrl end in a slash?",
        ((ZOHO, "five URLs, printed without one"), (FLOW_SERVICE, "params are free")),
        "it may not",
        "lenient",
        ("FS-ZOHO-02",),
    ),
    Contradiction(
        "interval-minimum",
        "What is the shortest interval of a schedule?",
        (
            (FLOW_SERVICE, "the scheduleSpec of a flow spec: 15 for minute, 1 for hour, day and week"),
            (COLLECT + "crm.md", "15 for every frequency but once"),
        ),
        "the scheduleSpec's",
        "never",
        ("FS-SCH-07",),
    ),
    Contradiction(
        "start-in-the-past",
        "May a schedule start in the past?",
        ((SOURCES_ERRORS, "error 1360"), (COLLECT, "every example does")),
        "it may",
        "strict",
        ("FS-SCH-09",),
    ),
    Contradiction(
        "crm-flow-spec",
        "Which flow spec does a table source have?",
        (
            (COLLECT + "crm.md", "the text and the look-up name CRMToAEP"),
            (COLLECT + "crm.md", "the example of a flow sends the id of CloudStorageToAEP"),
        ),
        "CRMToAEP; the other one is accepted with a warning",
        "both",
        ("FS-FLOW-09",),
    ),
    # Drafts and actions
    Contradiction(
        "draft-update",
        "May a draft connection be updated?",
        (
            (ERRORS_PAGE, "1416-400: only in the states enabled, disabled and initializing"),
            (DRAFT, "updates a draft"),
        ),
        "it may",
        "never",
    ),
    Contradiction(
        "sub-op",
        "Must an action send subOp?",
        (
            (FLOW_SERVICE, "required with every op"),
            (DRAFT, "publishes without it"),
            (ERRORS_PAGE, "1436-400 for a subOp that doesn't belong to the op"),
        ),
        "it needn't, and beside any op but finalize it is refused; with the switch it is ignored there",
        "lenient",
        ("FS-ACT-05",),
    ),
    Contradiction(
        "op-case",
        "In which letter case is an action's op?",
        ((FLOW_SERVICE, "`PUBLISH`"), (DRAFT, "`publish`"), (_UPDATE_DESTINATION, "`enable`")),
        "any",
        "both",
        ("FS-ACT-02",),
    ),
    # Updating and deleting
    Contradiction(
        "patch-body",
        "Is the body of a connection's PATCH an object or an array?",
        ((FLOW_SERVICE, "one operation, an object, for connections; an array elsewhere"), (UPDATE, "an array")),
        "an array; an object counts as an array of one",
        "both",
        ("FS-PATCH-01",),
    ),
    Contradiction(
        "patch-op-case",
        "In which letter case is an operation's op?",
        ((FLOW_SERVICE, "`ADD`, `REPLACE`, `REMOVE`"), (UPDATE, "`add`, `replace`, `remove`"), (_AEPP, "`Replace`")),
        "any",
        "both",
        ("FS-PATCH-03",),
    ),
    Contradiction(
        "remove-value",
        "Does a remove have a value?",
        (
            (FLOW_SERVICE, "value is required"),
            (DESTINATIONS, "sends one"),
            (_FUNDAMENTALS, "RFC 6902, where remove has none"),
        ),
        "with or without; it is ignored",
        "both",
        ("FS-PATCH-04",),
    ),
    Contradiction(
        "patch-value-type",
        "Of which type is an operation's value?",
        ((FLOW_SERVICE, "an object"), (UPDATE, "strings and objects"), (_LABELS, "arrays")),
        "any JSON",
        "both",
    ),
    Contradiction(
        "if-match-quotes",
        "Does If-Match carry the etag's double quotes?",
        ((DESTINATIONS, "412 without them"), (UPDATE, "the example sends it without")),
        "412 without them",
        "lenient",
        ("FS-ETAG-02",),
    ),
    Contradiction(
        "if-match-place",
        "Is If-Match a header or a query parameter?",
        (
            (FLOW_SERVICE, "a header"),
            (ERRORS_PAGE, "1403-400, a header"),
            (_POSTMAN, "`?if-match=...`"),
        ),
        "a header",
        "lenient",
        ("FS-ETAG-01", "FS-ETAG-04"),
    ),
    Contradiction(
        "etag-after-write",
        "Does a publish or an update change the etag?",
        ((FLOW_SERVICE, "every successful update changes it"), (DRAFT, "examples show the old one after both")),
        "it changes",
        "never",
    ),
    Contradiction(
        "stale-text",
        "What is said of a stale etag?",
        (
            (ERRORS_PAGE, "The supplied version '...' does not match the current version on entity '...'."),
            (DESTINATIONS, 'Supplied version=["..."] does not match the current version on entity=["..."]'),
        ),
        "the first",
        "never",
        ("FS-ETAG-03",),
    ),
    Contradiction(
        "patch-answer",
        "What does the PATCH of a source or target connection answer?",
        ((FLOW_SERVICE, "the schema of a list"), (_EDIT_DESTINATION, "id and etag")),
        "id and etag",
        "never",
    ),
    Contradiction(
        "delete-status",
        "Is a deletion answered 204 or 202?",
        ((_DELETE, "204"), (FLOW_SERVICE, "204"), (DESTINATIONS, "202")),
        "204",
        "never",
    ),
    # Runs
    Contradiction(
        "run-answer",
        "What does POST /runs answer?",
        (
            (FLOW_SERVICE, "id and etag"),
            (ON_DEMAND, "id and etag, in an array `items`"),
            (_CREATE_RUNS, "the whole run"),
        ),
        "id and etag",
        "never",
    ),
    Contradiction(
        "run-times",
        "Are a run's times seconds or milliseconds?",
        ((FLOW_SERVICE, "milliseconds in the prose, seconds in the examples"), (ON_DEMAND, "seconds")),
        "any whole number; it is kept as it was sent",
        "both",
        ("FS-RUN-10",),
    ),
    Contradiction(
        "run-params",
        "Must a run have params?",
        ((SOURCES_ERRORS, "error 1384 when they are empty"), (FLOW_SERVICE, "optional"), (_AEPP, "sends none")),
        "it must",
        "lenient",
        ("FS-RUN-04",),
    ),
    Contradiction(
        "runs-of-a-flow",
        "Where are a flow's runs?",
        ((_TUTORIALS, "older flow objects link to `/flows/{id}/runs`"), (FLOW_SERVICE, "there is no such path")),
        "`/runs?property=flowId=={id}`",
        "never",
        ("FS-URL-01",),
    ),
    # Lists
    Contradiction(
        "limit-and-count",
        "May limit and count stand together?",
        ((FILTER, "1401-400"), (_POSTMAN, "`limit=...&count=false`"), (_AEPP, "`count=False` beside limit")),
        "only a true count refuses a limit",
        "both",
        ("FS-QRY-02",),
    ),
    Contradiction(
        "limit-maximum",
        "How large may limit be?",
        ((DESTINATIONS, "100"), (FLOW_SERVICE, "1,000 in a search's body")),
        "100 in a query, 1,000 in a search's body",
        "both",
        ("FS-QRY-03",),
    ),
    # Specs and exploring
    Contradiction(
        "spellings",
        "How are eTag, activites and FileType spelt?",
        (
            (FLOW_SERVICE, "`eTag`, `activites`, `FileType`, `CompressionType`"),
            (EXPLORE, "`fileType`, `compressionType`"),
            (ON_DEMAND, "`etag`"),
        ),
        "answers say etag and activities; fileType and compressionType may be sent in any letter case",
        "both",
    ),
    Contradiction(
        "explored-file",
        "Is an explored file an array or an object?",
        (
            (EXPLORE + "cloud-storage.md", "an array of columns"),
            (DRAFT, "the exploreSpec declares an object with format, schema and data"),
        ),
        "an object",
        "never",
    ),
    Contradiction(
        "configs",
        "Are configs an array or items?",
        ((FLOW_SERVICE, "the schema is an array, the example an object with items"), (DESTINATIONS, "items")),
        "items",
        "never",
    ),
    Contradiction(
        "transformation-specs",
        "Under which key are a flow spec's transformations?",
        (
            (FLOW_SERVICE, "`transformationSpec`, `transformationSpecDTOS`, or an object in place of the array"),
            (DRAFT, "`transformationSpecs`"),
        ),
        "answers say transformationSpecs, an array; any of the three may be sent",
        "both",
    ),
    Contradiction(
        "operations",
        "How many operations are there?",
        ((FLOW_SERVICE, "45, on 28 paths"), (_POSTMAN, "27")),
        "the 45 of the description",
        "never",
    ),
    # IMS and the Sandbox API
    Contradiction(
        "ims-scope",
        "Must a token be asked for with a scope?",
        ((IMS, "scope is a parameter"), (RFC_OAUTH, "optional")),
        "it must",
        "lenient",
        ("IMS-SCOPE-01",),
    ),
)

CONTRADICTIONS: dict[str, Contradiction] = {row.id: row for row in _ROWS}
