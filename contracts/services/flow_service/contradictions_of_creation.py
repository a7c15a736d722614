"""Where Adobe's documents contradict each other about requests, creation, drafts and actions."""

from __future__ import annotations

from contracts.services import documents as by
from contracts.services.flow_service.contradiction import Contradiction

__all__ = ["ROWS"]

ROWS = (
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
            (by.POSTMAN_LUMA, "as seven others of Adobe's collections for the services around: none at all"),
            (by.RECORDED_REGISTRY, "200, of 2020: lists of connection specs and of schemas, and a flow"),
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
        "pathfactory-spec",
        "Whose connectionSpec.id is ea1c2a08-b722-11eb-8529-0242ac130003?",
        (
            (by.SOURCE_PAGES + "marketing-automation/salesforce-marketing-cloud.md", "Salesforce Marketing Cloud's"),
            (by.SOURCE_PAGES + "marketing-automation/pathfactory.md", "PathFactory's, with `Basic Authentication`"),
        ),
        "Salesforce Marketing Cloud's, which is authenticated in PathFactory's way too",
        "both",
    ),
    Contradiction(
        "oracle-spec",
        "Which connectionSpec.id does Oracle on AWS have?",
        (
            (by.SOURCE_PAGES + "databases/oracle.md", "the table prints Oracle's own"),
            (by.SOURCE_PAGES + "databases/oracle.md", "the request sends that of MySQL"),
        ),
        "its own; with that of MySQL the param schema is warned about",
        "strict",
        ("FS-CON-13",),
    ),
    Contradiction(
        "ids-of-a-flow",
        "Is sourceConnectionIds of a flow an array?",
        (
            (by.FLOW_SERVICE, "an array"),
            (by.SOURCE_PAGES + "loyalty/capillary.md", "a text with one id, as targetConnectionIds"),
        ),
        "an array",
        "never",
        ("FS-FLOW-06",),
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
        "once-with-interval",
        "May a one-time flow have an interval and a deltaColumn?",
        (
            (by.SOURCES_ERRORS, "errors 1361 and 1369 with them; the scheduleSpec of a flow spec forbids the interval"),
            (by.COLLECT + "marketing-automation.md", "the example of a flow sends both, with frequency once"),
        ),
        "it may not",
        "lenient",
        ("FS-SCH-05", "FS-TRF-06"),
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
    Contradiction(
        "triggered-run",
        "Which run does an action on a failed run answer?",
        (
            (by.FLOW_SERVICE, "`RE_TRIGGER`: the updated run itself, whole"),
            (by.RETRY, "`re-trigger`: id and etag of a new run"),
        ),
        "each spelling as its document says",
        "both",
        ("FS-ACT-08",),
    ),
)
