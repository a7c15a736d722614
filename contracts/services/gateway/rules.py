"""The rules about any request: its line, headers, query and the text of its body."""

from __future__ import annotations

from contracts.judging.rule import Rule
from contracts.judging.violations import violations_of
from contracts.services.documents import (
    API_REFERENCES,
    ERRORS_PAGE,
    FLOW_SERVICE,
    INVALID,
    NONE,
    RFC_JSON,
    SOURCE_PAGES,
    TROUBLESHOOTING,
)

__all__ = ["BODY", "HEAD", "PLACEHOLDER", "ROWS", "violation"]

HEAD = (
    # The request line
    Rule("FS-URL-01", "the path is one that the API documents", "404000", "assumed", FLOW_SERVICE,
         "Check the path against the API reference."),
    Rule("FS-URL-02", "the method is one that the path documents", "405000", "assumed", FLOW_SERVICE,
         "Use one of the methods in the Allow header."),
    Rule("FS-URL-03", "the path is of a service, and the operation one of it, that is imitated", "not-imitated", "documented", API_REFERENCES,
         "Answer it with a stub, or let the host through; nothing is wrong with the request."),
    Rule("FS-HDR-10", "all header fields together stay below 64 KiB", "431000", "assumed", NONE,
         "Send fewer or shorter headers."),
    # The gateway's headers, in the order in which the gateway is assumed to look at them
    Rule("FS-HDR-01", "x-api-key is sent and not empty", "403000", "documented", TROUBLESHOOTING,
         "Send the client id of your Developer Console project as x-api-key."),
    Rule("FS-HDR-02", "Authorization is sent", "403010", "documented", TROUBLESHOOTING,
         "Send Authorization: Bearer <access token>."),
    Rule("FS-HDR-03", "Authorization is the word Bearer, one blank and a token", "401013", "documented", TROUBLESHOOTING,
         "Send Authorization: Bearer <access token>, with the token that IMS issued."),
    Rule("FS-HDR-12", "the token has not expired", "401013", "documented", TROUBLESHOOTING,
         "Ask IMS for a new token; expires_in says how long the last one held."),
    Rule("FS-HDR-13", "the token is one that the mock's IMS issued, where --require-issued-tokens asks for it", "401013", "assumed",
         NONE, "Ask the mock's IMS for a token: POST ORIGIN/ims/token/v3."),
    Rule("FS-HDR-04", "x-gw-ims-org-id is sent", "400003", "documented", TROUBLESHOOTING,
         "Send your organisation's id, XXXX@AdobeOrg, as x-gw-ims-org-id."),
    Rule("FS-HDR-05", "x-gw-ims-org-id is not empty", "FLOW-2001-401", "documented", ERRORS_PAGE,
         "Send your organisation's id, XXXX@AdobeOrg, as x-gw-ims-org-id."),
    Rule("FS-HDR-06", "x-gw-ims-org-id ends in @AdobeOrg", "403027", "documented", TROUBLESHOOTING,
         "Copy the whole organisation id, its @AdobeOrg included.", default="warning"),
    # A body's frame
    Rule("FS-BODY-01", "a request with a body says Content-Type: application/json", "content-type", "documented",
         TROUBLESHOOTING, "Send Content-Type: application/json.", lenient="warning"),
    Rule("FS-BODY-02", "a body is at most 1 MiB (or what `--max-body` says)", "413000", "assumed", NONE, "Send a smaller body."),
    # The service's headers
    Rule("FS-HDR-07", "x-sandbox-name is sent", "FLOW-2105-400", "documented", ERRORS_PAGE,
         "Send the sandbox's name, prod for the default one, as x-sandbox-name.", lenient="off"),
    Rule("FS-HDR-08", "x-sandbox-name is the name of a sandbox: lower-case letters, digits and hyphens", "FLOW-2100-404",
         "documented", ERRORS_PAGE, "Send the sandbox's name, not its title, as x-sandbox-name."),
    Rule("FS-HDR-14", "the sandbox is active", "FLOW-2101-404", "assumed", ERRORS_PAGE,
         "Wait until the Sandbox API says that the sandbox is active."),
    Rule("FS-HDR-09", "x-sandbox-name is not * with a user's token", "FLOW-2111-403", "documented", ERRORS_PAGE,
         "Name one sandbox."),
    Rule("FS-HDR-11", "x-sandbox-id is not sent with a user's token", "FLOW-2110-400", "documented", ERRORS_PAGE,
         "Leave x-sandbox-id out; x-sandbox-name is enough."),
)  # fmt: skip
"""The request line and the headers."""

BODY = (
    Rule("FS-QRY-16", "query parameters stand only where they are documented", "FLOW-1451-400", "assumed", FLOW_SERVICE,
         "Leave the parameter out; it has no effect.", default="warning"),
    # A body's text
    Rule("FS-BODY-03", "a body that is asked for is sent", "FLOW-1405-400", "documented", ERRORS_PAGE, "Send a JSON body."),
    Rule("FS-BODY-04", "the body is JSON in UTF-8", INVALID, "assumed", RFC_JSON, "Serialise the body with a JSON library, once."),
    Rule("FS-BODY-06", "a key stands once in an object of the body", INVALID, "inferred", RFC_JSON,
         "Send it once; the last one counts. Adobe prints such a body itself (cloud-storage-parquet.md).", default="warning"),
    Rule("FS-BODY-05", "the body is a JSON object", INVALID, "documented", FLOW_SERVICE,
         "Send a JSON object; a string here usually means that the body was serialised twice."),
)  # fmt: skip
"""What stands in the query or the body."""

PLACEHOLDER = Rule("FS-FILL-01", "placeholders in braces and in angle brackets are filled in", INVALID, "assumed", SOURCE_PAGES,
         "Replace the placeholder by a value.", default="warning", strict="warning")  # fmt: skip

ROWS = (*HEAD, *BODY, PLACEHOLDER)

violation = violations_of(ROWS)
