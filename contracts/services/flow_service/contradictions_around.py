"""Where Adobe's documents contradict each other about the services around Flow Service."""

from __future__ import annotations

from contracts.services import documents as by
from contracts.services.flow_service.contradiction import Contradiction

__all__ = ["ROWS"]

ROWS = (
    # Schema Registry
    Contradiction(
        "look-up-version",
        "Does a look-up in the registry need a version in its Accept header?",
        (
            (by.SCHEMA_PAGES, "the examples for schemas, classes and field groups send none"),
            (by.SCHEMA_PAGES, "below the same examples: all look-ups need one"),
            (by.SCHEMA_REGISTRY, "XDM-1007-400 without it"),
        ),
        "it does",
        "never",
        ("SR-ACC-02",),
    ),
    Contradiction(
        "descriptor-accept",
        "Does the look-up of a descriptor need an Accept header?",
        (
            (by.SCHEMA_PAGES, "descriptors.md: none is required, and the example sends none"),
            (by.SCHEMA_REGISTRY, "XDM-1009-400 without `application/vnd.adobe.xdm+json`"),
        ),
        "none, and `*/*`, are warned about; any other than its own is refused",
        "strict",
        ("SR-ACC-06", "SR-ACC-04"),
    ),
    Contradiction(
        "full-list",
        "Is a list of the registry asked for with xed-full?",
        (
            (by.SCHEMA_PAGES, "with `xed-id` or `xed`"),
            (by.RECORDED_REGISTRY, "200 to `application/vnd.adobe.xed-full+json`, with what `xed` shows"),
        ),
        "it is warned about, and answered as with `xed`",
        "strict",
        ("SR-ACC-07", "SR-ACC-01"),
    ),
    Contradiction(
        "page-without-order",
        "Does a page of the registry's lists need orderby?",
        (
            (by.SCHEMA_REGISTRY, "`start` and `limit` can't be sent without it, as appendix.md says too"),
            (by.RECORDED_PAGE, "200 to `limit=1` alone"),
        ),
        "`limit` needs none, nor does the `next` of a page; any other `start` without it is warned about",
        "strict",
        ("SR-QRY-01", "SR-QRY-05"),
    ),
    Contradiction(
        "descriptor-list",
        "Is a descriptor sent by itself or in an array?",
        ((by.SCHEMA_PAGES, "an object"), (by.POSTMAN_DEEP_DIVE, "an array of one for events, an object for profiles")),
        "by itself",
        "never",
    ),
    Contradiction(
        "display-names",
        "Do the keys of a descriptor of type `xdm:alternateDisplayInfo` begin with `xdm:`?",
        (
            (by.SCHEMA_PAGES, "descriptors.md: `xdm:sourceSchema`, `xdm:title` ..."),
            (by.SUGGESTED_VALUES, "`sourceSchema`, `title` ..."),
        ),
        "they do",
        "never",
        ("SR-DSC-02",),
    ),
    Contradiction(
        "patched-field",
        "By which path is a field of a data type patched?",
        (
            (by.FIELD_DEPRECATION, "`/properties/NAME/meta:status`"),
            (by.SUGGESTED_VALUES, "`/NAME/meta:enum`"),
        ),
        "by that of the resource as it is answered: `/properties/NAME/...`",
        "never",
        ("SR-PATCH-02",),
    ),
    Contradiction(
        "schema-removal",
        "Which id does a schema's DELETE take, and what does it answer?",
        (
            (by.SCHEMA_REGISTRY, "`$id` or `meta:altId`; 204"),
            (by.POSTMAN_STREAMING, "the last part of `$id`; its script expects 200"),
        ),
        "either of the two; 204",
        "never",
        ("SR-ID-03",),
    ),
    Contradiction(
        "schema-path",
        "What is the path of a schema's PATCH?",
        (
            (by.SCHEMA_PAGES, "`/tenant/schema/ID` in the API format"),
            (by.SCHEMA_PAGES, "`/tenant/schemas/ID` in the example"),
        ),
        "`/tenant/schemas/ID`",
        "never",
    ),
    Contradiction(
        "union-identity",
        "Does a schema that is enabled for Profile need a primary identity?",
        (
            (by.SCHEMA_ERRORS, "XDM-1528-400 without one"),
            (by.POSTMAN_REGISTRY, "adds the tag to a schema with one identity, which isn't primary"),
        ),
        "it does, or the field group identitymap",
        "lenient",
        ("SR-PRF-01",),
    ),
    Contradiction(
        "class-usage",
        "What is classUsage of the registry's statistics?",
        (
            (by.SCHEMA_REGISTRY, "an array"),
            (by.SCHEMA_PAGES, "getting-started.md: an object, in which each class has an array of its schemas"),
        ),
        "an object",
        "never",
    ),
    # Catalog
    Contradiction(
        "answers-to-many",
        "What does Catalog answer to several requests at once?",
        (
            (by.CATALOG, "201, an array of references"),
            (by.CATALOG_PAGES, "appendix.md: 200, an array of objects, each with id, code and body"),
        ),
        "200, an array of objects",
        "never",
    ),
    Contradiction(
        "catalog-property",
        "What does the parameter property of a list hold?",
        (
            (by.CATALOG, "a regular expression"),
            (
                by.CATALOG_PAGES,
                "a field, or a field with one of nine operators, of which `~` takes a regular expression",
            ),
        ),
        "a field, or a comparison",
        "never",
        ("CT-QRY-04",),
    ),
    Contradiction(
        "dataset-name",
        "Must a dataset have a name?",
        ((by.CATALOG, "it must"), (by.CATALOG_DATASETS, "the example has a schemaRef and tags alone")),
        "without a name, but with a schemaRef, it is warned about",
        "strict",
        ("CT-NEW-08", "CT-NEW-01"),
    ),
    Contradiction(
        "dataset-tags",
        "Which tags enable a dataset for Profile and Identity Service?",
        ((by.CATALOG_PAGES, "`unifiedProfile`, `unifiedIdentity`"), (by.COLLECT, "`profile`, `identity`")),
        "any tags are kept",
        "both",
    ),
    Contradiction(
        "created-code",
        "Which code has a dataset's creation among several requests?",
        ((by.CATALOG_PAGES, "200 among several requests"), (by.CATALOG_PAGES, "201 by itself")),
        "200 among several, 201 by itself",
        "never",
    ),
    Contradiction(
        "dataset-views",
        "What are the views of datasets called in a path?",
        (
            (by.CATALOG_PAGES, "`/datasetViews` in the request"),
            (by.CATALOG_PAGES, "`/dataSetViews` in the answer and elsewhere"),
        ),
        "at each; by itself `/datasetViews` is warned about",
        "both",
        ("CT-PATH-01",),
    ),
    Contradiction(
        "dataset-path",
        "Where are datasets?",
        (
            (by.CATALOG, "`/dataSets`"),
            (by.RETENTION, "`/v2/datasets/{id}`"),
            (by.PLAYBOOKS, "`/dataSet`, of a new one"),
            (by.DSW, "`/datasets`, as other programs"),
        ),
        "at each; spelt otherwise than `/dataSets` it is warned about, but for `/v2/datasets`",
        "both",
        ("CT-PATH-01",),
    ),
    # Data Prep
    Contradiction(
        "mapping-path",
        "Where are mapping sets?",
        (
            (by.DATA_PREP, "`/data/foundation/conversion/mappingSets`"),
            (by.STREAMING_PAGE, "`/data/foundation/mappingSets`, as on three more pages"),
        ),
        "at both paths; without /conversion it is warned about",
        "both",
        ("DP-PATH-01",),
    ),
    Contradiction(
        "mapping-body",
        "What does a mapping set look like that is sent?",
        (
            (by.COLLECT, "`xdmSchema`, and rows with `sourceAttribute` and `destinationXdmPath`"),
            (by.DATA_PREP_PAGES, "`outputSchema`, and rows with `source` and `destination`"),
            (by.SOURCE_PAGES, "advertising/pinterest-ads.md: both in one"),
        ),
        "either, and both in one",
        "both",
    ),
    Contradiction(
        "mapping-schema",
        "How does a mapping set name its schema?",
        ((by.DATA_PREP_PAGES, "by its `$id`"), (by.COLLECT, "streaming.md: by its `meta:altId`")),
        "by either",
        "both",
    ),
    Contradiction(
        "expression-validity",
        "What answers whether an expression is valid?",
        (
            (by.DATA_PREP, "true or false"),
            (by.DATA_PREP_PAGES, "functions.md: an object of `validationStatus` and `error`"),
        ),
        "true or false",
        "never",
    ),
    # The inlet
    Contradiction(
        "inlet-sandbox",
        "Does a streamed message name the sandbox?",
        ((by.STREAMING, "x-sandbox-name is required"), (by.STREAMING_PAGE, "the examples send none")),
        "it needn't: the inlet belongs to one",
        "both",
    ),
    Contradiction(
        "message-schema",
        "How does the header of a message in XDM name the schema?",
        (
            (by.STREAMING, "`schemaRef` with `id` and `contentType`"),
            (by.POSTMAN_IDENTITIES, "`xdmSchema` with `name`, the `meta:altId`, and `version`"),
        ),
        "`schemaRef`",
        "never",
        ("SI-MSG-01",),
    ),
    Contradiction(
        "message-organisation",
        "Does the header of a message in XDM name the organisation?",
        ((by.STREAMING, "`imsOrgId` is required"), (by.STREAMING_PAGE, "the example has none")),
        "it needn't",
        "both",
    ),
    Contradiction(
        "validation-parameter",
        "By which parameter is a streamed message validated at once?",
        (
            (by.STREAMING_VALIDATION, "`syncValidation`"),
            (by.STREAMING_RECORDS, "`synchronousValidation`, whose name the answer repeats"),
        ),
        "by either; the answer says under its name that the message has passed",
        "both",
    ),
    Contradiction(
        "inlet-status",
        "Is the status in an error of the inlet a text or a number?",
        (
            (by.STREAMING_PAGE, '`"401"` for a missing token'),
            (by.STREAMING_VALIDATION, "`400` for what doesn't fit its schema"),
        ),
        "as each page prints it",
        "never",
        ("SI-AUTH-01", "SI-SYNC-01"),
    ),
    # Landing zone, keys and private endpoints
    Contradiction(
        "keys-sandbox",
        "Do reads of keys and of the landing zone's credentials name the sandbox?",
        (
            (by.ENCRYPTION, "a key belongs to one sandbox; POST sends x-sandbox-name"),
            (by.ENCRYPTION, "GET, DELETE and validate send none"),
            (by.LANDING_ZONE, "the example sends it, the programs in Python and Java don't"),
        ),
        "they needn't: without it the default sandbox is meant",
        "both",
    ),
    Contradiction(
        "authoring-status",
        "In which letter case is the status of interactive authoring?",
        (
            (by.PRIVATE_LINK, "`Disabled` in the example"),
            (by.PRIVATE_LINK, "`disabled`, `enabling`, `enabled` in the table"),
        ),
        "lower case",
        "never",
    ),
    Contradiction(
        "key-name",
        "Has an encryption key a name?",
        ((by.ENCRYPTION, "the newer revision sends one"), (by.ENCRYPTION, "the older revision sends none")),
        "with or without",
        "both",
        ("CN-KEY-04",),
    ),
)
