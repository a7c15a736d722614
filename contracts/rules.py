"""The rules, one row each: what a request must do, who says so, and what a broken one is answered with.

The order of the rows is the order of precedence: of several broken rules the first decides the answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

__all__ = ["RULES", "Level", "Rule", "Severity", "Strictness"]

Level = Literal["documented", "inferred", "assumed"]
Severity = Literal["error", "warning", "off"]
Strictness = Literal["default", "lenient", "strict"]


@dataclass(frozen=True, slots=True)
class Rule:
    """One row.

    ``demand`` is the sentence that the client keeps, ``mend`` what to do when it doesn't, ``error``
    the row of `contracts.ERRORS` that answers it. ``default``, ``lenient`` and ``strict`` say what a
    breach is: an *error* is refused, a *warning* is only journalled, *off* isn't looked at.
    """

    id: str
    demand: str
    error: str
    level: Level
    document: str
    mend: str
    default: Severity = "error"
    lenient: Severity | None = None
    strict: Severity = "error"

    def severity(self, strictness: Strictness) -> Severity:
        if strictness == "strict":
            return self.strict
        if strictness == "lenient" and self.lenient is not None:
            return self.lenient
        return self.default


_INVALID = "FLOW-1100-400"
_TROUBLESHOOTING = "AdobeDocs/experience-platform.en help/landing/troubleshooting.md"
_ERRORS_PAGE = "AdobeDocs/experience-platform.en help/sources/errors/flow-service-errors.md"
_FLOW_SERVICE = "AdobeDocs/experience-platform-apis static/swagger-specs/flow-service.yaml"
_DESTINATIONS = "AdobeDocs/experience-platform-apis static/swagger-specs/destinations.yaml"
_ZOHO = "AdobeDocs/experience-platform.en help/sources/tutorials/api/create/crm/zoho.md"
_UPDATE = "AdobeDocs/experience-platform.en help/sources/tutorials/api/update.md"
_FILTER = "AdobeDocs/experience-platform.en help/dataflows/api/sort-and-filter.md"
_SOURCE_PAGES = "AdobeDocs/experience-platform.en help/sources/tutorials/api/create/"
_RFC_JSON = "RFC 8259"
_NONE = "no document; chosen by this project"

_ROWS = (
    # The request line
    Rule("FS-URL-01", "the path is one that the API documents", "404000", "assumed", _FLOW_SERVICE,
         "Check the path against the API reference; the base path is /data/foundation/flowservice."),
    Rule("FS-URL-02", "the method is one that the path documents", "405000", "assumed", _FLOW_SERVICE,
         "Use one of the methods in the Allow header."),
    Rule("FS-HDR-10", "all header fields together stay below 64 KiB", "431000", "assumed", _NONE,
         "Send fewer or shorter headers."),
    # The gateway's headers, in the order in which the gateway is assumed to look at them
    Rule("FS-HDR-01", "x-api-key is sent and not empty", "403000", "documented", _TROUBLESHOOTING,
         "Send the client id of your Developer Console project as x-api-key."),
    Rule("FS-HDR-02", "Authorization is sent", "403010", "documented", _TROUBLESHOOTING,
         "Send Authorization: Bearer <access token>."),
    Rule("FS-HDR-03", "Authorization is the word Bearer, one blank and a token", "401013", "documented", _TROUBLESHOOTING,
         "Send Authorization: Bearer <access token>, with the token that IMS issued."),
    Rule("FS-HDR-04", "x-gw-ims-org-id is sent", "400003", "documented", _TROUBLESHOOTING,
         "Send your organisation's id, XXXX@AdobeOrg, as x-gw-ims-org-id."),
    Rule("FS-HDR-05", "x-gw-ims-org-id is not empty", "FLOW-2001-401", "documented", _ERRORS_PAGE,
         "Send your organisation's id, XXXX@AdobeOrg, as x-gw-ims-org-id."),
    Rule("FS-HDR-06", "x-gw-ims-org-id ends in @AdobeOrg", "403027", "documented", _TROUBLESHOOTING,
         "Copy the whole organisation id, its @AdobeOrg included.", default="warning"),
    # A body's frame
    Rule("FS-BODY-01", "a request with a body says Content-Type: application/json", "content-type", "documented",
         _TROUBLESHOOTING, "Send Content-Type: application/json."),
    Rule("FS-BODY-02", "a body is at most 1 MiB", "413000", "assumed", _NONE, "Send a smaller body."),
    # The service's headers
    Rule("FS-HDR-07", "x-sandbox-name is sent", "FLOW-2105-400", "documented", _ERRORS_PAGE,
         "Send the sandbox's name, prod for the default one, as x-sandbox-name.", lenient="off"),
    Rule("FS-HDR-08", "x-sandbox-name is the name of a sandbox: lower-case letters, digits and hyphens", "FLOW-2100-404",
         "documented", _ERRORS_PAGE, "Send the sandbox's name, not its title, as x-sandbox-name."),
    Rule("FS-HDR-09", "x-sandbox-name is not * with a user's token", "FLOW-2111-403", "documented", _ERRORS_PAGE,
         "Name one sandbox."),
    Rule("FS-HDR-11", "x-sandbox-id is not sent with a user's token", "FLOW-2110-400", "documented", _ERRORS_PAGE,
         "Leave x-sandbox-id out; x-sandbox-name is enough."),
    # Query parameters
    Rule("FS-QRY-01", "a list is asked only with documented query parameters", "FLOW-1451-400", "documented", _ERRORS_PAGE,
         "Leave the parameter out or correct its spelling."),
    Rule("FS-QRY-02", "limit and count=true are not sent together", "FLOW-1401-400", "documented", _ERRORS_PAGE,
         "Send one of them."),
    Rule("FS-QRY-03", "limit is a whole number from 1 to 100 (1,000 in a search)", "FLOW-1452-400", "documented", _DESTINATIONS,
         "Send a limit within the range and follow _links.next for the rest."),
    Rule("FS-QRY-04", "count is true or false", "FLOW-1452-400", "assumed", _FILTER, "Send count=true or leave it out."),
    Rule("FS-QRY-05", "continuationToken is one that a list handed out", "FLOW-1451-400", "assumed", _FLOW_SERVICE,
         "Follow _links.next.href as it stands."),
    Rule("FS-QRY-06", "orderby has field names, each with + or - or no sign before it", "FLOW-1432-400", "documented", _ERRORS_PAGE,
         "Write orderby=name, orderby=+name or orderby=-name."),
    Rule("FS-QRY-07", "orderby names a field of the resource", "FLOW-1433-400", "documented", _ERRORS_PAGE,
         "Name a field of the resource."),
    Rule("FS-QRY-08", "the operator ~ is not used", "FLOW-1440-400", "documented", _ERRORS_PAGE, "Use == or !=."),
    Rule("FS-QRY-09", "only == and != take several values", "FLOW-1443-400", "documented", _ERRORS_PAGE, "Give one value."),
    Rule("FS-QRY-10", "an ordering operator stands beside a field that has an order", "FLOW-1448-400", "documented", _ERRORS_PAGE,
         "Use == or != with this field."),
    Rule("FS-QRY-11", "a filter names a field of the resource", "FLOW-1449-400", "documented", _ERRORS_PAGE,
         "Name a field of the resource, dots between levels."),
    Rule("FS-QRY-12", "a filter's operator is one of == != >= <= > <", "FLOW-1450-400", "documented", _ERRORS_PAGE,
         "Use one of == != >= <= > <."),
    Rule("FS-QRY-13", "a filter's value is of its field's type", "FLOW-1452-400", "documented", _ERRORS_PAGE,
         "Give a number, epoch milliseconds for times."),
    Rule("FS-QRY-14", "a filter has a value", "FLOW-1453-400", "documented", _ERRORS_PAGE, "Write a value after the operator."),
    Rule("FS-QRY-15", "a filter compares a single value, not an object", "FLOW-1454-400", "documented", _ERRORS_PAGE,
         "Name a field inside of the object, connectionSpec.id for example."),
    Rule("FS-QRY-17", "a query has at most 100 filters, 1,000 values in them, and 10 fields to order by", "FLOW-1454-400", "assumed", _NONE,
         "Ask less at once."),
    Rule("FS-QRY-16", "query parameters stand only where they are documented", "FLOW-1451-400", "assumed", _FLOW_SERVICE,
         "Leave the parameter out; it has no effect.", default="warning"),
    # A body's text
    Rule("FS-BODY-03", "a body that is asked for is sent", "FLOW-1405-400", "documented", _ERRORS_PAGE, "Send a JSON body."),
    Rule("FS-BODY-04", "the body is JSON in UTF-8", _INVALID, "assumed", _RFC_JSON, "Serialise the body with a JSON library, once."),
    Rule("FS-BODY-05", "the body is a JSON object", _INVALID, "documented", _FLOW_SERVICE,
         "Send a JSON object; a string here usually means that the body was serialised twice."),
    # A base connection
    Rule("FS-CON-01", "name is sent", _INVALID, "documented", _ZOHO, "Give the connection a name.", lenient="warning"),
    Rule("FS-CON-15", "name is a non-empty string", _INVALID, "documented", _ZOHO, "Give the connection a name."),
    Rule("FS-CON-02", "description, where sent, is a string", _INVALID, "documented", _FLOW_SERVICE,
         "Send a string or leave description out."),
    Rule("FS-CON-03", "connectionSpec is an object with id and version", _INVALID, "documented", _ZOHO,
         'Send "connectionSpec": {"id": "<the source\'s id>", "version": "1.0"}.'),
    Rule("FS-CON-04", "connectionSpec.id is the id of a known source", "FLOW-1413-400", "documented", _ERRORS_PAGE,
         "`mockserver sources` lists the known ids; --sources FILE adds more."),
    Rule("FS-CON-05", "connectionSpec.version is sent", "FLOW-1100-422", "documented", _DESTINATIONS,
         'Send "version": "1.0".', lenient="off"),
    Rule("FS-CON-06", "connectionSpec.version is a string", _INVALID, "documented", _FLOW_SERVICE, 'Send "version": "1.0", a string.'),
    Rule("FS-CON-07", "connectionSpec.version is the source's documented version", _INVALID, "inferred", _SOURCE_PAGES,
         "Send the version that the source's page prints.", default="warning"),
    Rule("FS-CON-16", "auth is sent, unless the source has no credentials", _INVALID, "documented", _ZOHO,
         'Send "auth": {"specName": "...", "params": {...}}.', lenient="warning"),
    Rule("FS-CON-08", "auth is an object with specName and params", _INVALID, "documented", _ZOHO,
         'Send "auth": {"specName": "...", "params": {...}}.'),
    Rule("FS-CON-09", "auth.specName is one that the source documents", "FLOW-1415-400", "documented", _ERRORS_PAGE,
         "Copy specName letter for letter."),
    Rule("FS-CON-10", "auth.params is an object", _INVALID, "documented", _ZOHO, "Send the credentials as one object."),
    Rule("FS-CON-11", "every required credential is sent, spelt as documented", _INVALID, "documented", _SOURCE_PAGES,
         "Credential names are case-sensitive."),
    Rule("FS-CON-12", "a credential is a non-empty string, or of the type that its page shows", _INVALID, "documented", _SOURCE_PAGES,
         "Send the value as the source's page shows it."),
    Rule("FS-CON-13", "credentials are those that the source documents", _INVALID, "assumed", _SOURCE_PAGES,
         "Leave the key out or correct its spelling.", default="warning"),
    Rule("FS-CON-14", "keys are those that the API documents", _INVALID, "assumed", _FLOW_SERVICE,
         "Leave the key out or correct its spelling.", default="warning"),
    Rule("FS-FILL-01", "placeholders in braces are filled in", _INVALID, "assumed", _SOURCE_PAGES,
         "Replace the placeholder by a value.", default="warning", strict="warning"),
    # Zoho CRM
    Rule("FS-ZOHO-01", "accountsUrl is one of the documented accounts URLs", _INVALID, "documented", _ZOHO,
         "Use the accounts URL of the region in which the Zoho account lives."),
    Rule("FS-ZOHO-02", "accountsUrl has no slash at its end", _INVALID, "documented", _ZOHO,
         "Drop the trailing slash.", lenient="off"),
    Rule("FS-ZOHO-03", "endpoint and accountsUrl belong to one region", _INVALID, "inferred", _ZOHO,
         "Take both from the region in which the Zoho account lives."),
    # A search
    Rule("FS-SRC-01", "a search has only documented fields", "FLOW-1423-400", "documented", _ERRORS_PAGE,
         "Leave the field out or correct its spelling."),
    Rule("FS-SRC-02", "queryString and orderby of a search are strings", _INVALID, "documented", _FLOW_SERVICE, "Send a string."),
    # A stored resource
    Rule("FS-ID-01", "the id is of a resource in this organisation and sandbox", "FLOW-1439-404", "documented", _ERRORS_PAGE,
         "Use the id that the create answered, with the same organisation and sandbox."),
    # Updates
    Rule("FS-ETAG-01", "an update sends If-Match", "FLOW-1403-400", "documented", _ERRORS_PAGE,
         "Send the etag of the last answer, its double quotes included, as If-Match.", lenient="error"),
    Rule("FS-ETAG-02", "If-Match carries the etag's double quotes", "FLOW-1404-412", "documented", _DESTINATIONS,
         "Send the etag as it was answered; the quotes are part of it.", lenient="off"),
    Rule("FS-ETAG-03", "If-Match is the resource's current etag", "FLOW-1404-412", "documented", _ERRORS_PAGE,
         "Read the resource again, decide whether the change still holds, and send the new etag."),
    Rule("FS-PATCH-01", "an update is a JSON array of patch operations", _INVALID, "documented", _UPDATE,
         'Send [{"op": "replace", "path": "/name", "value": "..."}].'),
    Rule("FS-PATCH-02", "an update has at least one operation", "FLOW-1405-400", "documented", _ERRORS_PAGE,
         "Send at least one operation."),
    Rule("FS-PATCH-10", "an update has at most 1,000 operations", "FLOW-1455-400", "assumed", _NONE, "Send several updates."),
    Rule("FS-PATCH-03", "op is add, replace or remove", "FLOW-1434-400", "documented", _ERRORS_PAGE,
         "Express the change with add, replace and remove."),
    Rule("FS-PATCH-04", "an operation has op, path and, unless it removes, value", "FLOW-1455-400", "documented", _FLOW_SERVICE,
         "See RFC 6902, section 4."),
    Rule("FS-PATCH-05", "path is a JSON pointer to something that is there", "FLOW-1455-400", "documented", _ERRORS_PAGE,
         "Use add where the target may be missing; see RFC 6901 for the spelling of pointers."),
    Rule("FS-PATCH-06", "connectionSpec is not updated", "FLOW-1414-400", "documented", _ERRORS_PAGE,
         "Create a new connection instead."),
    Rule("FS-PATCH-07", "what the service sets is not updated", "FLOW-1455-400", "assumed", _FLOW_SERVICE,
         "Update only name, description and auth."),
    Rule("FS-PATCH-08", "state becomes enabled, disabled or initializing", "FLOW-1456-400", "inferred", _ERRORS_PAGE,
         "Use one of the three."),
    Rule("FS-PATCH-09", "an update leaves name, auth and the credentials in place", _INVALID, "assumed", _UPDATE,
         "A replace of /auth/params replaces them all: send every credential.", default="warning"),
)  # fmt: skip

RULES: Mapping[str, Rule] = {row.id: row for row in _ROWS}
