"""The rules about the query language of lists."""

from __future__ import annotations

from contracts.judging.rule import Rule
from contracts.services.documents import DESTINATIONS, ERRORS_PAGE, FILTER, FLOW_SERVICE, NONE, RECORDED_LISTS

__all__ = ["ROWS"]

ROWS = (
    # Query parameters
    # The errors page refuses what GET /flows was seen to ignore.
    Rule("FS-QRY-01", "a list is asked only with documented query parameters", "FLOW-1451-400", "recorded", RECORDED_LISTS,
         "Leave the parameter out or correct its spelling.", default="warning"),
    Rule("FS-QRY-02", "limit and count=true are not sent together", "FLOW-1401-400", "documented", ERRORS_PAGE,
         "Send one of them."),
    Rule("FS-QRY-03", "limit is a whole number from 1 on, at most 1,000 in a search", "FLOW-1452-400", "documented", DESTINATIONS,
         "Send a limit within the range and follow _links.next for the rest."),
    # The document says it of answers.
    Rule("FS-QRY-18", "a list is asked for at most 100 items at once", "FLOW-1452-400", "inferred", DESTINATIONS,
         "Follow _links.next for the rest; a page has at most 100.", default="warning"),
    Rule("FS-QRY-04", "count is true or false", "FLOW-1452-400", "assumed", FILTER, "Send count=true or leave it out.",
         default="warning"),
    Rule("FS-QRY-05", "continuationToken is one that a list handed out", "FLOW-1451-400", "assumed", FLOW_SERVICE,
         "Follow _links.next.href as it stands."),
    Rule("FS-QRY-06", "orderby has field names, each with + or - or no sign before it", "FLOW-1432-400", "documented", ERRORS_PAGE,
         "Write orderby=name, orderby=+name or orderby=-name."),
    Rule("FS-QRY-07", "orderby names a field of the resource", "FLOW-1433-400", "documented", ERRORS_PAGE,
         "Name a field of the resource."),
    Rule("FS-QRY-08", "the operator ~ is not used", "FLOW-1440-400", "documented", ERRORS_PAGE, "Use == or !=."),
    Rule("FS-QRY-09", "only == and != take several values", "FLOW-1443-400", "documented", ERRORS_PAGE, "Give one value."),
    Rule("FS-QRY-10", "an ordering operator stands beside a field that has an order", "FLOW-1448-400", "documented", ERRORS_PAGE,
         "Use == or != with this field."),
    Rule("FS-QRY-11", "a filter names a field of the resource", "FLOW-1449-400", "documented", ERRORS_PAGE,
         "Name a field of the resource, dots between levels."),
    Rule("FS-QRY-12", "a filter's operator is one of == != >= <= > <", "FLOW-1450-400", "documented", ERRORS_PAGE,
         "Use one of == != >= <= > <."),
    Rule("FS-QRY-13", "a filter's value is of its field's type", "FLOW-1452-400", "documented", ERRORS_PAGE,
         "Give a number, epoch milliseconds for times."),
    Rule("FS-QRY-14", "a filter has a value", "FLOW-1453-400", "documented", ERRORS_PAGE, "Write a value after the operator."),
    Rule("FS-QRY-15", "a filter compares a single value, not an object", "FLOW-1454-400", "documented", ERRORS_PAGE,
         "Name a field inside of the object, connectionSpec.id for example."),
    Rule("FS-QRY-17", "a query has at most 100 filters, 1,000 values in them, and 10 fields to order by", "FLOW-1454-400", "assumed", NONE,
         "Ask less at once."),
)  # fmt: skip
