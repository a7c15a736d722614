"""Where Adobe's documents contradict each other about updates, runs, lists, specs, exploring and tokens."""

from __future__ import annotations

from contracts.services import documents as by
from contracts.services.flow_service.contradiction import Contradiction

__all__ = ["ROWS"]

ROWS = (
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
        "Is a deletion answered 204, 202 or 200?",
        ((by.DELETE, "204"), (by.FLOW_SERVICE, "204"), (by.DESTINATIONS, "202"), (by.DEP, "200 or 202, of a flow")),
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
        "content-type-of-an-update",
        "Does an update say its Content-Type?",
        (
            (by.TROUBLESHOOTING, "every request with a body does; else 400"),
            (by.ROW_FILTER, "the PATCH of a source connection prints none, so that curl sends a form's"),
        ),
        "it does",
        "lenient",
        ("FS-BODY-01",),
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
        "explored-tables",
        "Is what explore lists an array, or an object with items?",
        (
            (by.EXPLORE + "tabular.md", "an array"),
            (by.SOURCE_PAGES + "databases/snowflake-streaming.md", "an object with `items`"),
        ),
        "an array",
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
        "written-spec",
        "Is a spec that was written answered alone, or as an array of one?",
        (
            (by.UPDATE_SPECS, "alone; so flow-service.yaml"),
            (by.SOURCES_SDK + "streaming/create.md", "an object with `items`"),
        ),
        "alone",
        "never",
    ),
    Contradiction(
        "flow-spec-path",
        "Below which path is a flow spec replaced?",
        (
            (by.SOURCES_SDK + "api/update-flow-specs.md", "/flowSpecs, as the line of the API's format has it"),
            (by.SOURCES_SDK + "api/update-flow-specs.md", "/connectionSpecs, in the URL of its request"),
        ),
        "/flowSpecs",
        "never",
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
