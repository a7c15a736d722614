"""The rules about what is stored: ids, deletions, etags and updates."""

from __future__ import annotations

from contracts.judging.rule import Rule
from contracts.services.documents import DESTINATIONS, ERRORS_PAGE, FLOW_SERVICE, INVALID, NONE, SOURCE_PAGES, UPDATE

__all__ = ["ROWS"]

ROWS = (
    # A stored resource
    Rule("FS-ID-01", "the id is of a resource in this organisation and sandbox", "FLOW-1439-404", "documented", ERRORS_PAGE,
         "Use the id that the create answered, with the same organisation and sandbox."),
    Rule("FS-DEL-01", "a base connection that flows use is not deleted", "FLOW-1418-400", "documented", ERRORS_PAGE,
         "Delete the flows first."),
    Rule("FS-DEL-02", "a source or target connection that flows use is not deleted", "FLOW-1447-400", "inferred", ERRORS_PAGE,
         "Delete the flows first."),
    # Updates
    Rule("FS-ETAG-01", "an update sends If-Match", "FLOW-1403-400", "documented", ERRORS_PAGE,
         "Send the etag of the last answer, its double quotes included, as If-Match."),
    # Adobe's Postman collection writes it into the query string.
    Rule("FS-ETAG-04", "If-Match is a header, not a query parameter", "FLOW-1403-400", "inferred", ERRORS_PAGE,
         "Send the etag as the header If-Match.", lenient="off"),
    Rule("FS-ETAG-02", "If-Match carries the etag's double quotes", "FLOW-1404-412", "documented", DESTINATIONS,
         "Send the etag as it was answered; the quotes are part of it.", lenient="off"),
    Rule("FS-ETAG-03", "If-Match is the resource's current etag", "FLOW-1404-412", "documented", ERRORS_PAGE,
         "Read the resource again, decide whether the change still holds, and send the new etag."),
    Rule("FS-PATCH-01", "an update is a JSON array of patch operations", INVALID, "documented", UPDATE,
         'Send [{"op": "replace", "path": "/name", "value": "..."}].'),
    Rule("FS-PATCH-02", "an update has at least one operation", "FLOW-1405-400", "documented", ERRORS_PAGE,
         "Send at least one operation."),
    Rule("FS-PATCH-10", "an update has at most 1,000 operations", "FLOW-1455-400", "assumed", NONE, "Send several updates."),
    Rule("FS-PATCH-03", "op is add, replace or remove", "FLOW-1434-400", "documented", ERRORS_PAGE,
         "Express the change with add, replace and remove."),
    Rule("FS-PATCH-04", "an operation has op, path and, unless it removes, value", "FLOW-1455-400", "documented", FLOW_SERVICE,
         "See RFC 6902, section 4."),
    Rule("FS-PATCH-05", "path is a JSON pointer to something that is there", "FLOW-1455-400", "documented", ERRORS_PAGE,
         "Use add where the target may be missing; see RFC 6901 for the spelling of pointers."),
    Rule("FS-PATCH-06", "connectionSpec is not updated", "FLOW-1414-400", "documented", ERRORS_PAGE,
         "Create a new connection instead."),
    Rule("FS-PATCH-07", "what the service sets is not updated", "FLOW-1455-400", "assumed", FLOW_SERVICE,
         "Leave the operation out: it has no effect.", default="warning"),
    Rule("FS-PATCH-08", "state becomes enabled, disabled or initializing", "FLOW-1456-400", "inferred", ERRORS_PAGE,
         "Use one of the three."),
    Rule("FS-PATCH-09", "an update leaves name, auth, the credentials and the deltaColumn in place", INVALID, "assumed", UPDATE,
         "A replace of /auth/params replaces them all: send every credential. Likewise /transformations/0, if it is the Copy.", default="warning"),
    # create/cloud-storage/blob.md, eventhub.md, google-pubsub.md and crm/ms-dynamics.md say it too; none prints the error.
    Rule("FS-PATCH-11", "an update leaves the way to authenticate", INVALID, "documented", SOURCE_PAGES + "cloud-storage/sftp.md",
         "Create another base connection for it."),
)  # fmt: skip
