"""Exchanges as text for people."""

from __future__ import annotations

import re
import textwrap
from typing import Any

from contracts.reading.json_text import render
from mockserver.exchange.journal import Journal, JournalRow

__all__ = ["SERVED", "exchanges"]


def exchanges(journal: Journal, most: int = 20) -> str:
    """The newest exchanges as text for a failure report, secrets masked."""
    rows = journal.rows()
    left_out = [f"({len(rows) - most} earlier exchanges left out)"] if len(rows) > most else []
    text = "\n\n".join([*left_out, *(_exchange(row) for row in rows[-most:])])
    return _HERE.sub(SERVED, text)


SERVED = "http://127.0.0.1:8080"
"""Where `mockserver serve` listens, so that a URL can be pasted; a test's own port is another each time, and closed."""

_HERE = re.compile(r"http://127\.0\.0\.1:\d+")


def _exchange(row: JournalRow) -> str:
    request, response = row["request"], row["response"]
    sent = f"   sent by {row['sender']}" if row["sender"] else ""
    lines = [f"{request['method']} {request['url']}{sent}"]
    lines += [f"  > {name}: {value}" for name, value in request["headers"].items() if name in _SHOWN_HEADERS]
    lines += _body("  > ", request["body"])
    met = "".join(f"   ({kind}: {row[kind]})" for kind in ("fault", "stub") if row[kind])
    lines.append(f"  < {response['status'] or 'no answer'}{met}")
    lines += _body("  < ", _in_short(response["body"]))
    for broken in row["violations"]:
        head = f"  {broken['severity']} {broken['rule']} ({broken['level']}, {broken['document']})"
        lines += [head, *textwrap.wrap(broken["message"], 110, initial_indent="    ", subsequent_indent="    ")]
    return "\n".join(lines)


_SHOWN_HEADERS = ("authorization", "x-api-key", "x-gw-ims-org-id", "x-sandbox-name", "content-type", "if-match")
_LONGEST_BODY = 2000  # characters


def _in_short(body: Any) -> Any:
    """Of an error only its code and its sentence, which Flow Service writes three times."""
    if isinstance(body, dict) and "errorMessage" in body:
        return f"{body['type'].rpartition('/')[2]} {body['title']}: {body['errorMessage']}"
    return body


def _body(mark: str, body: Any) -> list[str]:
    if body is None:
        return []
    text = body if isinstance(body, str) else render(body).decode("ascii")
    return [mark + (text if len(text) <= _LONGEST_BODY else text[:_LONGEST_BODY] + "…")]
