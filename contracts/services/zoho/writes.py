"""What Zoho CRM demands of a write of records, before any of them is looked at."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.judging.model import Call
from contracts.judging.violations import Violation, shown
from contracts.services.zoho.rules import violation

__all__ = ["MOST_RECORDS", "WRITE_RULES"]

MOST_RECORDS = 100
"""Records of one write, as of each of Zoho's pages about them."""


def records_are_sent(call: Call) -> Iterator[Violation]:
    data = call.document.get("data") if isinstance(call.document, dict) else None
    allowed = [f"a list of 1 to {MOST_RECORDS} records"]
    if not isinstance(data, list) or not data:
        yield violation("ZO-WRT-01", "/data", "no records", found=shown(data), allowed=allowed, api_name="data")
    elif len(data) > MOST_RECORDS:
        found = str(len(data))
        yield violation("ZO-WRT-01", "/data", "too many records", found=found, allowed=allowed, api_name="data")


WRITE_RULES = (records_are_sent,)
