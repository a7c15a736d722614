"""A list of records as the CRM pages it."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from contracts import Call
from contracts.judging.violations import shown
from contracts.reading import json_text
from contracts.reading.numbers import whole
from contracts.services.zoho.crm import version_of
from contracts.services.zoho.rules import violation
from mockserver.exchange.refusal import Refused

__all__ = ["Page", "bad_parameter", "iso_of", "page_of", "search_is_within_reach"]

LARGEST_PAGE = 200
_REACH = 2000  # records that page numbers reach, from v3 on
_TOKEN_LASTS = 24 * 3600 * 1000  # ms


@dataclass(frozen=True, slots=True)
class Page:
    """``rows`` are the page's, ``info`` what stands beside them."""

    rows: Sequence[Any]
    info: dict[str, Any]


def page_of(call: Call, rows: Sequence[Any], now: int, order: tuple[str, str] | None = None) -> Page:
    """The page that the call asks for. ``order`` (a field and *asc* or *desc*) is told from v3 on."""
    size = _number(call, "per_page", LARGEST_PAGE, LARGEST_PAGE)
    is_newer = version_of(call) >= 3
    token = call.parameter("page_token") if is_newer else None
    if token is not None and call.parameter("page") is not None:
        raise Refused(violation("ZO-CRM-11", "query/page", "sent together with page_token"))
    start = _start_of(call, token, now) if token is not None else (_number(call, "page", 1) - 1) * size
    if is_newer and token is None and start + size > max(_REACH, size):
        reach = [f"the first {_REACH} records"]
        found = str(start + size)
        raise Refused(violation("ZO-CRM-10", "query/page", "too far", found=found, allowed=reach, limit=str(_REACH)))
    chosen = rows[start : start + size]
    more = start + size < len(rows)
    info: dict[str, Any] = {
        "per_page": size,
        "count": len(chosen),
        "page": start // size + 1,
        "more_records": more,
    }
    if is_newer and order is not None:
        info |= {"sort_by": order[0], "sort_order": order[1]}
        info |= {
            "next_page_token": _token(call, start + size, now) if more else None,
            "previous_page_token": _token(call, max(0, start - size), now) if start else None,
            "page_token_expiry": iso_of(now + _TOKEN_LASTS) if more or start else None,
        }
    return Page(chosen, info)


def search_is_within_reach(call: Call) -> None:
    """A search has no page_token: it ends at 2,000 records, in any version."""
    size = _number(call, "per_page", LARGEST_PAGE, LARGEST_PAGE)
    last = _number(call, "page", 1) * size
    if last > max(_REACH, size):
        allowed = [f"the first {_REACH} records"]
        raise Refused(violation("ZO-SRC-04", "query/page", "too far", found=str(last), allowed=allowed))


def bad_parameter(name: str, problem: str, found: str, allowed: Sequence[str] = ()) -> Refused:
    place = f"query/{name}"
    return Refused(
        violation("ZO-CRM-08", place, problem, found=shown(found), allowed=allowed, near=found, param_name=name)
    )


def _number(call: Call, name: str, default: int, largest: int = 10**6) -> int:
    text = call.parameter(name)
    if text is None or not text.strip():
        return default
    number = whole(text, 0) if len(text) < 10 else 0
    if not 1 <= number <= largest:
        raise bad_parameter(name, "out of range", text, [f"1 to {largest}"])
    return number


def _token(call: Call, start: int, now: int) -> str:
    text = json_text.render([start, _digest(call), now])
    return base64.urlsafe_b64encode(text).decode("ascii").rstrip("=")


def _start_of(call: Call, token: str, now: int) -> int:
    try:
        start, digest, at = json_text.parse(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
    except (binascii.Error, ValueError, TypeError):
        raise bad_parameter("page_token", "not a page token", "another text") from None
    if not isinstance(start, int) or not isinstance(at, int) or start < 0:
        raise bad_parameter("page_token", "not a page token", "another text")
    if digest != _digest(call):
        raise Refused(violation("ZO-CRM-12", "query/page_token", "of another query", param_name="page_token"))
    if now > at + _TOKEN_LASTS:
        raise Refused(violation("ZO-CRM-13", "query/page_token", "older than 24 hours", param_name="page_token"))
    return start


def _digest(call: Call) -> str:
    """What a token is bound to: everything that was asked but the place."""
    bound = sorted(pair for pair in call.query if pair[0] not in ("page", "page_token"))
    return hashlib.sha256(json_text.render([call.parts.get("module", "").lower(), bound])).hexdigest()[:16]


def iso_of(at: int) -> str:
    return (datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=at)).isoformat(timespec="seconds")
