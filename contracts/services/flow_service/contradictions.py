"""Where Adobe's documents contradict each other: what each says, which side is taken, how the other one is had."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from contracts.services import documents as by

__all__ = ["CONTRADICTIONS", "OTHER_SIDES", "Contradiction", "OtherSide"]

OtherSide = Literal["lenient", "strict", "both", "never"]

OTHER_SIDES: dict[OtherSide, str] = {
    "lenient": "`--lenient` takes it",
    "strict": "`--strict` takes it",
    "both": "accepted both ways",
    "never": "not offered",
}
"""How the side that isn't taken by default is had."""


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
            (by.ERRORS_PAGE, "error 2105-400"),
            (
                by.FLOW_SERVICE,
                "the header is optional and missing at two operations; the organisation's default sandbox",
            ),
            (by.EDIT_DESTINATION, "the sandbox `prod`"),
            (by.SALESFORCE, "examples without the header"),
        ),
        "error 2105-400; with the switch the default sandbox, which is `prod` unless others are named",
        "lenient",
        ("FS-HDR-07",),
    ),
    Contradiction(
        "missing-token",
        "Is a missing token 403 or 401?",
        (
            (by.FLOW_SERVICE, "403"),
            (by.TROUBLESHOOTING, "403010 for a missing token, 401013 for an invalid one"),
            (by.DESTINATIONS, "401 with 401013, of an invalid one"),
        ),
        "403 with 403010 without the header, 401 with 401013 for a token that isn't valid",
        "never",
        ("FS-HDR-02", "FS-HDR-03"),
    ),
    Contradiction(
        "error-code-type",
        "Is the gateway's error_code a string or a number?",
        ((by.TROUBLESHOOTING, 'a string, `"401013"`'), (by.DESTINATIONS, "a number, `401013`")),
        "a string",
        "never",
    ),
    Contradiction(
        "not-found-status",
        "Is error 1439 a 400 or a 404?",
        ((by.ERRORS_PAGE, "1439-400"), (by.LABELS, "FLOW-1439-404, status 404"), (by.DESTINATIONS, "404")),
        "404 for an id in the path, 400 for an id that a body refers to",
        "both",
        ("FS-ID-01", "FS-REF-01"),
    ),
    Contradiction(
        "trailing-slash",
        "Does a path end in a slash?",
        (
            (by.FLOW_SERVICE, "`PATCH` and `by.DELETE /connections/{id}/`, with it"),
            (by.UPDATE, "the same operations without it"),
        ),
        "either, never with a redirect",
        "both",
    ),
    # Creating
    Contradiction(
        "connection-name",
        "Must a connection have a name?",
        ((by.ZOHO, "required"), (by.FLOW_SERVICE, "the prose requires it, the schema only connectionSpec")),
        "it must",
        "lenient",
        ("FS-CON-01",),
    ),
    Contradiction(
        "flow-name",
        "Must a flow have a name?",
        ((by.FLOW_SERVICE, "the prose requires it"), (by.FLOW_SERVICE, "the schema requires only flowSpec")),
        "it must",
        "lenient",
        ("FS-FLOW-01",),
    ),
    Contradiction(
        "spec-version",
        "Must connectionSpec.version be sent?",
        (
            (by.DESTINATIONS, "422, \"'version' is required for spec info\""),
            (by.FLOW_SERVICE, "the schema requires it, the prose falls back on the latest version"),
        ),
        "422",
        "lenient",
        ("FS-CON-05",),
    ),
    Contradiction(
        "version-type",
        "Is connectionSpec.version a string?",
        ((by.FLOW_SERVICE, "a string"), (by.PARQUET, "the number 1, for a source connection")),
        "a string; a number is accepted with a warning",
        "strict",
        ("FS-CON-17",),
    ),
    Contradiction(
        "streaming-data",
        "Must the source connection of a streaming source have data?",
        (
            (by.FLOW_SERVICE, "required"),
            (by.SOURCE_PAGES + "streaming/http.md", "sends none"),
            (by.SOURCE_PAGES + "loyalty/capillary.md", "sends none"),
        ),
        "it needn't; it is warned about",
        "strict",
        ("FS-IN-08",),
    ),
    Contradiction(
        "table-name",
        "Which param names the table of a source connection?",
        (
            (by.COLLECT + "crm.md", "`tableName`, as on seven more pages"),
            (by.COLLECT + "marketing-automation.md", "`path`"),
        ),
        "tableName; path is accepted with a warning",
        "strict",
        ("FS-IN-09",),
    ),
    Contradiction(
        "target-spec",
        "Which connection spec does a target connection have?",
        (
            (by.SOURCES_ERRORS, "error 1307: the data lake's"),
            (by.COLLECT, "five pages send the source's own, payments.md that of PayPal"),
        ),
        "the data lake's; another one is accepted with a warning",
        "strict",
        ("FS-OUT-04",),
    ),
    Contradiction(
        "self-serve-mapping",
        "Must a flow from a self-serve batch source have a Mapping?",
        ((by.SOURCES_ERRORS, "error 1370 without one"), (by.MAILCHIMP, "sends none: Data Prep isn't for this source")),
        "it needn't; it is warned about",
        "both",
        ("FS-TRF-09",),
    ),
    Contradiction(
        "auth-sent",
        "Must auth be sent for a source that has credentials?",
        (
            (by.ZOHO, "required, with its six credentials"),
            (by.FLOW_SERVICE, "optional"),
            (by.CREATE_DATASET_BASE, "left out, for a spec without credentials"),
        ),
        "it must, unless the source has no credentials",
        "lenient",
        ("FS-CON-16",),
    ),
    Contradiction(
        "accounts-url-slash",
        "May Zoho's accountsUrl end in a slash?",
        ((by.ZOHO, "five URLs, printed without one"), (by.FLOW_SERVICE, "params are free")),
        "it may not",
        "lenient",
        ("FS-ZOHO-02",),
    ),
    Contradiction(
        "interval-minimum",
        "What is the shortest interval of a schedule?",
        (
            (by.FLOW_SERVICE, "the scheduleSpec of a flow spec: 15 for minute, 1 for hour, day and week"),
            (by.COLLECT + "crm.md", "15 for every frequency but once"),
        ),
        "the scheduleSpec's",
        "never",
        ("FS-SCH-07",),
    ),
    Contradiction(
        "start-in-the-past",
        "May a schedule start in the past?",
        ((by.SOURCES_ERRORS, "error 1360"), (by.COLLECT, "every example does")),
        "it may",
        "strict",
        ("FS-SCH-09",),
    ),
    Contradiction(
        "crm-flow-spec",
        "Which flow spec does a table source have?",
        (
            (by.COLLECT + "crm.md", "the text and the look-up name CRMToAEP"),
            (by.COLLECT + "crm.md", "the example of a flow sends the id of CloudStorageToAEP"),
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
            (by.ERRORS_PAGE, "1416-400: only in the states enabled, disabled and initializing"),
            (by.DRAFT, "updates a draft"),
        ),
        "it may",
        "never",
    ),
    Contradiction(
        "published-flow",
        "Must a draft have its schedule and transformations when it is published?",
        (
            (by.SOURCES_ERRORS, "errors for an empty schedule and a missing mapping"),
            (by.DRAFT, "publishes a flow that has neither"),
        ),
        "it needn't; it is warned about",
        "both",
        ("FS-DRAFT-03",),
    ),
    Contradiction(
        "sub-op",
        "Must an action send subOp?",
        (
            (by.FLOW_SERVICE, "required with every op"),
            (by.DRAFT, "publishes without it"),
            (by.ERRORS_PAGE, "1436-400 for a subOp that doesn't belong to the op"),
        ),
        "it needn't, and beside any op but finalize it is refused; with the switch it is ignored there",
        "lenient",
        ("FS-ACT-05",),
    ),
    Contradiction(
        "op-case",
        "In which letter case is an action's op?",
        ((by.FLOW_SERVICE, "`PUBLISH`"), (by.DRAFT, "`publish`"), (by.UPDATE_DESTINATION, "`enable`")),
        "any",
        "both",
        ("FS-ACT-02",),
    ),
    # Updating and deleting
    Contradiction(
        "patch-body",
        "Is the body of a connection's PATCH an object or an array?",
        ((by.FLOW_SERVICE, "one operation, an object, for connections; an array elsewhere"), (by.UPDATE, "an array")),
        "an array; an object counts as an array of one",
        "both",
        ("FS-PATCH-01",),
    ),
    Contradiction(
        "patch-op-case",
        "In which letter case is an operation's op?",
        (
            (by.FLOW_SERVICE, "`ADD`, `REPLACE`, `REMOVE`"),
            (by.UPDATE, "`add`, `replace`, `remove`"),
            (by.AEPP, "`Replace`"),
        ),
        "any",
        "both",
        ("FS-PATCH-03",),
    ),
    Contradiction(
        "remove-value",
        "Does a remove have a value?",
        (
            (by.FLOW_SERVICE, "value is required"),
            (by.DESTINATIONS, "sends one"),
            (by.FUNDAMENTALS, "RFC 6902, where remove has none"),
        ),
        "with or without; it is ignored",
        "both",
        ("FS-PATCH-04",),
    ),
    Contradiction(
        "patch-value-type",
        "Of which type is an operation's value?",
        ((by.FLOW_SERVICE, "an object"), (by.UPDATE, "strings and objects"), (by.LABELS, "arrays")),
        "any JSON",
        "both",
    ),
    Contradiction(
        "if-match-quotes",
        "Does If-Match carry the etag's double quotes?",
        ((by.DESTINATIONS, "412 without them"), (by.UPDATE, "the example sends it without")),
        "412 without them",
        "lenient",
        ("FS-ETAG-02",),
    ),
    Contradiction(
        "if-match-place",
        "Is If-Match a header or a query parameter?",
        ((by.FLOW_SERVICE, "a header"), (by.ERRORS_PAGE, "1403-400, a header"), (by.POSTMAN, "`?if-match=...`")),
        "a header",
        "lenient",
        ("FS-ETAG-01", "FS-ETAG-04"),
    ),
    Contradiction(
        "etag-after-write",
        "Does a publish or an update change the etag?",
        ((by.FLOW_SERVICE, "every successful update changes it"), (by.DRAFT, "examples show the old one after both")),
        "it changes",
        "never",
    ),
    Contradiction(
        "stale-text",
        "What is said of a stale etag?",
        (
            (by.ERRORS_PAGE, "The supplied version '...' does not match the current version on entity '...'."),
            (by.DESTINATIONS, 'Supplied version=["..."] does not match the current version on entity=["..."]'),
        ),
        "the first",
        "never",
        ("FS-ETAG-03",),
    ),
    Contradiction(
        "patch-answer",
        "What does the PATCH of a source or target connection answer?",
        ((by.FLOW_SERVICE, "the schema of a list"), (by.EDIT_DESTINATION, "id and etag")),
        "id and etag",
        "never",
    ),
    Contradiction(
        "delete-status",
        "Is a deletion answered 204 or 202?",
        ((by.DELETE, "204"), (by.FLOW_SERVICE, "204"), (by.DESTINATIONS, "202")),
        "204",
        "never",
    ),
    # Runs
    Contradiction(
        "run-answer",
        "What does POST /runs answer?",
        (
            (by.FLOW_SERVICE, "id and etag"),
            (by.ON_DEMAND, "id and etag, in an array `items`"),
            (by.CREATE_RUNS, "the whole run"),
        ),
        "id and etag",
        "never",
    ),
    Contradiction(
        "run-times",
        "Are a run's times seconds or milliseconds?",
        ((by.FLOW_SERVICE, "milliseconds in the prose, seconds in the examples"), (by.ON_DEMAND, "seconds")),
        "any whole number; it is kept as it was sent",
        "both",
        ("FS-RUN-10",),
    ),
    Contradiction(
        "run-params",
        "Must a run have params?",
        ((by.SOURCES_ERRORS, "error 1384 when they are empty"), (by.FLOW_SERVICE, "optional"), (by.AEPP, "sends none")),
        "it must",
        "lenient",
        ("FS-RUN-04",),
    ),
    Contradiction(
        "runs-of-a-flow",
        "Where are a flow's runs?",
        ((by.TUTORIALS, "older flow objects link to `/flows/{id}/runs`"), (by.FLOW_SERVICE, "there is no such path")),
        "`/runs?property=flowId=={id}`",
        "never",
        ("FS-URL-01",),
    ),
    # Lists
    Contradiction(
        "limit-and-count",
        "May limit and count stand together?",
        ((by.FILTER, "1401-400"), (by.POSTMAN, "`limit=...&count=false`"), (by.AEPP, "`count=False` beside limit")),
        "only a true count refuses a limit",
        "both",
        ("FS-QRY-02",),
    ),
    Contradiction(
        "limit-maximum",
        "How large may limit be?",
        ((by.DESTINATIONS, "100"), (by.FLOW_SERVICE, "1,000 in a search's body")),
        "100 in a query, where more is answered with 100; 1,000 in a search's body",
        "both",
        ("FS-QRY-03", "FS-QRY-18"),
    ),
    Contradiction(
        "unknown-parameter",
        "What is answered to a parameter that a list doesn't know?",
        ((by.ERRORS_PAGE, "1451-400"), (by.RECORDED_LISTS, "200, as if it hadn't been sent")),
        "it is ignored",
        "strict",
        ("FS-QRY-01",),
    ),
    # Specs and exploring
    Contradiction(
        "spellings",
        "How are eTag, activites and FileType spelt?",
        (
            (by.FLOW_SERVICE, "`eTag`, `activites`, `FileType`, `CompressionType`"),
            (by.EXPLORE, "`fileType`, `compressionType`"),
            (by.ON_DEMAND, "`etag`"),
        ),
        "answers say etag and activities; fileType and compressionType may be sent in any letter case",
        "both",
    ),
    Contradiction(
        "explored-file",
        "Is an explored file an array or an object?",
        (
            (by.EXPLORE + "cloud-storage.md", "an array of columns"),
            (by.DRAFT, "the exploreSpec declares an object with format, schema and data"),
        ),
        "an object",
        "never",
    ),
    Contradiction(
        "determine-properties",
        "May fileType stand beside determineProperties?",
        (
            (by.LANDING_ZONE, "the table of cases: an error"),
            (by.LANDING_ZONE, "the line of the API's format has both"),
        ),
        "it may not",
        "never",
        ("FS-EXP-17",),
    ),
    Contradiction(
        "ui-attributes",
        "Are category, icon, description and label of a spec's uiAttributes objects or strings?",
        (
            (by.SOURCES_SDK, "objects with a `key`"),
            (by.FLOW_SERVICE, "strings in the schema, objects with a `key` in the examples"),
        ),
        "objects with a key",
        "never",
    ),
    Contradiction(
        "configs",
        "Are configs an array or items?",
        ((by.FLOW_SERVICE, "the schema is an array, the example an object with items"), (by.DESTINATIONS, "items")),
        "items",
        "never",
    ),
    Contradiction(
        "transformation-specs",
        "Under which key are a flow spec's transformations?",
        (
            (by.FLOW_SERVICE, "`transformationSpec`, `transformationSpecDTOS`, or an object in place of the array"),
            (by.DRAFT, "`transformationSpecs`"),
        ),
        "answers say transformationSpecs, an array; any of the three may be sent",
        "both",
    ),
    Contradiction(
        "operations",
        "How many operations are there?",
        ((by.FLOW_SERVICE, "45, on 28 paths"), (by.POSTMAN, "27")),
        "the 45 of the description",
        "never",
    ),
    # by.IMS and the Sandbox API
    Contradiction(
        "ims-scope",
        "Must a token be asked for with a scope?",
        ((by.IMS, "scope is a parameter"), (by.RFC_OAUTH, "optional")),
        "it must",
        "lenient",
        ("IMS-SCOPE-01",),
    ),
)

CONTRADICTIONS: dict[str, Contradiction] = {row.id: row for row in _ROWS}
