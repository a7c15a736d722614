"""``/__admin/events``: each exchange as a server-sent event (WHATWG HTML, 9.2), as soon as somebody listens.

A stream asks the journal, a few times a second. So a call costs the same whether or not anybody listens, and a page
that is slow holds up nobody.
"""

from __future__ import annotations

from collections.abc import Callable

from mockserver.exchange.journal import Journal
from mockserver.exchange.response import Delivery, Response

__all__ = ["stream"]

_PAUSE = 0.25  # seconds
_MOST = 12  # exchanges at a time; of more the newest, and the number of the others
_SILENCE = 40  # pauses after which a comment shows that the stream is alive
_HEADERS = {"Content-Type": "text/event-stream", "Cache-Control": "no-store", "X-Accel-Buffering": "no"}


def stream(journal: Journal, since: int | None) -> Response:
    """Events ``exchange`` with the journal's row from ``since`` on, by default from now on.

    An event ``skipped`` with ``{"skipped": number}`` tells how many came too quickly to be sent.
    """
    return Response(200, _HEADERS, b"retry: 1000\n\n", Delivery(delay=_PAUSE, more=_more(journal, since)))


def _more(journal: Journal, since: int | None) -> Callable[[], bytes]:
    newest = _newest_id(journal)
    last = newest if since is None else since if since <= newest else 0  # a server that began anew counts anew
    silence = 0

    def more() -> bytes:
        nonlocal last, silence
        found, left_out = journal.newest(last, _MOST)
        if not found:
            silence = (silence + 1) % _SILENCE
            return b"" if silence else b": \n\n"
        silence, last = 0, found[-1].id
        skipped = b'event: skipped\ndata: {"skipped": %d}\n\n' % left_out if left_out else b""
        return skipped + b"".join(b"id: %d\nevent: exchange\ndata: %s\n\n" % (each.id, each.text) for each in found)

    return more


def _newest_id(journal: Journal) -> int:
    found, _ = journal.newest(0, 1)
    return found[-1].id if found else 0
