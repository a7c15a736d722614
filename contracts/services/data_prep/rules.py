"""The rules about mapping sets."""

from __future__ import annotations

from contracts.judging.rule import Rule
from contracts.judging.violations import violations_of
from contracts.services.documents import COLLECT, DATA_PREP, DATA_PREP_PAGES, NONE, STREAMING_PAGE
from contracts.services.gateway import rules as gateway

__all__ = ["INVALID", "MISSING", "ROWS", "violation"]

INVALID, MISSING = "CONV-1000-400", "CONV-1001-404"

ROWS = (
    Rule("DP-PATH-01", "mapping sets are asked for below /conversion", INVALID, "documented", STREAMING_PAGE,
         "Write /data/foundation/conversion/mappingSets; four pages leave /conversion out.", default="warning"),
    Rule("DP-QRY-01", "a list is asked for with limit and start", INVALID, "documented", DATA_PREP, "Send both.", default="warning"),
    Rule("DP-QRY-02", "limit and start are whole numbers, limit from 1 to 1000", INVALID, "inferred", DATA_PREP, "Send whole numbers."),
    Rule("DP-NEW-01", "mappings is sent, an array of objects", INVALID, "documented", DATA_PREP_PAGES,
         'Send "mappings": [{"sourceType": "ATTRIBUTE", "source": "...", "destination": "..."}].'),
    Rule("DP-NEW-02", "a mapping set names its schema: xdmSchema, outputSchema.schemaRef.id or, for a destination, outputSchema.id", INVALID, "documented", COLLECT,
         'Send "xdmSchema": "https://ns.adobe.com/...", "xdmVersion": "1.0".'),
    Rule("DP-NEW-03", "xdmSchema and what stands in outputSchema are of the documented types", INVALID, "documented", DATA_PREP,
         'Send "outputSchema": {"schemaRef": {"id": "...", "contentType": "..."}}.'),
    Rule("DP-NEW-04", "a mapping says from where to where: source and destination, or sourceAttribute and destinationXdmPath", INVALID,
         "documented", DATA_PREP_PAGES, "Send both."),
    Rule("DP-NEW-05", "sourceType is ATTRIBUTE, EXPRESSION or STATIC, or its media type", INVALID, "documented", DATA_PREP_PAGES,
         "Send ATTRIBUTE for a field, EXPRESSION for what is calculated."),
    Rule("DP-NEW-06", "a calculated field is at most 4096 characters", INVALID, "documented", DATA_PREP_PAGES, "Divide it."),
    Rule("DP-NEW-07", "the schema is one of this sandbox", INVALID, "assumed", DATA_PREP, "Create the schema first, and send its $id.",
         default="warning"),
    Rule("DP-NEW-08", "the destination is a field of the schema", INVALID, "assumed", DATA_PREP_PAGES,
         "GET the schema with xed-full to see its fields.", default="warning"),
    Rule("DP-NEW-09", "a calculated field can be read", INVALID, "inferred", DATA_PREP_PAGES,
         "Check brackets and quotes; POST /mappingSets/validate says what is wrong.", default="warning"),
    Rule("DP-NEW-10", "a function is one that the mock imitates", INVALID, "assumed", NONE,
         "Nothing need be wrong: the mock knows only what Adobe's pages print.", default="warning", strict="warning"),
    Rule("DP-KEY-01", "keys are those that the API documents", INVALID, "assumed", DATA_PREP,
         "Leave the key out or correct its spelling.", default="warning"),
    Rule("DP-PRE-01", "a preview has data, an object or an array, and mappingSet, an object", INVALID, "documented", DATA_PREP_PAGES,
         'Send {"data": {...}, "mappingSet": {...}}.'),
    Rule("DP-PRE-02", "a preview takes no more than 200,000 steps", INVALID, "assumed", NONE,
         "Send fewer records, or fewer mappings. The mock itself has this limit."),
    Rule("DP-EL-01", "an expression to validate is a text that is not empty", INVALID, "documented", DATA_PREP,
         'Send {"expression": "concat(a, b)"}.'),
    # What is stored
    Rule("DP-ID-01", "the mapping set is in this sandbox", MISSING, "assumed", DATA_PREP, "Send the id that POST /mappingSets answered."),
    Rule("DP-ID-02", "the mapping is one of the mapping set", MISSING, "assumed", DATA_PREP, "GET /mappingSets/{id}/mappings lists them."),
)  # fmt: skip

violation = violations_of((*gateway.ROWS, *ROWS))
