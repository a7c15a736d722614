"""The rules about messages to a streaming inlet."""

from __future__ import annotations

from contracts.judging.rule import Rule
from contracts.judging.violations import violations_of
from contracts.services.documents import STREAMING, STREAMING_MESSAGES, STREAMING_PAGE, STREAMING_VALIDATION
from contracts.services.gateway import rules as gateway

__all__ = ["INVALID", "ROWS", "violation"]

INVALID = "data-collection-service-validation"

ROWS = (
    Rule("SI-ID-01", "the inlet is one of a connection or flow that is there", "data-collection-service-inlet", "assumed", STREAMING,
         "Read inletUrl in auth.params of the connection, or in options of a webhook source's flow."),
    Rule("SI-AUTH-01", "Authorization is sent where the connection has authenticationRequired",
         "data-collection-service-authorization", "documented", STREAMING_PAGE, "Send Authorization: Bearer <access token>."),
    Rule("SI-QRY-01", "syncValidation, where sent, is true or false", INVALID, "inferred", STREAMING, "Send syncValidation=true."),
    Rule("SI-MSG-01", "an XDM message has header.schemaRef with id and contentType, and body.xdmEntity", INVALID, "documented",
         STREAMING, 'Send {"header": {"schemaRef": {...}}, "body": {"xdmEntity": {...}}}.'),
    Rule("SI-MSG-02", "a raw message names its flow: x-adobe-flow-id, a header or a parameter", INVALID, "documented",
         STREAMING_PAGE, "Send x-adobe-flow-id: <the flow's id>.", default="warning"),
    Rule("SI-MSG-03", "the flow that is named is one of the sandbox", INVALID, "inferred", STREAMING_PAGE, "Send the id that POST /flows answered."),
    Rule("SI-MSG-04", "imsOrgId of an XDM message, where sent, is the inlet's organisation", INVALID, "documented", STREAMING_MESSAGES,
         "Send the organisation of the connection, or leave it out."),
    Rule("SI-BATCH-01", "a batch has messages, a non-empty array of objects", INVALID, "documented", STREAMING, 'Send {"messages": [...]}.'),
    Rule("SI-SYNC-01", "with syncValidation a record fits the schema", "data-collection-service/inlet", "documented", STREAMING_VALIDATION, "GET the schema with xed-full."),
)  # fmt: skip

violation = violations_of((*gateway.ROWS, *ROWS))
