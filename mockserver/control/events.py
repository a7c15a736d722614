"""``/__admin/events``: each exchange as a server-sent event (WHATWG HTML, 9.2), as soon as somebody listens.

A stream asks the journal, a few times a second. So a call costs the same whether or not anybody listens, and a page
that is slow holds up nobody. All streams tell the same exchanges, so that they are masked and written once for all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from time import monotonic
from typing import NamedTuple

from mockserver.exchange.journal import MOST_READ, Journal, Told
from mockserver.exchange.response import Delivery, Response

__all__ = ["Events"]

_PAUSE = 0.25  # seconds
_MOST = 12  # exchanges at a time; of more the newest, and the number of the others
_SILENCE = 40  # pauses after which a comment shows that the stream is alive
_HEADERS = {"Content-Type": "text/event-stream", "Cache-Control": "no-store", "X-Accel-Buffering": "no"}


class _Event(NamedTuple):
    id: int
    text: bytes


class Events:
    """The newest exchanges of ``journal``, as they were at most a pause ago."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._told: tuple[_Event, ...] = ()
        self._looked = 0.0
        self._seen = 0

    def stream(self, since: int | None) -> Response:
        """Events ``exchange`` with the journal's row from ``since`` on, by default from now on.

        An event ``skipped`` with ``{"skipped": number}`` tells how many came too quickly to be sent; while too many
        come it alone does.
        """
        return Response(200, _HEADERS, b"retry: 1000\n\n", Delivery(delay=_PAUSE, more=self._more(since)))

    def _more(self, since: int | None) -> Callable[[], bytes]:
        newest = self._seen = self._journal.newest_id
        last = newest if since is None else since if since <= newest else 0  # a server that began anew counts anew
        silence = 0

        def more() -> bytes:
            nonlocal last, silence
            told = self._newest()
            found = [event for event in told if event.id > last]
            if not found and self._seen > last:
                return _skipped(self._seen - last)
            if not found:
                silence = (silence + 1) % _SILENCE
                return b"" if silence else b": \n\n"
            left_out = found[0].id - last - 1 if len(found) == _MOST else 0
            silence, last = 0, found[-1].id
            return (_skipped(left_out) if left_out else b"") + b"".join([event.text for event in found])

        return more

    def _newest(self) -> tuple[_Event, ...]:
        """What the first stream of a pause finds, the others tell too.

        None of them may show a secret that another exchange names, and to read an exchange costs as much as to answer
        it. So where many have come it waits until fewer do.
        """
        now = monotonic()
        if now - self._looked >= _PAUSE * 0.9:  # less than a stream's own pause, which would else wait for two
            self._looked = now
            before, self._seen = self._seen, self._journal.newest_id
            if self._seen - before <= MOST_READ:
                self._told = tuple(self._events(self._journal.newest(_MOST)))
        return self._told

    def _events(self, found: Sequence[Told]) -> Iterator[_Event]:
        known = dict(self._told)
        return (_Event(each.id, known.get(each.id) or _written(each.id, each.text)) for each in found)


def _written(id: int, row: bytes) -> bytes:
    return b"id: %d\nevent: exchange\ndata: %s\n\n" % (id, row)


def _skipped(number: int) -> bytes:
    return b'event: skipped\ndata: {"skipped": %d}\n\n' % number
